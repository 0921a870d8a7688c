//! One run: an event, the servers it concerns, one budget.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use serde_json::Value;

use crate::config::{Application, Config, Mode, OnFailure, Server};
use crate::core::Core;
use crate::digest;
use crate::event::{Event, Kind};
use crate::flight::Landed;
use crate::flow::{self, Assume, Sees, Sending, Visit};
use crate::join::join_all;
use crate::json::{self, json, write};
use crate::mapping::{self, Scope};
use crate::outcome::{Access, Class, Failure, Job, Outcome, ServerOutcome, Verdict};
use crate::plan::Standing;
use crate::planted;
use crate::port::{Ask, Loss, Port};
use crate::table::take;
use crate::time::Millis;

/// What starts a run.
pub struct Start {
    /// The event.
    pub event: Rc<Event>,
    /// The job it comes from.
    pub job: Option<Taken>,
    /// Whether it is a login: only a login can be denied (R9).
    pub is_login: bool,
    /// Chance.
    pub seed: u64,
}

/// A job that was handed out before.
pub struct Taken {
    /// Its server.
    pub server: usize,
    /// When its event came in.
    pub created_at: Millis,
    /// How often it was tried.
    pub attempt: u32,
    /// Not before.
    pub not_before: Millis,
}

/// Said to somebody who is not let in: what to do, and nothing about why.
const DENIED: &str =
    "Your account for this application could not be prepared. Please try again in a few minutes.";

/// First pause before a job is worth another try, and the longest, in milliseconds.
const JOB_PAUSE_MS: u64 = 5_000;
const JOB_PAUSE_MOST_MS: u64 = 3_600_000;

/// Runs it to its end.
pub async fn run(core: Rc<Core>, port: Port, start: Start) -> Outcome {
    let began = port.clock.started;
    let id = start.event.id.clone().unwrap_or_else(|| format!("run-{began:x}-{:x}", start.seed >> 32));
    let chosen = servers(&core.config, &start);
    if let (true, Some(application)) = (chosen.is_empty() && core.host.log, &start.event.application) {
        port.log(json!({
            "time": port.now(), "level": "warn", "event": "unknown-application", "id": id.as_str(), "application": application.as_str(),
        }));
    }
    let visits =
        chosen.iter().filter_map(|index| core.config.servers.get(*index).map(|server| (*index, server)));
    let seen = join_all(visits.map(|(index, server)| {
        let one = One { core: &core, port: &port, start: &start, id: &id, index, server };
        Box::pin(async move { one.ended().await }) as Pin<Box<dyn Future<Output = (ServerOutcome, Access)>>>
    }))
    .await;
    let denied = start.is_login && seen.iter().any(|(_, access)| *access == Access::Deny);
    Outcome {
        id,
        access: if denied { Access::Deny } else { Access::Allow },
        message: denied.then_some(DENIED),
        user: start.event.user.as_ref().map(|user| user.id.clone()),
        application: start.event.application.clone(),
        duration_ms: port.now().saturating_sub(began),
        servers: seen.into_iter().map(|(outcome, _)| outcome).collect(),
    }
}

/// Which servers an event concerns, each once (D1).
pub fn servers(config: &Config, start: &Start) -> Vec<usize> {
    if let Some(job) = &start.job {
        return vec![job.server];
    }
    let leaving = matches!(start.event.kind, Kind::UserDisabled | Kind::UserDeleted);
    if leaving && start.event.application.is_none() {
        // A leaver's account may be at a server that no application names any more.
        return (0..config.servers.len()).collect();
    }
    let mut chosen: Vec<usize> = Vec::new();
    let named = |application: &&Application| match &start.event.application {
        Some(id) => application.id == *id,
        None => true,
    };
    for application in config.applications.iter().filter(named) {
        // A login at a disabled application is answered, with nothing done; a leaver's account goes all the same.
        if application.enabled || leaving || start.is_login {
            chosen.extend(&application.servers);
        }
    }
    let mut once = Vec::new();
    for index in chosen {
        if !once.contains(&index) {
            once.push(index);
        }
    }
    once
}

/// One server's part of a run.
struct One<'a> {
    core: &'a Core,
    port: &'a Port,
    start: &'a Start,
    id: &'a str,
    index: usize,
    server: &'a Server,
}

impl One<'_> {
    async fn ended(&self) -> (ServerOutcome, Access) {
        if self.server.mode == Mode::Off {
            return (self.skipped("off"), Access::Allow);
        }
        if let Some(job) = &self.start.job
            && self.port.now() < job.not_before
        {
            let outcome = ServerOutcome { result: Verdict::Deferred, ..self.skipped("too-early") };
            let again = Job { attempt: job.attempt, ..self.job("too-early", Some(job.not_before)) };
            return (ServerOutcome { job: Some(again), ..outcome }, Access::Allow);
        }
        if self.start.event.user.is_none() || self.sending() != Sending::Live {
            return self.flown().await;
        }
        // One after the other (R7).
        let event = &self.start.event;
        let place = self.core.flights.board(self.index, event, self.core.learned.len() as u32);
        let pass = match self.port.turn(place.gate, self.port.clock.requests_until).await {
            Ok(pass) => pass,
            Err(loss) => return self.crowded_out(loss).await,
        };
        let budget = self.port.clock.until.saturating_sub(self.port.clock.started);
        if pass.waited
            && self.start.job.is_none()
            && let Some(landed) = place.before()
            && landed.budget >= budget
            && landed.event.says_what(event)
        {
            self.log(&landed.outcome);
            return (landed.outcome, landed.access);
        }
        let (outcome, access) = self.flown().await;
        place.land(|| {
            let shared = self.start.job.is_none() && !self.port.clock.aborted.get();
            shared.then(|| Landed { event: event.clone(), budget, outcome: outcome.clone(), access })
        });
        (outcome, access)
    }

    /// No turn came within the budget.
    async fn crowded_out(&self, loss: Loss) -> (ServerOutcome, Access) {
        let desired = mapping::Desired::nobody();
        let visit = self.visit_of(&desired, Standing::NotEntitled, Sending::Live);
        let sees = flow::put_off(&visit, visit.lost(loss)).await;
        self.told(sees).await
    }

    /// The run itself.
    async fn flown(&self) -> (ServerOutcome, Access) {
        let sees = match standing(&self.core.config, &self.start.event, self.index) {
            Ok(standing) => self.see(standing, self.sending()).await,
            Err(message) => self.see_failed(Failure::new(Class::Profile, message)).await,
        };
        self.told(sees).await
    }

    /// What it comes to, and what is handed on.
    async fn told(&self, sees: Sees) -> (ServerOutcome, Access) {
        let access = access(self.server.policy.on_failure, &sees);
        let mut outcome = sees.outcome;
        if let (Some(left), Sending::Live) = (sees.left, self.sending()) {
            let job = self.job(left.cause, left.not_before);
            self.hand_over(&job, &mut outcome).await;
            outcome.job = Some(job);
        }
        self.log(&outcome);
        (outcome, access)
    }

    fn sending(&self) -> Sending {
        if self.server.mode == Mode::Shadow && !planted::is(3) { Sending::Reads } else { Sending::Live }
    }

    async fn see(&self, standing: Standing, sending: Sending) -> Sees {
        let desired = mapping::evaluate(self.server, &self.start.event);
        let visit = self.visit_of(&desired, standing, sending);
        let sees = flow::visit(&visit).await;
        visit.tell_breaker(&sees.outcome, sees.reason);
        sees
    }

    /// Nothing is done, and whether there is an account decides what that means for the login (R9).
    async fn see_failed(&self, failure: Box<Failure>) -> Sees {
        let desired = mapping::Desired::nobody();
        flow::failed(&self.visit_of(&desired, Standing::NotEntitled, self.sending()), failure).await
    }

    fn visit_of<'a>(
        &'a self,
        desired: &'a mapping::Desired<'a>,
        standing: Standing,
        sending: Sending,
    ) -> Visit<'a> {
        let event: &Event = &self.start.event;
        let arrived = self.start.job.as_ref().map_or(self.port.clock.started, |job| job.created_at);
        Visit {
            core: self.core,
            server: self.server,
            index: self.index,
            port: self.port,
            event,
            run_id: self.id,
            user: event.user.as_ref().map_or("", |user| user.id.as_str()),
            standing,
            at: event.occurred_at.unwrap_or(arrived),
            desired,
            sending,
            assume: Assume::Usual,
            guarded: true,
            seed: Cell::new(self.start.seed ^ self.index as u64),
            notes: RefCell::default(),
        }
    }

    fn skipped(&self, reason: &'static str) -> ServerOutcome {
        ServerOutcome::new(&self.server.id, Verdict::Skipped, reason)
    }

    /// What is left to do. Its pauses grow with every try; the provider's own wish comes first.
    fn job(&self, cause: &'static str, not_before: Option<Millis>) -> Job {
        let now = self.port.now();
        let (created_at, before) =
            self.start.job.as_ref().map_or((self.port.clock.started, 0), |job| (job.created_at, job.attempt));
        let pause = JOB_PAUSE_MS.saturating_mul(1 << before.min(16)).min(JOB_PAUSE_MOST_MS);
        Job {
            version: 1,
            server: self.server.id.clone(),
            event: self.start.event.raw().clone(),
            key: self.job_key(),
            created_at,
            attempt: before + 1,
            not_before: not_before.unwrap_or(now + pause),
            cause,
        }
    }

    /// The same for the same work: server and event, whatever its id and times.
    fn job_key(&self) -> String {
        let mut event = self.start.event.raw().clone();
        if let Value::Object(event) = &mut event {
            take(event, "id");
            take(event, "occurredAt");
        }
        digest::key(&[&self.server.id, &write::json(&event)])
    }

    async fn hand_over(&self, job: &Job, outcome: &mut ServerOutcome) {
        if !self.core.host.enqueue {
            return;
        }
        let until =
            self.port.now() + flow::memory::store_patience(self.port.clock.until - self.port.clock.started);
        let answered =
            self.port.ask(Ask::Enqueue(Box::new(job.clone())), until.min(self.port.clock.until)).await;
        if answered.answer.is_err() {
            let warning = crate::problem::Problem::warning(
                "",
                "enqueue-failed",
                "the host's `enqueue` did not take the job",
            );
            outcome.warnings.push(warning.help("the outcome carries it too"));
        }
    }

    fn log(&self, outcome: &ServerOutcome) {
        if !self.core.host.log {
            return;
        }
        let level = match outcome.result {
            Verdict::Failed | Verdict::Conflict => "error",
            // So many leavers at once are rarely meant.
            Verdict::Deferred if outcome.reason == "held" => "error",
            Verdict::Deferred => "warn",
            Verdict::Created
            | Verdict::Adopted
            | Verdict::Updated
            | Verdict::Reactivated
            | Verdict::Unchanged
            | Verdict::Deactivated
            | Verdict::Deleted
            | Verdict::Skipped => {
                if outcome.warnings.is_empty() {
                    "info"
                } else {
                    "warn"
                }
            }
        };
        let mut line = json!({
            "time": self.port.now(), "level": level, "event": "decision", "id": self.id, "server": outcome.server.as_str(),
            "result": json::of(&outcome.result), "reason": outcome.reason, "changed": outcome.changed.clone(), "requests": outcome.requests.len(),
        });
        if let Some(line) = line.as_object_mut() {
            if let Some(would) = outcome.would {
                line.insert("would".into(), json::of(&would));
            }
            if let Some(error) = &outcome.error {
                line.insert("error".into(), json::of(error));
            }
            let codes: Vec<&str> = outcome.warnings.iter().map(|warning| warning.code).collect();
            line.insert("warnings".into(), json!(codes));
        }
        self.port.log(line);
    }
}

/// Whether the person should have the account (D2). An error while evaluating a condition is never "true".
pub fn standing(config: &Config, event: &Event, server: usize) -> Result<Standing, String> {
    match event.kind {
        Kind::UserDeleted => return Ok(Standing::Deleted),
        Kind::UserDisabled => return Ok(Standing::Disabled),
        // Conditions are about users.
        Kind::GroupRenamed | Kind::GroupDeleted => return Ok(Standing::Entitled),
        Kind::Login | Kind::UserCreated | Kind::UserUpdated | Kind::UserEnabled => {}
    }
    if event.user.as_ref().is_some_and(|user| !user.active) {
        return Ok(Standing::Disabled);
    }
    let own = |application: &&Application| match &event.application {
        Some(id) => application.id == *id,
        None => true,
    };
    let mut failed = None;
    let mut lost = false;
    for application in
        config.applications.iter().filter(|application| application.servers.contains(&server)).filter(own)
    {
        match admits(application, event) {
            Ok(true) => return Ok(Standing::Entitled),
            Ok(false) => lost = true,
            Err(message) => failed = Some(message),
        }
    }
    match failed {
        Some(message) => Err(message),
        None if lost && others_admit(config, event, server) => Ok(Standing::EntitledElsewhere),
        None => Ok(Standing::NotEntitled),
    }
}

/// Whether an application lets the user in.
fn admits(application: &Application, event: &Event) -> Result<bool, String> {
    if !application.enabled {
        return Ok(false);
    }
    let Some((condition, _)) = &application.condition else { return Ok(true) };
    match Scope::new(event).run(condition) {
        Ok(Value::Bool(admitted)) => Ok(admitted),
        Ok(_) => Err(format!("the condition of `{}` gives no boolean", application.id)),
        Err(message) => Err(format!("the condition of `{}` failed: {message}", application.id)),
    }
}

/// Whether another application that names the server lets the user in; one that cannot tell counts as doing so,
/// since the answer decides about a deactivation.
fn others_admit(config: &Config, event: &Event, server: usize) -> bool {
    let others =
        config.applications.iter().filter(|application| Some(&application.id) != event.application.as_ref());
    others
        .filter(|application| application.servers.contains(&server))
        .any(|application| admits(application, event).unwrap_or(true))
}

/// What a server's end means for the login (R9).
fn access(policy: OnFailure, sees: &Sees) -> Access {
    let bad = matches!(sees.outcome.result, Verdict::Failed | Verdict::Conflict | Verdict::Deferred);
    match policy {
        OnFailure::Deny if bad => Access::Deny,
        OnFailure::DenyFirst if bad && !sees.exists && !sees.forgetful => Access::Deny,
        OnFailure::Allow | OnFailure::Deny | OnFailure::DenyFirst => Access::Allow,
    }
}
