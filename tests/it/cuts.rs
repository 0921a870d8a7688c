//! Every case, cut after every question it asks the host: the process is gone, the host stops the run, or nothing but
//! the store answers any more. Whatever is then handed on is resumed, or the event comes again; and all is as if
//! nothing had been cut. Each question is cut in one of five ways, by turns; `CUTS=all` cuts in all of them.

use std::collections::BTreeMap;

use scimhook::plugin::{Options, What};
use serde_json::{Value, json};

use super::cases::{all, merge, setting};
use super::world::{Provider, World};

/// How a run is stopped at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    pub after: u64,
    pub how: How,
}

/// What happens at the point. `done`: the question there is still carried out, and its answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The process is gone.
    Killed,
    /// The host stops the run.
    Aborted { done: bool },
    /// Nothing but the store answers from then on.
    Silence { done: bool },
}

const WHATS: &[(&str, What)] =
    &[("login", What::PostAuthentication), ("lifecycle", What::Lifecycle), ("resume", What::Resume)];

/// Where following a case up says nothing of what was cut.
const LEFT_OUT: &[(&str, &str)] = &[
    ("a-refused-group-does-not-undo-the-account", "a refusal of the uncut run alone is remembered"),
    ("a-group-never-denies", "a refusal of the uncut run alone is remembered"),
    ("a-group-at-aws-is-never-put", "a refusal of the uncut run alone is remembered"),
    ("github-is-read-whatever-its-media-types-say", "a refusal of the uncut run alone is remembered"),
    ("a-success-without-a-body-is-one", "the uncut run is told of a success that did not happen"),
    ("adopt-never-refuses-even-our-own", "what a noted create finds is ours, whatever `adopt` says (D4)"),
    ("a-create-of-github-without-an-id-is-looked-for", "the account is made by the fault, in the uncut run"),
];

const HOWS: [How; 5] = [
    How::Killed,
    How::Aborted { done: false },
    How::Aborted { done: true },
    How::Silence { done: false },
    How::Silence { done: true },
];

/// A step of a case: what is run, and with what.
type Step = (What, String, Options);

/// Plays the steps before one as written; then that one is next.
fn before(whole: &Value, number: usize) -> Option<(World, Step)> {
    let mut world = World::new(whole).ok()?;
    let mut previous = Value::Null;
    for (at, step) in whole["steps"].as_array().unwrap().iter().enumerate() {
        world.now += step["after"].as_u64().unwrap_or(1000);
        world.set_faults(&step["faults"], &step["store"]);
        world.set_secrets(&step["secrets"]);
        for (provider, edits) in step["edit"].as_object().into_iter().flatten() {
            let provider = world.providers.iter_mut().find(|one| one.id == *provider).unwrap();
            for edit in edits.as_array().unwrap() {
                provider.sim.edit(edit).unwrap();
            }
        }
        let options = Options { budget_ms: step["options"]["budgetMs"].as_f64(), read: false };
        let (word, what) = WHATS.iter().find(|(word, _)| step.get(*word).is_some())?;
        let text = match &step[*word] {
            Value::String(last) if last == "the job" => previous["servers"][0]["job"].to_string(),
            Value::String(text) => text.clone(),
            input if *word == "login" => {
                let mut event = whole["event"].clone();
                merge(&mut event, input);
                event.to_string()
            }
            input => input.to_string(),
        };
        if at == number {
            return Some((world, (*what, text, options)));
        }
        previous = match step["abortAfter"].as_u64() {
            Some(_) => return None,
            None => world.play(*what, &text, options).ok()?,
        };
    }
    None
}

/// Resumes until nothing is left, and lets the event come once more.
fn finish(world: &mut World, step: &Step, outcome: &Value) -> Result<(), String> {
    let (what, text, _) = step;
    world.set_faults(&Value::Null, &Value::Null);
    resume(world, outcome)?;
    world.now += 60_000;
    let outcome = world.play(*what, text, Options::default()).unwrap();
    resume(world, &outcome)
}

fn resume(world: &mut World, outcome: &Value) -> Result<(), String> {
    let mut jobs: Vec<Value> =
        outcome["servers"].as_array().unwrap().iter().filter_map(|one| one.get("job").cloned()).collect();
    for _ in 0..6 {
        let mut left = Vec::new();
        for job in jobs {
            world.now = world.now.max(job["notBefore"].as_u64().unwrap());
            let outcome = world.play(What::Resume, &job.to_string(), Options::default()).unwrap();
            if let Some(again) = outcome["servers"][0].get("job") {
                let grows = |name: &str| again[name].as_u64() > job[name].as_u64();
                if !grows("attempt") || !grows("notBefore") || again["key"] != job["key"] {
                    return Err(format!("{job} is followed by {again}"));
                }
                left.push(again.clone());
            }
        }
        jobs = left;
    }
    Ok(())
}

/// What a provider holds in the end, and what it held on the way.
fn held(world: &World) -> (BTreeMap<String, Value>, Vec<String>) {
    let content = world.providers.iter().map(|one| (one.id.clone(), one.content())).collect();
    (content, world.effects.clone())
}

/// Whether the run was cut, and its process is no more.
fn is_killed(world: &World) -> bool {
    world.cut.is_some_and(|cut| cut.how == How::Killed && world.asked >= cut.after)
}

/// One cut; what is wrong about the end.
fn cut(
    whole: &Value,
    number: usize,
    cut: Cut,
    uncut: &(BTreeMap<String, Value>, Vec<String>),
) -> Option<String> {
    let (mut world, step) = before(whole, number).unwrap();
    world.watched = true;
    world.cut = Some(cut);
    let run = world.begin(step.0, &step.1, step.2).unwrap();
    world.until(|world| world.is_done(run) || is_killed(world));
    let outcome = world.take(run).unwrap_or(json!({ "servers": [] }));
    world.cut = None;
    if cut.how == How::Killed {
        world.restart(whole);
    }
    if let Err(wrong) = finish(&mut world, &step, &outcome) {
        return Some(wrong);
    }
    let (content, effects) = held(&world);
    if content != uncut.0 {
        return Some(format!("holds {content:?}\n    not {:?}", uncut.0));
    }
    let mut once = effects.clone();
    once.sort();
    once.dedup();
    if once.len() != effects.len() {
        return Some(format!("came back to where it was: {effects:#?}"));
    }
    let posts = |effects: &[String]| effects.iter().filter(|effect| effect.starts_with("POST")).count();
    (posts(&effects) > posts(&uncut.1)).then(|| format!("created more: {effects:#?}"))
}

#[test]
fn whatever_a_run_is_cut_at_the_rest_is_done_once() {
    let (mut cuts, mut points, mut turn, mut failed) = (0, 0, 0, Vec::new());
    let whole_way = std::env::var_os("CUTS").is_some();
    for (name, case) in all() {
        let whole = setting(&case);
        // Tokens that a case writes out are in its faults, which end with the step.
        let written_out = whole["config"]["servers"].as_array().into_iter().flatten().any(|server| {
            matches!(server["authentication"]["scheme"].as_str(), Some("oauth2" | "githubApp"))
                && whole["providers"][server["id"].as_str().unwrap_or("")]["tokens"] != true
        });
        if written_out || LEFT_OUT.iter().any(|(left, _)| *left == name) {
            continue;
        }
        for number in 0..whole["steps"].as_array().unwrap().len() {
            let Some((mut world, step)) = before(&whole, number) else { continue };
            world.watched = true;
            world.cut = Some(Cut { after: u64::MAX, how: How::Killed });
            let Ok(outcome) = world.play(step.0, &step.1, step.2) else { continue };
            let asked = world.asked;
            world.cut = None;
            if finish(&mut world, &step, &outcome).is_err() {
                continue;
            }
            let uncut = held(&world);
            turn += 1;
            for after in 0..asked {
                for (way, how) in HOWS.iter().copied().enumerate() {
                    points += 1;
                    if !whole_way && way as u64 != (turn + after) % HOWS.len() as u64 {
                        continue;
                    }
                    cuts += 1;
                    let at = Cut { after, how };
                    let wrong = std::panic::catch_unwind(|| cut(&whole, number, at, &uncut));
                    if let Some(wrong) = wrong.unwrap_or_else(|_| Some("panicked".into())) {
                        failed.push(format!("{name} step {number} {at:?} of {asked}: {wrong}"));
                    }
                }
            }
        }
    }
    println!("{cuts} of {points} cuts");
    assert!(failed.is_empty(), "{} of {cuts} cuts end otherwise:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn a_job_that_always_fails_waits_longer_each_time_and_stops_nobody() {
    let case = setting(&json!({ "setting": "generic", "config": { "policy": { "retries": 0 } } }));
    let mut world = World::new(&case).unwrap();
    let login = |n: u32, title: &str| {
        let user = json!({ "id": format!("u-{n}"), "email": format!("user{n}@corp.example"), "firstName": "A",
            "lastName": "B", "title": title });
        json!({ "id": "login", "application": "portal", "user": user }).to_string()
    };
    let play =
        |world: &mut World, what: What, text: &str| world.play(what, text, Options::default()).unwrap();
    let first = play(&mut world, What::PostAuthentication, &login(0, "Pilot"));
    let id = first["servers"][0]["remoteId"].as_str().unwrap().to_owned();
    let poisoned = json!([{ "match": format!("PATCH /Users/{id}"), "status": 500, "times": 1000 }]);
    world.set_faults(&poisoned, &Value::Null);
    let mut outcome = play(&mut world, What::PostAuthentication, &login(0, "Captain"));
    let mut pauses = Vec::new();
    for n in 1..=16 {
        let job = outcome["servers"][0]["job"].clone();
        assert_eq!(job["attempt"], n, "{outcome}");
        pauses.push(job["notBefore"].as_u64().unwrap() - world.now);
        world.now = job["notBefore"].as_u64().unwrap();
        // Somebody else's job, cut off before: done while the other one fails.
        world.set_faults(&json!([{ "match": "POST /Users", "status": 503, "times": 1 }]), &Value::Null);
        let other = play(&mut world, What::PostAuthentication, &login(n, "Pilot"));
        world.set_faults(&poisoned, &Value::Null);
        let others = other["servers"][0]["job"].clone();
        world.now = world.now.max(others["notBefore"].as_u64().unwrap());
        let failing = world.begin(What::Resume, &job.to_string(), Options::default()).unwrap();
        let going = world.begin(What::Resume, &others.to_string(), Options::default()).unwrap();
        world.until(|world| world.is_done(failing) && world.is_done(going));
        outcome = world.take(failing).unwrap();
        assert_eq!(world.take(going).unwrap()["servers"][0]["result"], "created");
    }
    assert!(
        pauses.is_sorted() && pauses[0] == 5_000 && pauses[3] == 40_000 && pauses[15] == 3_600_000,
        "{pauses:?}"
    );
    world.set_faults(&Value::Null, &Value::Null);
    world.now += 4_000_000;
    let done = play(&mut world, What::Resume, &outcome["servers"][0]["job"].to_string());
    assert_eq!(done["servers"][0]["result"], "updated");
}

impl Provider {
    /// What it holds, ids and times aside.
    pub fn content(&self) -> Value {
        let snapshot = self.sim.snapshot();
        let list = |kind: &str| snapshot[kind].as_array().cloned().unwrap_or_default();
        let name_of = |id: &Value| {
            list("Users")
                .iter()
                .find(|user| user["id"] == *id)
                .map_or(json!("?"), |user| user["userName"].clone())
        };
        let mut users = list("Users");
        for user in &mut users {
            let user = user.as_object_mut().unwrap();
            // Made of the time.
            user.remove("urn:salesforce:schemas:extension:1.0");
            user.retain(|name, _| !matches!(name.as_str(), "id" | "meta" | "groups" | "github"));
        }
        let mut groups = list("Groups");
        for group in &mut groups {
            let group = group.as_object_mut().unwrap();
            let members =
                group.remove("members").and_then(|members| members.as_array().cloned()).unwrap_or_default();
            let mut names: Vec<String> =
                members.iter().map(|member| name_of(&member["value"]).to_string()).collect();
            names.sort();
            group.insert("members".into(), json!(names));
            group.retain(|name, _| !matches!(name.as_str(), "id" | "meta"));
        }
        users.sort_by_key(Value::to_string);
        groups.sort_by_key(Value::to_string);
        json!({ "users": users, "groups": groups })
    }
}
