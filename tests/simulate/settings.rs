//! Switches that make the full end impossible: what is left open, and why. Everything else is held to.

use crate::setup::Server;

struct Loose {
    kind: &'static str,
    /// `switch=value`, several of which must all be set.
    setting: &'static str,
    /// What is left open: `account` (all of it), `groups`, `delete`, a property, or of what holds after each run
    /// `claims`, `members`, `one`.
    parts: &'static str,
    because: &'static str,
}

const fn row(kind: &'static str, setting: &'static str, parts: &'static str, because: &'static str) -> Loose {
    Loose { kind, setting, parts, because }
}

const LOOSE: &[Loose] = &[
    row("aws", "tokenState=expired", "account", "the token is not valid"),
    row("aws", "tokenState=forbidden", "account", "the token may not do this"),
];

pub fn open(server: &Server, part: &str) -> Option<&'static str> {
    LOOSE
        .iter()
        .filter(|row| row.kind == server.kind && row.setting.split(' ').all(|pair| server.has(pair)))
        .find(|row| row.parts.split(' ').any(|one| one == part))
        .map(|row| row.because)
}

pub fn loose(server: &Server, part: &str) -> bool {
    open(server, part).is_some()
}
