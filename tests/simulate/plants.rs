//! Bugs planted in the client (`src/planted.rs`), each of which the simulation must find.

/// How many seeds may pass until one is found.
pub const WITHIN: u64 = 20_000;

/// Number, and what is broken.
pub const PLANTS: &[(u32, &str)] = &[
    (1, "a create whose answer was lost leaves no note (R4)"),
    (2, "an older event undoes a newer one (D5)"),
    (3, "a server that is only watched is written to (D1)"),
    (4, "a group that is no longer wanted is forgotten instead of left (D7)"),
    (5, "what drifted at the provider is not seen (D5)"),
    (6, "a provider's words are repeated as they came, with what they quote (S1)"),
    (7, "a run may take 200 ms more than its budget (R1)"),
    (8, "an account that carries another's externalId is taken over (D5)"),
    (9, "a leaver's run that could not be finished leaves no job (R2)"),
    (10, "a group that is put back has no members but ours (H1)"),
];
