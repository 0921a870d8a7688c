//! What goes wrong on the way, at any call.

use std::collections::BTreeMap;

use crate::rng::Rng;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The request never arrived.
    LostBefore,
    /// It was done, and the answer never came.
    LostAfter,
    /// 429, with and without how long to wait.
    Throttled,
    ThrottledFor,
    /// 500 and nothing done; 503; 500 although it was done.
    Broken,
    Unavailable,
    BrokenAfter,
    /// Refused once for credentials, or rights, by something in between.
    Unauthorised,
    Forbidden,
    /// The answer takes seconds; it never comes.
    Slow,
    Hangs,
    /// A page in place of an answer: after it was done, and instead of doing it.
    GarbageAfter,
    GarbageBefore,
    /// A redirect; an answer over the limit.
    Elsewhere,
    TooLong,
}

/// What counts a process that ends and another that begins.
pub const RESTART: &str = "Restart";

/// How likely each is beside the others.
const FAULTS: &[(usize, Fault)] = &[
    (6, Fault::LostBefore),
    (8, Fault::LostAfter),
    (3, Fault::Throttled),
    (2, Fault::ThrottledFor),
    (4, Fault::Broken),
    (4, Fault::Unavailable),
    (4, Fault::BrokenAfter),
    (2, Fault::Unauthorised),
    (1, Fault::Forbidden),
    (3, Fault::Slow),
    (2, Fault::Hangs),
    (2, Fault::GarbageAfter),
    (2, Fault::GarbageBefore),
    (1, Fault::Elsewhere),
    (1, Fault::TooLong),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoreFault {
    /// It throws and did nothing; it throws and did it; it never answers; somebody else was faster.
    Throws,
    ThrowsAfter,
    Hangs,
    Conflict,
}

const STORE_FAULTS: &[(usize, StoreFault)] = &[
    (2, StoreFault::Throws),
    (2, StoreFault::ThrowsAfter),
    (1, StoreFault::Hangs),
    (4, StoreFault::Conflict),
];

/// Chance of going wrong, and what did.
pub struct Faults {
    rng: Rng,
    /// Of a hundred requests, and of a hundred calls of the store; 0 once faults stop.
    pub requests: usize,
    pub store: usize,
    pub counts: BTreeMap<String, u64>,
}

impl Faults {
    pub fn new(seed: u64, requests: usize, store: usize) -> Faults {
        Faults { rng: Rng::new(seed), requests, store, counts: BTreeMap::new() }
    }

    pub fn stop(&mut self) {
        (self.requests, self.store) = (0, 0);
    }

    pub fn of_request(&mut self) -> Option<Fault> {
        if self.requests == 0 || !self.rng.percent(self.requests) {
            return None;
        }
        let fault = self.rng.weighted(FAULTS);
        self.count(&format!("{fault:?}"));
        Some(fault)
    }

    pub fn of_store(&mut self) -> Option<StoreFault> {
        if self.store == 0 || !self.rng.percent(self.store) {
            return None;
        }
        let fault = self.rng.weighted(STORE_FAULTS);
        self.count(&format!("Store{fault:?}"));
        Some(fault)
    }

    pub fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }
}
