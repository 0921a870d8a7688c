//! What happens in a seed's world: people, administrators, faults, and at the end nothing but logins.

use std::collections::{BTreeMap, BTreeSet};

use scimhook::plugin::What;
use serde_json::{Value, json};

use crate::checks::Foreign;
use crate::coverage::Coverage;
use crate::faults::Faults;
use crate::people::{GROUPS, Person, State};
use crate::rng::Rng;
use crate::setup::Setup;
use crate::world::World;

pub const DAY_MS: u64 = 86_400_000;

/// One seed's world, and what was found in it.
pub struct Story {
    pub rng: Rng,
    pub setup: Setup,
    pub world: World,
    pub people: Vec<Person>,
    pub coverage: Coverage,
    pub findings: Vec<String>,
    /// One a server: what is not ours there.
    pub foreign: Vec<Foreign>,
    /// Where the rules leave the end open: of a server, and a person there or all.
    pub open: BTreeMap<(usize, Option<usize>), &'static str>,
    /// The same of groups alone.
    pub open_groups: BTreeMap<(usize, Option<usize>), &'static str>,
    /// Writes whose answer was lost, or never came: what they created may not be linked yet.
    pub unclear: BTreeSet<(usize, usize)>,
    /// Runs that ended with their process: nobody remembers what they wrote.
    pub cut: BTreeSet<(usize, usize)>,
    /// Whom an administrator gave a second account with their externalId.
    pub twins: BTreeSet<(usize, usize)>,
    /// Who was ever to be inactive.
    pub left: BTreeSet<usize>,
    /// Whether the store always worked.
    pub reliable_store: bool,
    pub steps: usize,
}

/// A run under way.
pub struct Running {
    pub run: u32,
    pub began: u64,
    pub budget: u64,
    pub what: What,
    pub servers: Vec<usize>,
    pub name: String,
    /// Whom it is about.
    pub who: Option<usize>,
}

impl Story {
    pub fn new(seed: u64) -> Story {
        let mut rng = Rng::new(seed);
        let setup = Setup::new(&mut rng);
        let calm = rng.percent(20);
        let requests = if calm { 0 } else { [3, 10, 25, 50][rng.below(4)] };
        let store = if calm || rng.percent(60) { 0 } else { [3, 10, 30][rng.below(3)] };
        let faults = Faults::new(rng.next(), requests, store);
        let world = World::new(&setup, faults);
        let people = (1..=1 + rng.below(3)).map(|number| Person::new(number, &mut rng)).collect();
        let mut coverage = Coverage { seeds: 1, ..Coverage::default() };
        for server in setup.servers.iter().filter(|server| server.mode == "live") {
            for (name, values) in crate::model::switches(server.kind) {
                let set = server.switches.iter().find(|(switch, _)| switch == name).map(|(_, value)| value);
                coverage.settings.insert((
                    server.kind.to_owned(),
                    name.clone(),
                    set.unwrap_or(&values[0]).clone(),
                ));
            }
        }
        let count = setup.servers.len();
        Story {
            rng,
            reliable_store: store == 0 && setup.store,
            setup,
            world,
            people,
            coverage,
            findings: Vec::new(),
            foreign: (0..count).map(|_| Foreign::default()).collect(),
            open: BTreeMap::new(),
            open_groups: BTreeMap::new(),
            unclear: BTreeSet::new(),
            cut: BTreeSet::new(),
            twins: BTreeSet::new(),
            left: BTreeSet::new(),
            steps: 0,
        }
    }

    /// Plays it all.
    pub fn play(&mut self) {
        self.prepare();
        for _ in 0..6 + self.rng.below(14) {
            self.steps += 1;
            self.world.now += match self.rng.below(10) {
                0 => DAY_MS * (1 + self.rng.below(9)) as u64,
                1 | 2 => 60_000,
                _ => 1 + self.rng.below(5_000) as u64,
            };
            self.something_happens();
            self.look();
            if !self.findings.is_empty() {
                return;
            }
        }
        self.settle();
    }

    pub fn say(&self, what: &str) {
        if self.world.verbose {
            println!("{:>4} {} {what}", self.steps, self.world.now - crate::world::EPOCH);
        }
    }

    fn something_happens(&mut self) {
        let who = self.rng.below(self.people.len());
        match self.rng.below(100) {
            0..=34 => self.login(who),
            35..=49 => {
                for _ in 0..1 + self.rng.below(3) {
                    self.people[who].change(&mut self.rng);
                }
                if self.rng.percent(40) && self.people[who].state != State::Deleted {
                    self.lifecycle(who, "user.updated");
                } else {
                    self.login(who);
                }
            }
            50..=56 => self.leave_or_return(who),
            57..=59 => self.crowd(),
            60..=77 => self.administrator(who),
            78..=81 => self.world.restart(),
            82..=88 => self.resume_one(),
            89..=91 => self.late_event(who),
            92..=93 => {
                let tier = if self.people[who].tier() == "staff" { "guest" } else { "staff" };
                self.people[who].profile.insert("tier".into(), json!(tier));
                self.login(who);
            }
            94 => {
                let last = self.people[who].profile.remove("lastName");
                self.login(who);
                self.people[who].profile.extend(last.map(|last| ("lastName".to_owned(), last)));
            }
            95..=96 => self.group_event(),
            _ => {
                let kind = if self.rng.percent(50) { "user.created" } else { "user.enabled" };
                if self.people[who].state == State::Active {
                    self.lifecycle(who, kind);
                }
            }
        }
    }

    fn login(&mut self, who: usize) {
        if self.people[who].state != State::Active {
            if self.people[who].state == State::Disabled {
                self.lifecycle(who, "user.updated");
            }
            return;
        }
        let at = self.rng.below(self.setup.applications.len());
        let running = self.begin_login(who, at);
        self.finish(running);
    }

    pub fn begin_login(&mut self, who: usize, application: usize) -> Running {
        let application = &self.setup.applications[application];
        let (id, servers) = (application.id.clone(), application.servers.clone());
        self.forget_old_jobs(who, &servers);
        let event = json!({ "application": id, "user": self.people[who].user() });
        self.begin(What::PostAuthentication, &event, servers, &format!("login of {who} at {id}"))
    }

    pub fn begin(&mut self, what: What, input: &Value, servers: Vec<usize>, name: &str) -> Running {
        let budget =
            (self.world.faults.requests > 0 && self.rng.percent(8)).then(|| 50 + self.rng.below(400) as u64);
        let random = self.rng.below(1000) as f64 / 1000.0;
        self.say(&format!("{name} {input}"));
        let began = self.world.now;
        let run = self.world.begin(what, &input.to_string(), budget.map(|ms| ms as f64), random);
        let budget = budget.unwrap_or(u64::MAX).min(self.setup.budget_ms);
        let user = input.get("event").unwrap_or(input)["user"]["id"].as_str().unwrap_or("");
        let who = self.people.iter().position(|person| person.id == user);
        if who
            .is_some_and(|who| self.people[who].state != State::Active || self.people[who].tier() != "staff")
        {
            self.left.extend(who);
        }
        Running { run, began, budget, what, servers, name: name.to_owned(), who }
    }

    /// To its end; sometimes it is stopped, or the process ends before it.
    fn finish(&mut self, running: Running) {
        let chaos = self.world.faults.requests > 0;
        let again = chaos && self.rng.percent(6);
        if chaos && self.rng.percent(5) {
            let at = self.world.now + self.rng.below(120) as u64;
            let run = running.run;
            self.world.until(|world| world.is_done(run) || world.now >= at);
            if again {
                self.say("the process ends");
                let cut = running.servers.iter().filter_map(|at| Some((*at, running.who?)));
                self.cut.extend(cut.clone());
                self.unclear.extend(cut);
                self.world.restart();
                return;
            }
            if !self.world.is_done(run) {
                self.say("stopped");
                self.world.abort(run);
            }
        }
        let run = running.run;
        self.world.until(|world| world.is_done(run));
        self.judge(&running, true);
    }

    /// What the platform tells once, and tells again until the process that heard it has answered.
    fn lifecycle(&mut self, who: usize, kind: &str) {
        let servers: Vec<usize> = (0..self.setup.servers.len()).collect();
        self.forget_old_jobs(who, &servers);
        let event = json!({ "type": kind, "user": self.people[who].user() });
        for _ in 0..3 {
            let before = self.coverage.runs;
            let running = self.begin(What::Lifecycle, &event, servers.clone(), &format!("{kind} of {who}"));
            self.finish(running);
            if self.coverage.runs > before {
                return;
            }
        }
        let running = self.begin(What::Lifecycle, &event, servers, &format!("{kind} of {who}"));
        let run = running.run;
        self.world.until(|world| world.is_done(run));
        self.judge(&running, true);
    }

    fn leave_or_return(&mut self, who: usize) {
        let (state, kind) = match self.people[who].state {
            State::Active if self.rng.percent(25) => (State::Deleted, "user.deleted"),
            State::Active => (State::Disabled, "user.disabled"),
            State::Disabled if self.rng.percent(20) => (State::Disabled, "user.disabled"),
            State::Disabled => (State::Active, "user.enabled"),
            State::Deleted => return,
        };
        self.people[who].state = state;
        self.lifecycle(who, kind);
    }

    /// Several at once.
    fn crowd(&mut self) {
        let mut runs = Vec::new();
        for _ in 0..2 + self.rng.below(3) {
            let who = self.rng.below(self.people.len());
            if self.people[who].state == State::Active {
                if self.rng.percent(40) {
                    self.people[who].change(&mut self.rng);
                }
                let at = self.rng.below(self.setup.applications.len());
                runs.push(self.begin_login(who, at));
            }
        }
        for running in runs {
            let run = running.run;
            self.world.until(|world| world.is_done(run));
            self.judge(&running, false);
        }
    }

    fn resume_one(&mut self) {
        if !self.world.jobs.is_empty() {
            let at = self.rng.below(self.world.jobs.len());
            let early = self.rng.percent(10);
            self.resume(at, early);
        }
    }

    /// Takes up one of the jobs.
    pub fn resume(&mut self, at: usize, early: bool) {
        let job = self.world.jobs.remove(at);
        let until = job["notBefore"].as_u64().unwrap();
        if !early {
            self.world.now = self.world.now.max(until);
        }
        let server =
            self.setup.servers.iter().position(|server| job["server"] == server.id.as_str()).unwrap();
        let running = self.begin(What::Resume, &job, vec![server], "job");
        let run = running.run;
        self.world.until(|world| world.is_done(run));
        let too_early = early && running.began < until;
        self.judge(&running, true);
        if too_early {
            // Its answer carries the job again; the queue keeps it.
            self.world.jobs.retain(|other| other["cause"] != "too-early");
            self.world.jobs.push(job);
        }
    }

    /// Where nobody remembers which event was the newest (D4), a host must not bring an older one after it.
    fn forget_old_jobs(&mut self, who: usize, servers: &[usize]) {
        if self.reliable_store {
            return;
        }
        let id = self.people[who].id.as_str();
        let concerned: Vec<&str> = servers.iter().map(|at| self.setup.servers[*at].id.as_str()).collect();
        self.world.jobs.retain(|job| {
            job["event"]["user"]["id"] != id || !concerned.iter().any(|server| job["server"] == *server)
        });
    }

    /// An event that is older than others: it must change nothing where that is remembered.
    fn late_event(&mut self, who: usize) {
        if !self.reliable_store {
            return;
        }
        let mut user = self.people[who].user();
        user["title"] = json!("Of old");
        let event = json!({ "type": "user.updated", "occurredAt": 1_000, "user": user });
        let servers: Vec<usize> = (0..self.setup.servers.len()).collect();
        let running = self.begin(What::Lifecycle, &event, servers.clone(), &format!("late event of {who}"));
        let run = running.run;
        self.world.until(|world| world.is_done(run));
        self.judge(&running, true);
    }

    fn group_event(&mut self) {
        let name = self.rng.pick(GROUPS);
        let event = if self.rng.percent(50) {
            json!({ "type": "group.deleted", "group": { "name": name } })
        } else {
            json!({ "type": "group.renamed", "group": { "name": format!("{name} of old"), "previousName": name } })
        };
        let servers: Vec<usize> = (0..self.setup.servers.len()).collect();
        for at in &servers {
            self.open_groups.insert(
                (*at, None),
                "a group was renamed or deleted at the platform, and events go on naming it",
            );
        }
        let running = self.begin(What::Lifecycle, &event, servers, "group event");
        let run = running.run;
        self.world.until(|world| world.is_done(run));
        self.judge(&running, true);
    }

    /// Faults stop, administrators rest, jobs are worked off, people log in; then the provider must hold what the
    /// mapping says.
    fn settle(&mut self) {
        self.say("faults stop");
        self.world.faults.stop();
        self.work_off();
        let active: Vec<usize> =
            (0..self.people.len()).filter(|who| self.people[*who].state == State::Active).collect();
        // Twice long enough to be looked at anew: what stood in somebody's way then may have gone by the first.
        for pause in [60_000, 8 * DAY_MS, 60_000, 8 * DAY_MS, 60_000] {
            self.world.now += pause;
            for who in &active {
                for application in 0..self.setup.applications.len() {
                    self.steps += 1;
                    self.world.now += 2_000;
                    let running = self.begin_login(*who, application);
                    let run = running.run;
                    self.world.until(|world| world.is_done(run));
                    self.judge(&running, true);
                }
            }
            self.work_off();
            self.look();
        }
        if self.findings.is_empty() {
            self.compare();
        }
    }

    fn work_off(&mut self) {
        for _ in 0..6 {
            let jobs = self.world.jobs.len();
            if jobs == 0 {
                return;
            }
            self.world.now += 61_000;
            for _ in 0..jobs {
                if !self.world.jobs.is_empty() {
                    self.resume(0, false);
                }
            }
        }
    }
}
