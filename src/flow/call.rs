//! One call: with its credential, its tries, and its place in the outcome's records.

use serde_json::{Value, json};

use super::credential::Tried;
use super::{Sending, Visit};
use crate::auth;
use crate::http::{Body, Call, Reply, Request};
use crate::outcome::{Class, Failure, RequestRecord};
use crate::port::{Answer, Answered, Ask, Loss};
use crate::provider::Reading;
use crate::redact::Needles;
use crate::retry;
use crate::secret::SecretValue;
use crate::table::insert_by_key;
use crate::time::Millis;

/// Why a conversation ends before its time.
#[derive(Clone, Debug)]
pub struct Stop {
    /// What went wrong.
    pub failure: Failure,
    /// The reason of a deferral, where trying later may help.
    pub deferred: Option<&'static str>,
    /// Not before.
    pub not_before: Option<Millis>,
    /// It may have been done all the same (R4).
    pub unclear: bool,
}

impl Stop {
    /// Trying again does not help.
    pub fn failed(failure: Failure) -> Self {
        Stop { failure, deferred: None, not_before: None, unclear: false }
    }

    /// Trying later may help.
    pub fn deferred(reason: &'static str, failure: Failure) -> Self {
        Stop { failure, deferred: Some(reason), not_before: None, unclear: false }
    }
}

/// Sent with every request (H5).
pub(super) const USER_AGENT: &str = concat!("scimhook/", env!("CARGO_PKG_VERSION"));

impl Visit<'_> {
    /// Asks the provider, as often as it takes and the budget allows (R3). `Ok` is an answer that no further try
    /// would change: success, or a refusal.
    pub async fn call(&self, call: Call) -> Result<Reply, Stop> {
        self.call_after(call, 0).await
    }

    /// The same for a call of which some tries were made before.
    pub async fn call_after(&self, call: Call, before: u32) -> Result<Reply, Stop> {
        if self.sending == Sending::Nothing || (self.sending == Sending::Reads && call.writes()) {
            return Ok(self.pretend(call));
        }
        let minted = self.learned(|learned| learned.credentials.minted);
        let mut tried = Tried { before: minted, renewed: false, again: 0 };
        let mut tries = before;
        loop {
            self.admitted()?;
            self.keep_quiet(self.learned(|learned| learned.quiet_until)).await?;
            let shown = self.authorization().await?;
            let (usual_media, if_match) = self.learned(|learned| (learned.usual_media, learned.if_match));
            let request = Request {
                method: call.method,
                url: self.url(&call),
                headers: self.headers(&call, shown.header.clone()),
                body: call.body.as_ref().map(Value::to_string),
            };
            let answered = self.send(self.index, request, tries).await;
            self.record(&call, tries + 1, &answered);
            let stop = match answered.answer {
                Ok(Answer::Reply(response)) => {
                    let reply = Reply::read(&response);
                    match self.read_refusal(&reply).0 {
                        // What a server wants to have said otherwise is said so once more, and from then on (RFC 7644
                        // section 3.1, RFC 6585 section 3).
                        Some(Class::Rejected) if reply.status == 415 && usual_media => {
                            self.learned(|learned| learned.usual_media = false);
                            continue;
                        }
                        Some(Class::Rejected) if reply.status == 428 && !if_match => {
                            self.learned(|learned| learned.if_match = true);
                            continue;
                        }
                        // Where that is not about the resource, nothing is to be concluded of the resource.
                        Some(Class::Rejected) if reply.status == 410 => {
                            return Err(self.refused(&reply, call.body.as_ref()));
                        }
                        Some(Class::Credentials) if self.renewed(&shown, &mut tried).await? => continue,
                        Some(class) if class.is_retryable() => self.unwell(&reply, &call),
                        _ => return Ok(reply),
                    }
                }
                Ok(Answer::Loaded(_) | Answer::Stored(_) | Answer::Secret(_) | Answer::Signature(_)) => {
                    return Err(self.lost(Loss::BadShape));
                }
                Err(loss) => self.lost(loss),
            };
            let repeatable = !(stop.unclear && call.method == "POST");
            let Some(at) = self.next_try(repeatable, tries, &stop) else { return Err(stop) };
            self.port.sleep_until(at).await;
            tries += 1;
        }
    }

    /// When to try again; `None` where that would not help, or not fit in.
    pub(super) fn next_try(&self, repeatable: bool, tries: u32, stop: &Stop) -> Option<Millis> {
        if stop.deferred.is_none()
            || !stop.failure.retryable
            || tries >= self.server.policy.retries
            || !repeatable
        {
            return None;
        }
        let wait = stop.failure.retry_after_ms.unwrap_or_else(|| retry::backoff(tries, self.random()));
        let at = self.port.now().saturating_add(wait);
        (at < self.port.clock.requests_until).then_some(at)
    }

    /// Waits while the server asked for quiet; a wait that does not fit in is not begun.
    pub(super) async fn keep_quiet(&self, until: Millis) -> Result<(), Stop> {
        let now = self.port.now();
        if until <= now {
            return Ok(());
        }
        if until < self.port.clock.requests_until && !self.port.clock.aborted.get() {
            self.port.sleep_until(until).await;
            return Ok(());
        }
        let mut failure = Failure::new(Class::Throttled, format!("`{}` asked us to wait", self.server.id));
        failure.retry_after_ms = Some(until - now);
        Err(Stop { not_before: Some(until), ..Stop::deferred("throttled", failure) })
    }

    /// One try.
    pub(super) async fn send(&self, lane: usize, request: Request, tries: u32) -> Answered {
        let ask = Ask::Send {
            lane,
            request,
            further_tries: self.server.policy.retries.saturating_sub(tries),
            longest: self.server.policy.request_timeout_ms,
        };
        self.port.ask(ask, self.port.clock.requests_until).await
    }

    /// The headers of a call (H5).
    pub fn headers(&self, call: &Call, authorization: String) -> Vec<(&'static str, String)> {
        let dialect = &self.server.provider.dialect;
        let mut headers = vec![
            ("Authorization", authorization),
            ("User-Agent", USER_AGENT.to_owned()),
            ("Accept", dialect.accept.to_owned()),
        ];
        if call.body.is_some() {
            let content_type = match (self.learned(|learned| learned.usual_media), dialect.content_type) {
                (true, usual) => usual,
                (false, "application/json") => "application/scim+json",
                (false, _) => "application/json",
            };
            headers.push(("Content-Type", content_type.to_owned()));
        }
        if !matches!(call.method, "GET" | "POST") && self.learned(|learned| learned.if_match) {
            // Any version: what we write is ours, whatever else was changed meanwhile (RFC 9110 section 13.1.1).
            headers.push(("If-Match", "*".to_owned()));
        }
        headers
    }

    /// The absolute URL of a call.
    pub fn url(&self, call: &Call) -> String {
        let mark = if call.query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{}", self.server.url, call.path, call.query)
    }

    pub(super) fn record(&self, call: &Call, attempt: u32, answered: &Answered) {
        let Some(sent) = answered.sent else { return };
        let reply = match &answered.answer {
            Ok(Answer::Reply(response)) => {
                Some(Reply { status: response.status, headers: response.headers.clone(), body: Body::Empty })
            }
            _ => None,
        };
        let record = RequestRecord {
            purpose: call.purpose,
            method: call.method,
            path: call.path.clone(),
            attempt,
            status: reply.as_ref().map(|reply| reply.status),
            duration_ms: self.port.now().saturating_sub(sent),
            provider_request_id: reply
                .and_then(|reply| reply.request_id())
                .filter(|id| !self.needles(None).hit(id)),
        };
        if self.core.host.log {
            self.log_request(&record);
        }
        insert_by_key(&mut self.notes.borrow_mut().requests, (answered.order, record), |(order, _)| *order);
    }

    fn log_request(&self, record: &RequestRecord) {
        let level = if record.status.is_some_and(|status| status < 400) { "info" } else { "warn" };
        let mut line = json!({
            "time": self.port.now(), "level": level, "event": "request", "id": self.run_id, "server": self.server.id,
        });
        if let (Some(line), Ok(Value::Object(fields))) = (line.as_object_mut(), serde_json::to_value(record))
        {
            line.extend(fields);
        }
        self.port.log(line);
    }

    /// A reply that asks for another try.
    fn unwell(&self, reply: &Reply, call: &Call) -> Stop {
        let now = self.port.now();
        let failure = self.failure(reply, call.body.as_ref());
        let wait = retry::asked_wait(reply, now).or(self.read_refusal(reply).1.wait);
        if let Some(wait) = wait {
            self.learned(|learned| learned.quiet_until = learned.quiet_until.max(now.saturating_add(wait)));
        }
        // 429 and 503 say that nothing was done (RFC 6585 section 4, RFC 9110 section 15.6.4); others leave it open.
        let unclear = !matches!(reply.status, 429 | 503);
        Stop { unclear, ..self.to_repeat(failure, wait) }
    }

    /// A failure that asks for another try, after so long a wait.
    pub(super) fn to_repeat(&self, mut failure: Failure, wait: Option<Millis>) -> Stop {
        failure.retry_after_ms = wait;
        let reason = if failure.class == Class::Throttled { "throttled" } else { "unavailable" };
        Stop {
            not_before: wait.map(|wait| self.port.now().saturating_add(wait)),
            ..Stop::deferred(reason, failure)
        }
    }

    /// No reply.
    pub fn lost(&self, loss: Loss) -> Stop {
        self.lost_by(&format!("`{}`", self.server.id), loss)
    }

    /// No reply of a server or its token endpoint.
    pub(super) fn lost_by(&self, server: &str, loss: Loss) -> Stop {
        let spent = self.port.now() >= self.port.clock.requests_until;
        let (class, message, reason) = match loss {
            Loss::Aborted => {
                (Class::Timeout, format!("stopped by the host while waiting for {server}"), Some("aborted"))
            }
            Loss::Unsent => {
                (Class::Timeout, format!("no time was left to ask {server}"), Some("budget-spent"))
            }
            Loss::Timeout if spent => {
                (Class::Timeout, format!("{server} did not answer within the budget"), Some("budget-spent"))
            }
            Loss::Timeout => {
                (Class::Timeout, format!("{server} did not answer in time"), Some("unavailable"))
            }
            Loss::Transport => {
                (Class::Unavailable, format!("the connection to {server} failed"), Some("unavailable"))
            }
            Loss::TooLong => (Class::Protocol, format!("{server} answered with more than 1 MiB"), None),
            Loss::BadShape | Loss::Broken => {
                (Class::Protocol, format!("the host's `fetch` gave no response for {server}"), None)
            }
        };
        Stop {
            unclear: loss != Loss::Unsent,
            deferred: reason,
            not_before: None,
            failure: Failure::new(class, message),
        }
    }

    /// What a reply that is no success says, safe to show.
    pub fn failure(&self, reply: &Reply, sent: Option<&Value>) -> Failure {
        let error = retry::error_of(reply);
        let (class, reading) = self.read_refusal(reply);
        let class = class.unwrap_or(Class::Protocol);
        let needles = self.needles(sent);
        let who = format!("`{}`", self.server.id);
        let mut said = sentence(&who, "SCIM", class, reply, error.detail.as_deref(), &needles);
        if let Some(why) = &reading.why {
            said = format!("{said}; {why}");
        }
        let mut failure = Failure::new(class, said);
        failure.status = Some(reply.status);
        // A word that holds what was sent is no code.
        failure.scim_type = error.scim_type.filter(|word| !needles.hit(word));
        failure.provider_code = reading.code.or(error.code).filter(|word| !needles.hit(word));
        failure
    }

    /// What kind of failure a reply is, and what this provider means by it.
    fn read_refusal(&self, reply: &Reply) -> (Option<Class>, Reading) {
        retry::read(&self.server.provider.dialect, reply, &retry::error_of(reply), self.port.now())
    }

    /// What no text of a provider's may show.
    pub(super) fn needles(&self, sent: Option<&Value>) -> Needles {
        let mut secrets: Vec<String> = Vec::new();
        for (server, learned) in self.core.config.servers.iter().zip(&self.core.learned) {
            let credentials = &learned.borrow().credentials;
            let given = auth::secrets_of(&server.authentication).into_iter().map(|given| match given {
                Some(SecretValue::Literal(secret)) => Some(secret),
                Some(SecretValue::Named(_)) | None => None,
            });
            let held = credentials.held.iter().map(Option::as_ref);
            // As it was given, as it is now, and as it stands in a header or form.
            let known =
                held.flat_map(|held| held.map(|held| [Some(&held.now), held.spent.as_ref()])).flatten();
            let known = known.chain(given).chain([credentials.token.as_ref().map(|token| &token.value)]);
            for secret in known.flatten() {
                auth::forms(&server.authentication, secret, &mut |form| secrets.push(form));
            }
        }
        // Whole profile values may come back even where this one request did not carry them.
        let whole = json!([sent, self.desired.iter().map(|(_, value)| value).collect::<Vec<_>>(), self.user]);
        Needles::new(secrets.iter().map(String::as_str), &whole)
    }

    /// The failure of a success whose body is not what it should be.
    pub fn unreadable(&self) -> Failure {
        Failure::new(
            Class::Protocol,
            format!("`{}` answered with something that is not SCIM", self.server.id),
        )
    }

    /// A stop for a reply that no further try would change.
    pub fn refused(&self, reply: &Reply, sent: Option<&Value>) -> Stop {
        let failure = self.failure(reply, sent);
        self.learned(|learned| learned.last_failure = Some(failure.clone()));
        Stop::failed(failure)
    }
}

/// What a failure says: `server` in backticks, what was expected of it, what it said.
pub(super) fn sentence(
    server: &str,
    wanted: &str,
    class: Class,
    reply: &Reply,
    said: Option<&str>,
    needles: &Needles,
) -> String {
    let status = reply.status;
    let head = match class {
        Class::Protocol if reply.is_success() => {
            return format!("{server} answered with something that is not {wanted}");
        }
        Class::Protocol => {
            return format!("{server} answered {status} instead of {wanted}; redirects are not followed");
        }
        Class::Credentials => format!("{server} refuses our credentials ({status})"),
        Class::Forbidden => format!("{server} does not allow this ({status})"),
        Class::Throttled => format!("{server} asks us to slow down ({status})"),
        Class::Unavailable => format!("{server} is not well ({status})"),
        Class::Conflict => format!("{server} has a duplicate ({status})"),
        Class::NotFound => format!("{server} does not find it ({status})"),
        Class::Profile | Class::Rejected | Class::Timeout | Class::Internal => {
            format!("{server} does not take what was sent ({status})")
        }
    };
    match said.map(|text| needles.scrub(text)).filter(|text| !text.is_empty()) {
        Some(said) => format!("{head}: {said}"),
        None => head,
    }
}
