//! When to try again (R3). Plain arithmetic: time and chance come in.

use crate::http::Reply;
use crate::outcome::Class;
use crate::provider::{Dialect, Reading, Says};
use crate::scim::message::{self, ErrorBody};
use crate::time::{self, Millis};

/// First back-off, in milliseconds (R3).
const BASE_MS: u64 = 100;

/// Longest back-off, in milliseconds. More than a login has; a job waits by its own clock.
const MAX_MS: u64 = 20_000;

/// Exponential back-off with full jitter: anything from nothing to `100 ms x 2^tries`. `random` is in [0, 1).
pub fn backoff(tries: u32, random: f64) -> Millis {
    let most = BASE_MS.saturating_mul(1 << tries.min(16)).min(MAX_MS);
    (most as f64 * random.clamp(0.0, 1.0)) as u64
}

/// How long one try may wait: while a further one is left, at most half of what remains (R3).
pub fn patience(remaining: Millis, further_tries: u32, longest: Option<Millis>) -> Millis {
    // Not none: nobody is told of a deadline that is now.
    let share = if further_tries > 0 { remaining.div_ceil(2) } else { remaining };
    share.min(longest.unwrap_or(share))
}

/// What the provider asks us to wait.
pub fn asked_wait(reply: &Reply, now: Millis) -> Option<Millis> {
    reply.headers.get("retry-after").and_then(|text| time::retry_after(text, now))
}

/// What kind of failure a status is (table F). `None`: it is none.
pub fn classify(status: u16, error: &ErrorBody) -> Option<Class> {
    let unique = error.scim_type.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("uniqueness"));
    Some(match status {
        200..=299 => return None,
        400 if unique => Class::Conflict,
        401 => Class::Credentials,
        403 => Class::Forbidden,
        // RFC 7644 section 3.14 and table 8: 409 is also said of a version that is not the expected one.
        409 if unique || error.scim_type.is_none() => Class::Conflict,
        404 | 410 => Class::NotFound,
        429 => Class::Throttled,
        408 | 425 | 500 | 502..=599 => Class::Unavailable,
        // 400, 405, 422, 501 and the rest of their kind: what we sent is not taken.
        400..=599 => Class::Rejected,
        // 3xx, and numbers that are no status.
        _ => Class::Protocol,
    })
}

/// What kind of failure a reply of this provider is, and what else was read out of it.
pub fn read(dialect: &Dialect, reply: &Reply, error: &ErrorBody, now: Millis) -> (Option<Class>, Reading) {
    let Some(class) = classify(reply.status, error) else { return (None, Reading::default()) };
    let reading = (dialect.read)(reply, error, now);
    let class = match reading.says {
        Says::Status => class,
        Says::Duplicate => Class::Conflict,
        Says::Throttled => Class::Throttled,
        Says::Rejected => Class::Rejected,
    };
    (Some(class), reading)
}

/// What an error reply says of itself.
pub fn error_of(reply: &Reply) -> ErrorBody {
    reply.json().map(message::error).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_and_is_bounded() {
        assert_eq!((backoff(0, 0.999), backoff(1, 0.999), backoff(2, 0.5)), (99, 199, 200));
        assert_eq!(backoff(60, 1.0), MAX_MS);
        assert_eq!(backoff(3, 0.0), 0);
    }

    #[test]
    fn a_try_leaves_room_for_the_next() {
        assert_eq!(patience(1000, 2, None), 500);
        assert_eq!(patience(1000, 0, None), 1000);
        assert_eq!(patience(1000, 1, Some(200)), 200);
    }

    #[track_caller]
    fn check(status: u16, scim_type: Option<&str>, expected: Option<Class>) {
        let error = ErrorBody { scim_type: scim_type.map(str::to_owned), ..ErrorBody::default() };
        assert_eq!(classify(status, &error), expected, "{status} {scim_type:?}");
    }

    #[test]
    fn statuses_have_one_class_each() {
        check(204, None, None);
        check(302, None, Some(Class::Protocol));
        check(400, None, Some(Class::Rejected));
        check(400, Some("uniqueness"), Some(Class::Conflict));
        check(409, None, Some(Class::Conflict));
        check(409, Some("mutability"), Some(Class::Rejected));
        check(501, None, Some(Class::Rejected));
        check(503, None, Some(Class::Unavailable));
        check(429, None, Some(Class::Throttled));
        check(0, None, Some(Class::Protocol));
    }
}
