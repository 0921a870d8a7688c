//! Where a provider makes full success impossible: what happens instead, and why.

mod enterprise;
mod github;
mod plain;
mod salesforce;
mod token;

pub struct Deviation {
    pub kind: &'static str,
    /// `switch=value`, or one of `switch=value|value`; several, apart by spaces, where all must be set.
    pub setting: &'static str,
    /// Names of stories; empty for all.
    pub story: &'static str,
    /// Names of steps; empty for all.
    pub steps: &'static str,
    pub what: What,
    pub because: &'static str,
}

pub enum What {
    /// The account ends so, instead.
    Ends(&'static str),
    /// Groups end so, instead; several words apart by `|`.
    Groups(&'static str),
    /// So many requests more.
    Costs(usize),
    /// The provider does not hold this one as it should.
    Lacks(&'static str),
    /// So many token requests more.
    Tokens(usize),
}

/// Every row there is.
pub fn all() -> impl Iterator<Item = &'static Deviation> {
    [plain::ROWS, token::ROWS, github::ROWS, enterprise::ROWS, salesforce::ROWS].into_iter().flatten()
}
