//! The grant that takes a clock: JWT assertions (RFC 7523 3), in both dialects.

use serde_json::{Value, json};

use super::START;
use crate::sim::{Request, Simulator};

const NOW: u64 = START / 1000;
const SALESFORCE: &str = "https://acme.my.salesforce.com";
const PLAIN: &str = "https://scim.example.test";

fn base64url(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let digits = bits.as_bytes().chunks(6).map(|chunk| {
        let padded = format!("{:0<6}", std::str::from_utf8(chunk).unwrap());
        ALPHABET[usize::from_str_radix(&padded, 2).unwrap()] as char
    });
    digits.collect()
}

fn jwt(header: &Value, claims: &Value) -> String {
    format!("{}.{}.c2lnbmF0dXJl", base64url(&header.to_string()), base64url(&claims.to_string()))
}

fn ask(sim: &mut Simulator, origin: &str, assertion: &str, more: &str) -> (u16, Value) {
    let path = if origin == PLAIN { "/oauth/token" } else { "/services/oauth2/token" };
    let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
    let request = Request {
        method: "POST".to_owned(),
        url: format!("{origin}{path}"),
        headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: Some(format!("grant_type={grant}&assertion={assertion}{more}")),
    };
    let response = sim.handle(&request, START);
    (response.status, serde_json::from_str(&response.body).unwrap_or(Value::Null))
}

fn claims(changes: Value) -> Value {
    let mut claims = json!({"iss": "sim-client", "sub": "sim-user", "aud": SALESFORCE, "exp": NOW + 120});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

#[track_caller]
fn check(kind: &str, changes: Value, wanted: Result<(), &str>) {
    let mut sim = Simulator::new(kind, &json!({})).unwrap();
    let origin = if kind == "generic" { PLAIN } else { SALESFORCE };
    let (status, body) = ask(&mut sim, origin, &jwt(&json!({"alg": "RS256"}), &claims(changes)), "");
    match wanted {
        Ok(()) => assert_eq!(status, 200, "{body}"),
        Err(description) => {
            assert_eq!((status, body["error_description"].as_str()), (400, Some(description)), "{body}");
        }
    }
}

#[test]
fn salesforce_takes_assertions() {
    let ok = |changes| check("salesforce", changes, Ok(()));
    let wrong = |changes, description| check("salesforce", changes, Err(description));
    ok(json!({}));
    ok(json!({"aud": "https://login.salesforce.com"}));
    ok(json!({"aud": ["https://test.salesforce.com"]}));
    ok(json!({"exp": NOW + 300, "prn": "sim-user", "sub": "other"}));
    wrong(json!({"aud": format!("{SALESFORCE}/services/oauth2/token")}), "Audience validation failed");
    wrong(json!({"aud": null}), "Audience validation failed");
    wrong(json!({"sub": "other"}), "user hasn't approved this consumer");
    wrong(json!({"prn": "other"}), "user hasn't approved this consumer");
    wrong(json!({"sub": null}), "user hasn't approved this consumer");
    wrong(json!({"iss": "other"}), "client identifier invalid");
    wrong(json!({"exp": NOW}), "the assertion has expired");
    wrong(json!({"exp": NOW + 301}), "the assertion expires too late");
    wrong(json!({"exp": null}), "the assertion does not expire");
    wrong(json!({"nbf": NOW + 1}), "the assertion does not hold yet");
}

#[test]
fn plain_servers_take_assertions() {
    let ok = |changes| check("generic", changes, Ok(()));
    let wrong = |changes, description| check("generic", changes, Err(description));
    ok(json!({"aud": PLAIN, "exp": NOW + 3600}));
    ok(json!({"aud": format!("{PLAIN}/oauth/token")}));
    wrong(json!({"aud": "https://login.salesforce.com"}), "Audience validation failed");
    wrong(json!({"aud": PLAIN, "exp": NOW + 3601}), "the assertion expires too late");
    wrong(json!({"aud": PLAIN, "iss": "other"}), "the issuer is unknown");
    wrong(json!({"aud": PLAIN, "sub": "other", "prn": "sim-user"}), "user hasn't approved this consumer");
}

#[test]
fn assertions_have_a_form() {
    let mut sim = Simulator::new("salesforce", &json!({})).unwrap();
    let good = jwt(&json!({"alg": "RS256", "typ": "JWT"}), &claims(json!({})));
    let none = jwt(&json!({"alg": "none"}), &claims(json!({})));
    let unsigned = good.rsplit_once('.').unwrap().0.to_owned();
    for wrong in [none, unsigned.clone(), format!("{unsigned}."), format!("{good}.x"), "a.b.c".to_owned()] {
        assert_eq!(ask(&mut sim, SALESFORCE, &wrong, "").1["error"], "invalid_grant", "{wrong}");
    }
    assert_eq!(ask(&mut sim, SALESFORCE, "", "").1["error"], "invalid_request");
    // The client need not authenticate; if it does, it must do so rightly (RFC 7523 3.1).
    assert_eq!(ask(&mut sim, SALESFORCE, &good, "&client_id=sim-client").0, 200);
    assert_eq!(ask(&mut sim, SALESFORCE, &good, "&client_id=sim-client&client_secret=no").0, 400);
    let (_, body) = ask(&mut sim, "https://login.salesforce.com", &good, "");
    assert_eq!((&body["instance_url"], &body["issued_at"]), (&json!(SALESFORCE), &Value::Null));
    let token = body["access_token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("00D000000000001!AQ"), "{token}");
    let request = Request {
        method: "GET".to_owned(),
        url: format!("{SALESFORCE}/services/scim/v2/Users"),
        headers: vec![("authorization".to_owned(), format!("Bearer {token}"))],
        body: None,
    };
    assert_eq!(sim.handle(&request, START).status, 200);
}

#[test]
fn options_of_the_client_are_checked() {
    let wrong = |oauth: Value| Simulator::new("generic", &json!({"oauth": oauth})).err().unwrap();
    assert!(wrong(json!({"client": "x"})).contains("known are clientId"));
    assert!(wrong(json!({"clientId": 1})).contains("wrong type"));
    assert!(wrong(json!("x")).contains("wrong type"));
}
