//! Tokens under load: one request for all who need one, whoever gives up in between.

use scimhook::config::{Authentication, Grant, TokenSource};
use scimhook::plugin::{Options, What};
use scimhook::secret::{Secret, SecretValue};
use serde_json::{Value, json};

use super::cases::merge;
use super::world::World;

const TOKEN: &str = "POST https://id.example/oauth/token";

/// The setting of the cases, with a budget of ten seconds.
fn setting() -> Value {
    let text = std::fs::read_to_string(super::cases::folder().join("settings/oauth.json")).unwrap();
    let mut setting: Value = serde_json::from_str(&text).unwrap();
    merge(
        &mut setting,
        &json!({ "config": { "policy": { "budgetMs": 10_000, "retries": 0, "breaker": { "failures": 1000, "coolDownMs": 1 } } } }),
    );
    setting
}

fn world() -> World {
    World::new(&setting()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// What the token endpoint says, so long after it was asked, so often.
fn says(status: u16, body: Value, delay_ms: u64, times: u64) -> Value {
    json!({ "match": TOKEN, "status": status, "body": body, "delayMs": delay_ms, "times": times })
}

fn token(delay_ms: u64, expires_in: u64) -> Value {
    says(200, json!({ "access_token": "canary-access-1", "expires_in": expires_in }), delay_ms, 99)
}

/// Logins of different people, all at the same moment.
fn begin(world: &mut World, people: std::ops::Range<u32>, budget_ms: Option<f64>) -> Vec<u32> {
    let login = |n: u32| {
        let user = json!({ "id": format!("u-{n}"), "email": format!("user{n}@corp.example") });
        json!({ "application": "portal", "user": user }).to_string()
    };
    let options = Options { budget_ms, read: false };
    people.map(|n| world.begin(What::PostAuthentication, &login(n), options).unwrap()).collect()
}

fn end(world: &mut World, runs: &[u32]) -> Vec<Value> {
    world.until(|world| runs.iter().all(|run| world.is_done(*run)));
    runs.iter().map(|run| world.take(*run).unwrap()).collect()
}

#[track_caller]
fn results(outcomes: &[Value], expected: &str) {
    for outcome in outcomes {
        let server = &outcome["servers"][0];
        assert_eq!(
            format!("{}/{}", server["result"], server["reason"]).replace('"', ""),
            expected,
            "{outcome:#}"
        );
    }
}

/// Requests for a token so far.
fn asked(world: &World) -> usize {
    world
        .requests
        .iter()
        .filter(|sent| {
            sent["request"].as_str().unwrap().contains("/access_tokens") || sent["request"] == TOKEN
        })
        .count()
}

#[test]
fn ten_logins_at_once_ask_for_one_token() {
    // Also for one that ends at once: it was made for all of them.
    for expires_in in [3600, 0] {
        let mut world = world();
        world.set_faults(&json!([token(500, expires_in)]), &Value::Null);
        let runs = begin(&mut world, 0..10, None);
        results(&end(&mut world, &runs), "created/first-access");
        assert_eq!(asked(&world), 1);
    }
}

#[test]
fn a_run_that_is_stopped_leaves_its_mint_to_the_next() {
    let mut world = world();
    world.set_faults(&json!([token(500, 3600)]), &Value::Null);
    let runs = begin(&mut world, 0..10, None);
    world.until(|world| asked(world) == 1);
    world.abort(runs[0]);
    // One that only waited goes without anybody noticing.
    world.abort(runs[5]);
    assert_eq!(asked(&world), 2, "the next one asks at once");
    let mut outcomes = end(&mut world, &runs);
    results(&[outcomes.remove(5)], "deferred/aborted");
    results(&[outcomes.remove(0)], "deferred/aborted");
    results(&outcomes, "created/first-access");
    assert_eq!(asked(&world), 2);
}

#[test]
fn a_run_that_has_no_time_left_leaves_its_mint_to_the_next() {
    let mut world = world();
    world.set_faults(&json!([token(500, 3600)]), &Value::Null);
    let hasty = begin(&mut world, 0..1, Some(100.0));
    let patient = begin(&mut world, 1..5, None);
    results(&end(&mut world, &hasty), "deferred/budget-spent");
    results(&end(&mut world, &patient), "created/first-access");
    assert_eq!(asked(&world), 2);
}

#[test]
fn waiting_ends_with_one_s_own_budget() {
    let mut world = world();
    world.set_faults(&json!([token(2000, 3600)]), &Value::Null);
    let patient = begin(&mut world, 0..1, None);
    let hasty = begin(&mut world, 1..2, Some(100.0));
    let outcomes = end(&mut world, &hasty);
    results(&outcomes, "deferred/budget-spent");
    assert!(outcomes[0]["durationMs"].as_u64().unwrap() <= 100);
    assert_eq!(outcomes[0]["servers"][0]["requests"], json!([]));
    results(&end(&mut world, &patient), "created/first-access");
    assert_eq!(asked(&world), 1);
}

#[test]
fn a_refusal_is_told_to_all_who_waited_for_it() {
    let mut world = world();
    let refused = says(400, json!({ "error": "invalid_grant" }), 100, 1);
    world.set_faults(&json!([refused, token(100, 3600)]), &Value::Null);
    let runs = begin(&mut world, 0..10, None);
    let outcomes = end(&mut world, &runs);
    results(&outcomes, "failed/credentials");
    assert!(outcomes.iter().all(|one| one["servers"][0]["error"]["providerCode"] == "invalid_grant"));
    assert_eq!(asked(&world), 1);
    // Whoever comes later asks again.
    let later = begin(&mut world, 0..2, None);
    let outcomes = end(&mut world, &later);
    results(&outcomes, "created/first-access");
    assert_eq!(asked(&world), 2);
}

#[test]
fn a_token_endpoint_that_is_down_is_not_asked_by_each_in_turn() {
    let mut world = world();
    world.set_faults(&json!([says(503, Value::Null, 100, 99)]), &Value::Null);
    let runs = begin(&mut world, 0..10, None);
    results(&end(&mut world, &runs), "deferred/unavailable");
    assert_eq!(asked(&world), 1);
    // One that says when to come back is asked by whoever can wait so long.
    let wait = json!({ "match": TOKEN, "status": 429, "headers": { "Retry-After": "3" }, "times": 1 });
    world.set_faults(&json!([wait, token(100, 3600)]), &Value::Null);
    let hasty = begin(&mut world, 10..11, Some(1000.0));
    let patient = begin(&mut world, 11..13, None);
    results(&end(&mut world, &hasty), "deferred/throttled");
    results(&end(&mut world, &patient), "created/first-access");
    assert_eq!(asked(&world), 3);
}

#[test]
fn a_token_refused_to_many_is_replaced_once() {
    let mut world = world();
    world.set_faults(&json!([token(50, 3600)]), &Value::Null);
    let first = begin(&mut world, 0..1, None);
    results(&end(&mut world, &first), "created/first-access");
    let revoked = json!({ "match": "POST /Users", "status": 401, "times": 8 });
    world.set_faults(&json!([revoked, token(50, 3600)]), &Value::Null);
    let runs = begin(&mut world, 1..9, None);
    results(&end(&mut world, &runs), "created/first-access");
    assert_eq!(asked(&world), 2);
}

/// Whatever is stopped, late, refused or lost: every run ends, in its time, and no two ask at once.
#[test]
fn no_two_ask_at_once_and_every_run_ends() {
    let mut state = 7_u64;
    let mut chance = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    for round in 0..200 {
        let mut world = world();
        let faults: Vec<Value> = (0..chance(8))
            .map(|_| match chance(5) {
                0 => json!({ "match": TOKEN, "hang": true }),
                1 => json!({ "match": TOKEN, "lose": "before", "delayMs": chance(300) }),
                2 => says(400, json!({ "error": "invalid_grant" }), chance(300), 1),
                3 => says(503, Value::Null, chance(300), 1),
                _ => says(
                    200,
                    json!({ "access_token": "canary-access-1", "expires_in": chance(2) }),
                    chance(300),
                    1,
                ),
            })
            .chain([token(50, 3600)])
            .collect();
        world.set_faults(&json!(faults), &Value::Null);
        let mut runs = Vec::new();
        for person in 0..12 {
            let budget = (chance(3) == 0).then(|| chance(400) as f64 + 1.0);
            runs.extend(begin(&mut world, person..person + 1, budget));
            let at = world.now + chance(60);
            if chance(3) == 0 {
                let asked_before = asked(&world);
                world.until(|world| {
                    world.now >= at
                        || asked(world) > asked_before
                        || runs.iter().all(|run| world.is_done(*run))
                });
            }
            if chance(6) == 0 {
                let stopped = runs[chance(runs.len() as u64) as usize];
                world.abort(stopped);
            }
        }
        let outcomes = end(&mut world, &runs);
        assert!(outcomes.iter().all(|one| one["durationMs"].as_u64().unwrap() <= 10_000), "{round}");
        let mut spans = Vec::new();
        for outcome in &outcomes {
            spans.extend(
                outcome["servers"][0]["requests"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|one| one["purpose"] == "token")
                    .cloned(),
            );
        }
        assert_eq!(spans.len(), asked(&world), "every token request is in one record");
        // The plugin still works, once it asks the server again (R6).
        world.now += 60_000;
        world.set_faults(&json!([token(1, 3600)]), &Value::Null);
        let last = begin(&mut world, 99..100, None);
        results(&end(&mut world, &last), "created/first-access");
        assert!(world.most_tokens_at_once <= 1, "{round}");
    }
}

/* ------------------------------------------------------------------ GitHub Apps */

const API: &str = "POST https://api.octo.ghe.com/app/installations/7/access_tokens";

fn app_world() -> World {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----";
    let app = TokenSource {
        grant: Grant::Installation,
        url: API.trim_start_matches("POST ").to_owned(),
        client_id: "Iv23abc".to_owned(),
        subject: String::new(),
        audience: String::new(),
        key_id: String::new(),
        scope: String::new(),
        secrets: [Some(SecretValue::Literal(Secret::new(key))), None],
        client_form: None,
    };
    let mut setting = setting();
    setting["headers"] = json!(true);
    let world = World::over(&setting, |config| {
        let server = std::rc::Rc::get_mut(&mut config.servers[0]).unwrap();
        server.authentication = Authentication::Token(Box::new(app));
    });
    world.unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// An hour after worlds begin (2026-02-03T04:05:06Z).
fn installation(times: u64) -> Value {
    let body = json!({ "token": "canary-access-1", "expires_at": "2026-02-03T05:05:06Z" });
    json!({ "match": API, "status": 201, "body": body, "times": times })
}

/// `exp` of the JSON Web Token in a request, in seconds from the world's beginning.
fn exp(request: &Value) -> i64 {
    let header = request["headers"]["Authorization"].as_str().unwrap();
    let parts: Vec<&str> = header.strip_prefix("Bearer ").unwrap().split('.').collect();
    assert_eq!(parts[2], "c2lnbmF0dXJl");
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = parts[1]
        .chars()
        .flat_map(|c| (0..6).rev().map(move |bit| alphabet.find(c).unwrap() as u8 >> bit & 1))
        .collect();
    let bytes = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit));
    let claims: Value = serde_json::from_slice(&bytes.collect::<Vec<u8>>()).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    assert_eq!(claims["iss"], "Iv23abc");
    claims["exp"].as_i64().unwrap() - super::world::EPOCH as i64 / 1000
}

#[test]
fn an_installation_token_is_asked_for_and_renewed_five_minutes_early() {
    let mut world = app_world();
    world.set_faults(&json!([installation(9)]), &Value::Null);
    let run = begin(&mut world, 0..1, None);
    let outcomes = end(&mut world, &run);
    results(&outcomes, "created/first-access");
    let record = &outcomes[0]["servers"][0]["requests"][0];
    assert_eq!(
        (&record["purpose"], &record["path"]),
        (&json!("token"), &json!("/app/installations/7/access_tokens"))
    );
    assert_eq!(world.requests[0]["request"], API);
    assert_eq!(world.requests[0]["headers"]["Accept"], "application/vnd.github+json");
    assert_eq!(exp(&world.requests[0]), 540);
    for (minutes, tokens) in [(54, 1), (56, 2)] {
        world.now = super::world::EPOCH + minutes * 60_000;
        let run = begin(&mut world, minutes as u32..minutes as u32 + 1, None);
        results(&end(&mut world, &run), "created/first-access");
        assert_eq!(asked(&world), tokens, "after {minutes} minutes");
    }
}

#[test]
fn a_clock_that_differs_from_github_s_is_corrected() {
    let mut world = app_world();
    // Eleven minutes behind us: what we sign ends too late for them.
    let date = json!({ "Date": "Tue, 03 Feb 2026 03:54:06 GMT" });
    let refused = json!({ "match": API, "status": 401, "body": { "message": "'Expiration time' claim ('exp') is too far in the future" }, "headers": date });
    world.set_faults(&json!([refused, installation(9)]), &Value::Null);
    let run = begin(&mut world, 0..1, None);
    results(&end(&mut world, &run), "created/first-access");
    assert_eq!((exp(&world.requests[0]), exp(&world.requests[1])), (540, 540 - 660));
    // Remembered; and the token's end is theirs too, eleven minutes later for us.
    for (minutes, tokens) in [(64, 2), (67, 3)] {
        world.now = super::world::EPOCH + minutes * 60_000;
        let run = begin(&mut world, minutes as u32..minutes as u32 + 1, None);
        results(&end(&mut world, &run), "created/first-access");
        assert_eq!(asked(&world), tokens, "after {minutes} minutes");
    }
    let last = world.requests.iter().rfind(|sent| sent["request"] == API).unwrap();
    // `Date` has whole seconds.
    assert!((exp(last) - (67 * 60 + 540 - 660)).abs() <= 1);

    // A clock that does not differ is no reason to ask twice.
    let mut world = app_world();
    let date = json!({ "Date": "Tue, 03 Feb 2026 04:04:50 GMT" });
    world.set_faults(&json!([{ "match": API, "status": 401, "body": { "message": "Bad credentials" }, "headers": date, "times": 9 }]), &Value::Null);
    let run = begin(&mut world, 0..1, None);
    let outcomes = end(&mut world, &run);
    results(&outcomes, "failed/credentials");
    let error = &outcomes[0]["servers"][0]["error"];
    assert_eq!(
        error["message"],
        "the token endpoint of `app` refuses our credentials (401): Bad credentials"
    );
    assert_eq!(asked(&world), 1);
}

#[test]
fn a_new_installation_token_is_shown_again_until_it_is_known() {
    let mut world = app_world();
    let unknown = |times: u64| json!({ "match": "POST /Users", "status": 401, "times": times });
    world.set_faults(&json!([unknown(3), installation(9)]), &Value::Null);
    let run = begin(&mut world, 0..1, None);
    let outcomes = end(&mut world, &run);
    results(&outcomes, "created/first-access");
    assert_eq!(asked(&world), 1);
    assert!(outcomes[0]["durationMs"].as_u64().unwrap() > 300, "with pauses that grow");

    // After five seconds it is refused like any other: another one is asked for, and shown until that, too, has settled.
    world.now += 6_000;
    world.set_faults(&json!([unknown(2), installation(9)]), &Value::Null);
    let run = begin(&mut world, 1..2, None);
    results(&end(&mut world, &run), "created/first-access");
    assert_eq!(asked(&world), 2);

    // One that never becomes known.
    let mut world = app_world();
    world.set_faults(&json!([unknown(99), installation(9)]), &Value::Null);
    let run = begin(&mut world, 0..1, None);
    let outcomes = end(&mut world, &run);
    results(&outcomes, "failed/credentials");
    assert_eq!(asked(&world), 1);
    let shown = outcomes[0]["servers"][0]["requests"].as_array().unwrap().len() - 1;
    assert!((4..12).contains(&shown), "{shown}");
    assert!((2_000..5_100).contains(&outcomes[0]["durationMs"].as_u64().unwrap()));
}

#[test]
fn of_many_calls_one_shows_a_new_installation_token_until_it_is_known() {
    let shown = |world: &World| {
        world.requests.iter().filter(|sent| sent["request"].as_str().unwrap().contains("/Users")).count()
    };
    let mut world = app_world();
    let unknown = |times: u64| json!({ "match": "POST /Users", "status": 401, "times": times });
    world.set_faults(&json!([unknown(2), installation(9)]), &Value::Null);
    let runs = begin(&mut world, 0..10, None);
    results(&end(&mut world, &runs), "created/first-access");
    assert_eq!((asked(&world), shown(&world)), (1, 12));

    // How often one that never becomes known is shown is a matter of time, not of how many calls there are.
    let mut world = app_world();
    world.set_faults(&json!([unknown(99), installation(9)]), &Value::Null);
    let runs = begin(&mut world, 0..10, None);
    let outcomes = end(&mut world, &runs);
    assert!(outcomes.iter().all(|outcome| outcome["servers"][0]["result"] != "created"), "{outcomes:?}");
    assert!((4..30).contains(&shown(&world)), "{}", shown(&world));
}
