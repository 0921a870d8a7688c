#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::secret::SecretValue;

fn oauth2(grant: Grant) -> OAuth2 {
    OAuth2 {
        token_url: "https://id.example/token/".to_owned(),
        client_id: "s6BhdRkqt3".to_owned(),
        client_secret: Some(named()),
        client_form: None,
        scope: None,
        grant,
    }
}

fn named() -> SecretValue {
    SecretValue::Named("n".to_owned())
}

#[track_caller]
fn check(oauth2: &OAuth2, in_body: bool, body: &str, authorization: Option<&str>) {
    let (own, client) = (Secret::new("tGzv3JOkF0XG5Qx2TlKWIA"), Secret::new("gX1fBat3bV"));
    let request = prepare(oauth2, &own, &client, "a.b.c", in_body);
    assert_eq!(request.url, "https://id.example/token/");
    assert_eq!(request.body.as_deref(), Some(body));
    let found = request.headers.iter().find(|(name, _)| *name == "Authorization");
    assert_eq!(found.map(|(_, value)| value.as_str()), authorization);
}

/// RFC 6749 sections 2.3.1, 4.4.2 and 6.
const EXAMPLE: Option<&str> = Some("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");

#[test]
fn the_requests_of_the_rfc() {
    let mut client = oauth2(Grant::ClientCredentials);
    check(&client, false, "grant_type=client_credentials", EXAMPLE);
    let id = "client_id=s6BhdRkqt3&client_secret=gX1fBat3bV";
    check(&client, true, &format!("grant_type=client_credentials&{id}"), None);
    client.scope = Some("scim.write a&b=c".to_owned());
    check(&client, false, "grant_type=client_credentials&scope=scim.write+a%26b%3Dc", EXAMPLE);

    let mut refresh = oauth2(Grant::RefreshToken(named()));
    let body = "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA";
    check(&refresh, false, body, EXAMPLE);
    check(&refresh, true, &format!("{body}&{id}"), None);
    refresh.client_secret = None;
    check(&refresh, true, &format!("{body}&client_id=s6BhdRkqt3"), None);

    let password = Grant::Password { username: "johndoe".to_owned(), password: named() };
    let body = "grant_type=password&username=johndoe&password=tGzv3JOkF0XG5Qx2TlKWIA";
    check(&oauth2(password), false, body, EXAMPLE);
}

fn bearer() -> OAuth2 {
    let grant = Grant::JwtBearer {
        private_key: named(),
        subject: "admin@corp.example".to_owned(),
        audience: "https://login.salesforce.com".to_owned(),
        key_id: Some("k\"1".to_owned()),
    };
    OAuth2 { client_secret: None, ..oauth2(grant) }
}

#[test]
fn an_assertion_says_who_the_client_is() {
    let body = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c";
    check(&bearer(), false, body, None);
    assert!(to_sign(&oauth2(Grant::ClientCredentials), 0).is_none());
    let input = to_sign(&bearer(), 1_700_000_000_999).unwrap();
    let parts: Vec<String> = input.split('.').map(unbase64url).collect();
    assert_eq!(parts[0], r#"{"alg":"RS256","kid":"k\"1","typ":"JWT"}"#);
    assert_eq!(
        parts[1],
        r#"{"aud":"https://login.salesforce.com","exp":1700000180,"iat":1699999940,"iss":"s6BhdRkqt3","sub":"admin@corp.example"}"#
    );
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
    let odd = OAuth2 { client_id: "a:b\r\nX: y".to_owned(), ..oauth2(Grant::ClientCredentials) };
    assert_eq!(
        basic(&odd, &Secret::new("p:ä s")),
        format!("Basic {}", crate::encode::base64(b"a%3Ab%0D%0AX%3A+y:p%3A%C3%A4+s"))
    );
}

#[test]
fn where_the_secret_goes() {
    let mut client = oauth2(Grant::ClientCredentials);
    assert_eq!((in_body(&client, false), in_body(&client, true)), (false, true));
    client.client_form = Some(ClientForm::Basic);
    assert_eq!((in_body(&client, false), in_body(&client, true)), (false, false));
    client.client_form = Some(ClientForm::Body);
    assert_eq!((in_body(&client, false), in_body(&client, true)), (true, true));
}
