//! A host: a store, secrets, a clock that jumps, and providers that say anything, or are simulated.

use std::collections::{BTreeMap, VecDeque};

use scimhook::http::{REPLY_HEADERS, Request, Response};
use scimhook::plugin::{Options, Plugin, What};
use scimhook::port::{CallId, Condition, Input, Loss, Output};
use scimhook::problem::Problem;
use scimhook::sim::Simulator;
use serde_json::{Value, json};

const SETTINGS: [&str; 6] = [
    include_str!("../../cases/settings/generic.json"),
    include_str!("../../cases/settings/aws.json"),
    include_str!("../../cases/settings/github.json"),
    include_str!("../../cases/settings/github-enterprise.json"),
    include_str!("../../cases/settings/salesforce.json"),
    include_str!("../../cases/settings/oauth.json"),
];

/// 2026-02-03T04:05:06Z.
const EPOCH: u64 = 1_770_091_506_000;

/// What one run may ask of the host. The budget of two seconds and waits of 20 ms do not allow for more.
const MOST_QUESTIONS: usize = 2000;

/// What the world answers to requests.
pub enum Answer {
    /// In turn; the last one to all that come after.
    Scripted(Vec<Option<Response>>),
    /// As a provider does.
    Simulated(Box<Simulator>),
}

pub struct World {
    pub setting: Value,
    pub plugin: Plugin,
    pub now: u64,
    pub store: BTreeMap<String, (String, u64)>,
    /// Texts that left the plugin and are no requests.
    pub told: Vec<String>,
    /// `Authorization` of the requests to the provider.
    pub shown: Vec<String>,
    answer: Answer,
    token_answer: Option<Answer>,
    serial: u64,
    runs: u32,
    questions: usize,
    events: VecDeque<(u64, u64, CallId, Come)>,
    wait: Option<u64>,
}

enum Come {
    Reply(Response),
    Lost,
    Loaded(Option<(String, String)>),
    Stored(bool),
    Secret(String),
    Signature,
}

impl World {
    /// Over one of the settings of the cases, with its own provider.
    pub fn new(setting: usize) -> World {
        let setting: Value = serde_json::from_str(SETTINGS[setting % SETTINGS.len()]).unwrap();
        World::over(setting, true).unwrap()
    }

    /// Over any setting.
    pub fn over(setting: Value, store: bool) -> Result<World, Vec<Problem>> {
        let host = json!({ "store": store, "secret": true, "log": true, "enqueue": true, "saveSecret": true, "sign": true });
        let plugin = Plugin::new(&setting["config"].to_string(), &host.to_string())?;
        Ok(World {
            setting,
            plugin,
            now: EPOCH,
            store: BTreeMap::new(),
            told: Vec::new(),
            shown: Vec::new(),
            answer: Answer::Scripted(Vec::new()),
            token_answer: None,
            serial: 0,
            runs: 0,
            questions: 0,
            events: VecDeque::new(),
            wait: None,
        })
    }

    pub fn answer(&mut self, answer: Answer) {
        self.answer = answer;
    }

    pub fn token_answer(&mut self, answer: Answer) {
        self.token_answer = Some(answer);
    }

    /// A provider as the setting has it, that takes the setting's credential, or any.
    pub fn simulated(&self) -> Answer {
        let server = &self.setting["config"]["servers"][0];
        let mut options = json!({ "url": server["url"].as_str().unwrap().trim_end_matches('/') });
        if let Some(name) = server["authentication"]["accessToken"]["secret"].as_str() {
            options["token"] = self.setting["host"]["secrets"][name].clone();
        }
        Answer::Simulated(Box::new(Simulator::new(server["type"].as_str().unwrap(), &options).unwrap()))
    }

    /// The setting's event, about somebody.
    pub fn event(&self, id: &str, mail: &str) -> Value {
        let mut event = self.setting["event"].clone();
        event["user"]["id"] = json!(id);
        event["user"]["email"] = json!(mail);
        event
    }

    pub fn login(&mut self, event: &Value) -> Value {
        self.play(What::PostAuthentication, &event.to_string()).expect("an event of the setting")
    }

    /// Runs one thing to its end, which comes within its budget (R1).
    pub fn play(&mut self, what: What, input: &str) -> Result<Value, Vec<Problem>> {
        self.runs += 1;
        self.questions = 0;
        let (run, begun) = (self.runs, self.now);
        self.plugin.start(run, what, input, Options { budget_ms: Some(2000.0), read: true }, begun, 0.5)?;
        for _ in 0..20_000 {
            if let Some(result) = self.carry_out(run) {
                assert!(self.now <= begun + 2050, "{} ms", self.now - begun);
                // Nobody is asked any more.
                self.events.clear();
                self.wait = None;
                return Ok(serde_json::from_str(&result).expect("a result is JSON"));
            }
            let next = self.events.iter().map(|(at, serial, ..)| (*at, *serial)).min();
            match (next, self.wait) {
                (Some((at, serial)), wait) if wait.is_none_or(|wait| at < wait) => {
                    self.now = self.now.max(at);
                    let place = self.events.iter().position(|(_, other, ..)| *other == serial).unwrap();
                    let (_, _, call, come) = self.events.remove(place).unwrap();
                    self.hand_in(call, come);
                }
                (_, Some(wait)) => {
                    self.now = self.now.max(wait);
                    self.wait = None;
                    self.plugin.handle(Input::Time, self.now);
                }
                _ => panic!("waits for nothing, and is not done"),
            }
        }
        panic!("no end");
    }

    fn hand_in(&mut self, call: CallId, come: Come) {
        let now = self.now;
        match come {
            Come::Reply(response) => self.plugin.handle(Input::Reply(call, response), now),
            Come::Lost => self.plugin.handle(Input::Lost(call, Loss::Transport), now),
            Come::Loaded(record) => {
                let record = record.as_ref().map(|(text, version)| (text.as_str(), Some(version.as_str())));
                self.plugin.handle(Input::Loaded(call, record), now);
            }
            Come::Stored(done) => self.plugin.handle(Input::Stored(call, done), now),
            Come::Secret(secret) => self.plugin.handle(Input::Secret(call, &secret), now),
            Come::Signature => self.plugin.handle(Input::Signature(call, b"signature"), now),
        }
    }

    fn later(&mut self, delay: u64, call: CallId, come: Come) {
        self.serial += 1;
        self.questions += 1;
        assert!(self.questions < MOST_QUESTIONS, "asks the host without end");
        self.events.push_back((self.now + delay, self.serial, call, come));
    }

    fn carry_out(&mut self, run: u32) -> Option<String> {
        let mut done = None;
        for output in self.plugin.poll() {
            match output {
                Output::Send(call, request) => {
                    let come = self.send(&request);
                    self.later(20, call, come);
                }
                Output::Cancel(call) => self.events.retain(|(_, _, other, _)| *other != call),
                Output::Secret(call, name) => {
                    let secrets = &self.setting["host"]["secrets"];
                    let secret = secrets[name.as_str()].as_str().unwrap_or("canary-host-secret").to_owned();
                    self.later(0, call, Come::Secret(secret));
                }
                Output::SaveSecret(call, name, secret) => {
                    self.setting["host"]["secrets"][name.as_str()] = json!(secret.reveal());
                    self.later(0, call, Come::Stored(true));
                }
                Output::Sign(call, ..) => self.later(0, call, Come::Signature),
                Output::Load(call, key) => {
                    assert!(key.len() <= 64, "a long key: {key}");
                    let record = self.store.get(&key);
                    let record = record.map(|(text, version)| (text.clone(), version.to_string()));
                    self.later(0, call, Come::Loaded(record));
                }
                Output::Store(call, key, text, condition) => {
                    assert!(key.len() <= 64 && text.len() <= 8192, "{key}: {} bytes", text.len());
                    let current = self.store.get(&key).map(|(_, version)| version.to_string());
                    let fits = match condition {
                        Condition::Always => true,
                        Condition::Absent => current.is_none(),
                        Condition::Version(version) => current == Some(version),
                    };
                    if fits {
                        self.told.push(text.clone());
                        self.serial += 1;
                        self.store.insert(key, (text, self.serial));
                    }
                    self.later(0, call, Come::Stored(fits));
                }
                Output::Erase(call, key) => {
                    self.store.remove(&key);
                    self.later(0, call, Come::Stored(true));
                }
                Output::Enqueue(call, job) => {
                    self.told.push(serde_json::to_string(&job).unwrap());
                    self.later(0, call, Come::Stored(true));
                }
                Output::Log(record) => self.told.push(record.to_string()),
                Output::Wait(until) => self.wait = until,
                Output::Done(ended, result) => {
                    assert_eq!(ended, run);
                    self.told.push(result.clone());
                    done = Some(result);
                }
            }
        }
        done
    }

    /// No value has left its place (S5), and nothing goes where it should not (H3).
    fn send(&mut self, request: &Request) -> Come {
        let url = &request.url;
        assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "no URL: {url:?}");
        for (name, value) in &request.headers {
            assert!(!value.bytes().any(|byte| byte < 0x20 || byte == 0x7F), "{name}: {value:?}");
        }
        let server = self.setting["config"]["servers"][0]["url"].as_str().unwrap_or("");
        let ours = url.starts_with(server.trim_end_matches('/'));
        if ours {
            let shown = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            self.shown.extend(shown.map(|(_, value)| value.clone()));
        }
        if let Some(body) = request.body.as_deref().filter(|_| ours && self.token_answer.is_none()) {
            serde_json::from_str::<Value>(body).expect("a body is JSON");
        }
        let answer = match &mut self.token_answer {
            Some(token) if !ours || url.contains("/access_tokens") => token,
            _ => &mut self.answer,
        };
        match answer {
            Answer::Scripted(script) => {
                let next =
                    if script.len() > 1 { script.remove(0) } else { script.first().cloned().flatten() };
                next.map_or(Come::Lost, Come::Reply)
            }
            Answer::Simulated(simulator) => {
                let headers = request.headers.iter().map(|(name, value)| (name.to_string(), value.clone()));
                let sent = scimhook::sim::Request {
                    method: request.method.to_owned(),
                    url: url.clone(),
                    headers: headers.collect(),
                    body: request.body.clone(),
                };
                let reply = simulator.handle(&sent, self.now);
                let headers = reply.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value));
                Come::Reply(Response {
                    status: reply.status,
                    headers: headers.collect(),
                    body: Some(reply.body),
                })
            }
        }
    }

    /// No secret stands in anything but requests (S1), unless a provider made it an id.
    pub fn check_secrets(&self, input: &[String]) {
        for secret in
            self.setting["host"]["secrets"].as_object().into_iter().flatten().map(|(_, secret)| secret)
        {
            let secret = secret.as_str().unwrap_or("");
            if secret.starts_with("canary") && !input.iter().any(|part| part.contains(secret)) {
                for text in &self.told {
                    assert!(!text.contains(secret), "a secret in {text}");
                }
            }
        }
    }
}

/// Replies as an input writes them: a byte for the status, one for a header whose value is the first line, the body.
pub fn script(parts: &[String]) -> Answer {
    const STATUS: [u16; 32] = [
        200, 201, 204, 400, 401, 403, 404, 409, 412, 422, 429, 500, 501, 503, 302, 202, 408, 425, 502, 0,
        999, 100, 206, 304, 410, 413, 415, 428, 451, 504, 599, 200,
    ];
    let reply = |part: &String| {
        let mut chars = part.chars();
        let (status, header) = (chars.next()? as usize, chars.next().unwrap_or('0') as usize);
        let rest = chars.as_str();
        let header = header.checked_sub('1' as usize).and_then(|at| REPLY_HEADERS.get(at));
        let (headers, body) = match header {
            Some(name) => {
                let (value, body) = rest.split_once('\n').unwrap_or((rest, ""));
                ([(name.to_string(), value.to_owned())].into_iter().collect(), body)
            }
            None => (std::iter::empty().collect(), rest),
        };
        let status = STATUS[status.wrapping_sub('0' as usize) % STATUS.len()];
        Some(Response { status, headers, body: Some(body.to_owned()) })
    };
    Answer::Scripted(parts.iter().map(reply).collect())
}
