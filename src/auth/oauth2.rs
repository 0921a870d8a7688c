//! OAuth 2.0 (RFC 6749): the request for a token, for each grant.

use super::{TokenRequest, header, jwt};
use crate::config::{ClientForm, Grant, OAuth2};
use crate::encode::percent;
use crate::secret::Secret;
use crate::time::Millis;

/// What the key is to sign: the claims of RFC 7523 section 3.
pub fn to_sign(oauth2: &OAuth2, now: Millis) -> Option<String> {
    let Grant::JwtBearer { private_key: _, subject, audience, key_id } = &oauth2.grant else { return None };
    let claims = [("iss", oauth2.client_id.as_str()), ("sub", subject), ("aud", audience)];
    Some(jwt::signing_input(key_id.as_deref(), &claims, now, ASSERTION_S))
}

/// The request of RFC 6749 sections 4.3.2, 4.4.2 and 6, and of RFC 7523 section 2.1.
pub fn prepare(
    oauth2: &OAuth2,
    own: &Secret,
    client: &Secret,
    assertion: &str,
    in_body: bool,
) -> TokenRequest {
    let mut body = String::new();
    let mut put = |name: &str, value: &str| {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(name);
        body.push('=');
        body.push_str(&form(value));
    };
    // Section 6: what a new token is asked for with is as good as what a first one is.
    match &oauth2.grant {
        Grant::ClientCredentials => put("grant_type", "client_credentials"),
        Grant::RefreshToken(_) => {
            put("grant_type", "refresh_token");
            put("refresh_token", own.reveal());
        }
        Grant::JwtBearer { .. } => {
            put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            put("assertion", assertion);
        }
        Grant::Password { username, password: _ } => {
            put("grant_type", "password");
            put("username", username);
            put("password", own.reveal());
        }
    }
    if let Some(scope) = &oauth2.scope {
        put("scope", scope);
    }
    let mut headers = vec![
        ("Accept", "application/json".to_owned()),
        ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
    ];
    match (&oauth2.client_secret, &oauth2.grant) {
        (Some(_), _) if in_body => {
            put("client_id", &oauth2.client_id);
            put("client_secret", client.reveal());
        }
        (Some(_), _) => headers.push(("Authorization", basic(oauth2, client))),
        // RFC 7521 section 4.1: an assertion says who the client is.
        (None, Grant::JwtBearer { .. }) => {}
        // Section 3.2.1: a public client says its id.
        (None, Grant::ClientCredentials | Grant::RefreshToken(_) | Grant::Password { .. }) => {
            put("client_id", &oauth2.client_id);
        }
    }
    TokenRequest { url: oauth2.token_url.clone(), headers, body: Some(body) }
}

/// RFC 6749 section 2.3.1: id and secret are form-encoded before they go into `Basic`, so that a colon in the id does
/// not end it.
pub fn basic(oauth2: &OAuth2, client: &Secret) -> String {
    header::basic(&form(&oauth2.client_id), &form(client.reveal()))
}

/// Whether the client's secret goes into the body: as configured, else as was found out (`found`). RFC 6749 section
/// 2.3.1 has every server take `Basic`, so that it comes first.
pub fn in_body(oauth2: &OAuth2, found: bool) -> bool {
    oauth2.client_form.map_or(found, |form| form == ClientForm::Body)
}

/// `application/x-www-form-urlencoded` (RFC 6749 appendix B). `-._~` stay as they are, which every decoder takes, so
/// that servers that forget to decode `Basic` still see the usual secrets as they were given out.
pub fn form(text: &str) -> String {
    percent(text).replace("%20", "+")
}

/// Seconds an assertion is good for. Salesforce allows three to five minutes, RFC 7523 section 3 leaves it open.
const ASSERTION_S: u64 = 180;

#[cfg(test)]
#[path = "oauth2_tests.rs"]
mod tests;
