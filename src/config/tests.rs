#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::wildcard_enum_match_arm, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::problem::Severity;
use crate::secret::SecretValue;

mod authentication;
mod mapping;

/// A small configuration that is valid.
fn base() -> Value {
    json!({
        "servers": [{
            "id": "aws", "type": "aws", "url": "https://scim.example.com/v2/",
            "authentication": { "scheme": "accessToken", "accessToken": { "secret": "aws-access-token" } }
        }],
        "applications": [{ "id": "crm", "servers": ["aws"] }]
    })
}

/// The base with one value put at a pointer, whose parents are made where they are missing.
pub(super) fn with(path: &str, value: Value) -> Value {
    let mut config = base();
    put(&mut config, path, value);
    config
}

pub(super) fn put(config: &mut Value, path: &str, value: Value) {
    let mut place = config;
    for step in path.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if place.is_null() {
            *place = json!({});
        }
        place = match place {
            Value::Array(items) => {
                let index: usize = step.parse().unwrap();
                if index == items.len() {
                    items.push(Value::Null);
                }
                &mut items[index]
            }
            object => &mut object[step],
        };
    }
    *place = value;
}

fn without(path: &str) -> Value {
    let mut config = base();
    let (parent, name) = path.rsplit_once('/').unwrap();
    config.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    config
}

#[track_caller]
fn check(config: Value, expected: &[(&str, &str, &str)]) {
    let found = validate(&config);
    let found: Vec<_> = found.iter().map(|p| (p.code, p.path.as_str(), p.message.as_str())).collect();
    assert_eq!(found, expected, "{config:#}");
}

/// One problem, by code and place.
#[track_caller]
fn one(path: &str, value: Value, code: &str, at: &str) {
    let found = validate(&with(path, value));
    let found: Vec<_> = found.iter().map(|p| (p.code, p.path.as_str())).collect();
    assert_eq!(found, [(code, at)], "{path}");
}

#[track_caller]
fn fine(path: &str, value: Value) -> Config {
    match parse(&with(path, value).to_string()) {
        Ok((config, problems)) => {
            assert_eq!(problems, [], "{path}");
            config
        }
        Err(problems) => panic!("{path}: {problems:#?}"),
    }
}

#[track_caller]
fn mapped(config: &Config) -> Vec<(String, String, Origin)> {
    let attributes = &config.servers[0].attributes;
    attributes.iter().map(|a| (a.key.clone(), a.text.clone(), a.origin)).collect()
}

#[test]
fn the_smallest_configuration_and_its_defaults() {
    let config = fine("/version", json!(1));
    let server = &config.servers[0];
    assert_eq!(
        (server.id.as_str(), server.url.as_str(), server.mode),
        ("aws", "https://scim.example.com/v2", Mode::Live)
    );
    assert!(
        matches!(&server.authentication, Authentication::AccessToken(SecretValue::Named(name)) if name == "aws-access-token")
    );
    assert_eq!(
        (config.budget_ms, server.policy.retries, server.policy.recheck_after_ms),
        (2500, 2, 604_800_000)
    );
    assert_eq!((server.policy.on_failure, server.policy.adopt), (OnFailure::Allow, Adopt::Unowned));
    assert_eq!((server.policy.deprovision, server.policy.updates), (Deprovision::Deactivate, Updates::On));
    assert_eq!((server.policy.breaker.failures, server.policy.breaker.cool_down_ms), (5, 30_000));
    assert!(
        server.policy.reactivate
            && !server.policy.deactivate_unentitled
            && server.policy.deprovision_limit.is_none()
    );
    assert_eq!((server.groups.mode, server.groups.create), (GroupsMode::Add, true));
    assert!(server.groups.manages("anything"));
    let keys: Vec<&str> = server.attributes.iter().map(|a| a.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "userName",
            "name.givenName",
            "name.familyName",
            "displayName",
            r#"emails[type eq "work"].value"#,
            "externalId"
        ]
    );
    let required: Vec<bool> = server.attributes.iter().map(|a| a.required).collect();
    assert_eq!(required, [true, true, true, true, false, false]);
    assert_eq!((config.applications[0].servers.as_slice(), config.applications[0].enabled), (&[0][..], true));
}

#[test]
fn what_is_no_configuration() {
    check(json!(null), &[("wrong-type", "", "expected an object, found null")]);
    check(json!([]), &[("wrong-type", "", "expected an object, found a list")]);
    check(
        json!({}),
        &[
            ("missing-field", "/servers", "`servers` is missing in the configuration"),
            ("missing-field", "/applications", "`applications` is missing in the configuration"),
        ],
    );
    check(
        json!({ "servers": [], "applications": [] }),
        &[
            ("nothing-to-do", "/applications", "without applications no login provisions"),
            ("nothing-to-do", "/servers", "without servers no login provisions"),
        ],
    );
}

#[test]
fn fields() {
    check(
        with("/servers/0/acessToken", json!(1)),
        &[("unknown-field", "/servers/0/acessToken", "`acessToken` is not a field of a server")],
    );
    let problems = validate(&with("/servers/0/ulr", json!(1)));
    assert_eq!(problems[0].help.as_deref(), Some("did you mean `url`?"));
    check(without("/servers/0/url"), &[("missing-field", "/servers/0/url", "`url` is missing in a server")]);
    one("/servers/0/name", json!(5), "wrong-type", "/servers/0/name");
    one("/servers/0/mode", json!("lve"), "bad-value", "/servers/0/mode");
    one("/servers/0/authentication/scheme", json!("token"), "bad-value", "/servers/0/authentication/scheme");
    one("/servers/0/policy/onFailure", json!("Deny"), "bad-value", "/servers/0/policy/onFailure");
    one("/servers/0/policy/budgetMs", json!(5), "misplaced", "/servers/0/policy/budgetMs");
    one("/policy/retries", json!(-1), "out-of-range", "/policy/retries");
    one("/policy/retries", json!(1.5), "wrong-type", "/policy/retries");
    one("/policy/budgetMs", json!(600_001), "out-of-range", "/policy/budgetMs");
    one("/version", json!(2), "out-of-range", "/version");
    one(
        "/servers/0/policy/breaker",
        json!({ "failures": 3 }),
        "missing-field",
        "/servers/0/policy/breaker/coolDownMs",
    );
    one("/applications/0/enabled", json!("yes"), "wrong-type", "/applications/0/enabled");
    fine("/policy/retries", json!(2.0));
}

#[test]
fn ids_and_references() {
    for id in ["", "AWS", "-a", "a_b", "é", &"a".repeat(33)] {
        let mut config = with("/servers/0/id", json!(id));
        put(&mut config, "/applications/0/servers", json!([id]));
        let codes: Vec<_> = validate(&config).iter().map(|p| (p.code, p.path.clone())).collect();
        assert!(codes.contains(&("bad-id", "/servers/0/id".to_owned())), "{id} {codes:?}");
    }
    one("/applications/0/servers", json!(["aws", "awss"]), "unknown-server", "/applications/0/servers/1");
    one("/applications/0/servers", json!(["aws", "aws"]), "duplicate-id", "/applications/0/servers/1");
    one("/applications/1", json!({ "id": "crm", "servers": ["aws"] }), "duplicate-id", "/applications/1/id");
    let mut second = base()["servers"][0].clone();
    one("/servers/1", second.clone(), "duplicate-id", "/servers/1/id");
    put(&mut second, "/id", json!("other"));
    one("/servers/1", second, "unused-server", "/servers/1");
    let problems = validate(&with("/applications/0/servers/1", json!("asw")));
    assert_eq!(problems[0].help.as_deref(), Some("did you mean `aws`? servers: `aws`"));
}

#[test]
fn server_types_and_schemes() {
    one("/servers/0/type", json!("awz"), "bad-value", "/servers/0/type");
    one("/servers/0/type", json!("github"), "unsupported-type", "/servers/0/type");
    let basic = json!({ "scheme": "basic", "username": "u", "password": { "secret": "p" } });
    one(
        "/servers/0/authentication",
        basic.clone(),
        "unsupported-authentication",
        "/servers/0/authentication/scheme",
    );
    let mut config = with("/servers/0/type", json!("generic"));
    put(&mut config, "/servers/0/authentication", basic);
    check(config, &[]);
}

#[test]
fn urls() {
    one("/servers/0/url", json!("http://scim.example.com"), "not-https", "/servers/0/url");
    one("/servers/0/url", json!("https://u:p@scim.example.com"), "bad-url", "/servers/0/url");
    one("/servers/0/url", json!("https://scim.<region>.example.com"), "placeholder", "/servers/0/url");
    fine("/servers/0/url", json!("http://localhost:8080/scim"));
}

#[test]
fn secrets_are_warned_of_and_never_shown() {
    let at = "/servers/0/authentication/accessToken";
    one(at, json!("hunter2-hunter2"), "literal-secret", at);
    one(at, json!("<token>"), "placeholder", at);
    one(at, json!({ "secret": "" }), "bad-value", "/servers/0/authentication/accessToken/secret");
    one(
        at,
        json!({ "secrets": "x", "secret": "y" }),
        "unknown-field",
        "/servers/0/authentication/accessToken/secrets",
    );
    fine(at, json!({ "secret": "<name-of-the-secret>" }));
    check(
        with(at, json!("abc")),
        &[
            ("literal-secret", at, "a secret in clear in the configuration"),
            ("short-secret", at, "a secret of fewer than 6 characters"),
        ],
    );
    for value in [json!("CANARY\r\n"), json!(["CANARY"]), json!({ "secret": ["CANARY"] }), json!("<CANARY>")]
    {
        let mut config = with(at, value);
        put(&mut config, "/servers/0/url", json!("https://CANARY@scim.example.com/?CANARY"));
        let problems = validate(&config);
        assert!(problems.iter().any(Problem::is_error));
        assert!(!format!("{problems:?}").contains("CANARY"), "{problems:?}");
    }
    let (config, _) = parse(&with(at, json!("CANARY-CANARY")).to_string()).unwrap();
    assert!(!format!("{config:?}").contains("CANARY"));
}

#[test]
fn expressions() {
    one("/applications/0/condition", json!("usr.active"), "unknown-variable", "/applications/0/condition");
    one("/applications/0/condition", json!("user.active &&"), "bad-expression", "/applications/0/condition");
    one("/applications/0/condition", json!("x".repeat(5000)), "too-large", "/applications/0/condition");
    let rename = json!({ "mode": "add", "rename": { "expression": "user.name" } });
    one("/servers/0/groups", rename, "unknown-variable", "/servers/0/groups/rename/expression");
    let config = fine(
        "/servers/0/groups",
        json!({ "mode": "mirror", "rename": { "expression": "'x-' + group.name" } }),
    );
    assert!(matches!(config.servers[0].groups.rename, Rename::Expression(_)));
    let config =
        fine("/servers/0/groups", json!({ "mode": "off", "rename": { "a": "b" }, "exclude": ["x*"] }));
    assert!(matches!(&config.servers[0].groups.rename, Rename::Table(table) if table.get("a") == Some("b")));
    assert!(config.servers[0].groups.manages("y") && !config.servers[0].groups.manages("xy"));
}

#[test]
fn a_servers_policy_goes_over_the_top_one() {
    let mut config =
        with("/policy", json!({ "retries": 5, "onFailure": "deny", "updates": false, "budgetMs": 900 }));
    put(
        &mut config,
        "/servers/0/policy",
        json!({
            "onFailure": "denyFirst", "recheckAfter": 60, "deprovision": "none", "adopt": "never", "whenNotEntitled": "deactivate",
            "reactivate": false, "requestTimeoutMs": 100, "deprovisionLimit": { "count": 3, "windowMs": 1000 },
            "breaker": { "failures": 1, "coolDownMs": 2 }
        }),
    );
    let (config, _) = parse(&config.to_string()).unwrap();
    let policy = &config.servers[0].policy;
    assert_eq!((config.budget_ms, policy.retries, policy.on_failure), (900, 5, OnFailure::DenyFirst));
    assert_eq!(
        (policy.updates, policy.recheck_after_ms, policy.deprovision),
        (Updates::Off, 60_000, Deprovision::None)
    );
    assert_eq!((policy.adopt, policy.deactivate_unentitled, policy.reactivate), (Adopt::Never, true, false));
    assert_eq!((policy.request_timeout_ms, policy.deprovision_limit.unwrap().count), (Some(100), 3));
    assert_eq!((policy.breaker.failures, policy.breaker.cool_down_ms), (1, 2));
}

#[test]
fn every_problem_in_one_pass_in_the_order_of_the_document() {
    let text = r#"{
        "servers": [
            { "url": "http://a.example", "type": "aws", "id": "A", "authentication": { "scheme": "basic", "pasword": 1 } },
            { "type": "nope", "attributes": { "bad path": "x", "title": { "expression": "nope" } }, "mode": 1, "mode": 2 }
        ],
        "policy": { "retries": 99 },
        "applications": [{ "id": "a", "servers": ["b"], "condition": "1 +" }]
    }"#;
    let problems = parse(text).unwrap_err();
    let found: Vec<_> = problems.iter().map(|p| (p.path.as_str(), p.code)).collect();
    assert_eq!(
        found,
        [
            ("/servers/0", "unused-server"),
            ("/servers/0/url", "not-https"),
            ("/servers/0/id", "bad-id"),
            ("/servers/0/authentication/username", "missing-field"),
            ("/servers/0/authentication/password", "missing-field"),
            ("/servers/0/authentication/scheme", "unsupported-authentication"),
            ("/servers/0/authentication/pasword", "unknown-field"),
            ("/servers/1/id", "missing-field"),
            ("/servers/1/url", "missing-field"),
            ("/servers/1/authentication", "missing-field"),
            ("/servers/1/type", "bad-value"),
            ("/servers/1/attributes", "missing-required"),
            ("/servers/1/attributes/bad path", "bad-path"),
            ("/servers/1/attributes/title/expression", "unknown-variable"),
            ("/servers/1/mode", "wrong-type"),
            ("/servers/1/mode", "duplicate-field"),
            ("/policy/retries", "out-of-range"),
            ("/applications/0/servers/0", "unknown-server"),
            ("/applications/0/condition", "bad-expression"),
        ]
    );
    for problem in &problems {
        let first = problem.message.chars().next().unwrap();
        assert!(!first.is_uppercase() && !problem.message.ends_with('.'), "{}", problem.message);
    }
}

#[test]
fn templates_are_valid_once_filled_in() {
    for provider in crate::provider::PROVIDERS {
        let mut server = template(provider.kind).unwrap();
        server["id"] = json!("a");
        server["url"] = json!("https://scim.example.com");
        let config = json!({ "servers": [server], "applications": [{ "id": "x", "servers": ["a"] }] });
        check(config.clone(), &[]);
        let (with_template, _) = parse(&config.to_string()).unwrap();
        let mut bare = config;
        bare["servers"][0]
            .as_object_mut()
            .unwrap()
            .retain(|key, _| ["id", "url", "type", "authentication"].contains(&key.as_str()));
        let (without, _) = parse(&bare.to_string()).unwrap();
        let sorted = |config: &Config| {
            let mut found: Vec<_> = mapped(config).into_iter().map(|(key, text, _)| (key, text)).collect();
            found.sort();
            found
        };
        assert_eq!(sorted(&with_template), sorted(&without), "{}", provider.kind);
        assert_eq!(with_template.servers[0].groups.mode, without.servers[0].groups.mode);
        // What the type's own JSON says is JSON.
        for (_, text) in provider.template.attributes.iter().chain(provider.template.static_attributes) {
            serde_json::from_str::<Value>(text).unwrap();
        }
    }
    assert_eq!(template("nope"), None);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z<>/~]{0,6}".prop_map(Value::from),
        prop::sample::select(vec!["aws", "accessToken", "https://a.b", "live", "user.x"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let names = prop::sample::select(vec![
            "servers",
            "applications",
            "policy",
            "id",
            "type",
            "url",
            "authentication",
            "attributes",
            "staticAttributes",
            "groups",
            "mode",
            "scheme",
            "accessToken",
            "secret",
            "expression",
            "userName",
            "rename",
            "include",
            "budgetMs",
            "breaker",
            "x/~",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6).prop_map(|m| m
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #[test]
    fn no_document_panics(value in any_json(), at in prop::sample::select(vec!["", "/servers", "/servers/0", "/servers/0/attributes", "/servers/0/authentication", "/servers/0/groups", "/policy", "/applications/0"]), text in any::<String>()) {
        let problems = validate(&with(at, value));
        for problem in problems {
            prop_assert!(problem.severity == Severity::Warning || problem.is_error());
        }
        let _ = parse(&text);
    }
}
