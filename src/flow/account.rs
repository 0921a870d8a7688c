//! The account: asks `plan` what to do, does it, and asks again with what is known then.

use serde_json::Value;

use super::Visit;
use super::call::Stop;
use super::ending::Account;
use super::find::Found;
use super::memory::Loaded;
use super::write::{Change, Written};
use crate::link::{self, Changes, Link, State};
use crate::outcome::{Class, Failure, Verdict};
use crate::plan::{self, Changed, Facts, Known, LinkIs, Move, Owner, Standing};
use crate::planted;
use crate::port::Condition;
use crate::problem::Problem;
use crate::provider::{Deactivation, Updates};

/// How often one run starts over because another process was faster.
pub(super) const RESTARTS: u32 = 2;

/// What one conversation knows as it goes.
pub(super) struct Progress {
    pub link: Option<Link>,
    pub condition: Condition,
    pub store: bool,
    pub known: Known,
    pub remote: Option<Value>,
    /// The provider did not know the link's id.
    pub gone: bool,
    /// A create whose answer was lost: look before sending it again (R4).
    pub lost: bool,
    pub asked_external_id: bool,
    /// What was said of a create that turned out to be a duplicate.
    pub duplicate: Option<Box<Failure>>,
    /// The link as it is where a write that got no answer was done, or was not.
    pub doubt: Option<Link>,
    /// This run wrote `pending`.
    pub noted: bool,
    pub creates: u32,
    pub restarts: u32,
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
            duplicate: None,
            doubt: None,
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
                Move::Stop(verdict, reason) => {
                    // A duplicate of what is not to be seen: the provider's words are all there is to go by.
                    let said = at.duplicate.take().filter(|_| at.known == Known::Taken);
                    // An older event may still wait in a queue: a leaver's is remembered even where there is no account.
                    let leaves = matches!(self.standing, Standing::Disabled | Standing::Deleted);
                    let unknown = at.store && (at.link.is_none() || at.gone);
                    let link = (leaves && unknown && reason == "no-account")
                        .then(|| self.next_link(&at, State::Tombstone, &whole, &Changes::default()));
                    let account = self.ended(at, verdict, reason, Vec::new(), link);
                    return Account { stop: said.map(Stop::failed), ..account };
                }
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
                    // What updates are off for was not sent: the link goes on saying so.
                    let left = match (&at.remote, &at.link) {
                        (Some(remote), Some(_)) => self.drift(&at, remote),
                        _ => Changes::default(),
                    };
                    let link = self.next_link(&at, state, &whole, &left);
                    return self.ended(at, verdict, reason, Vec::new(), Some(link));
                }
                Move::Deactivate(reason) => match self.turn_off(&mut at, &whole, reason).await {
                    Ok(Some(account)) => return account,
                    Ok(None) => Ok(()),
                    Err(stop) => Err(stop),
                },
                Move::Delete(reason) => match self.delete_counted(&mut at).await {
                    Ok(()) => {
                        let link = self.next_link(&at, State::Tombstone, &whole, &Changes::default());
                        return self.ended(at, Verdict::Deleted, reason, Vec::new(), Some(link));
                    }
                    Err(stop) => Err(stop),
                },
                Move::Absent => {
                    let link = self.next_link(&at, State::Tombstone, &whole, &Changes::default());
                    return self.ended(at, Verdict::Skipped, "no-account", Vec::new(), Some(link));
                }
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
                State::Unsure => LinkIs::Unsure,
                State::Off => LinkIs::Off,
                State::Tombstone => LinkIs::Tombstone,
                State::Live if self.is_stale(link) => LinkIs::Stale,
                State::Live => LinkIs::Fresh,
            },
        };
        Facts {
            superseded: at.link.as_ref().is_some_and(|link| link.seen > self.at && !planted::is(2)),
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
    pub(super) async fn search(&self, at: &mut Progress) -> Result<(), Stop> {
        let after_duplicate = at.known == Known::Duplicate;
        let asks = |by: &str| {
            self.server.provider.dialect.find_by.contains(&by)
                && self.desired.text(by).is_some()
                && (by != "externalId" || self.learned(|learned| learned.external_id_filter))
        };
        let (mut found, mut refused) = (Found::Nobody, None);
        if asks("externalId") && !(after_duplicate && at.asked_external_id) {
            at.asked_external_id = true;
            match self.find_user("externalId").await {
                Ok(who) => found = who,
                // RFC 7644 section 3.4.2.2: what can be filtered on is the provider's choice.
                // A token endpoint's refusal is not one of those.
                Err(stop)
                    if matches!(stop.failure.status, Some(400 | 403 | 501))
                        && stop.failure.class != Class::Credentials =>
                {
                    refused = Some(stop);
                }
                Err(stop) => return Err(stop),
            }
        }
        let second = after_duplicate || refused.is_some() || !asks("externalId");
        if matches!(found, Found::Nobody) && second && asks("userName") {
            found = self.find_user("userName").await?;
            // A right that lacks today may be there tomorrow.
            if refused.take().is_some_and(|stop| stop.failure.status != Some(403)) {
                self.learned(|learned| learned.external_id_filter = false);
            }
        }
        if let Some(stop) = refused {
            return Err(stop);
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
            Owner::Unowned => Owner::Unowned,
            Owner::Ours => Owner::Ours,
            Owner::Foreign => Owner::Foreign,
        };
        let drifted = !self.drift(at, &user).is_empty();
        let drifted = drifted && !planted::is(5);
        let active = crate::scim::message::active(&user);
        at.remote = Some(user);
        Known::Account { owner, active, drifted }
    }

    /// Which attributes differ at the provider, as far as an update can carry and a look can see them.
    pub(super) fn drift(&self, at: &Progress, user: &Value) -> Changes {
        let sent = at.link.as_ref().filter(|_| !at.gone).and_then(|link| link.digests.as_ref());
        crate::drift::drift(self.desired, sent, user, self.server)
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
            .map(|sent| sent.iter().map(|(key, _)| key.to_owned()).collect())
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
        let (sent, activity) = (change.changes.clone(), change.active.is_some());
        let changed = self.change(change).await;
        if changed.as_ref().is_err_and(|stop| stop.unclear) {
            self.doubt(at, &sent, activity);
        }
        match changed? {
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
    pub(super) fn unsendable(&self, changes: &Changes) -> Changes {
        let keep = |key: &&String| !self.is_updatable(key);
        Changes {
            set: changes.set.iter().filter(keep).cloned().collect(),
            removed: changes.removed.iter().filter(keep).cloned().collect(),
        }
    }

    async fn delete_counted(&self, at: &mut Progress) -> Result<(), Stop> {
        self.count_leaver()?;
        let deleted = self.delete(&id_of(at)).await;
        match &deleted {
            Ok(()) => {}
            Err(stop) if stop.unclear => self.doubt(at, &Changes::default(), true),
            Err(_) => self.uncount_leaver(),
        }
        deleted
    }

    /// A write got no answer. What it may have done is remembered until it is known: what it set is to be sent again,
    /// whatever is wanted then, and what it turned on or off is to be looked at.
    fn doubt(&self, at: &mut Progress, sent: &Changes, activity: bool) {
        // Beside a link to an account also the note of a create that is found, and brought up to date.
        let has_id = |link: &Link| link.id.is_some();
        let known = |link: &&Link| (has_id(link) || link.state == State::Pending) && !at.gone;
        let Some(link) = at.link.as_ref().filter(known) else { return };
        let mut link = Link { seen: self.newest(at), ..link.clone() };
        for key in sent.set.iter().chain(&sent.removed).filter(|key| self.is_updatable(key)) {
            link.all = String::new();
            if let Some(digests) = &mut link.digests {
                // Equal to none.
                digests.put(key, Some(""));
            }
        }
        if activity && has_id(&link) {
            link.state = State::Unsure;
        }
        at.doubt = Some(link);
    }

    /// What a deactivation leaves behind; where that is no id, it is told.
    pub(super) fn state_after_deactivation(&self) -> State {
        match self.server.provider.dialect.deactivation {
            Deactivation::KeepsId => State::Off,
            Deactivation::DropsId => {
                let message =
                    format!("`{}` ended the membership and forgot the account's id", self.server.id);
                self.warn(
                    Problem::warning("", "membership-ended", message).help("a later login invites anew"),
                );
                State::Tombstone
            }
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
        self.count_leaver()?;
        let changed = self.change(change).await;
        match &changed {
            Ok(Written::Done(_)) => {}
            Err(stop) if stop.unclear => self.doubt(at, &Changes::default(), true),
            Ok(Written::Gone) | Err(_) => self.uncount_leaver(),
        }
        match changed? {
            Written::Gone => {
                self.lost_id(at)?;
                Ok(None)
            }
            Written::Done(names) => {
                let state = self.state_after_deactivation();
                let link = self.next_link(at, state, whole, &Changes::default());
                Ok(Some(self.ended(take(at), Verdict::Deactivated, reason, names, Some(link))))
            }
        }
    }
}

/// The id a write goes to: of the account read in this run, else the link's.
pub(super) fn id_of(at: &Progress) -> String {
    let read = at.remote.as_ref().and_then(crate::scim::message::id);
    read.or_else(|| at.link.as_ref().and_then(|link| link.id.clone())).unwrap_or_default()
}

/// Takes what is known out of a conversation that ends here.
pub(super) fn take(at: &mut Progress) -> Progress {
    Progress {
        link: at.link.take(),
        condition: std::mem::replace(&mut at.condition, Condition::Always),
        remote: at.remote.take(),
        duplicate: at.duplicate.take(),
        doubt: at.doubt.take(),
        ..*at
    }
}
