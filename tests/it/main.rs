//! Tests of the whole crate, from outside.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "tests"
)]

mod architecture;
mod budget;
mod cases;
mod cuts;
mod interleave;
mod matrix;
mod mutants;
mod reliability;
mod tokens;
mod town;
mod world;
