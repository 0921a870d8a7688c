//! The request for a token: OAuth 2.0 (RFC 6749, RFC 7523) and GitHub Apps.

use serde_json::Value;

use super::{CLIENT, OWN, header};
use crate::config::{ClientForm, Grant, TokenSource};
use crate::core::Credentials;
use crate::encode::{base64url, percent};
use crate::http::Request;
use crate::secret::Secret;
use crate::time::Millis;

/// What the key is to sign before a token can be asked for, if anything: header and claims of a JSON Web Token (RFC
/// 7515 section 5.1, RFC 7523 section 3), by RS256 (RFC 7518 section 3.3). `now` is the token endpoint's time. It is
/// valid from a minute before, so that a clock somewhat behind ours takes it.
pub fn to_sign(source: &TokenSource, now: Millis) -> Option<String> {
    let seconds = match source.grant {
        Grant::JwtBearer => ASSERTION_S,
        Grant::Installation => APP_S,
        Grant::ClientCredentials | Grant::RefreshToken | Grant::Password => return None,
    };
    let now = now / 1000;
    let mut header = String::from("{\"alg\":\"RS256\",\"typ\":\"JWT\"");
    let mut claims = format!("{{\"iat\":{},\"exp\":{}", now.saturating_sub(BACK_S), now + seconds);
    put(&mut header, "kid", &source.key_id);
    put(&mut claims, "iss", &source.client_id);
    put(&mut claims, "sub", &source.subject);
    put(&mut claims, "aud", &source.audience);
    header.push('}');
    claims.push('}');
    Some(format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes())))
}

fn put(object: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        *object += &format!(",\"{name}\":{}", Value::from(value));
    }
}

/// The request of RFC 6749 sections 4.3.2, 4.4.2 and 6, of RFC 7523 section 2.1, and of GitHub's documents:
/// <https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app>. `jwt` is what was to be
/// signed, with its signature.
pub fn prepare(source: &TokenSource, credentials: &Credentials, jwt: &str, in_body: bool) -> Request {
    let (own, client) = (credentials.secret(OWN), credentials.secret(CLIENT));
    let (url, has_secret) = (source.url.clone(), !client.reveal().is_empty());
    let (kind, name, value) = match source.grant {
        Grant::ClientCredentials => ("client_credentials", "", ""),
        Grant::RefreshToken => ("refresh_token", "refresh_token", own.reveal()),
        Grant::JwtBearer => ("urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", jwt),
        Grant::Password => ("password", "password", own.reveal()),
        Grant::Installation => {
            let accept = "application/vnd.github+json".to_owned();
            // An app's own token is taken as `Bearer` only, not as `token`.
            let headers = vec![("Accept", accept), ("Authorization", format!("Bearer {jwt}"))];
            return Request { method: "POST", url, headers, body: None };
        }
    };
    let mut headers = vec![
        ("Accept", "application/json".to_owned()),
        ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
    ];
    // RFC 7521 section 4.1: an assertion says who the client is. Others say it, with or without a secret (RFC 6749
    // section 3.2.1).
    let is_jwt = source.grant == Grant::JwtBearer;
    let (mut username, mut id, mut secret) = (source.subject.as_str(), source.client_id.as_str(), "");
    if is_jwt {
        username = "";
    }
    if has_secret && in_body {
        secret = client.reveal();
    } else if has_secret {
        headers.push(("Authorization", basic(source, client)));
    }
    if is_jwt || has_secret && !in_body {
        id = "";
    }
    let mut body = format!("grant_type={}", form(kind));
    for (name, value) in [
        ("username", username),
        (name, value),
        ("scope", &source.scope),
        ("client_id", id),
        ("client_secret", secret),
    ] {
        if !value.is_empty() {
            body += &format!("&{name}={}", form(value));
        }
    }
    Request { method: "POST", url, headers, body: Some(body) }
}

/// RFC 6749 section 2.3.1: id and secret are form-encoded before they go into `Basic`, so that a colon in the id does
/// not end it.
pub fn basic(source: &TokenSource, client: &Secret) -> String {
    header::basic(&form(&source.client_id), &form(client.reveal()))
}

/// Whether the client's secret goes into the body: as configured, else as was found out (`found`). RFC 6749 section
/// 2.3.1 has every server take `Basic`, so that it comes first.
pub fn in_body(source: &TokenSource, found: bool) -> bool {
    source.client_form.map_or(found, |form| form == ClientForm::Body)
}

/// `application/x-www-form-urlencoded` (RFC 6749 appendix B). `-._~` stay as they are, which every decoder takes, so
/// that servers that forget to decode `Basic` still see the usual secrets as they were given out.
pub fn form(text: &str) -> String {
    percent(text).replace("%20", "+")
}

/// Seconds an assertion is good for. Salesforce allows three to five minutes, RFC 7523 section 3 leaves it open.
const ASSERTION_S: u64 = 180;

/// The same for what a GitHub App signs. GitHub refuses what ends more than ten minutes from its own now; a minute is
/// left for clocks that differ.
const APP_S: u64 = 540;

/// What GitHub's documents recommend against clocks that differ, in seconds.
const BACK_S: u64 = 60;

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
