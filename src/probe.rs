//! Whether a server can be reached with its credentials, and is what its type says. Never a write.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use crate::auth;
use crate::core::Core;
use crate::event::Event;
use crate::flow::{Assume, Sending, Stop, Visit};
use crate::http::{Call, Reply};
use crate::mapping;
use crate::outcome::Class;
use crate::plan::Standing;
use crate::port::Port;
use crate::problem::Problem;
use crate::provider::GroupsMode;
use crate::scim::message;
use crate::scim::resource::member;

/// The answer.
#[derive(Debug, Serialize)]
pub struct ProbeReport {
    server: String,
    ok: bool,
    steps: Vec<Step>,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    name: &'static str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    duration_ms: u64,
    message: String,
}

/// Asks for a page of one: enough to see that the list is there.
const PAGE: &str = "count=1";

/// Probes one server.
pub async fn probe(core: Rc<Core>, port: Port, index: usize) -> ProbeReport {
    let mut report =
        ProbeReport { server: String::new(), ok: false, steps: Vec::new(), problems: Vec::new() };
    let Some(server) = core.config.servers.get(index) else { return report };
    report.server.clone_from(&server.id);
    // A probe is about nobody: an event without a user, so that nothing of a profile is ever sent.
    let event = Event::about_nobody();
    let desired = mapping::Desired::nobody();
    let visit = Visit {
        core: &core,
        server,
        index,
        port: &port,
        event: &event,
        run_id: "probe",
        user: "",
        standing: Standing::NotEntitled,
        at: port.clock.started,
        desired: &desired,
        sending: Sending::Live,
        assume: Assume::Usual,
        guarded: false,
        seed: Cell::new(0),
        notes: RefCell::default(),
    };
    // Without a token, what stands in the header is the secret: looked at as a whole.
    let source = auth::source_of(&server.authentication);
    let began = port.now();
    let secret = match source {
        Some(_) => visit.resolve(false).await.map(drop),
        None => visit.authorization().await.map(drop),
    };
    let mut found = report.step("secret", "the credential is there", secret, port.now() - began);
    if found {
        let began = port.now();
        let (well, token) = match source {
            Some(source) => ("the token is there", visit.token(source).await.map(drop)),
            None => ("no token is needed: the credential is sent as it is", Ok(())),
        };
        found = report.step("token", well, token, port.now() - began);
    }
    if found {
        visit.discover(&mut report).await;
        visit.ask_for("users", "/Users", PAGE, &mut report).await;
        if server.groups.mode == GroupsMode::Off {
            report.step("groups", "groups are off at this server", Ok(()), 0);
        } else {
            let query = format!("{}{PAGE}", extra(server.provider.dialect.group_query));
            visit.ask_for("groups", "/Groups", &query, &mut report).await;
        }
    }
    report.ok = report.steps.iter().all(|step| step.ok);
    report
}

impl ProbeReport {
    /// One step that is no GET: what it is when it is well. Whether it is.
    fn step(&mut self, name: &'static str, well: &str, ended: Result<(), Stop>, duration_ms: u64) -> bool {
        let failure = ended.err().map(|stop| stop.failure);
        let (ok, status) = (failure.is_none(), failure.as_ref().and_then(|failure| failure.status));
        let message = failure.map_or_else(|| well.to_owned(), |failure| failure.message);
        self.steps.push(Step { name, ok, status, duration_ms, message });
        ok
    }
}

impl Visit<'_> {
    /// What the server says of itself, where its type has anything to ask.
    async fn discover(&self, report: &mut ProbeReport) {
        let name = "discovery";
        let paths = self.server.provider.dialect.discovery;
        if paths.is_empty() {
            let message = format!("{} does not describe itself", self.server.provider.name);
            report.steps.push(Step { name, ok: true, status: None, duration_ms: 0, message });
        }
        for (index, path) in paths.iter().enumerate() {
            let before = report.steps.len();
            match self.ask_for(name, path, "", report).await {
                Some(config) => return compare(&config, &mut report.problems),
                // It may stand under the other path; then this step was none.
                None if index + 1 < paths.len()
                    && report.steps.last().is_some_and(|step| step.status == Some(404)) =>
                {
                    report.steps.truncate(before);
                }
                None => return,
            }
        }
    }

    /// One step: a GET, and what it says.
    async fn ask_for(
        &self,
        name: &'static str,
        path: &str,
        query: &str,
        report: &mut ProbeReport,
    ) -> Option<Value> {
        let began = self.port.now();
        let reply = self.call(Call::new(name, "GET", path).query(query.to_owned())).await;
        let duration_ms = self.port.now() - began;
        let (ok, status, message, body) = self.step(name, reply);
        report.steps.push(Step { name, ok, status, duration_ms, message });
        body
    }

    fn step(&self, name: &str, reply: Result<Reply, Stop>) -> (bool, Option<u16>, String, Option<Value>) {
        let reply = match reply {
            Ok(reply) => reply,
            Err(stop) => return (false, stop.failure.status, stop.failure.message, None),
        };
        let status = Some(reply.status);
        if !reply.is_success() {
            let failure = self.failure(&reply, None);
            // Discovery is advice: some have none.
            let lacks = name == "discovery" && matches!(failure.class, Class::NotFound | Class::Rejected);
            let message = if lacks {
                "the server does not describe itself; that is allowed".to_owned()
            } else {
                failure.message
            };
            return (lacks, status, message, None);
        }
        match reply.json() {
            Some(body) if name == "discovery" || message::list(body).is_some() => {
                (true, status, "answers".to_owned(), Some(body.clone()))
            }
            _ => (false, status, self.unreadable().message, None),
        }
    }
}

/// What a type adds to its lists, but for a page's length.
fn extra(query: &'static str) -> &'static str {
    if query.starts_with("count=") { "" } else { query }
}

/// What the server says of itself against what its type expects.
fn compare(config: &Value, problems: &mut Vec<Problem>) {
    let supported = |name: &str| {
        member(config, name).and_then(|feature| member(feature, "supported")).and_then(Value::as_bool)
    };
    if supported("patch") == Some(false) {
        problems.push(
            Problem::warning("/patch/supported", "no-patch", "the server says it has no PATCH")
                .help("updates go by GET and PUT, two requests each"),
        );
    }
    if supported("filter") == Some(false) {
        problems.push(
            Problem::warning("/filter/supported", "no-filter", "the server says it cannot filter")
                .help("existing accounts cannot be found there"),
        );
    }
}
