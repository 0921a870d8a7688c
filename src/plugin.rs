//! Many runs over one configuration: start, feed, drain. Pure as all below it; [`crate::wasm`] holds one and pumps it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use serde_json::Value;

use crate::auth;
use crate::config::{self, Config};
use crate::core::{Core, HostFeatures, Learned};
use crate::digest::Digests;
use crate::event::{self, Event};
use crate::explain;
use crate::expression::nearest::list;
use crate::flight::Flights;
use crate::flow::memory::store_patience;
use crate::json::{self, Item, json, write};
use crate::link;
use crate::planted;
use crate::port::{Answer, Ask, Clock, Exchange, Input, Output, Port, RunId, Width};
use crate::problem::Problem;
use crate::run::{self, Start, Taken};
use crate::secret::Secret;
use crate::table::Table;
use crate::time::Millis;

/// What the host asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The login hook.
    PostAuthentication,
    /// A profile that changed outside a login.
    Lifecycle,
    /// A job of an earlier run.
    Resume,
    /// What would happen, and why.
    Explain,
    /// Whether a server can be reached, and is what its type says.
    Probe,
    /// Erases what is remembered of a user.
    Forget,
}

/// Options of one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Milliseconds it may take; the smaller of this and the configured budget holds.
    pub budget_ms: Option<f64>,
    /// `explain` may read.
    pub read: bool,
}

impl Options {
    /// Reads what was checked before.
    pub fn read(text: &str) -> Options {
        let options = json::value(text).unwrap_or_default();
        Options {
            budget_ms: options.get("budgetMs").and_then(Value::as_f64),
            read: options.get("read").and_then(Value::as_bool).unwrap_or(false),
        }
    }
}

/// Runs under way, and what outlives them.
pub struct Plugin {
    core: Rc<Core>,
    exchange: Rc<RefCell<Exchange>>,
    runs: Table<Running>,
    told: Option<Millis>,
}

struct Running {
    future: Pin<Box<dyn Future<Output = String>>>,
    clock: Rc<Clock>,
}

impl Plugin {
    /// Parses and checks a configuration (C1).
    pub fn new(config: &str, host: &str) -> Result<Plugin, Vec<Problem>> {
        let (config, warnings) = config::parse(config)?;
        Ok(Plugin::over(config, warnings, host))
    }

    /// Over a configuration that was parsed before. `host` is JSON of what the host can do.
    pub fn over(config: Config, mut warnings: Vec<Problem>, host: &str) -> Plugin {
        let host = json::value(host).unwrap_or_default();
        let has = |name: &str| host.get(name).and_then(Value::as_bool).unwrap_or(false);
        let widths: Vec<Width> = config
            .servers
            .iter()
            .map(|server| {
                let dialect = &server.provider.dialect;
                Width { requests: dialect.concurrency, writes: dialect.writes }
            })
            .collect();
        if !has("store") {
            warnings.extend(config.told_by_name());
        }
        let learned = config.servers.iter().map(|server| {
            let mut learned = Learned::default();
            auth::hold_literals(&server.authentication, &mut learned.credentials.held);
            RefCell::new(learned)
        });
        let learned = learned.collect();
        Plugin {
            exchange: Rc::new(RefCell::new(Exchange::new(&widths))),
            core: Rc::new(Core {
                config,
                warnings,
                host: HostFeatures {
                    log: has("log"),
                    store: has("store"),
                    secret: has("secret"),
                    save_secret: has("saveSecret"),
                    sign: has("sign"),
                    enqueue: has("enqueue"),
                    brief: has("brief"),
                },
                digests: Digests::new(host.get("pepper").and_then(Value::as_str).unwrap_or("")),
                flights: Flights::default(),
                learned,
                nobody: RefCell::default(),
            }),
            runs: Table::default(),
            told: None,
        }
    }

    /// Findings that did not stop construction.
    pub fn warnings(&self) -> &[Problem] {
        &self.core.warnings
    }

    /// Starts a run. `random` is in [0, 1). Misuse is answered with problems, and starts nothing (C6).
    pub fn start(
        &mut self,
        run: RunId,
        what: What,
        input: &str,
        options: Options,
        now: Millis,
        random: f64,
    ) -> Result<(), Vec<Problem>> {
        self.exchange.borrow_mut().now = now;
        let most = self.core.config.budget_ms;
        let budget = options
            .budget_ms
            .filter(|ms| ms.is_finite() && *ms >= 0.0)
            .map_or(most, |ms| (ms as u64).min(most));
        let budget = if planted::is(7) { budget + 200 } else { budget };
        let until = now.saturating_add(budget);
        // What the store may need at the end is kept back from requests.
        let kept = if self.core.host.store || self.core.host.enqueue { store_patience(budget) } else { 0 };
        let clock =
            Rc::new(Clock { started: now, requests_until: until - kept, until, aborted: Cell::new(false) });
        let port = Port { exchange: Rc::clone(&self.exchange), run, clock: Rc::clone(&clock) };
        let core = Rc::clone(&self.core);
        // The 53 bits of a JavaScript number's fraction.
        let seed = (random.clamp(0.0, 1.0) * (1_u64 << 53) as f64) as u64;
        let start = |event: Event, is_login: bool, job: Option<Taken>| Start {
            event: Rc::new(event),
            job,
            is_login,
            seed,
        };
        let future: Pin<Box<dyn Future<Output = String>>> = match what {
            What::PostAuthentication => {
                Box::pin(outcome(core, port, start(Event::login(input)?, true, None)))
            }
            What::Lifecycle => Box::pin(outcome(core, port, start(Event::lifecycle(input)?, false, None))),
            What::Resume => {
                let (event, job) = self.job(input)?;
                Box::pin(outcome(core, port, start(event, false, Some(job))))
            }
            What::Explain => {
                let event = Event::read(event::parse(input)?)?;
                let is_login = event.kind == event::Kind::Login;
                let start = start(event, is_login, None);
                Box::pin(async move { write::json(&explain::explain(core, port, start, options.read).await) })
            }
            What::Probe => {
                let index = self.server(input).ok_or_else(|| unknown_server("", &self.core))?;
                Box::pin(async move { write::json(&crate::probe::probe(core, port, index).await) })
            }
            What::Forget => {
                let keys = self.forgotten(input)?;
                Box::pin(forget(port, keys))
            }
        };
        self.runs.insert(run, Running { future, clock });
        self.advance(run);
        Ok(())
    }

    /// Takes an answer, the time, or an abort in.
    pub fn handle(&mut self, input: Input<'_>, now: Millis) {
        self.exchange.borrow_mut().now = now;
        let due = match input {
            Input::Time => self.exchange.borrow().due(),
            Input::Abort(run) => {
                if let Some(running) = self.runs.get(run) {
                    running.clock.aborted.set(true);
                }
                vec![run]
            }
            Input::Reply(..)
            | Input::Lost(..)
            | Input::Loaded(..)
            | Input::Stored(..)
            | Input::Secret(..)
            | Input::Signature(..) => self.answer(input).into_iter().collect(),
        };
        for run in due {
            self.advance(run);
        }
        self.exchange.borrow_mut().resume();
    }

    fn answer(&mut self, input: Input<'_>) -> Option<RunId> {
        let mut exchange = self.exchange.borrow_mut();
        match input {
            Input::Reply(call, response) => exchange.answer(call, Ok(Answer::Reply(response))),
            Input::Lost(call, loss) => exchange.answer(call, Err(loss)),
            Input::Loaded(call, record) => {
                let record = record.map(|(value, version)| (value.to_owned(), version.map(str::to_owned)));
                exchange.answer(call, Ok(Answer::Loaded(record)))
            }
            Input::Stored(call, done) => exchange.answer(call, Ok(Answer::Stored(done))),
            Input::Secret(call, secret) => exchange.answer(call, Ok(Answer::Secret(Secret::new(secret)))),
            Input::Signature(call, bytes) => exchange.answer(call, Ok(Answer::Signature(bytes.to_owned()))),
            Input::Abort(_) | Input::Time => None,
        }
    }

    /// Takes what the host is to do. The last of it says when to come back.
    pub fn poll(&mut self) -> Vec<Output> {
        let mut exchange = self.exchange.borrow_mut();
        let mut outputs = exchange.drain();
        let next = exchange.next_deadline();
        if next != self.told {
            self.told = next;
            if next.is_some() {
                outputs.push(Output::Wait(next));
            }
        }
        outputs
    }

    /// Where each server stands now.
    pub fn status(&self, now: Millis) -> Value {
        let exchange = self.exchange.borrow();
        let one = |(index, server): (usize, &Rc<config::Server>)| {
            let mut row = json!({ "server": server.id.as_str(), "inFlight": exchange.in_flight(index) });
            if let (Some(row), Some(learned)) = (row.as_object_mut(), self.core.learned.get(index)) {
                let learned = learned.borrow();
                row.insert("breaker".into(), json!(learned.breaker.word()));
                if learned.quiet_until > now {
                    row.insert("throttledUntil".into(), json!(learned.quiet_until));
                }
                if let Some(failure) = &learned.last_failure {
                    row.insert("lastFailure".into(), json::of(failure));
                }
            }
            row
        };
        Value::Array(self.core.config.servers.iter().enumerate().map(one).collect())
    }

    /// Polls one run, and those that it lets through a gate; when one ends, tells the host.
    fn advance(&mut self, run: RunId) {
        let mut next = Some(run);
        while let Some(run) = next {
            self.step(run);
            next = self.exchange.borrow_mut().woken();
        }
    }

    fn step(&mut self, run: RunId) {
        let Some(running) = self.runs.get_mut(run) else { return };
        // No wakers: what a run waits for comes in by `handle`, or is another run's to let go of.
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(result) = running.future.as_mut().poll(&mut context) {
            self.runs.remove(run);
            self.exchange.borrow_mut().say(Output::Done(run, result));
        }
    }

    fn server(&self, id: &str) -> Option<usize> {
        self.core.config.servers.iter().position(|server| server.id == id)
    }

    fn job(&self, input: &str) -> Result<(Event, Taken), Vec<Problem>> {
        let doc = event::parse(input)?;
        let job = doc.root();
        let wrong = |path: &str, message: &str| {
            vec![Problem::error(path, "bad-job", message).help("give a job as an outcome handed it out")]
        };
        let number = |name: &str| {
            let number = job.get(name).and_then(Item::whole);
            number.ok_or_else(|| wrong(&format!("/{name}"), "a whole number is needed"))
        };
        if job.get("version").and_then(Item::whole) != Some(1) {
            return Err(wrong("/version", "a job of another version"));
        }
        let id = job.get("server").and_then(Item::text);
        let id = id.ok_or_else(|| wrong("/server", "a job names its server"))?;
        let server = self.server(id).ok_or_else(|| unknown_server("/server", &self.core))?;
        let (created_at, not_before) = (number("createdAt")?, number("notBefore")?);
        let attempt = u32::try_from(number("attempt")?).unwrap_or(u32::MAX);
        let event = job.get("event").map(Item::place);
        let event = event.ok_or_else(|| wrong("/event", "a job carries its event"))?;
        let event = Event::within(doc, event).map_err(|problems| {
            problems
                .into_iter()
                .map(|problem| Problem { path: format!("/event{}", problem.path), ..problem })
                .collect::<Vec<_>>()
        })?;
        Ok((event, Taken { server, created_at, attempt, not_before }))
    }

    /// Keys of what is remembered of a user.
    fn forgotten(&self, input: &str) -> Result<Vec<String>, Vec<Problem>> {
        let doc = event::parse(input)?;
        let user = doc.root().get("userId").and_then(Item::text).filter(|id| !id.is_empty());
        let user =
            user.ok_or_else(|| vec![Problem::error("/userId", "missing-field", "the user's id is needed")])?;
        let servers: Vec<&str> = match doc.root().get("serverId").and_then(Item::text) {
            Some(id) => {
                self.server(id).ok_or_else(|| unknown_server("/serverId", &self.core))?;
                vec![id]
            }
            None => self.core.config.servers.iter().map(|server| server.id.as_str()).collect(),
        };
        if !self.core.host.store {
            return Ok(Vec::new());
        }
        let keys = servers.into_iter().flat_map(|server| {
            let key = link::key(server, user);
            let more: Vec<String> =
                (0..link::MORE_RECORDS).map(|number| link::more_key(&key, number)).collect();
            std::iter::once(key).chain(more)
        });
        Ok(keys.collect())
    }
}

async fn outcome(core: Rc<Core>, port: Port, start: Start) -> String {
    let brief = core.host.brief;
    let outcome = run::run(core, port, start).await;
    if brief && outcome.is_usual() { outcome.brief() } else { outcome.json() }
}

async fn forget(port: Port, keys: Vec<String>) -> String {
    let erase = |key: String| -> Pin<Box<dyn Future<Output = ()>>> {
        let port = port.clone();
        Box::pin(async move {
            port.ask(Ask::Erase(key), port.clock.until).await;
        })
    };
    crate::join::join_all(keys.into_iter().map(erase)).await;
    "{}".to_owned()
}

fn unknown_server(path: &str, core: &Core) -> Vec<Problem> {
    let known = list(core.config.servers.iter().map(|server| server.id.as_str()));
    vec![
        Problem::error(path, "unknown-server", "no such server in the configuration")
            .help(format!("one of {known}")),
    ]
}
