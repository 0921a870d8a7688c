//! What a provider's refusal means, where its status alone does not say.

use crate::time::Millis;

/// What was read out of a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What it means.
    pub says: Says,
    /// The provider's own code for it.
    pub code: Option<String>,
    /// Milliseconds to wait before anything else is sent, where the reply has no `Retry-After`.
    pub wait: Option<Millis>,
    /// The cause, for people.
    pub why: Option<String>,
}

/// What a refusal means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Says {
    /// What its status says (table F).
    #[default]
    Status,
    /// It exists already.
    Duplicate,
    /// Too much, too fast.
    Throttled,
    /// What was sent is not taken.
    Rejected,
}

impl Reading {
    /// Nothing beyond the status.
    pub const PLAIN: Reading = Reading { says: Says::Status, code: None, wait: None, why: None };

    /// The status says it; this is the cause.
    pub fn because(why: &'static str) -> Reading {
        Reading { why: Some(why.to_owned()), ..Reading::PLAIN }
    }
}
