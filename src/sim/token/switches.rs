//! The switches of every kind with a token endpoint. Where dialects differ, the default does.

use crate::sim::settings::{Switch, choice, number};

/// How a client may authenticate.
pub const CLIENT_AUTHENTICATION: Switch = choice(
    "clientAuthentication",
    &["any", "basic", "body"],
    "client credentials at the token endpoint; the other way is invalid_client",
    "RFC 6749 2.3.1",
);
/// Whether a refresh token is used once.
pub const ROTATE_REFRESH_TOKEN: Switch = choice(
    "rotateRefreshToken",
    &["false", "true"],
    "every refresh answers a new refresh token, and the old one is dead",
    "RFC 6749 6; salesforce sheet 3.1",
);
/// What becomes of a token reply.
pub const TOKEN_REPLY: Switch = choice(
    "tokenReply",
    &["ok", "html", "empty", "noToken", "wrongType", "error503"],
    "of the token endpoint; html, empty: status 200; wrongType: access_token is an object",
    "field",
);
/// `token_type`
pub const TOKEN_TYPE: Switch = choice(
    "tokenType",
    &["Bearer", "bearer", "mac"],
    "token_type in a token reply",
    "RFC 6749 5.1, 7.1: in any case",
);

/// `expires_in`
pub const fn expires_in(sample: &'static [&'static str], about: &'static str) -> Switch {
    number("tokenExpiresIn", sample, about, "RFC 6749 5.1; salesforce sheet 3.1")
}

/// The password grant; the first value is the default.
pub const fn password(values: &'static [&'static str]) -> Switch {
    choice("passwordGrant", values, "grant_type=password", "RFC 6749 4.3; salesforce sheet 3.1")
}

/// `scope`; the first example is the default.
pub const fn scope(sample: &'static [&'static str]) -> Switch {
    number("tokenScope", sample, "scope in a token reply; empty: absent", "RFC 6749 3.3, 5.1")
}
