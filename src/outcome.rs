//! What a run answers: shapes of the public interface, names and ids only, never attribute values (S2).

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::json::write;
use crate::problem::Problem;

/// The outcome of one event.
#[derive(Debug)]
pub struct Outcome {
    /// The event's id, or one made for it.
    pub id: String,
    /// Whether the person may go in.
    pub access: Access,
    /// Safe to show to the person; present when access is denied.
    pub message: Option<&'static str>,
    /// `user.id`.
    pub user: Option<String>,
    /// The application's id.
    pub application: Option<String>,
    /// Milliseconds the run took.
    pub duration_ms: u64,
    /// One a server.
    pub servers: Vec<ServerOutcome>,
}

/// Whether the person may go in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

impl Access {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Access::Allow => "allow",
            Access::Deny => "deny",
        }
    }
}

/// What became of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// A new account.
    Created,
    /// An existing account became ours.
    Adopted,
    /// Attributes were written.
    Updated,
    /// It was inactive and is active again.
    Reactivated,
    /// Nothing to do.
    Unchanged,
    /// Turned off.
    Deactivated,
    /// Gone.
    Deleted,
    /// Left alone on purpose.
    Skipped,
    /// To be finished later.
    Deferred,
    /// Somebody else's account is in the way.
    Conflict,
    /// It did not work.
    Failed,
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Created => "created",
            Verdict::Adopted => "adopted",
            Verdict::Updated => "updated",
            Verdict::Reactivated => "reactivated",
            Verdict::Unchanged => "unchanged",
            Verdict::Deactivated => "deactivated",
            Verdict::Deleted => "deleted",
            Verdict::Skipped => "skipped",
            Verdict::Deferred => "deferred",
            Verdict::Conflict => "conflict",
            Verdict::Failed => "failed",
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Outcome {
    /// As JSON.
    pub fn json(&self) -> String {
        // An outcome with some groups, without growing.
        let out = &mut String::with_capacity(2048);
        write::text(out, "{\"id\":", &self.id);
        write::text(out, ",\"access\":", self.access.word());
        write::maybe_text(out, ",\"message\":", self.message);
        write::maybe_text(out, ",\"user\":", self.user.as_deref());
        write::maybe_text(out, ",\"application\":", self.application.as_deref());
        write::maybe(out, ",\"durationMs\":", Some(&self.duration_ms));
        write::list(out, ",\"servers\":", &self.servers, |out, server| server.json(out));
        out.push('}');
        std::mem::take(out)
    }
}

/// Most logins end in the same words, and differ in ids and names alone. Those go over the border as a list without the
/// words, which `pkg/brief.js` puts back: reading them there took as long as finding out that nothing has changed.
impl Outcome {
    /// Whether it is one of those: nothing was to be done, anywhere.
    pub fn is_usual(&self) -> bool {
        self.access == Access::Allow
            && self.message.is_none()
            && self.user.is_some()
            && self.application.is_some()
            && self.servers.iter().all(ServerOutcome::is_usual)
    }

    /// `[id, user, application, durationMs, [server, remoteId, name, remoteId of the group, ..], ..]`
    pub fn brief(&self) -> String {
        let out = &mut String::with_capacity(1024);
        write::text(out, "[", &self.id);
        write::maybe_text(out, ",", self.user.as_deref());
        write::maybe_text(out, ",", self.application.as_deref());
        write::maybe(out, ",", Some(&self.duration_ms));
        for server in &self.servers {
            write::text(out, ",[", &server.server);
            write::maybe_text(out, ",", server.remote_id.as_deref());
            for group in &server.groups {
                write::text(out, ",", &group.name);
                write::maybe_text(out, ",", group.remote_id.as_deref());
            }
            out.push(']');
        }
        out.push(']');
        std::mem::take(out)
    }
}

/// What happened at one server.
#[derive(Clone, Debug)]
pub struct ServerOutcome {
    /// The server's id.
    pub server: String,
    /// What became of the account.
    pub result: Verdict,
    /// In shadow mode: what it would have been.
    pub would: Option<Verdict>,
    /// Why: a kebab-case word of the rules.
    pub reason: &'static str,
    /// The provider's `id`.
    pub remote_id: Option<String>,
    /// SCIM paths written.
    pub changed: Vec<String>,
    /// One a group touched or wanted.
    pub groups: Vec<GroupOutcome>,
    /// In the order sent.
    pub requests: Vec<RequestRecord>,
    /// What did not stop us.
    pub warnings: Vec<Problem>,
    /// What did.
    pub error: Option<Box<Failure>>,
    /// What is left to do.
    pub job: Option<Job>,
}

impl ServerOutcome {
    fn json(&self, out: &mut String) {
        write::text(out, "{\"server\":", &self.server);
        write::text(out, ",\"result\":", self.result.word());
        write::maybe(out, ",\"would\":", self.would.as_ref());
        write::text(out, ",\"reason\":", self.reason);
        write::maybe_text(out, ",\"remoteId\":", self.remote_id.as_deref());
        write::list(out, ",\"changed\":", &self.changed, |out, path| write::quoted(out, path));
        write::list(out, ",\"groups\":", &self.groups, |out, group| group.json(out));
        write::list(out, ",\"requests\":", &self.requests, |out, request| {
            out.push_str(&write::json(request))
        });
        write::list(out, ",\"warnings\":", &self.warnings, |out, warning| {
            out.push_str(&write::json(warning))
        });
        write::maybe(out, ",\"error\":", self.error.as_ref());
        write::maybe(out, ",\"job\":", self.job.as_ref());
        out.push('}');
    }

    fn is_usual(&self) -> bool {
        let ServerOutcome {
            server: _,
            result,
            would,
            reason,
            remote_id,
            changed,
            groups,
            requests,
            warnings,
            error,
            job,
        } = self;
        *result == Verdict::Unchanged
            && would.is_none()
            && *reason == "fresh"
            && remote_id.is_some()
            && (changed.is_empty() && requests.is_empty() && warnings.is_empty())
            && (error.is_none() && job.is_none())
            && groups.iter().all(|GroupOutcome { name: _, result, remote_id, error }| {
                *result == GroupResult::Unchanged && remote_id.is_some() && error.is_none()
            })
    }

    /// Without details.
    pub fn new(server: &str, result: Verdict, reason: &'static str) -> Self {
        ServerOutcome {
            server: server.to_owned(),
            result,
            would: None,
            reason,
            remote_id: None,
            changed: Vec::new(),
            groups: Vec::new(),
            requests: Vec::new(),
            warnings: Vec::new(),
            error: None,
            job: None,
        }
    }
}

/// What happened to one group.
#[derive(Clone, Debug)]
pub struct GroupOutcome {
    /// Its name at the provider.
    pub name: String,
    /// What became of it.
    pub result: GroupResult,
    /// The provider's `id`.
    pub remote_id: Option<String>,
    /// What went wrong.
    pub error: Option<Box<Failure>>,
}

impl GroupOutcome {
    fn json(&self, out: &mut String) {
        write::text(out, "{\"name\":", &self.name);
        write::text(out, ",\"result\":", self.result.word());
        write::maybe_text(out, ",\"remoteId\":", self.remote_id.as_deref());
        write::maybe(out, ",\"error\":", self.error.as_ref());
        out.push('}');
    }
}

/// What became of a group, or of the user's membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupResult {
    /// Created, with the user in it.
    Created,
    /// The user was put into it.
    Joined,
    /// The user was taken out of it.
    Left,
    /// Already so.
    Unchanged,
    /// It goes by another name.
    Renamed,
    /// It is gone.
    Deleted,
    /// Left alone on purpose.
    Skipped,
    /// It did not work.
    Failed,
}

impl GroupResult {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            GroupResult::Created => "created",
            GroupResult::Joined => "joined",
            GroupResult::Left => "left",
            GroupResult::Unchanged => "unchanged",
            GroupResult::Renamed => "renamed",
            GroupResult::Deleted => "deleted",
            GroupResult::Skipped => "skipped",
            GroupResult::Failed => "failed",
        }
    }
}

impl Serialize for GroupResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One request that was sent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestRecord {
    /// What it was for.
    pub purpose: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path below the server's URL; the query is cut.
    pub path: String,
    /// 1 for the first try.
    pub attempt: u32,
    /// HTTP status; absent where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Milliseconds until the answer, or until it was given up.
    pub duration_ms: u64,
    /// The provider's own id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_request_id: Option<String>,
}

/// Whose fault it was, and what may help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What kind.
    pub class: Class,
    /// One lower-case sentence, scrubbed.
    pub message: String,
    /// Whether trying again may help.
    pub retryable: bool,
    /// The provider's HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// RFC 7644 section 3.12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scim_type: Option<String>,
    /// The provider's own code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_code: Option<String>,
    /// When to come again, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Failure {
    /// A failure that no answer's details belong to.
    pub fn new(class: Class, message: impl Into<String>) -> Box<Self> {
        Box::new(Failure {
            class,
            message: message.into(),
            retryable: class.is_retryable(),
            status: None,
            scim_type: None,
            provider_code: None,
            retry_after_ms: None,
        })
    }
}

/// Failure classes: table F of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Hash, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The event lacks what the provider needs.
    Profile,
    /// The provider does not know us.
    Credentials,
    /// It knows us and says no.
    Forbidden,
    /// It does not take what we sent.
    Rejected,
    /// Somebody has it already.
    Conflict,
    /// It is not there.
    NotFound,
    /// Too fast.
    Throttled,
    /// Not there now.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// Not an answer we can read.
    Protocol,
    /// A defect of ours.
    Internal,
}

impl Class {
    /// Whether trying again may help.
    pub fn is_retryable(self) -> bool {
        match self {
            Class::Throttled | Class::Unavailable | Class::Timeout => true,
            Class::Profile
            | Class::Credentials
            | Class::Forbidden
            | Class::Rejected
            | Class::Conflict
            | Class::NotFound
            | Class::Protocol
            | Class::Internal => false,
        }
    }

    /// The word for it: also the `reason` of a failed outcome (D5).
    pub fn word(self) -> &'static str {
        match self {
            Class::Profile => "profile",
            Class::Credentials => "credentials",
            Class::Forbidden => "forbidden",
            Class::Rejected => "rejected",
            Class::Conflict => "conflict",
            Class::NotFound => "not-found",
            Class::Throttled => "throttled",
            Class::Unavailable => "unavailable",
            Class::Timeout => "timeout",
            Class::Protocol => "protocol",
            Class::Internal => "internal",
        }
    }
}

/// What is left to do at one server, for `resume`. Holds the event as it was given (S2).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Format.
    pub version: u32,
    /// The server's id.
    pub server: String,
    /// The event as given.
    pub event: Value,
    /// The same for the same work.
    pub key: String,
    /// When the event came in.
    pub created_at: u64,
    /// How often it was tried.
    pub attempt: u32,
    /// Not before.
    pub not_before: u64,
    /// Why it is there.
    pub cause: &'static str,
}
