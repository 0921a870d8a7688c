//! GitHub beyond its script: nonsense on resources that are there, and what decides the bytes.

use serde_json::{Value, json};

use crate::sim::github;
use crate::sim::schema::{GROUP, PATCH_OP, USER};
use crate::sim::{Request, Response, Simulator};

const KINDS: [(&str, &str); 2] =
    [("github", github::ORGANIZATION_URL), ("github-enterprise", github::ENTERPRISE_URL)];

fn send(sim: &mut Simulator, method: &str, url: &str, body: &Value, now: u64) -> Response {
    let headers = [("authorization", "Bearer test-token"), ("user-agent", "x")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    sim.handle(
        &Request { method: method.to_owned(), url: url.to_owned(), headers, body: Some(body.to_string()) },
        now,
    )
}

fn user() -> Value {
    json!({"schemas": [USER], "externalId": "1", "userName": "ada", "displayName": "Ada", "active": true,
           "name": {"givenName": "A", "familyName": "B"},
           "emails": [{"value": "a@b.test", "type": "work", "primary": true}]})
}

fn id(response: &Response) -> String {
    let body: Value = serde_json::from_str(&response.body).unwrap();
    body["id"].as_str().unwrap().to_owned()
}

#[test]
fn nonsense_in_patches_is_refused_or_ignored() {
    let values = [
        json!(null),
        json!(true),
        json!("False"),
        json!(1),
        json!([]),
        json!({}),
        json!([{}]),
        json!([1]),
        json!([{"value": 1}]),
        json!([{"value": "x"}]),
        json!("[1]"),
        json!({"value": {"value": []}}),
        json!({"members": 1, "active": [], "name": "x", "emails": {}, "roles": [{}], "": ""}),
        json!({"meta": {}, "id": "x", "schemas": 1, "groups": [1]}),
    ];
    let paths = [
        "",
        "active",
        "members",
        "members[",
        "members[value eq \"x\"]",
        "members[value pr].value",
        "members.value",
        "emails",
        "emails[type eq 'work'].value",
        "emails[type eq \"work\"]",
        "name.givenName",
        "name[x]",
        "roles",
        "id",
        "meta",
        "schemas",
        "externalId",
        "userName",
        "title",
        "urn:ietf:params:scim:schemas:core:2.0:User:displayName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "'",
        "\u{0}",
    ];
    for (kind, base) in KINDS {
        for lenient in [false, true] {
            let switches = match lenient {
                false => json!({}),
                true => json!({"userPatchFilterPath": "apply", "unknownAttributes": "ignore"}),
            };
            let mut sim = Simulator::new(kind, &json!({"switches": switches})).unwrap();
            let mut now = 0;
            for op in ["add", "replace", "remove", "Add", "x"] {
                for path in paths.iter().map(Some).chain([None]) {
                    for value in values.iter().map(Some).chain([None]) {
                        // Slowly: no limit hides what lies behind it.
                        now += 3_600_000;
                        send(&mut sim, "POST", &format!("{base}/Users"), &user(), now);
                        let group = json!({"schemas": [GROUP], "externalId": "g", "displayName": "G"});
                        send(&mut sim, "POST", &format!("{base}/Groups"), &group, now);
                        let held = sim.snapshot();
                        let body = json!({"schemas": [PATCH_OP], "Operations": [{"op": op, "path": path, "value": value}]});
                        for type_ in ["Users", "Groups"] {
                            let Some(id) = held[type_][0]["id"].as_str() else { continue };
                            let url = format!("{base}/{type_}/{id}");
                            let before = sim.snapshot();
                            let response = send(&mut sim, "PATCH", &url, &body, now);
                            assert!([200, 400].contains(&response.status), "{body} {response:?}");
                            // Refused is refused whole.
                            assert!(response.status == 200 || sim.snapshot() == before, "{body}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn seed_clock_and_requests_decide_every_byte() {
    for (kind, base) in KINDS {
        let play = |seed: u64| {
            let mut sim = Simulator::new(kind, &json!({"seed": seed})).unwrap();
            send(&mut sim, "POST", &format!("{base}/Users"), &user(), 1_000_000_000_000)
        };
        assert_eq!(play(1), play(1));
        assert_ne!(id(&play(1)), id(&play(2)));
    }
}

#[test]
fn the_end_of_time_is_no_panic() {
    for (kind, base) in KINDS {
        let switches = json!({"lockoutAfter": 1, "tokenLifetimeSeconds": u64::MAX, "freshTokenDelayMs": u64::MAX,
                              "lockoutSeconds": u64::MAX, "dateSkewSeconds": i64::MAX});
        let mut sim = Simulator::new(kind, &json!({"switches": switches})).unwrap();
        assert_eq!(send(&mut sim, "POST", &format!("{base}/Users"), &user(), u64::MAX).status, 201);
        sim.snapshot();
        assert_eq!(send(&mut sim, "GET", &format!("{base}/Users"), &json!(null), 0).status, 200);
        let app = "https://api.github.com/app/installations/4242/access_tokens";
        assert_eq!(send(&mut sim, "POST", app, &json!({}), u64::MAX).status, 401);
        assert_eq!(send(&mut sim, "GET", &format!("{base}/Users"), &json!(null), 0).status, 403);
    }
}
