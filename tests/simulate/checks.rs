//! What must hold after every run, and at the end.

use std::collections::BTreeSet;

use scimhook::plugin::What;
use serde_json::Value;

use crate::model::{self, Expected};
use crate::settings;
use crate::story::{Running, Story};

/// What a budget may be exceeded by (R1).
const GRACE_MS: u64 = 50;

/// What is not ours at a server.
#[derive(Default)]
pub struct Foreign {
    pub bystander: Value,
    /// Members of a group that is not managed.
    pub elsewhere: Vec<String>,
    /// Accounts with a nickname, which no mapping names.
    pub nicknamed: BTreeSet<String>,
    /// People an administrator has given a title.
    pub titled: BTreeSet<usize>,
    /// Accounts that carry somebody else's externalId.
    pub squatters: Vec<Value>,
}

impl Story {
    pub fn finding(&mut self, what: String) {
        self.say(&format!("FOUND: {what}"));
        self.findings.push(format!("step {}: {what}", self.steps));
    }

    /// A run that ended: within its budget, one outcome a server, no secret, and its claims are so. `alone`: nothing
    /// else ran beside it.
    pub fn judge(&mut self, running: &Running, alone: bool) {
        let Some((text, ended)) = self.world.take(running.run) else {
            return self.finding(format!("{}: no outcome", running.name));
        };
        self.say(&format!("  = {text}"));
        self.coverage.runs += 1;
        let outcome: Value = serde_json::from_str(&text).unwrap();
        let took = (ended - running.began).max(outcome["durationMs"].as_u64().unwrap());
        if took > running.budget + GRACE_MS {
            self.finding(format!("{} took {took} ms of {} (law 6, R1)", running.name, running.budget));
        }
        let servers = outcome["servers"].as_array().unwrap();
        let named: Vec<&str> = servers.iter().map(|server| server["server"].as_str().unwrap()).collect();
        let wanted: Vec<&str> =
            running.servers.iter().map(|at| self.setup.servers[*at].id.as_str()).collect();
        if named != wanted {
            self.finding(format!("{}: outcomes of {named:?} instead of {wanted:?} (law 6)", running.name));
        }
        if running.what != What::PostAuthentication && outcome["access"] != "allow" {
            self.finding(format!("{}: denied although it is no login (R9)", running.name));
        }
        for server in servers {
            self.coverage.outcome(server);
            self.note_unclear(running, server);
            if server["result"] == "failed" && server["reason"] == "internal" {
                self.finding(format!("{}: internal: {}", running.name, server["error"]["message"]));
            }
            if alone {
                self.claims(running, server);
            }
        }
        self.secrets(&running.name, &text);
    }

    /// Notes writes of which nobody can say whether they were done.
    fn note_unclear(&mut self, running: &Running, outcome: &Value) {
        let mut requests = outcome["requests"].as_array().into_iter().flatten();
        let unclear = requests.any(|request| {
            let status = request["status"].as_u64().unwrap_or(0);
            request["method"] != "GET" && !(200..500).contains(&status)
        });
        let garbage = outcome["error"]["class"] == "protocol"
            || outcome["groups"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|group| group["error"]["class"] == "protocol");
        let at = self.setup.servers.iter().position(|server| outcome["server"] == server.id.as_str());
        if unclear || garbage {
            self.unclear.extend(at.zip(running.who));
        }
    }

    /// Whether the provider holds what an outcome says of the account.
    fn claims(&mut self, running: &Running, outcome: &Value) {
        let Some(at) = self.setup.servers.iter().position(|server| outcome["server"] == server.id.as_str())
        else {
            return;
        };
        let ends = format!(
            "{}/{}",
            outcome["result"].as_str().unwrap_or(""),
            outcome["reason"].as_str().unwrap_or("")
        );
        let (result, _) = ends.split_once('/').unwrap();
        if ends == "unchanged/fresh" && outcome["requests"].as_array().is_some_and(|all| !all.is_empty()) {
            self.finding(format!("{}: {ends} after requests", running.name));
        }
        if !["created", "reactivated", "deactivated", "deleted"].contains(&result)
            || outcome["reason"].as_str().is_some_and(|reason| reason.starts_with("group-"))
        {
            return;
        }
        let snapshot = self.world.sites[at].snapshot();
        let account =
            snapshot["Users"].as_array().into_iter().flatten().find(|user| user["id"] == outcome["remoteId"]);
        let active =
            account.is_some_and(|account| account["active"] != false && account["active"] != "false");
        let wanted = !["deactivated", "deleted"].contains(&result);
        if active != wanted && !settings::loose(&self.setup.servers[at], "claims") {
            self.finding(format!(
                "{}: {ends} of {}, and it is active: {active}",
                running.name, outcome["remoteId"]
            ));
        }
    }

    /// A credential leaves only in a request (law 5, S1).
    fn secrets(&mut self, name: &str, text: &str) {
        let mut leaks = Vec::new();
        let has = |text: &str| text.contains("canary");
        if has(text) {
            leaks.push("the outcome");
        }
        if self.world.logs.iter().any(|line| has(line)) {
            leaks.push("the log");
        }
        if self.world.store.iter().any(|(key, (value, _))| has(key) || has(value)) {
            leaks.push("the store");
        }
        self.world.logs.clear();
        for place in leaks {
            self.finding(format!("{name}: a secret is in {place} (S1)"));
        }
    }

    /// What is not ours is as it was, and nobody has two accounts.
    pub fn look(&mut self) {
        for (method, at, path) in std::mem::take(&mut self.world.sent) {
            let token = path.contains("token") || path.is_empty();
            if method != "GET" && !token && self.setup.servers[at].mode != "live" {
                self.finding(format!("{method} {path} to a server that is not live (D1)"));
            }
        }
        for at in 0..self.world.sites.len() {
            let snapshot = self.world.sites[at].snapshot();
            self.look_at(at, &snapshot);
        }
    }

    fn look_at(&mut self, at: usize, snapshot: &Value) {
        let users = snapshot["Users"].as_array().unwrap();
        let groups = snapshot["Groups"].as_array().unwrap();
        let user = |id: &str| users.iter().find(|user| user["id"] == id);
        let members = |name: &str| -> Vec<&str> {
            let group = groups.iter().find(|group| group["displayName"] == name);
            let members = group.and_then(|group| group["members"].as_array()).into_iter().flatten();
            members.filter_map(|member| member["value"].as_str()).collect()
        };
        let mut wrong = Vec::new();
        // With an account goes what it was given.
        self.foreign[at].nicknamed.retain(|id| user(id).is_some());
        self.foreign[at].elsewhere.retain(|id| user(id).is_some());
        let foreign = &self.foreign[at];
        if user("bystander") != Some(&foreign.bystander) {
            wrong.push(format!("the bystander is {:?}", user("bystander")));
        }
        for squatter in &foreign.squatters {
            if user(squatter["id"].as_str().unwrap()) != Some(squatter) {
                wrong.push("somebody else's account was touched (D5)".to_owned());
            }
        }
        for id in &foreign.nicknamed {
            if user(id).is_some_and(|user| user["nickName"] != format!("Ama-{id}")) {
                wrong.push(format!("the nickname of {id} is gone (D3)"));
            }
        }
        let there = members("elsewhere");
        let wanted: Vec<&str> =
            foreign.elsewhere.iter().map(String::as_str).filter(|id| user(id).is_some()).collect();
        if wanted.iter().any(|id| !there.contains(id)) || there.iter().any(|id| !wanted.contains(id)) {
            wrong.push(format!("members elsewhere are {there:?} instead of {wanted:?} (D7)"));
        }
        let kind = self.setup.servers[at].kind;
        let is_there = groups.iter().any(|group| group["id"] == "group-readers");
        let readers = groups.iter().find(|group| group["id"] == "group-readers");
        let stays = readers
            .and_then(|group| group["members"].as_array())
            .is_some_and(|members| members.iter().any(|member| member["value"] == "bystander"));
        if kind != "github" && (!is_there || !stays) && !settings::loose(&self.setup.servers[at], "members") {
            wrong.push("the bystander's membership of readers is gone (D7)".to_owned());
        }
        for who in 0..self.people.len() {
            let accounts = self.accounts(snapshot, at, who);
            if accounts.len() > 1
                && !self.twins.contains(&(at, who))
                && self.forgotten(at, who).is_none()
                && !settings::loose(&self.setup.servers[at], "one")
            {
                wrong.push(format!("{} accounts of person {who}", accounts.len()));
            }
        }
        for what in wrong {
            let switches = &self.setup.servers[at].switches;
            self.finding(format!("at {at} ({kind} {switches:?}): {what}"));
        }
    }

    /// The end: every provider against the model.
    pub fn compare(&mut self) {
        for at in 0..self.world.sites.len() {
            let snapshot = self.world.sites[at].snapshot();
            for who in 0..self.people.len() {
                for what in self.compare_one(&snapshot, at, who) {
                    let server = &self.setup.servers[at];
                    let (kind, switches) = (server.kind, &server.switches);
                    self.finding(format!("at the end, person {who} at {at} ({kind} {switches:?}): {what}"));
                }
            }
        }
    }

    fn leave_open(&mut self, reason: &'static str) -> Vec<String> {
        *self.coverage.open.entry(reason).or_default() += 1;
        Vec::new()
    }

    fn compare_one(&mut self, snapshot: &Value, at: usize, who: usize) -> Vec<String> {
        let expected = model::expected(&self.setup, at, &self.people[who]);
        let is_open = [(at, Some(who)), (at, None)].iter().find_map(|key| self.open.get(key).copied());
        let accounts = self.accounts(snapshot, at, who);
        let server = &self.setup.servers[at];
        let person = &self.people[who];
        let open = match expected {
            Expected::Open(reason) => Some(reason),
            _ => is_open
                .or_else(|| settings::open(server, "account"))
                .or_else(|| self.forgotten(at, who))
                .or_else(|| self.unlinked(at, who, expected))
                .or_else(|| self.turned_off(at, who, expected))
                .or_else(|| self.squatted(snapshot, at, who)),
        };
        if let Some(reason) = open {
            return self.leave_open(reason);
        }
        let active = |account: &Value| account["active"] != false && account["active"] != "false";
        let mut wrong = Vec::new();
        match expected {
            Expected::Open(_) => {}
            Expected::Gone if settings::open(server, "delete").is_none() => {
                if !accounts.is_empty() {
                    wrong.push("the account should be gone".to_owned());
                }
            }
            Expected::Off | Expected::Gone => {
                if accounts.iter().any(active) {
                    wrong.push("the account should be inactive".to_owned());
                }
            }
            Expected::Present => match accounts.as_slice() {
                [account] => {
                    if !active(account) {
                        wrong.push("the account should be active".to_owned());
                    }
                    for field in model::fields(server.kind) {
                        let name = field.property;
                        let open = !model::updates(server, field) || settings::open(server, name).is_some();
                        let (wanted, found) =
                            (person.profile.get(name).unwrap_or(&Value::Null), field.held(account));
                        // Names to log in by are compared without case (RFC 7643 section 4.1.1).
                        let same = wanted == found
                            || (name == "login"
                                && wanted.as_str().map(str::to_lowercase)
                                    == found.as_str().map(str::to_lowercase));
                        // Without a store nobody knows that something was sent before (D6).
                        let forgotten = wanted.is_null() && !self.reliable_store;
                        // What nobody remembers to have sent is not looked at (D3).
                        let unclear = wanted.is_null() && self.cut.contains(&(at, who));
                        let given =
                            wanted.is_null() && name == "title" && self.foreign[at].titled.contains(&who);
                        if !open && !same && !forgotten && !given && !unclear {
                            wrong.push(format!("{name} is {found} instead of {wanted}"));
                        }
                    }
                    wrong.extend(self.compare_groups(
                        snapshot,
                        at,
                        who,
                        account["id"].as_str().unwrap_or(""),
                    ));
                }
                [] => wrong.push("there is no account".to_owned()),
                more => wrong.push(format!("there are {} accounts", more.len())),
            },
        }
        self.coverage.checked += 1;
        wrong
    }

    /// Where only the link tells whose an account is, and it may be lost (D3).
    fn forgotten(&self, at: usize, who: usize) -> Option<&'static str> {
        let server = &self.setup.servers[at];
        if self.reliable_store {
            // The note of a create has no id yet, and holds no values.
            let lost = server.kind == "salesforce"
                && self.people[who].logins.len() > 1
                && self.unclear.contains(&(at, who));
            lost.then_some("created without an answer, and by now under a former name (D3)")
        } else if server.kind != "salesforce" {
            // A link that is lost is created anew (D5), which the other name does not stop.
            let renamed = self.people[who].logins.len() > 1;
            let renamed = renamed.then_some("the link is lost, and the name to log in by has changed");
            renamed.or((server.adopt == "never").then_some("the link is lost, and adoption is off (D5)"))
        } else if self.people[who].logins.len() > 1 {
            Some("neither remembered nor to be found by anything but a former name (D3)")
        } else {
            let left = self.people[who].state != crate::people::State::Active;
            (server.adopt != "unowned" || left)
                .then_some("without a link nothing says that the account is ours (D3)")
        }
    }

    /// Only who has an active link is turned off for not being entitled (D5).
    fn unlinked(&self, at: usize, who: usize, expected: Expected) -> Option<&'static str> {
        let lost = !self.reliable_store || self.unclear.contains(&(at, who));
        let active = self.people[who].state == crate::people::State::Active;
        (expected == Expected::Off && active && lost)
            .then_some("not entitled, and perhaps without a link (D5)")
    }

    /// Who was inactive stays so where reactivation is off.
    fn turned_off(&self, at: usize, who: usize, expected: Expected) -> Option<&'static str> {
        let stays =
            expected == Expected::Present && !self.setup.servers[at].reactivate && self.left.contains(&who);
        stays.then_some("was to be inactive once, and is not turned on again (reactivate off)")
    }

    /// An account by the person's name that the rules do not let us take over.
    fn squatted(&self, snapshot: &Value, at: usize, who: usize) -> Option<&'static str> {
        let login = &self.people[who].profile["login"];
        let mut users = snapshot["Users"].as_array().into_iter().flatten();
        users
            .any(|user| user["userName"] == *login && user["externalId"] != self.people[who].id.as_str())
            .then_some("somebody else has the name there")
            .filter(|_| self.setup.servers[at].kind != "salesforce")
    }

    fn compare_groups(&self, snapshot: &Value, at: usize, who: usize, id: &str) -> Vec<String> {
        let server = &self.setup.servers[at];
        let keys = [(at, Some(who)), (at, None)];
        let Some(groups) = self.people[who].groups.as_ref() else { return Vec::new() };
        if server.groups == "off"
            || keys.iter().any(|key| self.open_groups.contains_key(key))
            // What could not be had once is not asked for again then (D7).
            || !server.rechecks
            || settings::open(server, "groups").is_some()
        {
            return Vec::new();
        }
        let all = snapshot["Groups"].as_array().unwrap();
        let mut wrong = Vec::new();
        for name in crate::people::GROUPS {
            let named: Vec<&Value> = all.iter().filter(|group| group["displayName"] == *name).collect();
            let inside = named.iter().flat_map(|group| group["members"].as_array().into_iter().flatten());
            let inside = inside.filter(|member| member["value"] == id).count();
            let wanted = groups.contains(name);
            // Without PATCH a group that has no members is not told from one that does not show them.
            let empty = named.iter().any(|group| group["members"].as_array().is_none_or(Vec::is_empty));
            if empty && (server.has("patch=405") || server.has("patch=501")) {
                continue;
            }
            if named.len() > 1 {
                // Two people at once create what was not there, where names are not unique.
                continue;
            }
            let creatable = server.creates_groups && server.kind != "salesforce";
            if wanted && inside == 0 && (creatable || !named.is_empty()) {
                wrong.push(format!("not in {name}"));
            }
            // What was not remembered is not taken back (D7).
            if !wanted
                && inside > 0
                && server.groups == "mirror"
                && self.reliable_store
                && !self.cut.contains(&(at, who))
            {
                wrong.push(format!("still in {name}"));
            }
        }
        wrong
    }
}
