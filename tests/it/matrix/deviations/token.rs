//! Token endpoints, of generic servers and of Salesforce. Every step that asks for a token ends as the first.

use super::Deviation;
use super::What::{self, Ends, Tokens};

const fn at(
    kind: &'static str,
    setting: &'static str,
    steps: &'static str,
    what: What,
    because: &'static str,
) -> Deviation {
    Deviation { kind, setting, story: "minted refreshed password", steps, what, because }
}

pub static ROWS: &[Deviation] = &[
    at(
        "generic",
        "clientAuthentication=body",
        "first",
        Tokens(1),
        "RFC 6749 2.3.1: Basic is tried first, and refused once",
    ),
    at(
        "salesforce",
        "clientAuthentication=body",
        "first",
        Tokens(1),
        "RFC 6749 2.3.1: Basic is tried first, and refused once",
    ),
    at(
        "generic",
        "tokenReply=html|empty|noToken|wrongType",
        "",
        Ends("failed/protocol"),
        "RFC 6749 5.1: no token",
    ),
    at(
        "salesforce",
        "tokenReply=html|empty|noToken|wrongType",
        "",
        Ends("failed/protocol"),
        "RFC 6749 5.1: no token",
    ),
    at("generic", "tokenReply=html|empty|noToken|wrongType", "", Tokens(1), "asked anew in each run"),
    at("salesforce", "tokenReply=html|empty|noToken|wrongType", "", Tokens(1), "asked anew in each run"),
    at(
        "generic",
        "tokenType=mac",
        "",
        Ends("failed/protocol"),
        "RFC 6749 7.1: a token of a kind we do not know must not be used",
    ),
    at(
        "salesforce",
        "tokenType=mac",
        "",
        Ends("failed/protocol"),
        "RFC 6749 7.1: a token of a kind we do not know must not be used",
    ),
    at("generic", "tokenType=mac", "", Tokens(1), "asked anew in each run"),
    at("salesforce", "tokenType=mac", "", Tokens(1), "asked anew in each run"),
    at(
        "generic",
        "tokenReply=error503",
        "",
        Ends("deferred/unavailable|deferred/circuit-open"),
        "the token endpoint is not well; left alone after five runs (R6)",
    ),
    at(
        "salesforce",
        "tokenReply=error503",
        "",
        Ends("deferred/unavailable|deferred/circuit-open"),
        "the token endpoint is not well; left alone after five runs (R6)",
    ),
    at("generic", "tokenReply=error503", "", Tokens(3), "each is tried three times (R3)"),
    at("salesforce", "tokenReply=error503", "", Tokens(3), "each is tried three times (R3)"),
    at(
        "generic",
        "passwordGrant=blocked",
        "",
        Ends("failed/credentials"),
        "RFC 6749 5.2: unsupported_grant_type",
    ),
    at("generic", "passwordGrant=blocked", "", Tokens(1), "asked anew in each run"),
];
