//! The account: asks `plan` what to do, does it, and asks again with what is known then.

use serde_json::Value;

use super::Visit;
use super::call::Stop;
use super::find::Found;
use super::memory::{Loaded, Saved};
use super::write::{Change, Created, Written};
use crate::join::join_all;
use crate::link::{self, Changes, Link, State};
use crate::outcome::{Class, Failure, Verdict};
use crate::plan::{self, Changed, Facts, Known, LinkIs, Move, Owner, Standing};
use crate::port::Condition;
use crate::provider::{Deactivation, Updates};
use crate::retry;

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
        }
    }
}

/// How often one run starts over because another process was faster.
const RESTARTS: u32 = 2;

/// What one conversation knows as it goes.
struct Progress {
    link: Option<Link>,
    condition: Condition,
    store: bool,
    known: Known,
    remote: Option<Value>,
    /// The provider did not know the link's id.
    gone: bool,
    /// A create whose answer was lost: look before sending it again (R4).
    lost: bool,
    asked_external_id: bool,
    /// This run wrote `pending`.
    noted: bool,
    creates: u32,
    restarts: u32,
}

impl Visit<'_> {
    /// Brings the account to what it should be.
    pub async fn account(&self, loaded: Loaded) -> Account {
        let mut at = Progress {
            link: loaded.link,
            condition: loaded.condition,
            store: loaded.answers,
            known: Known::Nothing,
            remote: None,
            gone: false,
            lost: false,
            asked_external_id: false,
            noted: false,
            creates: 0,
            restarts: 0,
        };
        let whole = link::whole_digest(self.desired, &self.core.digests);
        loop {
            let next = plan::decide(&self.facts(&at, &whole));
            if let (Standing::Entitled, Some(missing), false) =
                (self.standing, &self.desired.missing, matches!(next, Move::Stop(..)))
            {
                return self.stopped(at, Stop::failed(missing.clone()));
            }
            let step = match next {
                Move::Stop(verdict, reason) => return self.ended(at, verdict, reason, Vec::new(), None),
                Move::Find => self.search(&mut at).await,
                Move::Read => self.look_at(&mut at).await,
                Move::Create => match self.make(&mut at, &whole).await {
                    Ok(Some(account)) => return account,
                    Ok(None) => Ok(()),
                    Err(stop) => Err(stop),
                },
                Move::Write(verdict, reason) => {
                    match self.bring_up_to_date(&mut at, &whole, verdict, reason).await {
                        Ok(Some(account)) => return account,
                        Ok(None) => Ok(()),
                        Err(stop) => Err(stop),
                    }
                }
                Move::Link(verdict, reason) => {
                    let state = if self.standing == Standing::Entitled { State::Live } else { State::Off };
                    let link = self.next_link(&at, state, &whole, &Changes::default());
                    return self.ended(at, verdict, reason, Vec::new(), Some(link));
                }
                Move::Deactivate(reason) => match self.turn_off(&mut at, &whole, reason).await {
                    Ok(Some(account)) => return account,
                    Ok(None) => Ok(()),
                    Err(stop) => Err(stop),
                },
                Move::Delete(reason) => match self.delete(&id_of(&at)).await {
                    Ok(()) => {
                        let link = self.next_link(&at, State::Tombstone, &whole, &Changes::default());
                        return self.ended(at, Verdict::Deleted, reason, Vec::new(), Some(link));
                    }
                    Err(stop) => Err(stop),
                },
                Move::Bury => {
                    let link = self.next_link(&at, State::Tombstone, &whole, &Changes::default());
                    let account = self.ended(at, Verdict::Deferred, "in-progress", Vec::new(), Some(link));
                    return Account { again: true, ..account };
                }
            };
            if let Err(stop) = step {
                return self.stopped(at, stop);
            }
        }
    }

    fn facts(&self, at: &Progress, whole: &str) -> Facts {
        let policy = &self.server.policy;
        let link = match &at.link {
            _ if at.lost => LinkIs::Pending,
            _ if at.gone => LinkIs::None,
            None => LinkIs::None,
            Some(link) => match link.state {
                State::Pending => LinkIs::Pending,
                State::Off => LinkIs::Off,
                State::Tombstone => LinkIs::Tombstone,
                State::Live if self.is_stale(link) => LinkIs::Stale,
                State::Live => LinkIs::Fresh,
            },
        };
        Facts {
            superseded: at.link.as_ref().is_some_and(|link| link.seen > self.at),
            standing: self.standing,
            creates: self.event.kind.may_create(),
            link,
            store: at.store,
            changed: self.changed(at, whole),
            known: at.known,
            updates: policy.updates != Updates::Off,
            adopt: policy.adopt,
            reactivate: policy.reactivate,
            deprovision: policy.deprovision,
            deactivate_unentitled: policy.deactivate_unentitled,
        }
    }

    fn is_stale(&self, link: &Link) -> bool {
        let trusted = self.server.policy.recheck_after_ms;
        trusted > 0 && self.port.now().saturating_sub(link.confirmed) > trusted
    }

    fn changed(&self, at: &Progress, whole: &str) -> Changed {
        let Some(link) = at.link.as_ref().filter(|link| link.all != whole) else { return Changed::No };
        let changes = link.changes(self.desired, &self.core.digests);
        let mut keys = changes.set.iter().chain(&changes.removed);
        match (changes.is_empty(), keys.any(|key| self.is_updatable(key))) {
            (true, _) => Changed::No,
            (false, true) => Changed::Sendable,
            (false, false) => Changed::Unsendable,
        }
    }

    /// Looks for the account: by externalId where that can be asked, by userName otherwise, and second after a
    /// duplicate (D5).
    async fn search(&self, at: &mut Progress) -> Result<(), Stop> {
        let after_duplicate = at.known == Known::Duplicate;
        let asks = |by: &str| {
            self.server.provider.dialect.find_by.contains(&by)
                && self.desired.text(by).is_some()
                && (by != "externalId" || self.learned(|learned| learned.external_id_filter))
        };
        let mut found = Found::Nobody;
        if asks("externalId") && !(after_duplicate && at.asked_external_id) {
            found = self.find_user("externalId").await?;
            at.asked_external_id = true;
        }
        if matches!(found, Found::Nobody) && (after_duplicate || !asks("externalId")) && asks("userName") {
            found = self.find_user("userName").await?;
        }
        at.known = match found {
            Found::Nobody if after_duplicate => Known::Taken,
            Found::Nobody => Known::Absent,
            Found::Many => Known::Ambiguous,
            Found::One(user) => self.seen(at, user),
        };
        Ok(())
    }

    /// Reads the account by the link's id.
    async fn look_at(&self, at: &mut Progress) -> Result<(), Stop> {
        match self.read(&id_of(at)).await? {
            Some(user) => at.known = self.seen(at, user),
            None => self.lost_id(at)?,
        }
        Ok(())
    }

    /// What an account that was read is to us.
    fn seen(&self, at: &mut Progress, user: Value) -> Known {
        let linked = !at.gone
            && at
                .link
                .as_ref()
                .is_some_and(|link| link.id.is_some() && link.id == crate::scim::message::id(&user));
        let pending = at.lost || at.link.as_ref().is_some_and(|link| link.state == State::Pending);
        let owner = match self.owner_of(&user) {
            _ if linked => Owner::Ours,
            // A create of ours was under way, and externalId is not ours to tell by (D4).
            Owner::Unowned if pending && self.desired.text("externalId").is_none() => Owner::Ours,
            owner => owner,
        };
        let drifted = !self.drift(at, &user).is_empty();
        let active = crate::scim::message::active(&user);
        at.remote = Some(user);
        Known::Account { owner, active, drifted }
    }

    /// Which attributes differ at the provider, as far as an update can carry and a look can see them.
    fn drift(&self, at: &Progress, user: &Value) -> Changes {
        let sent = at.link.as_ref().filter(|_| !at.gone).and_then(|link| link.digests.as_ref());
        crate::drift::drift(self.desired, sent, user, &self.server.provider.dialect)
    }

    /// The provider does not know the link's id: as none, once a run (D5).
    fn lost_id(&self, at: &mut Progress) -> Result<(), Stop> {
        if at.gone {
            let failure = Failure::new(
                Class::NotFound,
                format!("`{}` does not know the account it named itself", self.server.id),
            );
            return Err(Stop::failed(failure));
        }
        at.gone = true;
        at.known = Known::Nothing;
        at.remote = None;
        Ok(())
    }

    /// Creates the account, having written down that it is about to.
    async fn make(&self, at: &mut Progress, whole: &str) -> Result<Option<Account>, Stop> {
        let pending = at.lost
            || at.noted
            || at.link.as_ref().is_some_and(|link| link.state == State::Pending && !at.gone);
        let mut writer = String::new();
        if at.store && !pending {
            let mut link = Link::new(State::Pending, None, self.port.now(), self.newest(at));
            link.writer = self.nonce();
            writer.clone_from(&link.writer);
            match self.save(&link, at.condition.clone()).await {
                Saved::Yes => at.noted = true,
                Saved::Lost => {
                    // Without a note of it a create could be repeated blindly: look first (R8).
                    at.store = false;
                    return Ok(None);
                }
                Saved::Refused if at.restarts < RESTARTS => {
                    at.restarts += 1;
                    let again = self.load().await;
                    (at.link, at.condition, at.store) = (again.link, again.condition, again.answers);
                    at.known = Known::Nothing;
                    return Ok(None);
                }
                Saved::Refused => {}
            }
        }
        at.creates += 1;
        let (created, condition) = self.create_and_reread(&writer, at.creates - 1).await;
        if let Some(condition) = condition {
            at.condition = condition;
        }
        match created {
            Ok(Created::Account(Some(id))) => Ok(Some(self.made(at, whole, id))),
            Ok(Created::Account(None)) => {
                at.asked_external_id = false;
                at.lost = true;
                self.search(at).await?;
                match at.remote.as_ref().and_then(crate::scim::message::id) {
                    Some(id) => Ok(Some(self.made(at, whole, id))),
                    None => Err(Stop::failed(self.unreadable())),
                }
            }
            Ok(Created::Duplicate) => {
                at.known = Known::Duplicate;
                Ok(None)
            }
            Err(stop)
                if stop.unclear && at.creates <= self.server.policy.retries && self.time_is_left(&stop) =>
            {
                let wait = stop
                    .failure
                    .retry_after_ms
                    .unwrap_or_else(|| retry::backoff(at.creates - 1, self.random()));
                let until = self.port.now().saturating_add(wait);
                if until >= self.port.clock.requests_until {
                    return Err(stop);
                }
                self.port.sleep_until(until).await;
                at.lost = true;
                at.asked_external_id = false;
                at.known = Known::Nothing;
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }

    /// Whether a stop leaves a chance to try again within this run.
    fn time_is_left(&self, stop: &Stop) -> bool {
        matches!(stop.deferred, Some("unavailable" | "throttled"))
    }

    /// Creates, and side by side learns the version of the record that says so.
    async fn create_and_reread(
        &self,
        writer: &str,
        before: u32,
    ) -> (Result<Created, Stop>, Option<Condition>) {
        if writer.is_empty() {
            return (self.create(before).await, None);
        }
        enum Part {
            Created(Result<Created, Stop>),
            Version(Condition),
        }
        let parts = join_all::<Part>([
            Box::pin(async { Part::Created(self.create(before).await) })
                as std::pin::Pin<Box<dyn Future<Output = Part>>>,
            Box::pin(async { Part::Version(self.version(writer).await) }),
        ])
        .await;
        let (mut created, mut version) = (None, None);
        for part in parts {
            match part {
                Part::Created(result) => created = Some(result),
                Part::Version(condition) => version = Some(condition),
            }
        }
        let defect = || Err(Stop::failed(Failure::new(Class::Internal, "a create ended without a result")));
        (created.unwrap_or_else(defect), version)
    }

    /// The account now exists under an id.
    fn made(&self, at: &mut Progress, whole: &str, id: String) -> Account {
        let now = self.port.now();
        let mut link = Link::new(State::Live, Some(id.clone()), now, self.newest(at));
        link.all = whole.to_owned();
        link.digests = Some(link::attribute_digests(self.desired, &self.core.digests));
        let changed = self.desired.iter().map(|(attribute, _)| attribute.key.clone()).collect();
        let account = self.ended(take(at), Verdict::Created, "first-access", changed, Some(link));
        Account { id: Some(id), exists: true, remote: None, ..account }
    }

    /// Writes what differs. `None`: the id is not known there; go on without it.
    async fn bring_up_to_date(
        &self,
        at: &mut Progress,
        whole: &str,
        verdict: Verdict,
        reason: &'static str,
    ) -> Result<Option<Account>, Stop> {
        let updates = self.server.policy.updates != Updates::Off;
        let changes = match (&at.remote, &at.link) {
            (Some(remote), _) => self.drift(at, remote),
            (None, Some(link)) => link.changes(self.desired, &self.core.digests),
            (None, None) => Changes::default(),
        };
        let held = at
            .link
            .as_ref()
            .and_then(|link| link.digests.as_ref())
            .map(|sent| sent.keys().cloned().collect())
            .unwrap_or_default();
        let written = if updates { changes.clone() } else { Changes::default() };
        let activates = verdict == Verdict::Reactivated;
        let id = id_of(at);
        let change = Change {
            id: &id,
            purpose: if written.is_empty() { "reactivate" } else { "update" },
            changes: written,
            active: activates.then_some(true),
            remote: at.remote.as_ref(),
            held,
        };
        match self.change(change).await? {
            Written::Gone => {
                self.lost_id(at)?;
                Ok(None)
            }
            Written::Done(names) => {
                let left: Changes = if updates { self.unsendable(&changes) } else { changes };
                let link = self.next_link(at, State::Live, whole, &left);
                Ok(Some(self.ended(take(at), verdict, reason, names, Some(link))))
            }
        }
    }

    /// What of some changes an update leaves out.
    fn unsendable(&self, changes: &Changes) -> Changes {
        let keep = |key: &&String| !self.is_updatable(key);
        Changes {
            set: changes.set.iter().filter(keep).cloned().collect(),
            removed: changes.removed.iter().filter(keep).cloned().collect(),
        }
    }

    async fn turn_off(
        &self,
        at: &mut Progress,
        whole: &str,
        reason: &'static str,
    ) -> Result<Option<Account>, Stop> {
        let id = id_of(at);
        let change = Change {
            id: &id,
            purpose: "deactivate",
            changes: Changes::default(),
            active: Some(false),
            remote: at.remote.as_ref(),
            held: Vec::new(),
        };
        match self.change(change).await? {
            Written::Gone => {
                self.lost_id(at)?;
                Ok(None)
            }
            Written::Done(names) => {
                let state = match self.server.provider.dialect.deactivation {
                    Deactivation::KeepsId => State::Off,
                    Deactivation::DropsId => State::Tombstone,
                };
                let link = self.next_link(at, state, whole, &Changes::default());
                Ok(Some(self.ended(take(at), Verdict::Deactivated, reason, names, Some(link))))
            }
        }
    }

    /// The newest event either we or the link know.
    fn newest(&self, at: &Progress) -> u64 {
        at.link.as_ref().map_or(self.at, |link| link.seen.max(self.at))
    }

    /// The link after a look or a write; `left` could not be sent and still differs.
    fn next_link(&self, at: &Progress, state: State, whole: &str, left: &Changes) -> Link {
        let id = (state != State::Tombstone).then(|| id_of(at));
        let mut link = Link::new(state, id, self.port.now(), self.newest(at));
        let before = at.link.as_ref().filter(|_| !at.gone);
        link.groups = before.map(|link| link.groups.clone()).unwrap_or_default();
        if state != State::Live {
            // Turned off as it was: what was sent before is still what is there.
            if let Some(before) = before {
                link.all.clone_from(&before.all);
                link.digests.clone_from(&before.digests);
            }
            return link;
        }
        let mut digests = link::attribute_digests(self.desired, &self.core.digests);
        for key in left.set.iter().chain(&left.removed) {
            match before.and_then(|link| link.digests.as_ref()).and_then(|sent| sent.get(key)) {
                Some(sent) => digests.insert(key.clone(), sent.clone()),
                None => digests.remove(key),
            };
        }
        link.all = if left.is_empty() { whole.to_owned() } else { String::new() };
        link.digests = Some(digests);
        link
    }

    fn ended(
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
        let exists = at.link.as_ref().is_some_and(|link| matches!(link.state, State::Live | State::Off))
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
        }
    }

    fn stopped(&self, at: Progress, stop: Stop) -> Account {
        let (verdict, reason) = match stop.deferred {
            Some(reason) => (Verdict::Deferred, reason),
            None => (Verdict::Failed, stop.failure.class.word()),
        };
        let account = self.ended(at, verdict, reason, Vec::new(), None);
        Account { undo: account.undo && !stop.unclear, stop: Some(stop), ..account }
    }
}

/// The id a write goes to: of the account read in this run, else the link's.
fn id_of(at: &Progress) -> String {
    let read = at.remote.as_ref().and_then(crate::scim::message::id);
    read.or_else(|| at.link.as_ref().and_then(|link| link.id.clone())).unwrap_or_default()
}

/// Takes what is known out of a conversation that ends here.
fn take(at: &mut Progress) -> Progress {
    Progress {
        link: at.link.take(),
        condition: std::mem::replace(&mut at.condition, Condition::Always),
        remote: at.remote.take(),
        ..*at
    }
}
