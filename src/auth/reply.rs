//! What a token endpoint answers (RFC 6749 sections 5.1 and 5.2; GitHub's differs in names). Read tolerantly: a token
//! that can be used is used.

use serde_json::Value;

use super::header;
use crate::config::{Authentication, Grant};
use crate::http::Reply;
use crate::outcome::Class;
use crate::retry;
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

/// No token.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whose fault it is (table F).
    pub class: Class,
    /// The `error` word.
    pub code: Option<String>,
    /// What is said for people; not safe to show as it is.
    pub said: Option<String>,
    /// The client was refused, which another way to show its secret may mend.
    pub client: bool,
}

/// Reads an answer to a request that was sent at `asked`, by our clock. `skew_ms` is what is known of the difference.
pub fn read(
    authentication: &Authentication,
    reply: &Reply,
    asked: Millis,
    skew_ms: i64,
) -> Result<Granted, Refusal> {
    let body = reply.json();
    let text = |name: &str| body.and_then(|body| body.get(name)).and_then(Value::as_str);
    if !reply.is_success() {
        return Err(refusal(reply, text("error"), text("error_description").or(text("message"))));
    }
    let unusable = Refusal { class: Class::Protocol, code: None, said: None, client: false };
    let (token, lifetime, early) = match authentication {
        Authentication::GithubApp(_) => {
            // The end is a time of GitHub's clock, whose now stands in the same reply.
            let theirs = reply.headers.get("date").and_then(time::http_date);
            let theirs = theirs.unwrap_or_else(|| asked.saturating_add_signed(skew_ms));
            let end = text("expires_at").and_then(time::utc);
            (text("token"), end.map(|end| end.saturating_sub(theirs)), INSTALLATION_EARLY_MS)
        }
        Authentication::OAuth2(_) | Authentication::AccessToken(_) | Authentication::Basic { .. } => {
            let seconds = body.and_then(|body| body.get("expires_in")).and_then(seconds);
            (text("access_token"), seconds.map(|seconds| seconds.saturating_mul(1000)), EARLY_MS)
        }
    };
    // Section 7.1: a token of a kind that we do not know must not be used. Some servers name none.
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(unusable);
    }
    let token = token.map(Secret::new).filter(|token| header::bearer(token).is_some()).ok_or(unusable)?;
    // One that lives shorter than we renew early is used for half its life, instead of never.
    let renew_at = lifetime.map(|life| asked.saturating_add(life - early.min(life / 2)));
    // Other grants are answered with one, too (sections 4.3.3 and 5.1), which must not stand in for a password or a key.
    let refreshes = matches!(authentication, Authentication::OAuth2(oauth2)
        if matches!(oauth2.grant, Grant::RefreshToken(_)));
    let refresh = text("refresh_token").filter(|token| refreshes && !token.is_empty()).map(Secret::new);
    Ok(Granted { token, renew_at, refresh })
}

fn refusal(reply: &Reply, word: Option<&str>, said: Option<&str>) -> Refusal {
    let is_json = reply.json().is_some();
    let is = |known: &str| word == Some(known);
    // GitHub says 403 to those that ask too often, Salesforce 400.
    let slow_down = retry::asked_wait(reply, 0).is_some()
        || [word, said].iter().flatten().any(|text| text.to_ascii_lowercase().contains("rate limit"));
    let class = match reply.status {
        429 => Class::Throttled,
        400 | 403 if slow_down => Class::Throttled,
        // Words of RFC 6749 section 4.1.2.1, which some servers say here too.
        400..=499 if is("temporarily_unavailable") || is("server_error") => Class::Unavailable,
        408 | 425 | 500 | 502..=599 => Class::Unavailable,
        401 => Class::Credentials,
        // Whatever it says in words that we can read, it says about us.
        400..=499 | 501 if is_json => Class::Credentials,
        // HTML, a redirect, a number that is no status: not a token endpoint, or not ours to follow.
        _ => Class::Protocol,
    };
    let fits = |word: &&str| {
        word.len() <= CODE_BYTES
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    let client = class == Class::Credentials
        && (reply.status == 401
            || is("invalid_request")
            || word.is_some_and(|word| word.starts_with("invalid_client")));
    Refusal {
        class,
        code: word.filter(fits).filter(|word| !word.is_empty()).map(str::to_owned),
        said: said.map(str::to_owned),
        client,
    }
}

/// Seconds, as a number or (Azure, older Microsoft servers) as text.
fn seconds(value: &Value) -> Option<u64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    // What is negative, or no number, has ended: it is used once.
    Some(number as u64)
}

/// A token is renewed so long before it ends, in milliseconds (R5).
const EARLY_MS: u64 = 60_000;

/// The same for installation tokens, which live an hour: GitHub may need some time to make a new one known everywhere.
const INSTALLATION_EARLY_MS: u64 = 300_000;

/// The longest `error` word that is kept. The longest that is registered, `unsupported_grant_type`, has 22 bytes.
const CODE_BYTES: usize = 64;

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
