//! Schemes and grants.

use super::*;

const SIGN_IN: &str = "/servers/0/authentication";

/// A generic server with OAuth 2.0, and one of its fields as given.
fn oauth2(grant: &str, field: &str, value: Value) -> Value {
    let mut config = with("/servers/0/type", json!("generic"));
    let mut object = json!({
        "scheme": "oauth2", "grant": grant, "tokenUrl": "https://id.example/token/", "clientId": "client-1",
    });
    let more = match grant {
        "clientCredentials" => json!({ "clientSecret": { "secret": "s" } }),
        "refreshToken" => json!({ "refreshToken": { "secret": "r" } }),
        "jwtBearer" => json!({ "privateKey": { "secret": "k" }, "subject": "s", "audience": "a" }),
        _ => {
            json!({ "clientSecret": { "secret": "s" }, "username": "u", "password": { "secret": "p" } })
        }
    };
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    if !field.is_empty() {
        object[field] = value;
    }
    put(&mut config, SIGN_IN, object);
    config
}

#[track_caller]
fn oauth2_problem(grant: &str, field: &str, value: Value, code: &str, at: &str) {
    let found = validate(&oauth2(grant, field, value));
    let found: Vec<_> = found.iter().map(|p| (p.code, p.path.as_str())).collect();
    assert_eq!(found, [(code, format!("{SIGN_IN}/{at}").as_str())], "{grant} {field}");
}

#[test]
fn oauth2_grants() {
    for grant in ["clientCredentials", "refreshToken", "jwtBearer"] {
        check(oauth2(grant, "scope", json!("a b")), &[]);
        let (config, _) = parse(&oauth2(grant, "", Value::Null).to_string()).unwrap();
        let Authentication::Token(source) = &config.servers[0].authentication else { panic!("{config:?}") };
        // A slash at its end may mean something there.
        assert_eq!((source.url.as_str(), source.client_form), ("https://id.example/token/", None));
    }
    oauth2_problem("password", "", Value::Null, "deprecated-grant", "grant");
    oauth2_problem(
        "clientCredentials",
        "tokenUrl",
        json!("http://id.example/token"),
        "not-https",
        "tokenUrl",
    );
    oauth2_problem("clientCredentials", "tokenUrl", json!("https://u:p@id.example/t"), "bad-url", "tokenUrl");
    oauth2_problem("clientCredentials", "tokenUrl", json!("https://<domain>/t"), "placeholder", "tokenUrl");
    oauth2_problem("clientCredentials", "clientId", json!("<client-id>"), "placeholder", "clientId");
    oauth2_problem("clientCredentials", "clientSecret", json!("literal-1"), "literal-secret", "clientSecret");
    oauth2_problem("refreshToken", "refreshToken", json!("literal-1"), "literal-secret", "refreshToken");
    oauth2_problem(
        "clientCredentials",
        "clientAuthentication",
        json!("post"),
        "bad-value",
        "clientAuthentication",
    );
    oauth2_problem("jwtBearer", "clientSecret", json!({ "secret": "s" }), "unknown-field", "clientSecret");
    check(oauth2("jwtBearer", "tokenUrl", json!("http://127.0.0.1:8080/token")), &[]);
    let aws =
        with(SIGN_IN, oauth2("clientCredentials", "", Value::Null)["servers"][0]["authentication"].clone());
    check(
        aws,
        &[(
            "unsupported-authentication",
            "/servers/0/authentication/scheme",
            "the scheme `oauth2` is not taken by AWS IAM Identity Center",
        )],
    );
}

#[test]
fn a_private_key_looks_like_one() {
    let pem =
        |label: &str, body: &str| json!(format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"));
    let found = |key: Value| {
        let problems = validate(&oauth2("jwtBearer", "privateKey", key));
        assert!(!format!("{problems:?}").contains("CANARY"), "{problems:?}");
        assert!(problems.iter().all(|p| p.path == format!("{SIGN_IN}/privateKey")), "{problems:?}");
        problems.iter().map(|p| p.code).collect::<Vec<_>>()
    };
    assert_eq!(found(pem("PRIVATE KEY", "CANARYAA")), ["literal-secret"]);
    assert_eq!(found(pem("RSA PRIVATE KEY", "CANARYAA")), ["literal-secret"]);
    assert_eq!(found(pem("PRIVATE KEY", "CANARY")), ["literal-secret", "bad-private-key"]);
    assert_eq!(found(pem("ENCRYPTED PRIVATE KEY", "CANARYAA")), ["literal-secret", "bad-private-key"]);
    assert_eq!(found(pem("CERTIFICATE", "CANARYAA")), ["literal-secret", "bad-private-key"]);
    assert_eq!(found(json!("CANARY")), ["literal-secret", "bad-private-key"]);
    assert_eq!(found(json!("<private-key>")), ["placeholder"]);
    assert_eq!(found(json!("")), ["bad-value"]);
}
