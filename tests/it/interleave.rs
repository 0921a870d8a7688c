//! Two processes at once over one store and one provider: every interleaving of their store and provider calls, and
//! drawn ones of three (R7). States that were met before are not gone through again; the schedules that lead through
//! them are counted.

use std::collections::HashMap;

use scimhook::link;
use scimhook::plugin::What;
use serde_json::{Value, json};

use super::town::{Choice, Job, Setting, Town};
use super::world::EPOCH;

/// An event of a story, and how much newer than the others it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happens {
    Login { title: &'static str, group: &'static str },
    Disabled,
}

const FIRST: Happens = Happens::Login { title: "Pilot", group: "readers" };
const CHANGED: Happens = Happens::Login { title: "Captain", group: "readers" };
const ELSEWHERE: Happens = Happens::Login { title: "Pilot", group: "writers" };
const LEAVES: Happens = Happens::Disabled;

const USER: &str = "u-1";

fn job(happens: Happens, at: u64) -> Job {
    let mut user = json!({ "id": USER, "email": "amara@corp.example", "name": "Okafor" });
    match happens {
        Happens::Login { title, group } => {
            user["title"] = json!(title);
            user["groups"] = json!([group]);
            let event = json!({ "id": "login", "application": "portal", "occurredAt": at, "user": user });
            (What::PostAuthentication, event)
        }
        Happens::Disabled => {
            let event = json!({ "id": "leaver", "type": "user.disabled", "occurredAt": at, "user": user });
            (What::Lifecycle, event)
        }
    }
}

/// What was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nobody,
    Account,
    Inactive,
}

fn setting(kind: &'static str, switches: Value) -> Setting {
    let url = match kind {
        "aws" => "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2",
        "github" => "https://api.github.com/scim/v2/organizations/acme",
        _ => "https://scim.example/v2",
    };
    let mut server = json!({
        "id": "app", "type": kind, "url": url,
        "authentication": { "scheme": "accessToken", "accessToken": "only-an-example" },
        "attributes": {
            "userName": "email", "name.givenName": "name", "name.familyName": "name", "displayName": "name",
            "emails[type eq \"work\"].value": "email", "title": "title",
        },
    });
    if kind == "github" {
        server["attributes"].as_object_mut().unwrap().remove("title");
    } else if switches.as_object().unwrap().is_empty() {
        server["groups"] = json!({ "mode": "mirror" });
    }
    let config = json!({
        "servers": [server], "applications": [{ "id": "portal", "servers": ["app"] }],
        "policy": { "budgetMs": 60_000 },
    });
    Setting { kind, config, switches, versions: true }
}

/// When things happen: before the story, in it, and after it.
const LONG_AGO: u64 = EPOCH - 10_000;
const NOW: u64 = EPOCH;

struct Story<'a> {
    setting: &'a Setting,
    before: Before,
    events: &'a [(Happens, u64)],
}

impl<'a> Story<'a> {
    fn begin(&self) -> Town<'a> {
        let mut town = Town::new(self.setting);
        if self.setting.kind != "github" {
            for name in ["readers", "writers"] {
                let group = json!({ "create": { "type": "Group", "resource": { "displayName": name } } });
                let made = town.sim.edit(&group).unwrap();
                let record = json!({ "v": 1, "id": made["id"], "created": false, "at": LONG_AGO });
                town.store.insert(link::group_key("app", name), (record.to_string(), 1));
            }
        }
        if self.before != Before::Nobody {
            town.alone(&job(FIRST, LONG_AGO), LONG_AGO);
        }
        if self.before == Before::Inactive {
            town.alone(&job(LEAVES, LONG_AGO + 1), LONG_AGO + 1);
        }
        town.trace.clear();
        for (happens, at) in self.events {
            town.start(&job(*happens, *at), NOW);
        }
        town
    }

    fn replay(&self, path: &[Choice]) -> Town<'a> {
        let mut town = self.begin();
        for choice in path {
            town.step(*choice);
        }
        town
    }

    fn newest(&self) -> (Happens, u64) {
        *self.events.iter().max_by_key(|(_, at)| *at).unwrap()
    }

    /// What must hold when all have ended. A town each: to look at, and to go on from.
    fn end(&self, path: &[Choice], town: Town<'a>) -> Result<(), String> {
        let again = |town: &mut Town<'a>| {
            let mut jobs: Vec<Value> = town.processes.iter().filter_map(left).collect();
            town.processes.clear();
            // What was handed on is taken up, one after the other.
            for round in 0..8 {
                if jobs.is_empty() {
                    return Ok(());
                }
                let mut next = Vec::new();
                for job in jobs {
                    let at = job["notBefore"].as_u64().unwrap().max(NOW + 1000 + round);
                    let outcome = town.alone(&(What::Resume, job), at);
                    next.extend(outcome["servers"][0].get("job").cloned());
                }
                jobs = next;
            }
            Err(format!("jobs without end: {jobs:?}"))
        };
        let mut here = town;
        again(&mut here)?;
        if here.most_accounts > 1 {
            return Err("two accounts".into());
        }
        truthful(&here)?;
        let (newest, at) = self.newest();
        let account = account(&here);
        match newest {
            Happens::Disabled => {
                if account.as_ref().is_some_and(|account| account["active"] == true) {
                    return Err("a deactivation was lost".into());
                }
                let outcome = here.alone(&job(FIRST, at - 1), NOW + 50_000);
                truthful(&here)?;
                if super::interleave::account(&here).is_some_and(|account| account["active"] == true) {
                    return Err(format!("an older login brought the account back: {outcome}"));
                }
            }
            Happens::Login { .. } => {
                here.alone(&job(newest, at), NOW + 50_000);
                truthful(&here)?;
                brought_up(&here, newest)?;
            }
        }
        // Whoever logs in later finds all as it should be, whatever the link says.
        for (happens, _) in self.events {
            let mut here = self.replay(path);
            again(&mut here)?;
            here.alone(&job(*happens, NOW + 60_000), NOW + 60_000);
            truthful(&here)?;
            match happens {
                Happens::Login { .. } => brought_up(&here, *happens)?,
                Happens::Disabled => {
                    if super::interleave::account(&here).is_some_and(|account| account["active"] == true) {
                        return Err("a later deactivation does nothing".into());
                    }
                }
            }
        }
        Ok(())
    }
}

fn left(process: &super::town::Process) -> Option<Value> {
    process.outcome.as_ref().unwrap()["servers"][0].get("job").cloned()
}

fn account(town: &Town<'_>) -> Option<Value> {
    town.sim.snapshot()["Users"].as_array().unwrap().first().cloned()
}

fn groups_of(town: &Town<'_>, user: &Value) -> Vec<(String, String)> {
    let snapshot = town.sim.snapshot();
    let groups = snapshot["Groups"].as_array().into_iter().flatten();
    groups
        .filter(|group| {
            group["members"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|member| member["value"] == *user || member == user)
        })
        .map(|group| {
            (group["displayName"].as_str().unwrap().to_owned(), group["id"].as_str().unwrap().to_owned())
        })
        .collect()
}

/// The link claims nothing that is not so.
fn truthful(town: &Town<'_>) -> Result<(), String> {
    let Some(link) = town.link() else { return Ok(()) };
    let account = account(town);
    let (id, active) = match &account {
        Some(account) => (account["id"].clone(), account["active"] != false),
        None => (Value::Null, false),
    };
    let says = |what: &str| Err(format!("the link says {link}, and {what}"));
    match link["s"].as_str().unwrap() {
        "live" if link["id"] != id => return says("there is no such account"),
        "live" if !active => return says("the account is inactive"),
        "off" if link["id"] != id => return says("there is no such account"),
        "off" | "tombstone" if active => return says("the account is active"),
        "pending" if account.is_some() => return says("the account was made"),
        _ => {}
    }
    let member_of = groups_of(town, &id);
    for group in link["g"].as_array().into_iter().flatten() {
        if link["s"] == "live"
            && link["ok"] != 0
            && group.as_array().unwrap().len() == 2
            && !member_of.iter().any(|(_, id)| group[1] == *id)
        {
            return says("the person is not in that group");
        }
    }
    Ok(())
}

/// The account is as a login wants it.
fn brought_up(town: &Town<'_>, happens: Happens) -> Result<(), String> {
    let Happens::Login { title, group } = happens else { return Ok(()) };
    let Some(account) = account(town) else { return Err("there is no account".into()) };
    if account["active"] == false {
        return Err("the account is inactive".into());
    }
    if account.get("title").is_some_and(|there| there != title) {
        return Err(format!("the title is {} where {title} is wanted", account["title"]));
    }
    let names: Vec<String> = groups_of(town, &account["id"]).into_iter().map(|(name, _)| name).collect();
    if town.setting.config["servers"][0].get("groups").is_some() && names != [group] {
        return Err(format!("in {names:?}, where {group} is wanted: {:?}", town.link()));
    }
    Ok(())
}

#[derive(Default)]
struct Search {
    /// How many schedules go on from a state.
    met: HashMap<u64, f64>,
    replays: u64,
    ends: u64,
    wrong: Vec<(String, Vec<Choice>)>,
}

impl Search {
    fn walk<'a>(&mut self, story: &Story<'a>, path: &mut Vec<Choice>, town: Town<'a>) -> f64 {
        let key = town.key();
        if let Some(schedules) = self.met.get(&key) {
            return *schedules;
        }
        let choices = town.choices();
        let schedules = if choices.is_empty() {
            self.ends += 1;
            if let Err(wrong) = story.end(path, town) {
                self.wrong.push((wrong, path.clone()));
            }
            1.0
        } else {
            let mut schedules = 0.0;
            let mut town = Some(town);
            for (place, choice) in choices.iter().enumerate() {
                let mut next = if place + 1 == choices.len() {
                    town.take().unwrap()
                } else {
                    self.replays += 1;
                    story.replay(path)
                };
                next.step(*choice);
                path.push(*choice);
                schedules += self.walk(story, path, next);
                path.pop();
            }
            schedules
        };
        self.met.insert(key, schedules);
        schedules
    }
}

/// Goes through all schedules of a story; the number of them.
fn all(story: &Story<'_>, failed: &mut Vec<String>) -> f64 {
    let began = std::time::Instant::now();
    let mut search = Search::default();
    let schedules = search.walk(story, &mut Vec::new(), story.begin());
    let name = format!("{} {:?} {:?}", story.setting.kind, story.before, story.events);
    println!(
        "{name}: {schedules:.0} schedules, {} states, {} ends, {} replays, {} ms",
        search.met.len(),
        search.ends,
        search.replays,
        began.elapsed().as_millis()
    );
    if let Some((wrong, path)) = search.wrong.first() {
        let town = story.replay(path);
        failed.push(format!(
            "{name}: {} of {} ends wrong, the first: {wrong}\n  {}",
            search.wrong.len(),
            search.ends,
            town.trace.join("\n  ")
        ));
    }
    schedules
}

fn pairs(setting: &Setting, stories: &[(Before, Happens, Happens)]) {
    let mut failed = Vec::new();
    let mut schedules = 0.0;
    for (before, one, other) in stories {
        // Either may be the newer one; the first of two of a kind does as well as the second.
        let mut orders = vec![[(*one, NOW - 20), (*other, NOW - 10)]];
        if one != other {
            orders.push([(*one, NOW - 10), (*other, NOW - 20)]);
        }
        for events in orders {
            schedules += all(&Story { setting, before: *before, events: &events }, &mut failed);
        }
    }
    println!("{}: {schedules:.0} schedules in all", setting.kind);
    assert!(failed.is_empty(), "{} stories end wrong:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn two_first_logins_of_generic() {
    pairs(
        &setting("generic", json!({})),
        &[
            (Before::Nobody, FIRST, FIRST),
            (Before::Nobody, FIRST, ELSEWHERE),
            (Before::Nobody, FIRST, LEAVES),
        ],
    );
}

#[test]
fn two_logins_to_an_account_of_generic() {
    pairs(
        &setting("generic", json!({})),
        &[
            (Before::Account, CHANGED, FIRST),
            (Before::Account, CHANGED, ELSEWHERE),
            (Before::Account, CHANGED, LEAVES),
            (Before::Account, FIRST, LEAVES),
            (Before::Inactive, CHANGED, LEAVES),
            (Before::Inactive, CHANGED, ELSEWHERE),
        ],
    );
}

#[test]
fn two_at_a_server_without_patch() {
    pairs(
        &setting("generic", json!({ "patch": "501" })),
        &[(Before::Account, CHANGED, LEAVES), (Before::Inactive, CHANGED, LEAVES)],
    );
}

#[test]
fn two_at_aws() {
    pairs(
        &setting("aws", json!({})),
        &[
            (Before::Nobody, FIRST, FIRST),
            (Before::Nobody, FIRST, LEAVES),
            (Before::Account, CHANGED, LEAVES),
            (Before::Inactive, CHANGED, LEAVES),
        ],
    );
}

#[test]
fn two_where_a_deactivation_drops_the_id() {
    pairs(
        &setting("github", json!({})),
        &[
            (Before::Nobody, FIRST, FIRST),
            (Before::Nobody, FIRST, LEAVES),
            (Before::Account, FIRST, LEAVES),
            (Before::Inactive, FIRST, LEAVES),
        ],
    );
}

/// Draws schedules of three.
fn drawn(setting: &Setting, stories: &[(Before, [Happens; 3])], each: u32) {
    let mut failed = Vec::new();
    let mut state: u64 = 7;
    let mut draw = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    for (before, happen) in stories {
        for number in 0..each {
            let mut events = happen.map(|happens| (happens, NOW - 30));
            // Which is newer than which is drawn, too.
            let first = draw(3);
            events[first].1 = NOW - 20;
            events[(first + 1 + draw(2)) % 3].1 = NOW - 10;
            let story = Story { setting, before: *before, events: &events };
            let (mut town, mut path) = (story.begin(), Vec::new());
            loop {
                let choices = town.choices();
                let Some(choice) = choices.get(draw(choices.len().max(1))) else { break };
                path.push(*choice);
                town.step(*choice);
            }
            if let Err(wrong) = story.end(&path, town) {
                let trace = story.replay(&path).trace.join("\n  ");
                failed.push(format!("{} {before:?} {events:?} {number}: {wrong}\n  {trace}", setting.kind));
            }
        }
    }
    println!("{}: {each} drawn schedules of each of {} stories of three", setting.kind, stories.len());
    assert!(failed.is_empty(), "{} end wrong, the first:\n{}", failed.len(), failed[0]);
}

const THREE: &[(Before, [Happens; 3])] = &[
    (Before::Nobody, [FIRST, ELSEWHERE, LEAVES]),
    (Before::Nobody, [FIRST, CHANGED, LEAVES]),
    (Before::Account, [CHANGED, ELSEWHERE, LEAVES]),
    (Before::Inactive, [CHANGED, ELSEWHERE, LEAVES]),
    (Before::Account, [CHANGED, LEAVES, LEAVES]),
];

#[test]
fn three_at_generic() {
    drawn(&setting("generic", json!({})), THREE, 60);
}

#[test]
fn three_at_a_server_without_patch() {
    drawn(&setting("generic", json!({ "patch": "501" })), THREE, 30);
}

#[test]
fn three_where_a_deactivation_drops_the_id() {
    drawn(&setting("github", json!({})), THREE, 60);
}

#[test]
fn a_store_that_ignores_versions_may_lose_a_deactivation_and_makes_no_second_account() {
    let setting = Setting { versions: false, ..setting("generic", json!({})) };
    let mut wrong = Vec::new();
    for (before, one, other) in [(Before::Nobody, FIRST, LEAVES), (Before::Inactive, CHANGED, LEAVES)] {
        let events = [(one, NOW - 20), (other, NOW - 10)];
        let story = Story { setting: &setting, before, events: &events };
        let mut search = Search::default();
        search.walk(&story, &mut Vec::new(), story.begin());
        wrong.extend(search.wrong.into_iter().map(|(wrong, _)| wrong));
    }
    assert!(wrong.iter().all(|wrong| wrong != "two accounts"), "{wrong:?}");
    // What the README says; where it is true no longer, it may say more.
    assert!(wrong.iter().any(|wrong| wrong == "a deactivation was lost"), "{wrong:?}");
}
