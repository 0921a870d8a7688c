#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::http::Response;

const NOW: Millis = 1_700_000_000_000;

fn source(grant: Grant) -> TokenSource {
    TokenSource {
        grant,
        url: String::new(),
        client_id: String::new(),
        subject: String::new(),
        audience: String::new(),
        key_id: String::new(),
        scope: String::new(),
        secrets: [None, None],
        client_form: None,
    }
}

fn reply(status: u16, body: &str, date: &str) -> Reply {
    let mut response = Response { status, body: Some(body.to_owned()), ..Response::default() };
    if !date.is_empty() {
        response.headers.insert("date", date);
    }
    Reply::read(&response)
}

/// Milliseconds until it is renewed.
#[track_caller]
fn good(body: &str, expected: Option<Millis>) {
    let granted = super::granted(&source(Grant::ClientCredentials), &reply(200, body, ""), NOW, 0).unwrap();
    assert_eq!(granted.token.reveal(), "2YotnFZFEjr1zCsicMWpAA");
    assert_eq!(granted.renew_at.map(|at| at - NOW), expected, "{body}");
}

#[test]
fn a_token_that_can_be_used_is_used() {
    // RFC 6749 section 5.1.
    good(
        r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example","expires_in":3600}"#.replace("example", "Bearer").as_str(),
        Some(3_540_000),
    );
    good(
        r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"bearer","expires_in":"3600"}"#,
        Some(3_540_000),
    );
    good(r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","expires_in":3599.5}"#, Some(3_539_500));
    // Salesforce says no end.
    good(r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","issued_at":"1278448384422"}"#, None);
    good(r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","expires_in":null}"#, None);
    good(r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","expires_in":"soon"}"#, None);
    // Half the life of what is short-lived.
    good(r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","expires_in":30}"#, Some(15_000));
    good(r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","expires_in":-5}"#, Some(0));
}

#[test]
fn a_refresh_token_may_come_along() {
    let grant = source(Grant::RefreshToken);
    let read = |body| granted(&grant, &reply(200, body, ""), NOW, 0).unwrap().refresh;
    let text = |secret: Option<Secret>| secret.map(|secret| secret.reveal().to_owned());
    assert_eq!(text(read(r#"{"access_token":"a","refresh_token":"r2"}"#)).as_deref(), Some("r2"));
    assert_eq!(text(read(r#"{"access_token":"a","refresh_token":""}"#)), None);
    assert_eq!(text(read(r#"{"access_token":"a"}"#)), None);
    // One that nobody asked for must not take the place of the password.
    let grant = source(Grant::Password);
    let body = r#"{"access_token":"a","refresh_token":"r2"}"#;
    assert!(granted(&grant, &reply(200, body, ""), NOW, 0).unwrap().refresh.is_none());
}

#[test]
fn an_installation_token_ends_by_github_s_clock() {
    let body = r#"{"token":"ghs_16C7e42F292c6912E7710c838347Ae178B4a","expires_at":"2023-11-14T23:13:20Z"}"#;
    // NOW is 22:13:20Z.
    let until = |date, skew| {
        granted(&source(Grant::Installation), &reply(201, body, date), NOW, skew).unwrap().renew_at.unwrap()
            - NOW
    };
    assert_eq!(until("", 0), 3_300_000);
    assert_eq!(until("Tue, 14 Nov 2023 22:03:20 GMT", 0), 3_900_000);
    assert_eq!(until("", -600_000), 3_900_000);
    let endless = granted(
        &source(Grant::Installation),
        &reply(201, r#"{"token":"t","expires_at":"later"}"#, ""),
        NOW,
        0,
    )
    .unwrap();
    assert_eq!(endless.renew_at, None);
}

#[track_caller]
fn bad(status: u16, body: &str, expected: Class, code: Option<&str>, client: bool) {
    let reply = reply(status, body, "");
    let error = retry::error_of(&reply);
    assert_eq!((class(&reply, &error), error.code.as_deref()), (Some(expected), code), "{status} {body}");
    let credentials = expected == Class::Credentials;
    assert_eq!(credentials && blames_client(status, code), client, "{status} {body}");
}

#[test]
fn what_is_no_token() {
    // RFC 6749 section 5.2.
    bad(400, r#"{"error":"invalid_request"}"#, Class::Credentials, Some("invalid_request"), true);
    bad(401, r#"{"error":"invalid_client"}"#, Class::Credentials, Some("invalid_client"), true);
    bad(400, r#"{"error":"invalid_client_id"}"#, Class::Credentials, Some("invalid_client_id"), true);
    bad(400, r#"{"error":"invalid_grant"}"#, Class::Credentials, Some("invalid_grant"), false);
    bad(400, r#"{"error":"unauthorized_client"}"#, Class::Credentials, Some("unauthorized_client"), false);
    bad(400, r#"{"error":"<b>odd</b>"}"#, Class::Credentials, None, false);
    bad(400, r#"{"error":{"code":1}}"#, Class::Credentials, None, false);
    bad(401, "", Class::Credentials, None, true);
    bad(401, "<html>", Class::Credentials, None, true);
    bad(404, r#"{"message":"Not Found"}"#, Class::Credentials, None, false);
    bad(403, r#"{"message":"This installation has been suspended"}"#, Class::Credentials, None, false);
    bad(403, r#"{"message":"You have exceeded a secondary rate limit"}"#, Class::Throttled, None, false);
    bad(
        400,
        r#"{"error":"x","error_description":"rate limit exceeded"}"#,
        Class::Throttled,
        Some("x"),
        false,
    );
    bad(429, "", Class::Throttled, None, false);
    bad(503, "", Class::Unavailable, None, false);
    bad(500, r#"{"error":"server_error"}"#, Class::Unavailable, Some("server_error"), false);
    bad(
        400,
        r#"{"error":"temporarily_unavailable"}"#,
        Class::Unavailable,
        Some("temporarily_unavailable"),
        false,
    );
    bad(408, "", Class::Unavailable, None, false);
    bad(400, "<html>", Class::Protocol, None, false);
    bad(404, "<html>", Class::Protocol, None, false);
    bad(302, "", Class::Protocol, None, false);
    bad(0, "", Class::Protocol, None, false);
    for body in [
        "",
        "<html>sign in</html>",
        "{}",
        "[]",
        r#"{"access_token":""}"#,
        r#"{"access_token":7}"#,
        r#"{"access_token":"a\r\nX: y"}"#,
        r#"{"access_token":"a","token_type":"mac"}"#,
        r#"{"token":"a"}"#,
    ] {
        assert!(
            granted(&source(Grant::ClientCredentials), &reply(200, body, ""), NOW, 0).is_none(),
            "{body}"
        );
    }
}
