//! How much an expression may do, and why it has no result.

use std::cell::Cell;

use super::value::Val;

/// Work left to the expressions about one event: a step of the evaluation is 1. All of them draw on one supply, since a
/// login waits for all of them.
#[derive(Debug)]
pub struct Work(Cell<u64>);

impl Default for Work {
    fn default() -> Work {
        Work(Cell::new(MOST))
    }
}

/// Two expressions with macros two deep over full lists (S4) fit. In wasm it is some tenths of a second, at worst one.
const MOST: u64 = 20_000_000;

/// Why there is no result.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) message: String,
    /// The meter ran out: `||`, `&&`, `all` and `exists` do not absorb it as they do other failures.
    pub(super) spent: bool,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), spent: false }
    }

    pub(super) fn no_overload(name: &str, args: &[Val<'_>]) -> Self {
        let mut message = format!("no matching overload for `{name}` on ");
        for (index, kind) in args.iter().map(Val::kind).enumerate() {
            message.push_str(if index == 0 { "" } else { ", " });
            message.push_str(kind);
        }
        Failure::new(message)
    }

    pub(super) fn no_such_key(name: Option<&str>) -> Self {
        Failure::new(name.map_or_else(|| "no such key".to_owned(), |name| format!("no such key `{name}`")))
    }
}

/// What one evaluation takes from the supply.
#[derive(Clone, Copy)]
pub(super) struct Meter<'w>(pub(super) &'w Work);

impl Meter<'_> {
    pub(super) fn step(self, units: usize) -> Result<(), Failure> {
        let left = self.0.0.get().checked_sub(units as u64);
        self.0.0.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(()),
            None => Err(Failure { message: "the expression does too much work".to_owned(), spent: true }),
        }
    }

    /// Bytes looked at.
    pub(super) fn read(self, bytes: usize) -> Result<(), Failure> {
        self.step(bytes / 8)
    }

    /// Bytes made: dearer, so that memory is bounded at twice [`MOST`].
    pub(super) fn make(self, bytes: usize) -> Result<(), Failure> {
        self.step(bytes / 2)
    }
}
