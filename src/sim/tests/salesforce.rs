//! What of the Salesforce sheet takes counting: pages, caps, and the filter's grammar over many.

use serde_json::{Value, json};

use super::START;
use crate::sim::{Request, Simulator};

const BASE: &str = "https://acme.my.salesforce.com/services/scim/v2";

fn send(sim: &mut Simulator, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = Request {
        method: method.to_owned(),
        url: format!("{BASE}{path}"),
        headers: vec![("Authorization".to_owned(), "Bearer test-token".to_owned())],
        body: body.map(|body| body.to_string()),
    };
    let response = sim.handle(&request, START);
    (response.status, serde_json::from_str(&response.body).unwrap_or(Value::Null))
}

fn person(number: usize) -> Value {
    json!({"userName": format!("u{number}@corp.test"), "name": {"familyName": format!("U{number}")},
           "emails": [{"value": format!("u{number}@corp.test")}], "entitlements": [{"value": "00e000000000001AAA"}]})
}

fn crowded(switches: Value, users: usize) -> Simulator {
    let mut sim = Simulator::new("salesforce", &json!({"switches": switches})).unwrap();
    for number in 0..users {
        assert_eq!(send(&mut sim, "POST", "/Users", Some(person(number))).0, 201);
    }
    sim
}

fn listed(reply: &Value) -> usize {
    reply["Resources"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_list_without_count_is_short() {
    for (switch, wanted) in
        [(json!({}), 10), (json!({"defaultCount": 20}), 20), (json!({"defaultCount": 200}), 25)]
    {
        let mut sim = crowded(switch, 25);
        let (_, reply) = send(&mut sim, "GET", "/Users", None);
        assert_eq!((reply["totalResults"].as_u64(), listed(&reply)), (Some(25), wanted));
    }
}

#[test]
fn pages_by_the_last_id_find_everybody() {
    let mut sim = crowded(json!({}), 130);
    let (mut last, mut found) = (String::new(), 0);
    loop {
        let filter = crate::sim::http::encode(&format!("id gt \"{last}\""));
        let (_, reply) = send(&mut sim, "GET", &format!("/Users?count=50&filter={filter}"), None);
        let Some(page) = reply["Resources"].as_array() else { break };
        found += page.len();
        last = page.last().unwrap()["id"].as_str().unwrap().to_owned();
    }
    assert_eq!(found, 130);
}

#[test]
fn entitlements_stop_at_two_hundred() {
    let mut sim = crowded(json!({"permissionSets": 250}), 0);
    assert_eq!(send(&mut sim, "GET", "/Entitlements", None).1["totalResults"], 200);
    assert_eq!(listed(&send(&mut sim, "GET", "/Entitlements?startIndex=201", None).1), 0);
    let filter = crate::sim::http::encode("displayName eq \"Permission Set 249\"");
    assert_eq!(send(&mut sim, "GET", &format!("/Entitlements?filter={filter}"), None).1["totalResults"], 1);
}

#[test]
fn the_small_licence_runs_out() {
    let mut sim = crowded(json!({}), 0);
    let mut statuses = Vec::new();
    for number in 0..3 {
        let mut body = person(number);
        body["entitlements"] = json!([{"value": "00e000000000003AAA"}]);
        statuses.push(send(&mut sim, "POST", "/Users", Some(body)).0);
    }
    assert_eq!(statuses, [201, 201, 409]);
}

#[test]
fn the_same_seed_makes_the_same_ids() {
    let id = |seed: u64| {
        let mut sim = Simulator::new("salesforce", &json!({"seed": seed})).unwrap();
        send(&mut sim, "POST", "/Users", Some(person(0))).1["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(id(1), id(1));
    assert_ne!(id(1), id(2));
    assert!(id(1).starts_with("005") && id(1).len() == 18);
}

#[test]
fn its_edits_say_what_they_know() {
    let mut sim = crowded(json!({}), 1);
    let wrong = |sim: &mut Simulator, edit: Value| sim.edit(&edit).unwrap_err();
    assert!(wrong(&mut sim, json!({"licences": {"Free Beer": 1}})).contains("known are Chatter Free"));
    assert!(wrong(&mut sim, json!({"confirm": {"id": "x"}})).contains("unconfirmed"));
    assert!(wrong(&mut sim, json!({"revoke": "x"})).contains("tokens, refreshTokens"));
    assert!(wrong(&mut sim, json!({"rotate": "clientSecret"})).contains("to"));
    assert!(wrong(&mut sim, json!({"drop": {}})).contains("known are create"));
}
