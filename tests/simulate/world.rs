//! The host: simulated providers, a store, a queue for jobs, a clock that jumps. What happens is in order of time, so
//! that a seed plays the same every time. Leaner than `tests/it/world.rs`: many worlds a second.

use std::collections::BTreeMap;

use scimhook::http::{Request, Response};
use scimhook::plugin::{Options, Plugin, What};
use scimhook::port::{CallId, Condition, Input, Loss, Output};
use scimhook::sim::{Request as SimRequest, Simulator};
use serde_json::{Value, json};

use crate::faults::{Fault, Faults, StoreFault};
use crate::setup::Setup;

/// 2026-02-03T04:05:06Z: when worlds begin.
pub const EPOCH: u64 = 1_770_091_506_000;

/// How long a provider takes, and how long a slow one.
const LATENCY_MS: u64 = 20;
const SLOW_MS: u64 = 1_900;

pub struct World {
    plugin: Plugin,
    config: String,
    features: String,
    pub now: u64,
    pub sites: Vec<Simulator>,
    urls: Vec<(String, usize)>,
    secrets: BTreeMap<String, String>,
    pub store: BTreeMap<String, (String, u64)>,
    versions: bool,
    pub faults: Faults,
    /// Method, site and path of what was sent since it was last taken.
    pub sent: Vec<(&'static str, usize, String)>,
    pub logs: Vec<String>,
    /// Jobs handed over and not taken up yet.
    pub jobs: Vec<Value>,
    queue: BTreeMap<(u64, u64), Happening>,
    wait: Option<u64>,
    serial: u64,
    pub runs: u32,
    done: BTreeMap<u32, (String, u64)>,
    /// `VERBOSE=1`
    pub verbose: bool,
}

enum Happening {
    Reply(CallId, Response),
    Lost(CallId, Loss),
    Loaded(CallId, Option<(String, Option<String>)>),
    Stored(CallId, bool),
    Secret(CallId, String),
    Signature(CallId),
}

impl World {
    pub fn new(setup: &Setup, faults: Faults) -> World {
        let features = json!({
            "store": setup.store, "secret": true, "log": setup.log, "enqueue": true, "pepper": "", "sign": true,
        });
        let (config, features) = (setup.config.to_string(), features.to_string());
        let plugin = Plugin::new(&config, &features)
            .unwrap_or_else(|problems| panic!("the configuration: {problems:?}\n{config}"));
        let sites = setup.servers.iter().map(|server| {
            Simulator::new(server.kind, &server.options).unwrap_or_else(|error| panic!("{error}"))
        });
        World {
            plugin,
            now: EPOCH,
            sites: sites.collect(),
            urls: setup.urls(),
            secrets: setup.secrets.clone(),
            store: BTreeMap::new(),
            versions: setup.versions,
            faults,
            sent: Vec::new(),
            logs: Vec::new(),
            jobs: Vec::new(),
            queue: BTreeMap::new(),
            wait: None,
            serial: 0,
            runs: 0,
            done: BTreeMap::new(),
            verbose: std::env::var_os("VERBOSE").is_some(),
            config,
            features,
        }
    }

    pub fn begin(&mut self, what: What, input: &str, budget_ms: Option<f64>, random: f64) -> u32 {
        self.runs += 1;
        let options = Options { budget_ms, read: false };
        self.plugin
            .start(self.runs, what, input, options, self.now, random)
            .unwrap_or_else(|problems| panic!("misuse: {problems:?}\n{input}"));
        self.carry_out();
        self.runs
    }

    pub fn abort(&mut self, run: u32) {
        self.plugin.handle(Input::Abort(run), self.now);
        self.carry_out();
    }

    /// The process ends with whatever was under way, and another one begins.
    pub fn restart(&mut self) {
        self.faults.count(crate::faults::RESTART);
        self.queue.clear();
        self.done.clear();
        self.wait = None;
        self.plugin =
            Plugin::new(&self.config, &self.features).unwrap_or_else(|_| panic!("it was parsed once"));
    }

    pub fn is_done(&self, run: u32) -> bool {
        self.done.contains_key(&run)
    }

    /// The outcome and when it came.
    pub fn take(&mut self, run: u32) -> Option<(String, u64)> {
        self.done.remove(&run)
    }

    /// Lets time pass until something is so.
    pub fn until(&mut self, so: impl Fn(&World) -> bool) {
        for _ in 0..20_000 {
            if so(self) {
                return;
            }
            let next = self.queue.keys().next().copied();
            match (next, self.wait) {
                (Some(key), wait) if wait.is_none_or(|wait| key.0 < wait) => {
                    self.now = self.now.max(key.0);
                    if let Some(happening) = self.queue.remove(&key) {
                        self.hand_in(happening);
                    }
                }
                (_, Some(wait)) => {
                    self.now = self.now.max(wait);
                    self.wait = None;
                    self.plugin.handle(Input::Time, self.now);
                }
                (None, None) => panic!("the plugin waits for nothing, and is not done"),
                (Some(_), None) => unreachable!(),
            }
            self.carry_out();
        }
        panic!("no end after 20 000 steps");
    }

    fn hand_in(&mut self, happening: Happening) {
        let input = match &happening {
            Happening::Reply(call, response) => Input::Reply(*call, response.clone()),
            Happening::Lost(call, loss) => Input::Lost(*call, *loss),
            Happening::Loaded(call, record) => Input::Loaded(
                *call,
                record.as_ref().map(|(value, version)| (value.as_str(), version.as_deref())),
            ),
            Happening::Stored(call, done) => Input::Stored(*call, *done),
            Happening::Secret(call, secret) => Input::Secret(*call, secret),
            // What a signature is, the simulated providers do not look at.
            Happening::Signature(call) => Input::Signature(*call, b"signature"),
        };
        self.plugin.handle(input, self.now);
    }

    fn later(&mut self, delay: u64, happening: Happening) {
        self.serial += 1;
        self.queue.insert((self.now + delay, self.serial), happening);
    }

    fn carry_out(&mut self) {
        for output in self.plugin.poll() {
            match output {
                Output::Send(call, request) => self.send(call, &request),
                Output::Cancel(call) => self.queue.retain(|_, happening| happening.call() != call),
                Output::Secret(call, name) => {
                    let secret = self.secrets.get(&name).cloned().unwrap_or_default();
                    self.later(0, Happening::Secret(call, secret));
                }
                Output::SaveSecret(call, name, secret) => {
                    self.secrets.insert(name, secret.reveal().to_owned());
                    self.later(0, Happening::Stored(call, true));
                }
                Output::Sign(call, ..) => self.later(0, Happening::Signature(call)),
                Output::Load(call, key) => self.load(call, &key),
                Output::Store(call, key, value, condition) => self.put(call, key, value, condition),
                Output::Erase(call, key) => {
                    self.store.remove(&key);
                    self.later(0, Happening::Stored(call, true));
                }
                Output::Enqueue(call, job) => {
                    self.jobs.push(serde_json::to_value(&job).unwrap());
                    self.later(0, Happening::Stored(call, true));
                }
                Output::Log(record) => self.logs.push(record.to_string()),
                Output::Wait(until) => {
                    if self.verbose {
                        println!("      wait {until:?} at {}", self.now);
                    }
                    self.wait = until;
                }
                Output::Done(run, result) => {
                    self.done.insert(run, (result, self.now));
                }
            }
        }
    }

    fn load(&mut self, call: CallId, key: &str) {
        match self.faults.of_store() {
            Some(StoreFault::Throws | StoreFault::ThrowsAfter) => {
                self.later(0, Happening::Lost(call, Loss::Broken))
            }
            Some(StoreFault::Hangs) => {}
            Some(StoreFault::Conflict) | None => {
                let record = self.store.get(key).cloned();
                let record =
                    record.map(|(value, version)| (value, self.versions.then(|| version.to_string())));
                self.later(0, Happening::Loaded(call, record));
            }
        }
    }

    fn put(&mut self, call: CallId, key: String, value: String, condition: Condition) {
        let fault = self.faults.of_store();
        let current = self.store.get(&key).map(|(_, version)| version.to_string());
        let fits = match condition {
            Condition::Always => true,
            Condition::Absent => current.is_none(),
            Condition::Version(version) => current == Some(version),
        };
        let refused = matches!(fault, Some(StoreFault::Conflict)) && self.versions;
        let done =
            fits && !refused && matches!(fault, None | Some(StoreFault::ThrowsAfter | StoreFault::Conflict));
        if self.verbose {
            println!("      put {key} {value} {fault:?} done={done}");
        }
        if done {
            self.serial += 1;
            self.store.insert(key, (value, self.serial));
        }
        match fault {
            Some(StoreFault::Throws | StoreFault::ThrowsAfter) => {
                self.later(0, Happening::Lost(call, Loss::Broken))
            }
            Some(StoreFault::Hangs) => {}
            Some(StoreFault::Conflict) | None => self.later(0, Happening::Stored(call, done)),
        }
    }

    fn send(&mut self, call: CallId, request: &Request) {
        let Some((prefix, site)) = self.urls.iter().find(|(prefix, _)| request.url.starts_with(prefix))
        else {
            panic!("a request to nowhere: {}", request.url);
        };
        let (path, site) = (request.url[prefix.len()..].to_owned(), *site);
        self.sent.push((request.method, site, path.clone()));
        let fault = self.faults.of_request();
        if self.verbose {
            println!(
                "      {} {site}{path} {} {fault:?}",
                request.method,
                request.body.as_deref().unwrap_or("")
            );
        }
        let reply = |status: u16, headers: Vec<(String, String)>, body: &str| {
            let headers = headers.into_iter().collect();
            Happening::Reply(call, Response { status, headers, body: Some(body.to_owned()) })
        };
        // A provider that quotes what it was sent: none of it may come out again.
        let quoted = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let quoted =
            json!({ "detail": format!("refused: {}", quoted.map_or("", |(_, value)| value)) }).to_string();
        let instead = match fault {
            Some(Fault::LostBefore) => Some(Happening::Lost(call, Loss::Transport)),
            Some(Fault::Throttled) => Some(reply(429, Vec::new(), "")),
            Some(Fault::ThrottledFor) => Some(reply(429, vec![("retry-after".into(), "1".into())], "")),
            Some(Fault::Broken) => Some(reply(500, Vec::new(), &quoted)),
            Some(Fault::Unavailable) => Some(reply(503, Vec::new(), "<html>down</html>")),
            Some(Fault::Unauthorised) => Some(reply(401, Vec::new(), &quoted)),
            Some(Fault::Forbidden) => Some(reply(403, Vec::new(), &quoted)),
            Some(Fault::GarbageBefore) => Some(reply(200, Vec::new(), "<html>sign in to the network</html>")),
            Some(Fault::Elsewhere) => {
                Some(reply(302, vec![("location".into(), "https://elsewhere.example/".into())], ""))
            }
            _ => None,
        };
        if let Some(happening) = instead {
            return self.later(LATENCY_MS, happening);
        }
        let headers = request.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        let asked = SimRequest {
            method: request.method.to_owned(),
            url: request.url.clone(),
            headers,
            body: request.body.clone(),
        };
        let answer = self.sites[site].handle(&asked, self.now);
        if self.verbose {
            println!("        {} {}", answer.status, answer.body);
        }
        let headers = answer.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        let happening = match fault {
            Some(Fault::Hangs) => return,
            Some(Fault::LostAfter) => Happening::Lost(call, Loss::Transport),
            Some(Fault::TooLong) => Happening::Lost(call, Loss::TooLong),
            Some(Fault::BrokenAfter) => reply(500, Vec::new(), ""),
            Some(Fault::GarbageAfter) => reply(answer.status, headers, "<html>200 OK"),
            _ => reply(answer.status, headers, &answer.body),
        };
        self.later(if fault == Some(Fault::Slow) { SLOW_MS } else { LATENCY_MS }, happening);
    }
}

impl Happening {
    fn call(&self) -> CallId {
        match self {
            Happening::Reply(call, _)
            | Happening::Lost(call, _)
            | Happening::Loaded(call, _)
            | Happening::Stored(call, _)
            | Happening::Secret(call, _)
            | Happening::Signature(call) => *call,
        }
    }
}
