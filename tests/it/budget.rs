//! Every run ends within its budget (R1), whatever the host and the providers do, and leaves nothing behind: no request
//! in flight, no deadline. Here time is a number, so that the end is exact. (A byte a second is an answer that does not
//! come as seen from here: the driver gives the engine whole answers alone.)

use std::collections::BTreeSet;

use scimhook::http::Response;
use scimhook::plugin::{Options, Plugin, What};
use scimhook::port::{CallId, Input, Loss, Output};
use serde_json::{Value, json};

use super::cases::setting;
use super::world::EPOCH;

/// What a host does with one kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// Never answers.
    Hangs,
    /// Answers after so many milliseconds.
    Late(u64),
    /// Answers at once.
    Well,
}

/// What a provider says to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Nothing,
    Throttled,
    ThrottledFor(u64),
    Moved,
    Failing,
    Refused,
    Denied,
    NothingFound,
    Garbage,
}

struct Hostile {
    says: Says,
    latency: u64,
    store: Does,
    secret: Does,
    sign: Does,
}

const fn hostile(says: Says, latency: u64) -> Hostile {
    Hostile { says, latency, store: Does::Well, secret: Does::Well, sign: Does::Well }
}

fn hosts() -> Vec<Hostile> {
    let mut hosts = Vec::new();
    for says in [
        Says::Nothing,
        Says::Throttled,
        Says::ThrottledFor(1),
        Says::ThrottledFor(3600),
        Says::Moved,
        Says::Failing,
        Says::Refused,
        Says::Denied,
        Says::NothingFound,
        Says::Garbage,
    ] {
        for latency in [0, 20, 700] {
            hosts.push(hostile(says, latency));
        }
    }
    for slow in [Does::Hangs, Does::Late(90), Does::Late(400)] {
        for says in [Says::Nothing, Says::NothingFound, Says::Failing] {
            hosts.push(Hostile { store: slow, ..hostile(says, 20) });
            hosts.push(Hostile { secret: slow, ..hostile(says, 20) });
            hosts.push(Hostile { sign: slow, ..hostile(says, 20) });
            hosts.push(Hostile { store: slow, secret: slow, sign: slow, ..hostile(says, 20) });
        }
    }
    hosts
}

enum Answer {
    Reply(Response),
    Lost(Loss),
    Loaded,
    Stored,
    Secret,
    Signature,
}

/// Plays one run to its end; when it ended, and what is wrong.
fn play(config: &Value, what: What, event: &Value, budget: f64, host: &Hostile) -> Result<u64, String> {
    let features = r#"{"store":true,"secret":true,"enqueue":true,"sign":true,"saveSecret":true}"#;
    let mut plugin = Plugin::new(&config.to_string(), features).unwrap();
    let mut now = EPOCH;
    let options = Options { budget_ms: Some(budget), read: false };
    plugin.start(1, what, &event.to_string(), options, now, 0.5).unwrap();
    let mut due: Vec<(u64, CallId, Answer)> = Vec::new();
    // What the host was asked and has neither answered nor been told to forget.
    let mut open: BTreeSet<CallId> = BTreeSet::new();
    let mut wait = None;
    for _ in 0..20_000 {
        let mut done = false;
        for output in plugin.poll() {
            let (call, how, answer) = match output {
                Output::Send(call, _) => {
                    let how = if host.says == Says::Nothing { Does::Hangs } else { Does::Late(host.latency) };
                    (call, how, said(host.says))
                }
                Output::Load(call, _) => (call, host.store, Answer::Loaded),
                Output::Store(call, ..) | Output::Erase(call, _) | Output::Enqueue(call, _) => {
                    (call, host.store, Answer::Stored)
                }
                Output::SaveSecret(call, ..) => (call, host.secret, Answer::Stored),
                Output::Secret(call, _) => (call, host.secret, Answer::Secret),
                Output::Sign(call, ..) => (call, host.sign, Answer::Signature),
                Output::Cancel(call) => {
                    open.remove(&call);
                    due.retain(|(_, other, _)| *other != call);
                    continue;
                }
                Output::Wait(until) => {
                    wait = until;
                    continue;
                }
                Output::Done(..) => {
                    done = true;
                    continue;
                }
                Output::Log(_) => continue,
            };
            open.insert(call);
            match how {
                Does::Hangs => {}
                Does::Late(ms) => due.push((now + ms, call, answer)),
                Does::Well => due.push((now, call, answer)),
            }
        }
        if done {
            let status = plugin.status(now);
            if status.as_array().unwrap().iter().any(|server| server["inFlight"] != 0) {
                return Err(format!("requests in flight: {status}"));
            }
            if !open.is_empty() {
                return Err(format!("{} questions were neither answered nor cancelled", open.len()));
            }
            plugin.handle(Input::Time, now + 10_000_000);
            let later = plugin.poll();
            return if later.is_empty() {
                Ok(now - EPOCH)
            } else {
                Err("something is still waited for".into())
            };
        }
        let next = (0..due.len()).min_by_key(|place| (due[*place].0, due[*place].1));
        let at = next.map(|place| due[place].0);
        match (next, at, wait) {
            (Some(place), Some(at), until) if until.is_none_or(|until| at < until) => {
                let (_, call, answer) = due.remove(place);
                now = now.max(at);
                open.remove(&call);
                let input = match answer {
                    Answer::Reply(response) => Input::Reply(call, response),
                    Answer::Lost(loss) => Input::Lost(call, loss),
                    Answer::Loaded => Input::Loaded(call, None),
                    Answer::Stored => Input::Stored(call, true),
                    Answer::Secret => Input::Secret(call, KEY),
                    Answer::Signature => Input::Signature(call, b"signature"),
                };
                plugin.handle(input, now);
            }
            (_, _, Some(until)) => {
                now = now.max(until);
                wait = None;
                plugin.handle(Input::Time, now);
            }
            (_, _, None) => return Err("waits for nothing, and is not done".into()),
        }
    }
    Err("no end".into())
}

const KEY: &str = "canary-secret-of-some-length";

fn said(says: Says) -> Answer {
    let response = |status: u16, headers: &[(&str, String)], body: &str| {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Answer::Reply(Response { status, headers, body: Some(body.to_owned()) })
    };
    match says {
        Says::Nothing => Answer::Lost(Loss::Timeout),
        Says::Throttled => response(429, &[], ""),
        Says::ThrottledFor(seconds) => response(429, &[("retry-after", seconds.to_string())], ""),
        Says::Moved => response(302, &[("location", "https://scim.example/v2/Users".to_owned())], ""),
        Says::Failing => response(500, &[], "<html>"),
        Says::Refused => Answer::Lost(Loss::Transport),
        Says::Denied => response(401, &[], "{}"),
        Says::NothingFound => response(404, &[], r#"{"totalResults":0,"Resources":[]}"#),
        Says::Garbage => response(200, &[], "\u{0}{[]"),
    }
}

fn everywhere(base: &str, change: impl Fn(&mut Value)) {
    let mut whole = setting(&json!({ "setting": base }));
    change(&mut whole["config"]);
    let login = whole["event"].clone();
    let mut user = login["user"].clone();
    user["active"] = json!(false);
    let leaver = json!({ "type": "user.disabled", "user": user });
    let mut runs = 0;
    for host in hosts() {
        for budget in [0_u32, 1, 40, 300, 2500] {
            for (what, event) in [(What::PostAuthentication, &login), (What::Lifecycle, &leaver)] {
                runs += 1;
                let name = || {
                    format!(
                        "{base} {what:?} within {budget} ms: {:?} after {} ms, store {:?}, secret {:?}, sign {:?}",
                        host.says, host.latency, host.store, host.secret, host.sign
                    )
                };
                let took = play(&whole["config"], what, event, f64::from(budget), &host)
                    .unwrap_or_else(|wrong| panic!("{}: {wrong}", name()));
                assert!(took <= u64::from(budget), "{}: took {took} ms", name());
            }
        }
    }
    println!("{base}: {runs} runs");
}

#[test]
fn a_run_at_generic_ends_in_time() {
    everywhere("generic", |_| ());
}

#[test]
fn a_run_at_github_ends_in_time() {
    everywhere("github", |_| ());
}

#[test]
fn a_run_at_salesforce_ends_in_time() {
    everywhere("salesforce", |_| ());
}

#[test]
fn a_run_that_needs_a_token_ends_in_time() {
    everywhere("oauth", |_| ());
}

#[test]
fn a_run_at_many_servers_ends_in_time() {
    everywhere("aws", |config| {
        let server = config["servers"][0].clone();
        let names: Vec<String> = (0..12).map(|number| format!("aws-{number}")).collect();
        let servers = names.iter().map(|name| {
            let mut server = server.clone();
            server["id"] = json!(name);
            server
        });
        config["servers"] = servers.collect();
        config["applications"][0]["servers"] = json!(names);
    });
}
