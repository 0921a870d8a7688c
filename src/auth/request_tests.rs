#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::core::Held;

fn source(grant: Grant) -> TokenSource {
    TokenSource {
        grant,
        url: "https://id.example/token/".to_owned(),
        client_id: "s6BhdRkqt3".to_owned(),
        subject: String::new(),
        audience: String::new(),
        key_id: String::new(),
        scope: String::new(),
        secrets: [None, None],
        client_form: None,
    }
}

fn held(own: &str, client: &str) -> Credentials {
    let held = |secret: &str| (!secret.is_empty()).then(|| Held::new(Secret::new(secret)));
    Credentials { held: [held(own), held(client)], ..Credentials::default() }
}

#[track_caller]
fn check(source: &TokenSource, client: &str, in_body: bool, body: &str, authorization: Option<&str>) {
    let request = prepare(source, &held("tGzv3JOkF0XG5Qx2TlKWIA", client), "a.b.c", in_body);
    assert_eq!((request.method, request.url.as_str()), ("POST", "https://id.example/token/"));
    assert_eq!(request.body.as_deref(), Some(body));
    let found = request.headers.iter().find(|(name, _)| *name == "Authorization");
    assert_eq!(found.map(|(_, value)| value.as_str()), authorization);
}

const SECRET: &str = "gX1fBat3bV";

/// RFC 6749 sections 2.3.1, 4.4.2 and 6.
const EXAMPLE: Option<&str> = Some("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");

#[test]
fn the_requests_of_the_rfc() {
    let mut client = source(Grant::ClientCredentials);
    check(&client, SECRET, false, "grant_type=client_credentials", EXAMPLE);
    let id = "client_id=s6BhdRkqt3&client_secret=gX1fBat3bV";
    check(&client, SECRET, true, &format!("grant_type=client_credentials&{id}"), None);
    client.scope = "scim.write a&b=c".to_owned();
    check(&client, SECRET, false, "grant_type=client_credentials&scope=scim.write+a%26b%3Dc", EXAMPLE);

    let refresh = source(Grant::RefreshToken);
    let body = "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA";
    check(&refresh, SECRET, false, body, EXAMPLE);
    check(&refresh, SECRET, true, &format!("{body}&{id}"), None);
    check(&refresh, "", true, &format!("{body}&client_id=s6BhdRkqt3"), None);

    let password = TokenSource { subject: "johndoe".to_owned(), ..source(Grant::Password) };
    let body = "grant_type=password&username=johndoe&password=tGzv3JOkF0XG5Qx2TlKWIA";
    check(&password, SECRET, false, body, EXAMPLE);
}

#[test]
fn an_assertion_says_who_the_client_is() {
    let bearer = TokenSource {
        subject: "admin@corp.example".to_owned(),
        audience: "https://login.salesforce.com".to_owned(),
        key_id: "k\"1".to_owned(),
        ..source(Grant::JwtBearer)
    };
    let body = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c";
    check(&bearer, "", false, body, None);
    assert!(to_sign(&source(Grant::ClientCredentials), 0).is_none());
    let input = to_sign(&bearer, 1_700_000_000_999).unwrap();
    let parts: Vec<String> = input.split('.').map(unbase64url).collect();
    assert_eq!(parts[0], r#"{"alg":"RS256","typ":"JWT","kid":"k\"1"}"#);
    assert_eq!(
        parts[1],
        r#"{"iat":1699999940,"exp":1700000180,"iss":"s6BhdRkqt3","sub":"admin@corp.example","aud":"https://login.salesforce.com"}"#
    );
}

#[test]
fn an_installation_is_asked_for_by_the_app() {
    let app = TokenSource { client_id: "Iv23abc".to_owned(), ..source(Grant::Installation) };
    let input = to_sign(&app, 1_000_000_999).unwrap();
    let parts: Vec<String> = input.split('.').map(unbase64url).collect();
    assert_eq!(parts[0], r#"{"alg":"RS256","typ":"JWT"}"#);
    assert_eq!(parts[1], r#"{"iat":999940,"exp":1000540,"iss":"Iv23abc"}"#);
    let request = prepare(&app, &held("pem", ""), "a.b.c", false);
    let header = |name: &str| request.headers.iter().find(|(other, _)| *other == name).unwrap().1.as_str();
    assert_eq!(header("Authorization"), "Bearer a.b.c");
    assert_eq!(header("Accept"), "application/vnd.github+json");
    assert!(request.body.is_none());
}

fn unbase64url(text: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = text
        .chars()
        .flat_map(|c| {
            let sextet = alphabet.find(c).unwrap() as u8;
            (0..6).rev().map(move |bit| sextet >> bit & 1)
        })
        .collect();
    let bytes = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit));
    String::from_utf8(bytes.collect()).unwrap()
}

#[test]
fn form_encoding() {
    // RFC 6749 appendix B.
    assert_eq!(form(" %&+£€"), "+%25%26%2B%C2%A3%E2%82%AC");
    assert_eq!(form("as~it-is_9."), "as~it-is_9.");
    // A colon in the id would end it; what else could end a header is gone too.
    let odd = TokenSource { client_id: "a:b\r\nX: y".to_owned(), ..source(Grant::ClientCredentials) };
    assert_eq!(
        basic(&odd, &Secret::new("p:ä s")),
        format!("Basic {}", crate::encode::base64(b"a%3Ab%0D%0AX%3A+y:p%3A%C3%A4+s"))
    );
}

#[test]
fn where_the_secret_goes() {
    let mut client = source(Grant::ClientCredentials);
    assert_eq!((in_body(&client, false), in_body(&client, true)), (false, true));
    client.client_form = Some(ClientForm::Basic);
    assert_eq!((in_body(&client, false), in_body(&client, true)), (false, false));
    client.client_form = Some(ClientForm::Body);
    assert_eq!((in_body(&client, false), in_body(&client, true)), (true, true));
}
