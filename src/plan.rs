//! What to do about one account: table D5 as a total function. It knows no HTTP; it is asked again with every new
//! thing that is known, until it says [`Move::Stop`] or names a write.

use crate::config::{Adopt, Deprovision};
use crate::outcome::Verdict;

/// What is known when a decision is due.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The event is older than the link's newest.
    pub superseded: bool,
    /// Whether the person should have the account.
    pub standing: Standing,
    /// Whether an account may be created: not for `user.updated` and `user.enabled` (D1).
    pub creates: bool,
    /// What the store remembers.
    pub link: LinkIs,
    /// Whether there is a store that answers.
    pub store: bool,
    /// How what is desired differs from what was last sent.
    pub changed: Changed,
    /// What the provider said.
    pub known: Known,
    /// Whether updates may be sent at all.
    pub updates: bool,
    /// Which existing accounts are taken over.
    pub adopt: Adopt,
    /// Whether an inactive account is turned on again.
    pub reactivate: bool,
    /// What a leaver's account becomes.
    pub deprovision: Deprovision,
    /// Whether losing entitlement deactivates.
    pub deactivate_unentitled: bool,
}

/// Whether the person should have the account (D2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Yes.
    Entitled,
    /// An active user whom no condition lets in.
    NotEntitled,
    /// An active user whom this application does not let in, and another one of the same server does.
    EntitledElsewhere,
    /// Switched off at the platform.
    Disabled,
    /// Gone from the platform.
    Deleted,
}

/// What the store remembers (D4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkIs {
    /// Nothing.
    None,
    /// A create that may have been cut off.
    Pending,
    /// An active account, confirmed lately.
    Fresh,
    /// An active account, confirmed longer ago than `recheckAfter`.
    Stale,
    /// An account that two wrote to at once: how it was left is not known.
    Unsure,
    /// An account we turned off; its id stands.
    Off,
    /// Inactive, and no id to name it by.
    Tombstone,
}

/// How what is desired differs from what was last sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Not.
    No,
    /// In attributes that can be sent.
    Sendable,
    /// Only in attributes that an update leaves out.
    Unsendable,
}

/// What the provider said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet.
    Nothing,
    /// Nobody answers to what we looked for.
    Absent,
    /// A create was called a duplicate; nobody was looked for since.
    Duplicate,
    /// A create was called a duplicate, and yet nobody answers.
    Taken,
    /// More than one answers.
    Ambiguous,
    /// This one.
    Account {
        /// Whose it is.
        owner: Owner,
        /// Whether it is active.
        active: bool,
        /// Whether it differs from what is desired, where we may send that.
        drifted: bool,
    },
}

/// Whose account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It carries our externalId, or the link names it.
    Ours,
    /// It carries none.
    Unowned,
    /// It carries another one.
    Foreign,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Look for the account by what it should carry.
    Find,
    /// Read the account by its id.
    Read,
    /// Create it.
    Create,
    /// Write what differs, and `active: true` where it is not; then it is this.
    Write(Verdict, &'static str),
    /// Remember it as ours; then it is this.
    Link(Verdict, &'static str),
    /// Turn it off; then it is this.
    Deactivate(&'static str),
    /// Delete it; then it is this.
    Delete(&'static str),
    /// Remember that it must not come back, and look again later.
    Bury,
    /// Remember that there is none, and that it must not come to be by an older event.
    Absent,
    /// Nothing more.
    Stop(Verdict, &'static str),
}

/// Table D5.
pub fn decide(facts: &Facts) -> Move {
    if facts.superseded {
        return Move::Stop(Verdict::Skipped, "superseded");
    }
    match facts.standing {
        Standing::Entitled => entitled(facts),
        Standing::NotEntitled => not_entitled(facts),
        Standing::EntitledElsewhere => Move::Stop(Verdict::Skipped, "not-entitled"),
        Standing::Disabled => leaving(facts, "user-disabled"),
        Standing::Deleted => leaving(facts, "user-deleted"),
    }
}

fn entitled(facts: &Facts) -> Move {
    match (facts.link, facts.known) {
        (LinkIs::Fresh, Known::Nothing) => match (facts.changed, facts.updates) {
            (Changed::No, _) => Move::Stop(Verdict::Unchanged, "fresh"),
            (Changed::Sendable, true) => Move::Write(Verdict::Updated, "profile-changed"),
            (Changed::Sendable, false) | (Changed::Unsendable, _) => {
                Move::Stop(Verdict::Unchanged, "updates-off")
            }
        },
        (LinkIs::Stale, Known::Nothing) => match (facts.changed, facts.updates) {
            (Changed::Sendable, true) => Move::Write(Verdict::Updated, "profile-changed"),
            (Changed::No | Changed::Unsendable, _) | (Changed::Sendable, false) => Move::Read,
        },
        (LinkIs::Unsure, Known::Nothing) => Move::Read,
        (LinkIs::Off, Known::Nothing) if facts.reactivate => {
            Move::Write(Verdict::Reactivated, "was-inactive")
        }
        (LinkIs::Off, Known::Nothing) => Move::Stop(Verdict::Skipped, "reactivation-off"),
        (LinkIs::None | LinkIs::Tombstone, Known::Nothing) if facts.store && facts.creates => Move::Create,
        (LinkIs::None | LinkIs::Tombstone | LinkIs::Pending, Known::Nothing) => Move::Find,
        (_, Known::Duplicate) => Move::Find,
        (_, Known::Absent) if facts.creates => Move::Create,
        (_, Known::Absent) => Move::Stop(Verdict::Skipped, "no-account"),
        (_, Known::Taken) => Move::Stop(Verdict::Conflict, "taken-elsewhere"),
        (_, Known::Ambiguous) => Move::Stop(Verdict::Conflict, "ambiguous"),
        (link, Known::Account { owner, active, drifted }) => found(facts, link, owner, active, drifted),
    }
}

/// An entitled user's account, seen.
fn found(facts: &Facts, link: LinkIs, owner: Owner, active: bool, drifted: bool) -> Move {
    match (link, owner) {
        (LinkIs::Fresh | LinkIs::Stale | LinkIs::Unsure | LinkIs::Off, Owner::Ours) => {
            return linked(facts, active, drifted);
        }
        // A create of ours that was cut off, whatever `adopt` says (D4).
        (LinkIs::Pending, Owner::Ours) => {}
        (LinkIs::None | LinkIs::Tombstone, Owner::Ours) => match (facts.store, facts.adopt) {
            (false, Adopt::Never | Adopt::SameExternalId | Adopt::Unowned)
            | (true, Adopt::SameExternalId | Adopt::Unowned) => {}
            (true, Adopt::Never) => return Move::Stop(Verdict::Conflict, "adoption-off"),
        },
        (_, Owner::Unowned) if !facts.creates => return Move::Stop(Verdict::Skipped, "no-account"),
        (_, Owner::Unowned) => match facts.adopt {
            Adopt::Unowned => {}
            Adopt::Never | Adopt::SameExternalId => return Move::Stop(Verdict::Conflict, "adoption-off"),
        },
        (_, Owner::Foreign) => return Move::Stop(Verdict::Conflict, "owned-by-another"),
    }
    let writes = drifted && facts.updates;
    // Without a store an account of ours was ours before; it is not adopted anew at every login.
    let known_before = !facts.store && owner == Owner::Ours;
    match (active, known_before, writes) {
        (false, _, _) if facts.reactivate => Move::Write(Verdict::Reactivated, "was-inactive"),
        (false, _, _) => Move::Stop(Verdict::Skipped, "reactivation-off"),
        (true, true, false) if drifted => Move::Stop(Verdict::Unchanged, "updates-off"),
        (true, true, false) => Move::Stop(Verdict::Unchanged, "found"),
        (true, true, true) => Move::Write(Verdict::Updated, "drifted"),
        (true, false, true) => Move::Write(Verdict::Adopted, "adopted"),
        (true, false, false) => Move::Link(Verdict::Adopted, "adopted"),
    }
}

/// The account the link names, read.
fn linked(facts: &Facts, active: bool, drifted: bool) -> Move {
    match (active, drifted, facts.updates) {
        (false, _, _) if facts.reactivate => Move::Write(Verdict::Reactivated, "was-inactive"),
        (false, _, _) => Move::Stop(Verdict::Skipped, "reactivation-off"),
        (true, true, true) => Move::Write(Verdict::Updated, "drifted"),
        // Looked at, so that it counts as confirmed; otherwise every later login would look again.
        (true, true, false) => Move::Link(Verdict::Unchanged, "updates-off"),
        (true, false, _) => Move::Link(Verdict::Unchanged, "rechecked"),
    }
}

fn not_entitled(facts: &Facts) -> Move {
    match (facts.link, facts.deactivate_unentitled) {
        (LinkIs::Fresh | LinkIs::Stale | LinkIs::Unsure, true) if facts.known == Known::Nothing => {
            Move::Deactivate("not-entitled")
        }
        (LinkIs::Fresh | LinkIs::Stale | LinkIs::Unsure, true) => Move::Stop(Verdict::Skipped, "no-account"),
        (LinkIs::Fresh | LinkIs::Stale | LinkIs::Unsure, false)
        | (LinkIs::None | LinkIs::Pending | LinkIs::Off | LinkIs::Tombstone, _) => {
            Move::Stop(Verdict::Skipped, "not-entitled")
        }
    }
}

fn leaving(facts: &Facts, reason: &'static str) -> Move {
    let end = match facts.deprovision {
        Deprovision::None => return Move::Stop(Verdict::Skipped, "deprovision-off"),
        Deprovision::Deactivate => Move::Deactivate(reason),
        Deprovision::Delete => Move::Delete(reason),
    };
    let inactive = match facts.deprovision {
        Deprovision::Delete => end,
        Deprovision::Deactivate | Deprovision::None => Move::Link(Verdict::Unchanged, "already-inactive"),
    };
    match (facts.link, facts.known) {
        (LinkIs::Fresh | LinkIs::Stale | LinkIs::Unsure, Known::Nothing) => end,
        // Written down although nothing changes: a login under way that is older must find it there.
        (LinkIs::Off, Known::Nothing) => inactive,
        (LinkIs::None | LinkIs::Pending | LinkIs::Tombstone, Known::Nothing) | (_, Known::Duplicate) => {
            Move::Find
        }
        (_, Known::Account { owner: Owner::Ours, active: true, drifted: _ }) => end,
        (_, Known::Account { owner: Owner::Ours, active: false, drifted: _ }) => inactive,
        (LinkIs::Pending, Known::Absent | Known::Taken) => Move::Bury,
        // A login under way that is older must find that, too.
        (LinkIs::None | LinkIs::Tombstone, Known::Absent) => Move::Absent,
        (_, Known::Absent | Known::Taken | Known::Account { owner: Owner::Unowned | Owner::Foreign, .. }) => {
            Move::Stop(Verdict::Skipped, "no-account")
        }
        (_, Known::Ambiguous) => Move::Stop(Verdict::Conflict, "ambiguous"),
    }
}
