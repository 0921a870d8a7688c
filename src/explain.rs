//! What would happen for one event, and why (rule of `explain`): the very conversation a run has, with its writes (and,
//! unless asked for, its reads) taken to work.

mod branches;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use crate::config::{Mode, Origin, Server};
use crate::core::Core;
use crate::encode::percent;
use crate::event::Event;
use crate::flow::{self, Assume, Sees, Sending, Visit};
use crate::http::Call;
use crate::mapping;
use crate::outcome::{Failure, GroupResult, Verdict};
use crate::plan::Standing;
use crate::port::Port;
use crate::problem::Problem;
use crate::run::{self, Start};
use crate::table::object;

/// The answer.
#[derive(Debug, Serialize)]
pub struct Explanation {
    id: String,
    servers: Vec<Explained>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    server: String,
    sentence: String,
    entitled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    result: Verdict,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Value>,
    mapping: Vec<Mapped>,
    changed: Vec<String>,
    groups: Vec<ExplainedGroup>,
    requests: Vec<ExplainedRequest>,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Mapped {
    target: String,
    source: String,
    from: Origin,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

#[derive(Debug, Serialize)]
struct ExplainedGroup {
    name: String,
    result: GroupResult,
}

#[derive(Debug, Serialize)]
struct ExplainedRequest {
    purpose: &'static str,
    method: &'static str,
    url: String,
    headers: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<&'static str>,
}

/// Stands where the credential would.
const CUT: &str = "<credential>";

/// Explains one event.
pub async fn explain(core: Rc<Core>, port: Port, start: Start, read: bool) -> Explanation {
    let id = start.event.id.clone().unwrap_or_else(|| "explain".to_owned());
    let mut servers = Vec::new();
    for index in run::servers(&core.config, &start) {
        if let Some(server) = core.config.servers.get(index) {
            servers.push(one(&core, &port, &start, &id, index, server, read).await);
        }
    }
    Explanation { id, servers }
}

async fn one(
    core: &Core,
    port: &Port,
    start: &Start,
    id: &str,
    index: usize,
    server: &Server,
    read: bool,
) -> Explained {
    let event: &Event = &start.event;
    let standing = run::standing(&core.config, event, index);
    let desired = mapping::evaluate(server, event);
    let condition = core
        .config
        .applications
        .iter()
        .filter(|application| application.servers.contains(&index))
        .find(|application| event.application.as_ref().is_none_or(|id| application.id == *id))
        .and_then(|application| application.condition.as_ref().map(|(_, text)| text.clone()));
    let traced = if event.user.is_some() { mapping::trace(server, event) } else { Vec::new() };
    let mapping: Vec<Mapped> = traced
        .into_iter()
        .map(|traced| Mapped {
            target: traced.attribute.key.clone(),
            source: traced.attribute.text.clone(),
            from: traced.attribute.origin,
            value: traced.value.map(std::borrow::Cow::into_owned),
            problem: traced.problem,
        })
        .collect();
    let visit = |standing: Standing, assume: Assume| Visit {
        core,
        server,
        index,
        port,
        event,
        run_id: id,
        user: event.user.as_ref().map_or("", |user| user.id.as_str()),
        standing,
        at: event.occurred_at.unwrap_or(port.clock.started),
        desired: &desired,
        sending: if read { Sending::Reads } else { Sending::Nothing },
        assume,
        guarded: false,
        seed: Cell::new(start.seed),
        notes: RefCell::default(),
    };
    let mut problems: Vec<Problem> = mapping.iter().filter_map(|mapped| mapped.problem.clone()).collect();
    let entitled = standing == Ok(Standing::Entitled);
    let resource = (entitled && event.user.is_some() && desired.missing.is_none())
        .then(|| visit(Standing::Entitled, Assume::Usual).resource(true));
    let (result, reason, rest) = match (server.mode, standing) {
        (Mode::Off, _) => (Verdict::Skipped, "off", None),
        (_, Err(message)) => {
            problems.push(Problem::error("/condition", "expression-failed", message));
            (Verdict::Failed, "profile", None)
        }
        (Mode::Live | Mode::Shadow, Ok(standing)) => {
            let usual = visit(standing, Assume::Usual);
            let sees = flow::visit(&usual).await;
            let mut requests = branches::usual(&sees.pretended);
            let usually = requests.len();
            if !read {
                for other in branches::others(&sees.pretended) {
                    let sees = flow::visit(&visit(standing, other)).await;
                    branches::add(&mut requests, other, sees.pretended);
                }
            }
            let groups = sees.outcome.groups.iter().map(|group| group.name.as_str());
            let marks = branches::marks(groups);
            let requests: Vec<_> =
                requests.iter().map(|(call, when)| request(&usual, call, *when, &marks)).collect();
            // Reading explains as shadow does: the result is what it would have been.
            let result = sees.outcome.would.unwrap_or(sees.outcome.result);
            (result, sees.reason, Some((sees, (requests, usually))))
        }
    };
    let (sees, requests) = rest.unzip();
    let (requests, usually) = requests.unwrap_or_default();
    let (changed, groups, told) = sees.map_or_else(Default::default, parts);
    // What failed may be said by an attribute already; if by none, as where values do not go together, it is said here.
    let said = problems.iter().any(Problem::is_error);
    problems.extend(told.into_iter().filter(|problem| !(said && problem.is_error())));
    Explained {
        server: server.id.clone(),
        sentence: sentence(server, result, reason, usually),
        entitled,
        condition,
        result,
        reason,
        resource,
        mapping,
        changed,
        groups,
        requests,
        problems,
    }
}

fn parts(sees: Sees) -> (Vec<String>, Vec<ExplainedGroup>, Vec<Problem>) {
    let groups = sees
        .outcome
        .groups
        .into_iter()
        .map(|group| ExplainedGroup { name: group.name, result: group.result });
    let failed = |failure: Box<Failure>| Problem::error("", failure.class.word(), failure.message);
    let problems = sees.outcome.error.map(failed).into_iter().chain(sees.outcome.warnings);
    (sees.outcome.changed, groups.collect(), problems.collect())
}

fn request(visit: &Visit<'_>, call: &Call, when: Option<&'static str>, marks: &[String]) -> ExplainedRequest {
    let headers = visit.headers(call, CUT.to_owned());
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value)));
    ExplainedRequest {
        purpose: call.purpose,
        method: call.method,
        // What stands for an id is for people to read.
        url: marks.iter().fold(visit.url(call), |url, mark| url.replace(&percent(mark), mark)),
        headers: Value::Object(object(headers)),
        body: call.body.clone(),
        when,
    }
}

/// The decision in one sentence, for people.
fn sentence(server: &Server, result: Verdict, reason: &str, requests: usize) -> String {
    let what = match result {
        Verdict::Created => "the account would be created",
        Verdict::Adopted => "an existing account would be taken over",
        Verdict::Updated => "the account would be updated",
        Verdict::Reactivated => "the account would be turned on again",
        Verdict::Unchanged => "the account would be left as it is",
        Verdict::Deactivated => "the account would be turned off",
        Verdict::Deleted => "the account would be deleted",
        Verdict::Skipped => "nothing would be done",
        Verdict::Deferred => "the work would be put off",
        Verdict::Conflict => "nothing would be written, because somebody else's account is in the way",
        Verdict::Failed => "it would fail before anything is written",
    };
    let count = match requests {
        0 => "no request".to_owned(),
        1 => "one request".to_owned(),
        n => format!("{n} requests"),
    };
    format!("At `{}`, {what} (`{reason}`): {count}.", server.id)
}
