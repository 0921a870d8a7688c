//! The script: the documentation's own examples and every switch, as tables in `tests/sim/*.json`.
//!
//! A case is `{name, options?, switches?, steps}`. A step is one of
//! - `{"do": "POST /Users", "body" | "ops" | "raw", "filter"?, "cursor"?, "headers"?, "at"?: ms, "token"? | "jwt"?,
//!   "times"?, ..expectations}`, where `ops` are wrapped in a PatchOp, a body `{"@": name, ..}` is a named body with
//!   members replaced, and `jwt` are claims whose `iat` and `exp` are seconds from the request;
//!   `"form"` instead of a body is sent as one, without a token unless there is one,
//! - `{"edit": {..}}`,
//! - `{"snapshot": {pointer: value}}`.
//!
//! Expectations: `status`; `reply` (exact JSON), `text` (exact text, so key order too), `match` (pointer: value,
//! null is absent); `headers?`; `save` (name: pointer) keeps a value, which `$name` stands for afterwards.
//! `<id>` in `reply` and `text` stands for ids made by the server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod filters;
mod github;
mod salesforce;
mod token;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::http::encode;
use super::{Request, Response, Simulator};

/// 2026-02-03T04:05:06.780Z
const START: u64 = 1_770_091_506_780;

struct Script {
    kind: &'static str,
    file: Value,
}

struct Play<'a> {
    script: &'a Script,
    case: String,
    sim: Simulator,
    url: String,
    saved: BTreeMap<String, String>,
}

fn aws() -> Script {
    Script { kind: "aws", file: serde_json::from_str(include_str!("../../../tests/sim/aws.json")).unwrap() }
}

fn github() -> Script {
    let text = include_str!("../../../tests/sim/github.json");
    Script { kind: "github", file: serde_json::from_str(text).unwrap() }
}

fn github_enterprise() -> Script {
    let text = include_str!("../../../tests/sim/github-enterprise.json");
    Script { kind: "github-enterprise", file: serde_json::from_str(text).unwrap() }
}

fn generic() -> Script {
    let text = include_str!("../../../tests/sim/generic.json");
    Script { kind: "generic", file: serde_json::from_str(text).unwrap() }
}

fn salesforce() -> Script {
    let text = include_str!("../../../tests/sim/salesforce.json");
    Script { kind: "salesforce", file: serde_json::from_str(text).unwrap() }
}

/// The token endpoint of the generic provider.
fn tokens() -> Script {
    let text = include_str!("../../../tests/sim/token.json");
    Script { kind: "generic", file: serde_json::from_str(text).unwrap() }
}

#[test]
fn salesforce_follows_the_sheet() {
    salesforce().run();
}

#[test]
fn tokens_follow_the_rfcs() {
    tokens().run();
}

#[test]
fn aws_follows_the_guide() {
    aws().run();
}

#[test]
fn generic_follows_the_rfcs() {
    generic().run();
}

#[test]
fn github_follows_the_sheet() {
    github().run();
}

#[test]
fn github_enterprise_follows_the_sheet() {
    github_enterprise().run();
}

#[test]
fn every_setting_is_in_the_script() {
    for scripts in [
        vec![aws()],
        vec![generic(), tokens()],
        vec![github()],
        vec![github_enterprise()],
        vec![salesforce()],
    ] {
        let script = &scripts[0];
        let mut wanted = BTreeSet::new();
        for (name, about) in Simulator::switches(script.kind).as_object().unwrap() {
            let values = about["values"].as_array().unwrap().iter().map(|value| value.as_str().unwrap());
            wanted.extend(
                values.filter(|value| about["default"] != *value).map(|value| format!("{name}={value}")),
            );
        }
        for case in scripts.iter().flat_map(|script| script.file["cases"].as_array().unwrap()) {
            for (name, value) in case["switches"].as_object().into_iter().flatten() {
                wanted.remove(&format!("{name}={}", value.as_str().map_or(value.to_string(), str::to_owned)));
            }
        }
        assert!(wanted.is_empty(), "{}: in no case: {wanted:?}", script.kind);
    }
}

#[test]
fn options_are_checked() {
    let wrong = |options: Value| Simulator::new("aws", &options).err().unwrap();
    assert!(wrong(json!({"tokn": 1})).contains("known are url, token, basic, seed, switches"));
    assert!(wrong(json!({"switches": {"x": 1}})).contains("known are idForm"));
    assert!(wrong(json!({"switches": {"idForm": 1}})).contains("known are bare, prefixed"));
    assert!(wrong(json!({"switches": {"pageSize": "many"}})).contains("whole number"));
    assert!(wrong(json!({"url": "https://host"})).contains("tenant"));
    assert!(wrong(json!({"seed": -1})).contains("seed"));
    let wrong = |kind: &str, options: Value| Simulator::new(kind, &options).err().unwrap();
    assert!(wrong("github", json!({"url": "https://api.github.com"})).contains("organizations"));
    assert!(
        wrong("github-enterprise", json!({"url": "https://api.github.com/scim"})).contains("enterprises")
    );
    assert!(wrong("github", json!({"app": {"id": 1}})).contains("known are appId"));
    assert!(wrong("github", json!({"app": {"appId": null}})).contains("a number"));
    assert!(wrong("github", json!({"switches": {"dateSkewSeconds": "x"}})).contains("whole number"));
    assert!(wrong("github", json!({"switches": {"maxCount": -1}})).contains("whole number"));
    assert!(Simulator::new("other", &json!({})).err().unwrap().contains("known are aws, generic"));
}

#[test]
fn nonsense_never_panics() {
    let texts =
        ["", "{}", "[]", "null", "{\"schemas\":1,\"Operations\":{}}", "\u{0}", "{\"members\":[1,{}]}"];
    let paths = [
        "",
        "/",
        "//",
        "/Users/",
        "/Users/%",
        "/Users?filter=%22",
        "/Groups/a/b",
        "/Users?count=-1&cursor=c%2B",
    ];
    for kind in super::KINDS {
        let mut sim = Simulator::new(kind, &json!({})).unwrap();
        // Slowly: no limit hides what lies behind it.
        let mut now = 0;
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "BREW", ""] {
            for path in paths {
                for text in texts {
                    for url in [format!("{}{path}", url_of(kind, &json!({}))), path.to_owned()] {
                        let headers = [("authorization", "Bearer test-token"), ("user-agent", "x")];
                        let headers =
                            headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
                        let body = Some(text.to_owned());
                        let response =
                            sim.handle(&Request { method: method.to_owned(), url, headers, body }, now);
                        now += 1000;
                        assert!(response.status >= 200);
                    }
                }
            }
        }
    }
}

fn url_of(kind: &str, options: &Value) -> String {
    let default = match kind {
        "aws" => super::aws::DEFAULT_URL,
        "github" => super::github::ORGANIZATION_URL,
        "github-enterprise" => super::github::ENTERPRISE_URL,
        "salesforce" => super::salesforce::DEFAULT_URL,
        _ => super::generic::DEFAULT_URL,
    };
    options["url"].as_str().unwrap_or(default).trim_end_matches('/').to_owned()
}

impl Script {
    fn run(&self) {
        for case in self.file["cases"].as_array().unwrap() {
            let mut options = case.get("options").cloned().unwrap_or(json!({}));
            options["switches"] = case.get("switches").cloned().unwrap_or(json!({}));
            let name = format!("{} `{}`", self.kind, case["name"].as_str().unwrap());
            let sim = Simulator::new(self.kind, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
            let url = url_of(self.kind, &options);
            let mut play = Play { script: self, case: name, sim, url, saved: BTreeMap::new() };
            for (index, step) in case["steps"].as_array().unwrap().iter().enumerate() {
                play.step(index, step);
            }
        }
    }
}

impl Play<'_> {
    fn step(&mut self, index: usize, step: &Value) {
        let here = format!("{} step {}: {step}", self.case, index + 1);
        if let Some(edit) = step.get("edit") {
            let edit = self.fill(edit);
            let done = self.sim.edit(&edit).unwrap_or_else(|error| panic!("{here}: {error}"));
            self.save(step, &done);
            return;
        }
        if let Some(wanted) = step.get("snapshot") {
            self.matches(&here, &self.sim.snapshot(), &self.fill(wanted));
            return;
        }
        for _ in 1..step["times"].as_u64().unwrap_or(1) {
            self.send(step);
        }
        let response = self.send(step);
        let got = format!("{here}\n  got {} {:?} {}", response.status, response.headers, response.body);
        assert_eq!(Some(u64::from(response.status)), step["status"].as_u64(), "{got}");
        let body = serde_json::from_str(&response.body).unwrap_or(Value::Null);
        self.save(step, &body);
        for (name, value) in step["headers?"].as_object().into_iter().flatten() {
            let wanted = self.fill(value);
            assert_eq!(response.header(name), wanted.as_str(), "{name}: {got}");
        }
        if let Some(wanted) = step["text"].as_str() {
            let wanted = self.fill(&Value::from(wanted));
            assert_eq!(Value::from(anonymous(&response.body, wanted.as_str().unwrap())), wanted, "{got}");
        }
        if let Some(wanted) = step.get("reply") {
            assert_eq!(body, self.fill(wanted), "{got}");
        }
        if let Some(wanted) = step.get("match") {
            self.matches(&got, &body, &self.fill(wanted));
        }
    }

    fn send(&mut self, step: &Value) -> Response {
        let line = self.text(step["do"].as_str().unwrap());
        let (method, path) = line.split_once(' ').unwrap();
        let mut url = if path.contains("://") { path.to_owned() } else { format!("{}{path}", self.url) };
        for name in ["filter", "cursor"] {
            if let Some(value) = step[name].as_str() {
                let sign = if url.contains('?') { '&' } else { '?' };
                url = format!("{url}{sign}{name}={}", encode(&self.text(value)));
            }
        }
        let now = START + step["at"].as_u64().unwrap_or(0);
        let form = step["form"].as_str();
        let given = step["token"].as_str().or(if form.is_some() { None } else { Some("Bearer test-token") });
        let token = match step.get("jwt") {
            Some(claims) => Some(format!("Bearer {}", signed(claims, now))),
            None => given.map(|token| self.text(token)),
        };
        let mut headers: Vec<(String, String)> =
            token.map(|token| ("AUTHORIZATION".to_owned(), token)).into_iter().collect();
        if form.is_some() {
            headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        }
        for (name, value) in step["headers"].as_object().into_iter().flatten() {
            headers.extend(value.as_str().map(|value| (name.clone(), self.text(value))));
        }
        if step["headers"].get("user-agent").is_none() {
            headers.push(("User-Agent".to_owned(), "script/1".to_owned()));
        }
        let body = if let Some(form) = form {
            Some(self.text(form))
        } else if let Some(raw) = step["raw"].as_str() {
            Some(raw.to_owned())
        } else if let Some(ops) = step.get("ops") {
            let urn = super::schema::PATCH_OP;
            Some(json!({"schemas": [urn], "Operations": self.fill(ops)}).to_string())
        } else {
            step.get("body").map(|body| self.fill(&self.named(body)).to_string())
        };
        self.sim.handle(&Request { method: method.to_owned(), url, headers, body }, now)
    }

    /// A body, or a named body with members replaced; null removes.
    fn named(&self, body: &Value) -> Value {
        let Some(name) = body["@"].as_str() else { return body.clone() };
        let mut out = self.script.file["bodies"][name].clone();
        assert!(out.is_object(), "no body {name}");
        for (name, value) in body.as_object().unwrap().iter().filter(|(name, _)| *name != "@") {
            if value.is_null() {
                out.as_object_mut().unwrap().remove(name);
            } else {
                out[name] = value.clone();
            }
        }
        out
    }

    fn save(&mut self, step: &Value, body: &Value) {
        for (name, pointer) in step["save"].as_object().into_iter().flatten() {
            let value =
                body.pointer(pointer.as_str().unwrap()).unwrap_or_else(|| panic!("{name}: {step} {body}"));
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.saved.insert(name.clone(), text);
        }
    }

    fn matches(&self, here: &str, body: &Value, wanted: &Value) {
        for (pointer, value) in wanted.as_object().unwrap() {
            assert_eq!(
                body.pointer(pointer).unwrap_or(&Value::Null),
                value,
                "{pointer}: {here}\n  in {body}"
            );
        }
    }

    fn text(&self, text: &str) -> String {
        // Longest names first: `$user` is not `$u` and `ser`.
        let mut names: Vec<&String> = self.saved.keys().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names
            .into_iter()
            .fold(text.to_owned(), |text, name| text.replace(&format!("${name}"), &self.saved[name]))
    }

    /// Saved values put in everywhere; `"crowd:101"` is a list of 101 members.
    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.starts_with("crowd:") => crowd(text[6..].parse().unwrap()),
            Value::String(text) => Value::from(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(object) => {
                object.iter().map(|(name, value)| (self.text(name), self.fill(value))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

/// A JSON Web Token with a signature of nothing; `alg` is `RS256` unless the claims have another.
fn signed(claims: &Value, now: u64) -> String {
    let mut claims = claims.clone();
    for name in ["iat", "exp"] {
        if let Some(offset) = claims[name].as_i64() {
            claims[name] = Value::from(now as i64 / 1000 + offset);
        }
    }
    let algorithm = claims.as_object_mut().unwrap().remove("alg").unwrap_or(json!("RS256"));
    let header = json!({"typ": "JWT", "alg": algorithm});
    format!("{}.{}.c2lnbmVk", base64url(&header.to_string()), base64url(&claims.to_string()))
}

/// RFC 4648 5, without padding.
fn base64url(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = text.bytes().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect::<Vec<_>>();
    let letters = bits.chunks(6).map(|six| {
        let index = (0..6).fold(0, |index, at| index << 1 | six.get(at).copied().unwrap_or(0));
        ALPHABET[index as usize] as char
    });
    letters.collect()
}

fn crowd(count: u64) -> Value {
    (0..count).map(|n| json!({"value": format!("00000000-0000-7000-0000-{n:012}")})).collect()
}

/// `body` with `<id>` where `wanted` has it.
fn anonymous(body: &str, wanted: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    for part in wanted.split_inclusive("<id>") {
        let fixed = part.trim_end_matches("<id>");
        let Some(after) = rest.strip_prefix(fixed) else { return format!("{out}{rest}") };
        out.push_str(fixed);
        rest = after;
        if part.ends_with("<id>") {
            out.push_str("<id>");
            rest = rest.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '-');
        }
    }
    out + rest
}
