//! A host for tests: simulated providers, a store, a clock that jumps. Everything that happens is in a queue by time,
//! so that a world plays the same every time. `tests/node/world.mjs` is its twin over the wasm.

use std::collections::{BTreeMap, VecDeque};

use scimhook::config::{self, Config};
use scimhook::http::Response;
use scimhook::plugin::{Options, Plugin, What};
use scimhook::port::{CallId, Condition, Input, Loss, Output};
use scimhook::problem::Problem;
use scimhook::sim::Request as SimRequest;
use scimhook::sim::Simulator;
use serde_json::{Value, json};

use super::cuts::{Cut, How};

/// 2026-02-03T04:05:06Z: when worlds begin.
pub const EPOCH: u64 = 1_770_091_506_000;

pub struct World {
    pub plugin: Plugin,
    pub now: u64,
    pub providers: Vec<Provider>,
    pub store: BTreeMap<String, (String, u64)>,
    pub faults: Vec<Fault>,
    pub requests: Vec<Value>,
    pub texts: Vec<String>,
    pub logs: Vec<Value>,
    pub jobs: Vec<Value>,
    /// What was handed to `host.saveSecret`.
    pub saved: Vec<Value>,
    /// Token requests under way, and the most there were at once.
    tokens: Vec<CallId>,
    pub most_tokens_at_once: usize,
    secrets: Value,
    save_mode: String,
    sign_mode: String,
    with_headers: bool,
    versions: bool,
    store_mode: String,
    events: VecDeque<(u64, u64, Happening)>,
    wait: Option<u64>,
    serial: u64,
    runs: u32,
    done: BTreeMap<u32, Value>,
    /// After so many questions to the host no more is done as it was.
    pub cut: Option<Cut>,
    /// Questions that were carried out.
    pub asked: u64,
    /// The provider's content after each request that changed it.
    pub effects: Vec<String>,
    pub watched: bool,
    stops: bool,
    features: String,
}

pub struct Provider {
    pub id: String,
    pub url: String,
    /// Its token endpoint, where the simulator is to answer there too.
    token_url: Option<String>,
    latency: u64,
    pub sim: Simulator,
}

/// What goes wrong with requests that match.
#[derive(Clone)]
pub struct Fault {
    matches: String,
    times: u64,
    what: Value,
}

enum Happening {
    Reply(CallId, Response),
    Lost(CallId, Loss),
    Loaded(CallId, Option<(String, Option<String>)>),
    Stored(CallId, bool),
    Broken(CallId),
    Secret(CallId, String),
    Signature(CallId),
}

/// How long a provider takes where a case does not say.
const LATENCY_MS: u64 = 20;

/// What the host's `sign` gives for anything: a case shows that it is asked for, and where it goes.
const SIGNATURE: &[u8] = b"signature";

impl World {
    pub fn new(case: &Value) -> Result<World, Vec<Problem>> {
        Self::over(case, |_| ())
    }

    /// With a configuration that is changed once it is parsed.
    pub fn over(case: &Value, change: impl FnOnce(&mut Config)) -> Result<World, Vec<Problem>> {
        let host = &case["host"];
        let flag = |name: &str, default: bool| host[name].as_bool().unwrap_or(default);
        let features = json!({
            "store": flag("store", true), "secret": flag("secret", true), "log": flag("log", false),
            "enqueue": flag("enqueue", false), "pepper": host["pepper"].as_str().unwrap_or(""),
            "saveSecret": !host["saveSecret"].is_null(), "sign": host["sign"] != "none",
        });
        let (mut config, warnings) = config::parse(&case["config"].to_string())?;
        change(&mut config);
        let plugin = Plugin::over(config, warnings, &features.to_string());
        let mut providers = Vec::new();
        for (id, options) in case["providers"].as_object().into_iter().flatten() {
            let server = case["config"]["servers"]
                .as_array()
                .unwrap()
                .iter()
                .find(|server| server["id"] == id.as_str())
                .unwrap();
            let url = server["url"].as_str().unwrap().trim_end_matches('/').to_owned();
            let mut settings = json!({ "url": url, "seed": 1, "switches": options["switches"] });
            if settings["switches"].is_null() {
                settings["switches"] = json!({});
            }
            match server["authentication"]["scheme"].as_str() {
                Some("basic") => {
                    let username = &server["authentication"]["username"];
                    settings["basic"] = json!({ "username": username, "password": resolved(host, &server["authentication"]["password"]) });
                }
                Some("accessToken") => {
                    settings["token"] = resolved(host, &server["authentication"]["accessToken"]);
                }
                _ if options["tokens"] != true && options["token"].is_string() => {
                    settings["token"] = options["token"].clone()
                }
                _ => {}
            }
            if options["tokenEndpoint"] == true {
                let given = &server["authentication"];
                for name in ["clientId", "clientSecret", "refreshToken", "username", "password"] {
                    let value = resolved(host, &given[name]);
                    if value.is_string() {
                        settings["oauth"][name] = value;
                    }
                }
            }
            let kind = server["type"].as_str().unwrap();
            let sim = Simulator::new(kind, &settings).unwrap_or_else(|error| panic!("{id}: {error}"));
            let latency = options["latencyMs"].as_u64().unwrap_or(LATENCY_MS);
            let token_url = if options["tokens"] == true {
                server["authentication"]["tokenUrl"].as_str().map(str::to_owned)
            } else {
                (options["tokenEndpoint"] == true).then(|| token_url(server))
            };
            providers.push(Provider { id: id.clone(), url, token_url, latency, sim });
        }
        Ok(World {
            plugin,
            now: EPOCH,
            providers,
            store: BTreeMap::new(),
            faults: Vec::new(),
            requests: Vec::new(),
            texts: Vec::new(),
            logs: Vec::new(),
            jobs: Vec::new(),
            saved: Vec::new(),
            tokens: Vec::new(),
            most_tokens_at_once: 0,
            secrets: host["secrets"].clone(),
            save_mode: host["saveSecret"].as_str().unwrap_or("").to_owned(),
            sign_mode: host["sign"].as_str().unwrap_or("").to_owned(),
            with_headers: case["headers"].as_bool().unwrap_or(false),
            versions: flag("versions", true),
            store_mode: String::new(),
            events: VecDeque::new(),
            wait: None,
            serial: 0,
            runs: 0,
            done: BTreeMap::new(),
            cut: None,
            asked: 0,
            effects: Vec::new(),
            watched: false,
            stops: false,
            features: features.to_string(),
        })
    }

    pub fn set_faults(&mut self, faults: &Value, store: &Value) {
        let fault = |fault: &Value| Fault {
            matches: fault["match"].as_str().unwrap_or("").to_owned(),
            times: fault["times"].as_u64().unwrap_or(1),
            what: fault.clone(),
        };
        self.faults = faults.as_array().into_iter().flatten().map(fault).collect();
        self.store_mode = store.as_str().unwrap_or("").to_owned();
    }

    /// Secrets that the host knows from now on.
    pub fn set_secrets(&mut self, secrets: &Value) {
        for (name, secret) in secrets.as_object().into_iter().flatten() {
            self.secrets[name.as_str()] = secret.clone();
        }
    }

    /// Runs one thing to its end.
    pub fn play(&mut self, what: What, input: &str, options: Options) -> Result<Value, Vec<Problem>> {
        let run = self.begin(what, input, options)?;
        self.until(|world| world.done.contains_key(&run));
        Ok(self.done.remove(&run).unwrap())
    }

    pub fn begin(&mut self, what: What, input: &str, options: Options) -> Result<u32, Vec<Problem>> {
        self.runs += 1;
        // Halfway: every jitter is half its most.
        self.plugin.start(self.runs, what, input, options, self.now, 0.5)?;
        self.carry_out();
        Ok(self.runs)
    }

    pub fn abort(&mut self, run: u32) {
        self.plugin.handle(Input::Abort(run), self.now);
        self.carry_out();
    }

    /// Another process over the same store.
    pub fn restart(&mut self, case: &Value) {
        self.plugin = Plugin::new(&case["config"].to_string(), &self.features).unwrap();
        self.events.clear();
        self.tokens.clear();
        self.done.clear();
        self.wait = None;
        self.cut = None;
    }

    /// Whether something is to be carried out, and whether its answer is to come back.
    fn admits(&mut self, output: &Output) -> (bool, bool) {
        let is_store = match output {
            Output::Wait(_) | Output::Done(..) | Output::Log(_) | Output::Cancel(_) => return (true, true),
            Output::Load(..) | Output::Store(..) | Output::Erase(..) | Output::Enqueue(..) => true,
            Output::Send(..) | Output::Secret(..) | Output::SaveSecret(..) | Output::Sign(..) => false,
        };
        let Some(cut) = self.cut else { return (true, true) };
        let at = self.asked;
        self.asked += 1;
        let done = match cut.how {
            How::Killed => return (at < cut.after, true),
            How::Aborted { done } | How::Silence { done } => done,
        };
        if at == cut.after && matches!(cut.how, How::Aborted { .. }) {
            // Not before the plugin has told all it wants.
            self.stops = true;
        }
        (at != cut.after || done || is_store, at < cut.after || is_store)
    }

    pub fn is_done(&self, run: u32) -> bool {
        self.done.contains_key(&run)
    }

    pub fn take(&mut self, run: u32) -> Option<Value> {
        self.done.remove(&run)
    }

    /// Lets time pass until something is so.
    pub fn until(&mut self, so: impl Fn(&World) -> bool) {
        for _ in 0..100_000 {
            if so(self) {
                return;
            }
            let next = self.events.iter().map(|(at, serial, _)| (*at, *serial)).min();
            match (next, self.wait) {
                (Some((at, serial)), wait) if wait.is_none_or(|wait| at < wait) => {
                    self.now = self.now.max(at);
                    let place = self.events.iter().position(|(_, other, _)| *other == serial).unwrap();
                    let (_, _, happening) = self.events.remove(place).unwrap();
                    self.hand_in(happening);
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
        panic!("no end after 100 000 steps");
    }

    fn hand_in(&mut self, happening: Happening) {
        let now = self.now;
        self.tokens.retain(|call| *call != happening.call());
        match happening {
            Happening::Reply(call, response) => self.plugin.handle(Input::Reply(call, response), now),
            Happening::Lost(call, loss) => self.plugin.handle(Input::Lost(call, loss), now),
            Happening::Loaded(call, record) => {
                let record = record.as_ref().map(|(value, version)| (value.as_str(), version.as_deref()));
                self.plugin.handle(Input::Loaded(call, record), now);
            }
            Happening::Stored(call, done) => self.plugin.handle(Input::Stored(call, done), now),
            Happening::Broken(call) => self.plugin.handle(Input::Lost(call, Loss::Broken), now),
            Happening::Secret(call, secret) => self.plugin.handle(Input::Secret(call, &secret), now),
            Happening::Signature(call) => self.plugin.handle(Input::Signature(call, SIGNATURE), now),
        }
    }

    fn later(&mut self, delay: u64, happening: Happening) {
        self.serial += 1;
        self.events.push_back((self.now + delay, self.serial, happening));
    }

    fn carry_out(&mut self) {
        for output in self.plugin.poll() {
            let (done, answered) = self.admits(&output);
            if !done {
                continue;
            }
            let serial = self.serial;
            match output {
                Output::Send(call, request) => self.send(call, &request),
                Output::Cancel(call) => {
                    self.events.retain(|(_, _, happening)| happening.call() != call);
                    self.tokens.retain(|token| *token != call);
                }
                Output::Secret(call, name) => {
                    let secret = self.secrets[name.as_str()].as_str().unwrap_or("").to_owned();
                    self.later(0, Happening::Secret(call, secret));
                }
                Output::SaveSecret(call, name, secret) => match self.save_mode.as_str() {
                    "throws" => self.later(0, Happening::Broken(call)),
                    "hangs" => {}
                    _ => {
                        self.saved.push(json!({ "name": name, "value": secret.reveal() }));
                        self.secrets[name.as_str()] = json!(secret.reveal());
                        self.later(0, Happening::Stored(call, true));
                    }
                },
                Output::Sign(call, ..) => match self.sign_mode.as_str() {
                    "throws" => self.later(0, Happening::Broken(call)),
                    "hangs" => {}
                    _ => self.later(0, Happening::Signature(call)),
                },
                Output::Load(call, key) => match self.store_mode.as_str() {
                    "throws" => self.later(0, Happening::Broken(call)),
                    "hangs" => {}
                    _ => {
                        let record = self.store.get(&key).cloned();
                        let record = record
                            .map(|(value, version)| (value, self.versions.then(|| version.to_string())));
                        self.later(0, Happening::Loaded(call, record));
                    }
                },
                Output::Store(call, key, value, condition) => match self.store_mode.as_str() {
                    "throws" | "read-only" => self.later(0, Happening::Broken(call)),
                    "hangs" => {}
                    _ => {
                        let current = self.store.get(&key).map(|(_, version)| version.to_string());
                        let fits = match condition {
                            Condition::Always => true,
                            Condition::Absent => current.is_none(),
                            Condition::Version(version) => current == Some(version),
                        };
                        if fits {
                            self.serial += 1;
                            self.store.insert(key, (value, self.serial));
                        }
                        self.later(0, Happening::Stored(call, fits));
                    }
                },
                Output::Erase(call, key) => {
                    self.store.remove(&key);
                    self.later(0, Happening::Stored(call, true));
                }
                Output::Enqueue(call, job) => {
                    self.jobs.push(serde_json::to_value(&job).unwrap());
                    self.later(0, Happening::Stored(call, true));
                }
                Output::Log(record) => self.logs.push(record),
                Output::Wait(until) => self.wait = until,
                Output::Done(run, result) => {
                    self.texts.push(result.clone());
                    self.done.insert(run, serde_json::from_str(&result).unwrap());
                }
            }
            if !answered {
                self.events.retain(|(_, other, _)| *other <= serial);
            }
        }
        if std::mem::take(&mut self.stops) {
            self.abort(self.runs);
        }
    }

    fn send(&mut self, call: CallId, request: &scimhook::http::Request) {
        let mut record = json!({ "request": format!("{} {}", request.method, request.url) });
        if let Some(body) = &request.body {
            record["body"] = json!(body);
            // The other bodies are forms.
            if body.starts_with('{') {
                record["body"] = serde_json::from_str(body).unwrap();
                assert_eq!(
                    record["body"].to_string(),
                    *body,
                    "bodies are written with their members in order"
                );
            }
        }
        if self.with_headers {
            record["headers"] =
                request.headers.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
        }
        self.requests.push(record);
        let provider = self.providers.iter().position(|provider| request.url.starts_with(&provider.url));
        // Whatever is no provider's answers by faults that name the whole URL, or by a simulator's own token endpoint.
        let path =
            provider.map_or(request.url.as_str(), |index| &request.url[self.providers[index].url.len()..]);
        let line = format!("{} {path}", request.method);
        let mints = |provider: &Provider| provider.token_url.as_deref() == Some(request.url.as_str());
        let answers = provider.or_else(|| self.providers.iter().position(mints));
        if provider.is_none() {
            self.tokens.push(call);
            self.most_tokens_at_once = self.most_tokens_at_once.max(self.tokens.len());
        }
        let fault =
            self.faults.iter_mut().find(|fault| fault.times > 0 && line.starts_with(&fault.matches)).map(
                |fault| {
                    fault.times -= 1;
                    fault.what.clone()
                },
            );
        let what = fault.unwrap_or(Value::Null);
        let latency = what["delayMs"]
            .as_u64()
            .or(provider.map(|index| self.providers[index].latency))
            .unwrap_or(LATENCY_MS);
        if what["hang"] == true {
            return;
        }
        if let Some(edit) = what.get("edit") {
            let index = provider.unwrap();
            self.providers[index].sim.edit(edit).unwrap();
        }
        if what["lose"] == "before" {
            return self.later(latency, Happening::Lost(call, Loss::Transport));
        }
        if what["tooLong"] == true {
            return self.later(latency, Happening::Lost(call, Loss::TooLong));
        }
        if let Some(status) = what["status"].as_u64() {
            let headers = what["headers"].as_object().into_iter().flatten();
            let headers = headers
                .map(|(name, value)| (name.to_lowercase(), value.as_str().unwrap_or("").to_owned()))
                .collect();
            let body = match &what["body"] {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            return self
                .later(latency, Happening::Reply(call, Response { status: status as u16, headers, body }));
        }
        let Some(index) = answers else {
            return self.later(latency, Happening::Lost(call, Loss::Transport));
        };
        let headers = request.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        let sent = SimRequest {
            method: request.method.to_owned(),
            url: request.url.clone(),
            headers,
            body: request.body.clone(),
        };
        let watched = self.watched && sent.method != "GET";
        let before = watched.then(|| self.providers[index].content());
        let answer = self.providers[index].sim.handle(&sent, self.now);
        if before.is_some_and(|before| before != self.providers[index].content()) {
            let one = &self.providers[index];
            self.effects.push(format!("{} {} {}", sent.method, one.id, one.content()));
        }
        if what["lose"] == "after" {
            return self.later(latency, Happening::Lost(call, Loss::Transport));
        }
        let headers = answer.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        let body = if what["truncate"] == true {
            answer.body[..answer.body.len() / 2].to_owned()
        } else {
            answer.body
        };
        self.later(
            latency,
            Happening::Reply(call, Response { status: answer.status, headers, body: Some(body) }),
        );
    }
}

impl Happening {
    fn call(&self) -> CallId {
        match self {
            Happening::Reply(call, _)
            | Happening::Lost(call, _)
            | Happening::Loaded(call, _)
            | Happening::Stored(call, _)
            | Happening::Broken(call)
            | Happening::Secret(call, _)
            | Happening::Signature(call) => *call,
        }
    }
}

/// Where a server's tokens are asked for: of GitHub where its API is.
fn token_url(server: &Value) -> String {
    let authentication = &server["authentication"];
    match authentication["installationId"].as_str() {
        Some(id) => format!("https://api.github.com/app/installations/{id}/access_tokens"),
        None => authentication["tokenUrl"].as_str().unwrap().to_owned(),
    }
}

fn resolved(host: &Value, secret: &Value) -> Value {
    match secret["secret"].as_str() {
        Some(name) => host["secrets"][name].clone(),
        None => secret.clone(),
    }
}
