//! What outlives a run: the breaker (R6), one run after the other for one person (R7), and leavers held (R12).

use scimhook::plugin::{Options, What};
use serde_json::{Value, json};

use super::cases::{merge, setting};
use super::world::World;

fn world(policy: Value) -> World {
    let case =
        setting(&json!({ "setting": "generic", "config": { "policy": policy }, "host": { "log": true } }));
    World::new(&case).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn person(n: u32, more: Value) -> Value {
    let mut user = json!({
        "id": format!("u-{n}"), "email": format!("user{n}@corp.example"), "firstName": "A", "lastName": "B",
        "displayName": "A B",
    });
    merge(&mut user, &more);
    user
}

fn begin_with(world: &mut World, id: &str, user: Value, budget_ms: Option<f64>) -> u32 {
    let login = json!({ "id": id, "application": "portal", "user": user });
    world.begin(What::PostAuthentication, &login.to_string(), Options { budget_ms, read: false }).unwrap()
}

fn begin(world: &mut World, n: u32) -> u32 {
    begin_with(world, &format!("login-{n}"), person(n, json!({})), None)
}

fn end(world: &mut World, runs: &[u32]) -> Vec<Value> {
    world.until(|world| runs.iter().all(|run| world.is_done(*run)));
    runs.iter().map(|run| world.take(*run).unwrap()).collect()
}

fn login(world: &mut World, n: u32) -> Value {
    let run = begin(world, n);
    end(world, &[run]).remove(0)
}

#[track_caller]
fn ends(outcome: &Value, expected: &str) {
    let server = &outcome["servers"][0];
    assert_eq!(
        format!("{}/{}", server["result"], server["reason"]).replace('"', ""),
        expected,
        "{outcome:#}"
    );
}

fn posts(world: &World) -> usize {
    world.requests.iter().filter(|sent| sent["request"].as_str().unwrap().starts_with("POST ")).count()
}

fn breaker(world: &World) -> Value {
    world.plugin.status(world.now)[0]["breaker"].clone()
}

fn down(times: u64) -> Value {
    json!([{ "match": "", "status": 503, "times": times }])
}

#[test]
fn a_server_that_fails_run_after_run_is_left_alone() {
    let policy = json!({ "retries": 0, "breaker": { "failures": 3, "coolDownMs": 10_000 } });
    let mut world = world(policy);
    ends(&login(&mut world, 0), "created/first-access");
    world.set_faults(&down(99), &Value::Null);
    for n in 1..=3 {
        ends(&login(&mut world, n), "deferred/unavailable");
    }
    assert_eq!(breaker(&world), "open");
    world.requests.clear();
    let left = login(&mut world, 4);
    ends(&left, "deferred/circuit-open");
    assert!(world.requests.is_empty(), "no request");
    assert_eq!(left["servers"][0]["job"]["cause"], "circuit-open");
    // Who has nothing to ask is not concerned.
    ends(&login(&mut world, 0), "unchanged/fresh");
    // One looks whether it is well; until it knows, the others stay out.
    world.now += 10_000;
    world.set_faults(&json!([{ "match": "", "delayMs": 500, "status": 503, "times": 1 }]), &Value::Null);
    let runs = [begin(&mut world, 5), begin(&mut world, 6)];
    world.until(|world| !world.requests.is_empty());
    assert_eq!(breaker(&world), "probing");
    let outcomes = end(&mut world, &runs);
    ends(&outcomes[0], "deferred/unavailable");
    ends(&outcomes[1], "deferred/circuit-open");
    ends(&login(&mut world, 7), "deferred/circuit-open");
    world.now += 10_000;
    ends(&login(&mut world, 8), "created/first-access");
    assert_eq!(breaker(&world), "closed");
    ends(&login(&mut world, 9), "created/first-access");
}

#[test]
fn any_answer_sets_the_count_back() {
    let mut world = world(json!({ "retries": 0, "breaker": { "failures": 2, "coolDownMs": 10_000 } }));
    for n in 0..6 {
        world.set_faults(
            &if n % 2 == 0 { down(1) } else { json!([{ "match": "", "status": 429, "times": 1 }]) },
            &Value::Null,
        );
        login(&mut world, n);
        world.now += 60_000;
    }
    assert_eq!(breaker(&world), "closed");
}

#[test]
fn hanging_counts_too_and_a_probing_run_that_is_stopped_lets_the_next_one_look() {
    let mut world =
        world(json!({ "retries": 0, "budgetMs": 1000, "breaker": { "failures": 1, "coolDownMs": 5_000 } }));
    world.set_faults(&json!([{ "match": "", "hang": true, "times": 2 }]), &Value::Null);
    ends(&login(&mut world, 1), "deferred/budget-spent");
    assert_eq!(breaker(&world), "open");
    world.now += 5_000;
    world.requests.clear();
    let run = begin(&mut world, 2);
    world.until(|world| !world.requests.is_empty());
    world.abort(run);
    ends(&end(&mut world, &[run])[0], "deferred/aborted");
    ends(&login(&mut world, 3), "created/first-access");
}

#[test]
fn the_same_login_twice_at_once_is_one() {
    let mut world = world(json!({}));
    let runs: Vec<u32> =
        (0..5).map(|n| begin_with(&mut world, &format!("login-{n}"), person(1, json!({})), None)).collect();
    let outcomes = end(&mut world, &runs);
    assert_eq!(posts(&world), 1);
    for (n, outcome) in outcomes.iter().enumerate() {
        ends(outcome, "created/first-access");
        assert_eq!(outcome["id"], format!("login-{n}"));
        assert_eq!(outcome["servers"], outcomes[0]["servers"]);
    }
}

#[test]
fn different_logins_of_one_person_go_one_after_the_other() {
    let mut world = world(json!({}));
    let runs = [
        begin_with(&mut world, "one", person(1, json!({})), None),
        begin_with(&mut world, "two", person(1, json!({ "title": "Pilot" })), None),
        begin_with(&mut world, "three", person(1, json!({})), None),
        // Somebody else does not wait.
        begin_with(&mut world, "four", person(2, json!({})), None),
    ];
    let outcomes = end(&mut world, &runs);
    for (outcome, expected) in outcomes.iter().zip([
        "created/first-access",
        "updated/profile-changed",
        "updated/profile-changed",
        "created/first-access",
    ]) {
        ends(outcome, expected);
    }
    assert!(outcomes[3]["durationMs"].as_u64() < outcomes[1]["durationMs"].as_u64());
    let users = world.providers[0].sim.snapshot();
    assert_eq!(users["Users"].as_array().unwrap().len(), 2);
}

#[test]
fn who_waits_for_one_that_is_stopped_runs_himself() {
    let mut world = world(json!({}));
    world.set_faults(&json!([{ "match": "", "hang": true, "times": 1 }]), &Value::Null);
    let leader = begin(&mut world, 1);
    let follower = begin(&mut world, 1);
    world.abort(leader);
    let outcomes = end(&mut world, &[leader, follower]);
    ends(&outcomes[0], "deferred/aborted");
    // The create may have arrived: looked for, and not there.
    ends(&outcomes[1], "created/first-access");
}

#[test]
fn who_waits_for_one_with_less_time_runs_himself() {
    let mut world = world(json!({ "retries": 0 }));
    world.set_faults(&json!([{ "match": "", "hang": true, "times": 1 }]), &Value::Null);
    let leader = begin_with(&mut world, "a", person(1, json!({})), Some(500.0));
    let follower = begin_with(&mut world, "b", person(1, json!({})), None);
    let outcomes = end(&mut world, &[leader, follower]);
    ends(&outcomes[0], "deferred/budget-spent");
    ends(&outcomes[1], "created/first-access");
}

#[test]
fn who_gets_no_turn_within_his_budget_is_put_off() {
    let mut world = world(json!({ "retries": 0 }));
    world.set_faults(&json!([{ "match": "", "hang": true, "times": 1 }]), &Value::Null);
    let leader = begin(&mut world, 1);
    let follower = begin_with(&mut world, "b", person(1, json!({ "title": "Pilot" })), Some(300.0));
    let outcomes = end(&mut world, &[leader, follower]);
    ends(&outcomes[1], "deferred/budget-spent");
    assert!(outcomes[1]["servers"][0]["job"].is_object());
    assert!(outcomes[1]["durationMs"].as_u64().unwrap() <= 350);
}

#[test]
fn too_many_leavers_at_once_are_held() {
    let mut world = world(json!({ "deprovisionLimit": { "count": 2, "windowMs": 60_000 } }));
    for n in 1..=3 {
        ends(&login(&mut world, n), "created/first-access");
    }
    let leave = |world: &mut World, n: u32| {
        let event = json!({ "type": "user.disabled", "user": person(n, json!({})) });
        world.play(What::Lifecycle, &event.to_string(), Options::default()).unwrap()
    };
    ends(&leave(&mut world, 1), "deactivated/user-disabled");
    ends(&leave(&mut world, 2), "deactivated/user-disabled");
    world.requests.clear();
    world.logs.clear();
    let held = leave(&mut world, 3);
    ends(&held, "deferred/held");
    assert!(world.requests.is_empty());
    assert!(
        world.logs.iter().any(|line| line["level"] == "error" && line["reason"] == "held"),
        "{:?}",
        world.logs
    );
    let job = held["servers"][0]["job"].clone();
    world.now = job["notBefore"].as_u64().unwrap();
    let resumed = world.play(What::Resume, &job.to_string(), Options::default()).unwrap();
    ends(&resumed, "deactivated/user-disabled");
}

#[test]
fn what_was_refused_is_not_counted() {
    let mut world = world(json!({ "deprovisionLimit": { "count": 1, "windowMs": 60_000 } }));
    for n in 1..=2 {
        ends(&login(&mut world, n), "created/first-access");
    }
    let leave = |world: &mut World, n: u32| {
        let event = json!({ "type": "user.disabled", "user": person(n, json!({})) });
        world.play(What::Lifecycle, &event.to_string(), Options::default()).unwrap()
    };
    world.set_faults(&json!([{ "match": "", "status": 403, "times": 1 }]), &Value::Null);
    ends(&leave(&mut world, 1), "failed/forbidden");
    ends(&leave(&mut world, 2), "deactivated/user-disabled");
    ends(&leave(&mut world, 1), "deferred/held");
}
