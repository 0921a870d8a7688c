//! What a token endpoint answers (RFC 6749 sections 5.1 and 5.2; GitHub's differs in names). Read tolerantly: a token
//! that can be used is used.

use serde_json::Value;

use super::header;
use crate::config::{Grant, TokenSource};
use crate::http::Reply;
use crate::outcome::Class;
use crate::retry;
use crate::scim::message::ErrorBody;
use crate::scim::resource::{member, text};
use crate::secret::Secret;
use crate::time::{self, Millis};

/// A token.
#[derive(Debug)]
pub struct Granted {
    /// What goes into the header.
    pub token: Secret,
    /// When to ask for another; `None`: when it is refused.
    pub renew_at: Option<Millis>,
    /// The refresh token that replaces the one that was used (RFC 6749 section 6).
    pub refresh: Option<Secret>,
}

/// The token in a success, to a request that was sent at `asked`, by our clock; `skew_ms` is what is known of the
/// difference. `None`: there is none that can be used.
pub fn granted(source: &TokenSource, reply: &Reply, asked: Millis, skew_ms: i64) -> Option<Granted> {
    let body = reply.json()?;
    let (token, lifetime, early) = if source.grant == Grant::Installation {
        // The end is a time of GitHub's clock, whose now stands in the same reply.
        let theirs = reply.headers.get("date").and_then(time::http_date);
        let theirs = theirs.unwrap_or_else(|| asked.saturating_add_signed(skew_ms));
        let end = text(body, "expires_at").and_then(time::utc);
        ("token", end.map(|end| end.saturating_sub(theirs)), INSTALLATION_EARLY_MS)
    } else {
        ("access_token", member(body, "expires_in").and_then(lifetime), EARLY_MS)
    };
    // Section 7.1: a token of a kind that we do not know must not be used. Some servers name none.
    let known = text(body, "token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    let token = Secret::new(text(body, token)?);
    header::bearer(&token).filter(|_| known)?;
    // One that lives shorter than we renew early is used for half its life, instead of never.
    let renew_at = lifetime.map(|life| asked.saturating_add(life - early.min(life / 2)));
    // Other grants may bring one too, and nobody has asked for it.
    let refresh = text(body, "refresh_token").filter(|_| source.grant == Grant::RefreshToken);
    Some(Granted { token, renew_at, refresh: refresh.map(Secret::new) })
}

/// What kind of failure an answer without a token is (table F). `None`: it is a success.
pub fn class(reply: &Reply, error: &ErrorBody) -> Option<Class> {
    let word = error.code.as_deref().unwrap_or("");
    // GitHub says 403 to those that ask too often, Salesforce 400.
    let limit = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains("rate limit"));
    let slow_down = limit(&error.detail) || retry::asked_wait(reply, 0).is_some();
    Some(match reply.status {
        200..=299 => return None,
        401 => Class::Credentials,
        429 => Class::Throttled,
        400 | 403 if slow_down => Class::Throttled,
        408 | 425 | 500 | 502..=599 => Class::Unavailable,
        // Words of RFC 6749 section 4.1.2.1, which some servers say here too.
        400..=499 if matches!(word, "temporarily_unavailable" | "server_error") => Class::Unavailable,
        // Whatever it says in words that we can read, it says about us.
        400..=501 if reply.json().is_some() => Class::Credentials,
        // HTML, a redirect, a number that is no status: not a token endpoint, or not ours to follow.
        _ => Class::Protocol,
    })
}

/// Whether the client was refused, which another way to show its secret may mend.
pub fn blames_client(status: u16, code: Option<&str>) -> bool {
    status == 401 || code.is_some_and(|word| word.starts_with("invalid_client") || word == "invalid_request")
}

/// Milliseconds, of seconds as a number or (older Microsoft servers) as text.
fn lifetime(value: &Value) -> Option<Millis> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    // What is negative, or no number, has ended: it is used once.
    Some((seconds * 1000.0) as u64)
}

/// A token is renewed so long before it ends, in milliseconds (R5).
const EARLY_MS: u64 = 60_000;

/// The same for installation tokens, which live an hour: a new one may take some time to be known everywhere.
const INSTALLATION_EARLY_MS: u64 = 300_000;

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
