//! How a conversation about an account ends: what became of it, and what is to be remembered.

use serde_json::Value;

use super::Visit;
use super::account::{Progress, id_of, take};
use super::call::Stop;
use crate::link::{self, Changes, Link, State};
use crate::outcome::{Class, Failure, Verdict};
use crate::planted;
use crate::port::Condition;
use crate::problem::Problem;
use crate::provider::Deactivation;

/// What became of the account.
pub struct Account {
    /// The result.
    pub verdict: Verdict,
    /// Its reason.
    pub reason: &'static str,
    /// The provider's id.
    pub id: Option<String>,
    /// SCIM paths written.
    pub changed: Vec<String>,
    /// Why it is not finished, where it is not.
    pub stop: Option<Stop>,
    /// A job is to be made although nothing stopped us.
    pub again: bool,
    /// What is to be remembered; `None`: what is there stands.
    pub link: Option<Link>,
    /// What the store must hold for that to be written.
    pub condition: Condition,
    /// Whether the user has an account there.
    pub exists: bool,
    /// Whether the store answered.
    pub store: bool,
    /// The account as read in this run.
    pub remote: Option<Value>,
    /// What the store held before.
    pub before: Option<Link>,
    /// This run noted a create that did not come to be: what was there before is to be put back.
    pub undo: bool,
    /// Another process was faster, and the link was read again.
    pub restarted: bool,
}

impl Account {
    /// What cannot be: a defect of ours, said as such.
    pub fn defect() -> Account {
        let failure = Failure::new(Class::Internal, "a conversation ended without a result");
        Account {
            verdict: Verdict::Failed,
            reason: Class::Internal.word(),
            id: None,
            changed: Vec::new(),
            stop: Some(Stop::failed(failure)),
            again: false,
            link: None,
            condition: Condition::Always,
            exists: false,
            store: false,
            remote: None,
            before: None,
            undo: false,
            restarted: false,
        }
    }
}

impl Visit<'_> {
    /// The account now exists under an id.
    pub(super) fn made(&self, at: &mut Progress, whole: &str, id: String) -> Account {
        // One that was never there leaves a tombstone without digests.
        let dropped =
            at.link.as_ref().is_some_and(|link| link.state == State::Tombstone && link.digests.is_some());
        if dropped && self.server.provider.dialect.deactivation == Deactivation::DropsId {
            self.warn(
                Problem::warning("", "invited-anew", format!("`{}` invited the person anew", self.server.id))
                    .help("the account is theirs again once they accept"),
            );
        }
        let now = self.port.now();
        let mut link = Link::new(State::Live, Some(id.clone()), now, self.newest(at));
        link.all = whole.to_owned();
        link.digests = Some(link::attribute_digests(self.desired, &self.core.digests));
        let changed = self.desired.iter().map(|(attribute, _)| attribute.key.clone()).collect();
        let account = self.ended(take(at), Verdict::Created, "first-access", changed, Some(link));
        Account { id: Some(id), exists: true, remote: None, ..account }
    }

    /// The newest event either we or the link know.
    pub(super) fn newest(&self, at: &Progress) -> u64 {
        at.link.as_ref().map_or(self.at, |link| link.seen.max(self.at))
    }

    /// The link after a look or a write; `left` could not be sent and still differs.
    pub(super) fn next_link(&self, at: &Progress, state: State, whole: &str, left: &Changes) -> Link {
        let id = (state != State::Tombstone).then(|| id_of(at));
        let mut link = Link::new(state, id, self.port.now(), self.newest(at));
        let before = at.link.as_ref().filter(|_| !at.gone);
        link.groups = before.map(|link| link.groups.clone()).unwrap_or_default();
        if state != State::Live {
            // Turned off as it was: what was sent before is still what is there.
            // Of a create that was cut off nothing is there.
            if let Some(before) = before.filter(|link| link.state != State::Pending || at.remote.is_some()) {
                link.all.clone_from(&before.all);
                link.digests.clone_from(&before.digests);
                if before.doubts_groups() {
                    link.doubt_groups();
                }
            }
            return link;
        }
        let mut digests = link::attribute_digests(self.desired, &self.core.digests);
        // What updates leave out was not sent by a look or by another change either.
        let kept = before.map(|link| self.unsendable(&link.changes(self.desired, &self.core.digests)));
        let kept = kept.unwrap_or_default();
        for key in left.set.iter().chain(&left.removed).chain(&kept.set).chain(&kept.removed) {
            digests.put(key, before.and_then(|link| link.digests.as_ref()).and_then(|sent| sent.get(key)));
        }
        link.all = if left.is_empty() && kept.is_empty() { whole.to_owned() } else { String::new() };
        link.digests = Some(digests);
        link
    }

    pub(super) fn ended(
        &self,
        at: Progress,
        verdict: Verdict,
        reason: &'static str,
        changed: Vec<String>,
        link: Option<Link>,
    ) -> Account {
        let id = link
            .as_ref()
            .and_then(|link| link.id.clone())
            .or_else(|| {
                at.remote.as_ref().filter(|_| verdict != Verdict::Conflict).and_then(crate::scim::message::id)
            })
            .or_else(|| at.link.as_ref().filter(|_| !at.gone).and_then(|link| link.id.clone()));
        let exists = at
            .link
            .as_ref()
            .is_some_and(|link| matches!(link.state, State::Live | State::Unsure | State::Off))
            || id.is_some();
        // Whatever became of a create whose answer was lost, its note stands (R4). Otherwise what was known stands:
        // a 404 may have meant no permission (D5).
        let undo = at.noted && !at.lost && link.is_none();
        Account {
            verdict,
            reason,
            id,
            changed,
            stop: None,
            again: false,
            link,
            condition: at.condition,
            exists,
            store: at.store,
            remote: at.remote,
            before: at.link,
            undo,
            restarted: at.restarts > 0,
        }
    }

    pub(super) fn stopped(&self, mut at: Progress, stop: Stop) -> Account {
        let (verdict, reason) = match stop.deferred {
            Some(reason) => (Verdict::Deferred, reason),
            None => (Verdict::Failed, stop.failure.class.word()),
        };
        let doubt = at.doubt.take();
        let account = self.ended(at, verdict, reason, Vec::new(), doubt);
        Account { undo: account.undo && (!stop.unclear || planted::is(1)), stop: Some(stop), ..account }
    }
}
