//! The conversation with one server about one user. Straight-line code: the order of lines is the order of events.

mod account;
mod call;
mod create;
mod credential;
mod ending;
mod find;
pub mod groups;
mod hold;
mod lifecycle;
mod memberships;
pub mod memory;
mod mint;
mod parting;
mod pathless;
mod pretend;
mod settle;
mod token;
mod verdict;
mod write;

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

pub use call::Stop;
pub use pretend::{CREATED_USER, FOUND_USER};
pub use verdict::{Sees, failed, put_off, visit};

use crate::config::Server;
use crate::core::{Core, Learned};
use crate::event::Event;
use crate::http::Call;
use crate::mapping::Desired;
use crate::outcome::RequestRecord;
use crate::plan::Standing;
use crate::port::Port;
use crate::problem::Problem;
use crate::time::Millis;

/// One conversation.
pub struct Visit<'a> {
    /// What outlives it.
    pub core: &'a Core,
    /// Whom we talk to.
    pub server: &'a Server,
    /// The server's index in the configuration.
    pub index: usize,
    /// The way to the host.
    pub port: &'a Port,
    /// What happened.
    pub event: &'a Event,
    /// The id of the run's outcome: log records carry it.
    pub run_id: &'a str,
    /// The user's id at the platform.
    pub user: &'a str,
    /// Whether the person should have the account.
    pub standing: Standing,
    /// When the event happened, or came in.
    pub at: Millis,
    /// What the account should hold.
    pub desired: &'a Desired<'a>,
    /// What is really sent.
    pub sending: Sending,
    /// What is taken to come back from what is not sent.
    pub assume: Assume,
    /// Whether a server that is left alone is left alone by this one, too (R6).
    pub guarded: bool,
    /// Chance, handed in: see [`Visit::random`].
    pub seed: Cell<u64>,
    /// What is told in the end.
    pub notes: RefCell<Notes>,
}

/// What is really sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Everything.
    Live,
    /// Reads; writes are taken to work.
    Reads,
    /// Nothing; everything is taken to work, and noted.
    Nothing,
}

/// What is taken to come back from requests that are not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assume {
    /// That they work, and find what is usual.
    Usual,
    /// That the groups are not there.
    NoGroups,
    /// That the account is there, and holds nothing but what it is told by.
    Differs,
    /// The same, but that it is told by its userName alone.
    ByName,
    /// That the account is there as it should be, but inactive.
    Inactive,
}

/// What a conversation gathers for its outcome.
#[derive(Default)]
pub struct Notes {
    /// Requests with their place among all that were sent.
    pub requests: Vec<(u32, RequestRecord)>,
    /// What did not stop us.
    pub warnings: Vec<Problem>,
    /// What would have been sent, where it was not.
    pub pretended: Vec<Call>,
    /// Whether groups are wanted that have no name or no room among the wanted ones: nobody leaves any then.
    pub unnamed: bool,
}

impl Visit<'_> {
    /// Notes something that does not stop us, once.
    pub fn warn(&self, warning: Problem) {
        let warnings = &mut self.notes.borrow_mut().warnings;
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// Whether links and groups are remembered.
    pub fn has_store(&self) -> bool {
        self.core.host.store
    }

    /// The next number in [0, 1) of the run's seed (splitmix64). The same seed gives the same numbers (law 3).
    pub fn random(&self) -> f64 {
        let state = self.seed.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.seed.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        // The upper 53 bits, as many as a double has.
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A word that no other writer of a record uses.
    pub fn nonce(&self) -> String {
        // 32 bits: enough to tell apart the few that write one record at once.
        format!("{:08x}", (self.random() * f64::from(u32::MAX)) as u32)
    }

    /// What was learned of the server.
    #[inline(always)]
    pub fn learned<T>(&self, with: impl FnOnce(&mut Learned) -> T) -> T {
        with(&mut self.held())
    }

    /// Apart from the above, of which there is one for each caller.
    #[inline(never)]
    fn held(&self) -> RefMut<'_, Learned> {
        self.core.learned.get(self.index).unwrap_or(&self.core.nobody).borrow_mut()
    }
}

/// A shared event, for runs that outlive the call that started them.
pub type SharedEvent = Rc<Event>;
