//! What outlives a run: the configuration, and what was learned while talking to each server.

use std::cell::RefCell;

use crate::breaker::Breaker;
use crate::config::Config;
use crate::digest::Digests;
use crate::flight::Flights;
use crate::outcome::Failure;
use crate::problem::Problem;
use crate::secret::Secret;
use crate::table::Texts;
use crate::time::Millis;

/// Shared by all runs of one plugin.
pub struct Core {
    /// What was configured.
    pub config: Config,
    /// Findings that did not stop construction.
    pub warnings: Vec<Problem>,
    /// What the host can do.
    pub host: HostFeatures,
    /// Makes digests under the host's pepper.
    pub digests: Digests,
    /// Who is under way.
    pub flights: Flights,
    /// One a server, in the configuration's order.
    pub learned: Vec<RefCell<Learned>>,
    /// What is learned of a server there is not, so that nobody has to ask whether there is one.
    pub nobody: RefCell<Learned>,
}

/// Which optional callbacks the host has.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostFeatures {
    /// `host.log`
    pub log: bool,
    /// `host.state`
    pub store: bool,
    /// `host.secret`
    pub secret: bool,
    /// `host.saveSecret`
    pub save_secret: bool,
    /// `host.sign`, or WebCrypto in its place
    pub sign: bool,
    /// `host.enqueue`
    pub enqueue: bool,
    /// Its driver spells a brief outcome out.
    pub brief: bool,
}

/// What was learned while talking to one server. Lives as long as the plugin.
#[derive(Debug)]
pub struct Learned {
    /// It takes PATCH.
    pub patch: bool,
    /// How it takes a change of a user.
    pub update: Form,
    /// How it takes a member into a group.
    pub add_member: Form,
    /// How it takes a member out of a group.
    pub remove_member: Form,
    /// It reads the media type its kind is documented to; otherwise the other of the two there are.
    pub usual_media: bool,
    /// It insists on `If-Match`.
    pub if_match: bool,
    /// It takes the dialect's list query.
    pub list_query: bool,
    /// It takes a member in the creation of a group.
    pub group_with_member: bool,
    /// It filters users on externalId.
    pub external_id_filter: bool,
    /// What we show to it, and how we came by it.
    pub credentials: Credentials,
    /// Nothing is sent to it before this time: it asked us to wait (R3).
    pub quiet_until: Millis,
    /// Whether it is left alone (R6).
    pub breaker: Breaker,
    /// When accounts were turned off or deleted there lately (R12).
    pub leavers: Vec<Millis>,
    /// The last failure that was its own.
    pub last_failure: Option<Box<Failure>>,
    /// Group ids by name: for runs that create one at the same time, and where there is no store to remember them.
    pub groups: GroupIds,
}

impl Default for Learned {
    fn default() -> Self {
        Learned {
            patch: true,
            update: Form::default(),
            add_member: Form::default(),
            remove_member: Form::default(),
            usual_media: true,
            if_match: false,
            list_query: true,
            group_with_member: true,
            external_id_filter: true,
            credentials: Credentials::default(),
            quiet_until: 0,
            breaker: Breaker::default(),
            leavers: Vec::new(),
            last_failure: None,
            groups: GroupIds::default(),
        }
    }
}

/// What we show to one server, and how we came by it.
#[derive(Debug, Default)]
pub struct Credentials {
    /// Secrets, literal or once resolved, in the places of `auth::secrets_of`.
    pub held: [Option<Held>; 2],
    /// The token in use.
    pub token: Option<Token>,
    /// How many tokens there were.
    pub minted: u32,
    /// The last of them that the server is known to know.
    pub proven: u32,
    /// Why there is none: the end of the last try, for those who waited for it, with the reason of a deferral.
    pub refused: Option<(Box<Failure>, Option<&'static str>)>,
    /// The client's secret goes into the body: it was refused in the header.
    pub in_body: bool,
    /// The token endpoint's clock, less ours, in milliseconds.
    pub skew_ms: i64,
    /// Nothing is sent to the token endpoint before this time (R3).
    pub quiet_until: Millis,
}

impl Credentials {
    /// A secret that is held; empty where there is none.
    pub fn secret(&self, place: usize) -> &Secret {
        const NONE: &Secret = &Secret::none();
        self.held.get(place).and_then(Option::as_ref).map_or(NONE, |held| &held.now)
    }
}

/// A secret that is known.
#[derive(Clone, Debug)]
pub struct Held {
    /// As it is now.
    pub now: Secret,
    /// As the host last gave it, where a token endpoint replaced it since: used up.
    pub spent: Option<Secret>,
    /// It was replaced, and the host has not taken the new one.
    pub unsaved: bool,
}

impl Held {
    /// As the host gave it.
    pub fn new(now: Secret) -> Held {
        Held { now, spent: None, unsaved: false }
    }
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// What goes into the header.
    pub value: Secret,
    /// Tells it from those before.
    pub serial: u32,
    /// When it came.
    pub minted: Millis,
    /// When another one is asked for, some time before it ends; `None`: when it is refused.
    pub renew_at: Option<Millis>,
}

/// Which form of a request a server takes, of those its dialect lists.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form {
    /// The place in the dialect's list.
    pub at: usize,
    /// Features of requests that it has taken: a later refusal means what was sent, not how.
    pub proven: u8,
}

/// Group ids by name, of bounded number.
#[derive(Debug, Default)]
pub struct GroupIds {
    ids: Texts,
}

/// As many groups as one user can be in (D7), a few times over.
const GROUP_IDS: usize = 4096;

impl GroupIds {
    /// The id of a group.
    pub fn get(&self, name: &str) -> Option<String> {
        self.ids.get(name).filter(|id| !id.is_empty()).map(str::to_owned)
    }

    /// Remembers an id. When full, all are forgotten: they cost a look-up each, and no account.
    pub fn put(&mut self, name: &str, id: &str) {
        if self.ids.len() >= GROUP_IDS {
            self.ids.clear();
        }
        self.ids.insert(name, id);
    }

    /// Forgets an id that turned out to be gone: none is empty.
    pub fn forget(&mut self, name: &str) {
        if self.ids.contains(name) {
            self.ids.insert(name, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_of_groups_takes_no_room_that_was_not_taken() {
        let mut ids = GroupIds::default();
        ids.put("a", "1");
        for name in ["a", "b"] {
            ids.forget(name);
        }
        assert_eq!((ids.get("a"), ids.ids.len()), (None, 1));
        ids.put("a", "2");
        assert_eq!(ids.get("a").as_deref(), Some("2"));
    }
}
