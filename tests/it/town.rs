//! Several processes over one store and one provider, for tests that choose what happens next: each question that a
//! process asked waits until it is picked, and is then carried out and answered at once. Each process has a clock of
//! its own, which moves only where it waits for nothing else.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use scimhook::http::{Request, Response};
use scimhook::plugin::{Options, Plugin, What};
use scimhook::port::{CallId, Condition, Input, Output};
use scimhook::sim::Request as SimRequest;
use scimhook::sim::Simulator;
use serde_json::{Value, json};

use super::world::EPOCH;

/// What is the same for all schedules of a story.
pub struct Setting {
    /// Of the server.
    pub kind: &'static str,
    pub config: Value,
    pub switches: Value,
    /// Whether the store honours `ifVersion`.
    pub versions: bool,
}

/// What is to be run.
pub type Job = (What, Value);

pub struct Town<'a> {
    pub setting: &'a Setting,
    pub processes: Vec<Process>,
    pub store: BTreeMap<String, (String, u64)>,
    pub sim: Simulator,
    /// Most accounts there were at once.
    pub most_accounts: usize,
    /// Requests sent so far, for people.
    pub trace: Vec<String>,
}

pub struct Process {
    plugin: Plugin,
    pub now: u64,
    pending: Vec<(CallId, Op)>,
    wait: Option<u64>,
    pub outcome: Option<Value>,
    /// Everything it was answered, one digest each.
    heard: Vec<u64>,
}

enum Op {
    Load(String),
    Store(String, String, Condition),
    Erase(String),
    Send(Request),
}

/// One thing that may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A process's question, by its place among those that wait.
    Answer(usize, usize),
    /// A process has nothing to wait for but time.
    Time(usize),
}

impl<'a> Town<'a> {
    pub fn new(setting: &'a Setting) -> Town<'a> {
        let url = setting.config["servers"][0]["url"].as_str().unwrap();
        let options =
            json!({ "url": url, "seed": 1, "token": "only-an-example", "switches": setting.switches });
        Town {
            setting,
            processes: Vec::new(),
            store: BTreeMap::new(),
            sim: Simulator::new(setting.kind, &options).unwrap(),
            most_accounts: 0,
            trace: Vec::new(),
        }
    }

    /// A process that starts with one run.
    pub fn start(&mut self, job: &Job, now: u64) {
        let number = self.processes.len();
        let plugin = Plugin::new(&self.setting.config.to_string(), r#"{"store":true}"#)
            .unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut process =
            Process { plugin, now, pending: Vec::new(), wait: None, outcome: None, heard: Vec::new() };
        let random = (number as f64 + 1.0) / 97.0;
        process
            .plugin
            .start(1, job.0, &job.1.to_string(), Options::default(), now, random)
            .unwrap_or_else(|problems| panic!("{problems:?}"));
        process.carry_out();
        self.processes.push(process);
    }

    /// Runs one thing alone, in a process of its own, after everything else.
    pub fn alone(&mut self, job: &Job, now: u64) -> Value {
        self.start(job, now);
        let number = self.processes.len() - 1;
        while self.processes[number].outcome.is_none() {
            let choice = if self.processes[number].pending.is_empty() {
                Choice::Time(number)
            } else {
                Choice::Answer(number, 0)
            };
            self.step(choice);
        }
        self.processes.pop().unwrap().outcome.unwrap()
    }

    pub fn choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        for (number, process) in self.processes.iter().enumerate() {
            if process.outcome.is_some() {
                continue;
            }
            choices.extend((0..process.pending.len()).map(|place| Choice::Answer(number, place)));
            if process.pending.is_empty() {
                choices.push(Choice::Time(number));
            }
        }
        choices
    }

    pub fn step(&mut self, choice: Choice) {
        match choice {
            Choice::Time(number) => {
                let process = &mut self.processes[number];
                let wait = process.wait.take().expect("waits for nothing, and is not done");
                process.now = process.now.max(wait);
                process.plugin.handle(Input::Time, process.now);
                process.carry_out();
            }
            Choice::Answer(number, place) => {
                let (call, op) = self.processes[number].pending.remove(place);
                self.answer(number, call, op);
                self.processes[number].carry_out();
            }
        }
    }

    fn answer(&mut self, number: usize, call: CallId, op: Op) {
        let versions = self.setting.versions;
        let process = &mut self.processes[number];
        let now = process.now;
        let (said, answer) = match op {
            Op::Load(key) => {
                let record = self.store.get(&key).cloned();
                let version = record.as_ref().map(|(_, version)| version.to_string()).filter(|_| versions);
                let found = record.as_ref().map(|(value, _)| (value.as_str(), version.as_deref()));
                process.plugin.handle(Input::Loaded(call, found), now);
                (format!("load {key}"), format!("{record:?}"))
            }
            Op::Store(key, value, condition) => {
                let current = self.store.get(&key).map(|(_, version)| *version);
                let fits = match &condition {
                    _ if !versions => true,
                    Condition::Always => true,
                    Condition::Absent => current.is_none(),
                    Condition::Version(version) => {
                        current.map(|one| one.to_string()).as_ref() == Some(version)
                    }
                };
                let said = format!("store {key} {value} if {condition:?}");
                if fits {
                    self.store.insert(key, (value, current.unwrap_or(0) + 1));
                }
                process.plugin.handle(Input::Stored(call, fits), now);
                (said, fits.to_string())
            }
            Op::Erase(key) => {
                self.store.remove(&key);
                process.plugin.handle(Input::Stored(call, true), now);
                (format!("erase {key}"), String::new())
            }
            Op::Send(request) => {
                let headers =
                    request.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
                let body = request.body.clone();
                let sent =
                    SimRequest { method: request.method.to_owned(), url: request.url.clone(), headers, body };
                // The provider's clock stands still: its times are not looked at.
                let reply = self.sim.handle(&sent, EPOCH);
                let said = format!("{} {} {}", request.method, request.url, request.body.unwrap_or_default());
                let answer = format!("{} {}", reply.status, reply.body);
                let headers =
                    reply.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
                let response = Response { status: reply.status, headers, body: Some(reply.body) };
                process.plugin.handle(Input::Reply(call, response), now);
                if request.method == "POST" {
                    let accounts = self.sim.snapshot()["Users"].as_array().map_or(0, Vec::len);
                    self.most_accounts = self.most_accounts.max(accounts);
                }
                (said, answer)
            }
        };
        let mut hasher = DefaultHasher::new();
        (&said, &answer).hash(&mut hasher);
        process.heard.push(hasher.finish());
        self.trace.push(format!("{number}: {said} -> {answer}"));
    }

    /// Two towns of one key go on alike: a process is what it was answered (in which order it was answered what it
    /// asked side by side is taken not to matter), and its clock.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for process in &self.processes {
            let mut heard = process.heard.clone();
            heard.sort_unstable();
            (heard, process.now, process.outcome.is_some()).hash(&mut hasher);
        }
        self.store.hash(&mut hasher);
        self.sim.snapshot().to_string().hash(&mut hasher);
        hasher.finish()
    }

    /// The link of the only person in the story.
    pub fn link(&self) -> Option<Value> {
        let (_, (text, _)) = self.store.iter().find(|(key, _)| key.starts_with("u/"))?;
        Some(serde_json::from_str(text).unwrap())
    }
}

impl Process {
    fn carry_out(&mut self) {
        let mut again = true;
        while again {
            again = false;
            for output in self.plugin.poll() {
                let (call, op) = match output {
                    Output::Send(call, request) => (call, Op::Send(request)),
                    Output::Load(call, key) => (call, Op::Load(key)),
                    Output::Store(call, key, value, condition) => (call, Op::Store(key, value, condition)),
                    Output::Erase(call, key) => (call, Op::Erase(key)),
                    Output::Cancel(call) => {
                        self.pending.retain(|(other, _)| *other != call);
                        continue;
                    }
                    Output::Secret(call, _) => {
                        self.plugin.handle(Input::Secret(call, "only-an-example"), self.now);
                        again = true;
                        continue;
                    }
                    Output::Wait(until) => {
                        self.wait = until;
                        continue;
                    }
                    Output::Done(_, result) => {
                        self.outcome = Some(serde_json::from_str(&result).unwrap());
                        continue;
                    }
                    Output::Log(_) => continue,
                    Output::SaveSecret(..) | Output::Sign(..) | Output::Enqueue(..) => {
                        panic!("not in these stories")
                    }
                };
                self.pending.push((call, op));
            }
        }
    }
}
