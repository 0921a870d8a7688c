//! One visit from beginning to end: link, account, groups, link; and what is told of it.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

use super::call::Stop;
use super::ending::Account;
use super::groups::{Plan, Planned, Standing as GroupStanding, Synced};
use super::lifecycle::group_event;
use super::memory::{Loaded, Saved};
use super::{Sending, Visit};
use crate::join::join_all;
use crate::link::State;
use crate::outcome::{Failure, ServerOutcome, Verdict};
use crate::plan::Standing;
use crate::planted;
use crate::scim::resource;

/// What a visit ends with.
pub struct Sees {
    /// For the run's outcome; its job is the run's to make.
    pub outcome: ServerOutcome,
    /// The reason, which shadow mode hides in the outcome.
    pub reason: &'static str,
    /// Why there is work left, and from when: the cause of a job.
    pub left: Option<Left>,
    /// Whether the user has an account there, as far as is known.
    pub exists: bool,
    /// Whether the store did not answer.
    pub forgetful: bool,
    /// What would have been sent.
    pub pretended: Vec<crate::http::Call>,
}

/// Work for later.
pub struct Left {
    /// The word for it.
    pub cause: &'static str,
    /// Not before; `None`: as retries go.
    pub not_before: Option<u64>,
}

/// Talks to the server about the event's user, or group.
pub async fn visit(v: &Visit<'_>) -> Sees {
    if let Some(change) = &v.event.group {
        return group_event(v, change).await;
    }
    let loaded = v.load().await;
    let forgetful = v.has_store() && !loaded.answers;
    let (account, plan) = v.account_and_group_ids(loaded).await;
    let mut account = account;
    if account.undo {
        v.restore(account.before.as_ref(), account.condition.clone()).await;
    }
    let synced = v.groups_of(&mut account, plan).await;
    v.close(&mut account, synced.as_ref()).await;
    v.tell(account, synced, forgetful)
}

/// Says why nothing can be done, having looked only whether there is an account.
pub async fn failed(v: &Visit<'_>, failure: Box<Failure>) -> Sees {
    let loaded = v.load().await;
    let exists =
        loaded.link.is_some_and(|link| matches!(link.state, State::Live | State::Unsure | State::Off));
    let reason = failure.class.word();
    let outcome = ServerOutcome { error: Some(failure), ..v.outcome(Verdict::Failed, reason) };
    Sees { exists, forgetful: v.has_store() && !loaded.answers, ..v.sees(outcome, reason, None) }
}

/// Says why it has to be done later, having looked only whether there is an account.
pub async fn put_off(v: &Visit<'_>, stop: Stop) -> Sees {
    let reason = stop.deferred.unwrap_or("unavailable");
    let left = Left { cause: reason, not_before: stop.not_before };
    let sees = failed(v, stop.failure).await;
    let outcome = ServerOutcome { result: Verdict::Deferred, reason, ..sees.outcome };
    Sees { outcome, reason, left: Some(left), ..sees }
}

impl Visit<'_> {
    /// The account, and side by side the ids of groups that are not known: a first login waits for two answers (H2).
    async fn account_and_group_ids(&self, loaded: Loaded) -> (Account, Option<Planned>) {
        let superseded = loaded.link.as_ref().is_some_and(|link| link.seen > self.at);
        let wanted = match (self.standing, superseded, &self.desired.missing) {
            (Standing::Entitled, false, None) => self.wanted_groups(),
            _ => None,
        };
        let Some(wanted) = wanted else { return (self.account(loaded).await, None) };
        let linked = loaded.link.as_ref().map(|link| link.groups.as_slice()).unwrap_or_default();
        // Most logins: what is wanted is what is had.
        if wanted.len() == linked.len()
            && wanted
                .iter()
                .zip(linked)
                .all(|(group, known)| known.name == group.name && known.id().is_some())
        {
            return (self.account(loaded).await, Some(Planned::AsLinked(wanted)));
        }
        let linked = linked.to_vec();
        // Every wanted group is known, nothing is to be asked.
        if wanted
            .iter()
            .all(|group| linked.iter().any(|known| known.name == group.name && known.id().is_some()))
        {
            let plan = self.plan_groups(wanted, linked).await;
            return (self.account(loaded).await, Some(Planned::Plan(plan)));
        }
        enum Part {
            Account(Box<Account>),
            Plan(Plan),
        }
        let parts: [Pin<Box<dyn Future<Output = Part> + '_>>; 2] = [
            Box::pin(async { Part::Account(Box::new(self.account(loaded).await)) }),
            Box::pin(async { Part::Plan(self.plan_groups(wanted, linked).await) }),
        ];
        let (mut account, mut plan) = (None, None);
        for part in join_all(parts).await {
            match part {
                Part::Account(part) => account = Some(*part),
                Part::Plan(part) => plan = Some(part),
            }
        }
        (account.unwrap_or_else(Account::defect), plan.map(Planned::Plan))
    }

    async fn groups_of(&self, account: &mut Account, plan: Option<Planned>) -> Option<Synced> {
        let usable = match account.verdict {
            Verdict::Created
            | Verdict::Adopted
            | Verdict::Updated
            | Verdict::Reactivated
            | Verdict::Unchanged => true,
            Verdict::Deactivated
            | Verdict::Deleted
            | Verdict::Skipped
            | Verdict::Deferred
            | Verdict::Conflict
            | Verdict::Failed => false,
        };
        let (Some(plan), Some(user), true) = (plan, &account.id, usable) else { return None };
        let restarted = account.restarted;
        let before = account.before.as_mut();
        // An account under a new id is in no group yet, whatever the link of the old one said.
        let same = before.as_ref().and_then(|link| link.id.as_ref()) == Some(user);
        let unsure = before.as_ref().is_some_and(|link| link.doubts_groups());
        let mut plan = match (plan, before) {
            (Planned::AsLinked(_), Some(before)) if same && !unsure && !restarted => {
                return Some(Synced::as_linked(std::mem::take(&mut before.groups), account.link.is_some()));
            }
            (Planned::AsLinked(wanted), before) => {
                let linked = before.map(|link| link.groups.clone()).unwrap_or_default();
                self.plan_groups(wanted, linked).await
            }
            (Planned::Plan(plan), Some(before)) if restarted => {
                let wanted = plan.wanted.into_iter().map(|(wanted, _)| wanted).collect();
                self.plan_groups(wanted, before.groups.clone()).await
            }
            (Planned::Plan(plan), _) => plan,
        };
        if !same {
            plan.linked.clear();
            for (group, standing) in &mut plan.wanted {
                match standing {
                    GroupStanding::Had(id) => *standing = GroupStanding::Known(std::mem::take(id)),
                    // What was refused was refused to the account of before.
                    GroupStanding::Unavailable(_) => *standing = self.look_for_group(&group.name).await,
                    GroupStanding::Known(_) | GroupStanding::Missing | GroupStanding::Failed(_) => {}
                }
            }
        }
        if unsure {
            for (_, standing) in &mut plan.wanted {
                if let GroupStanding::Had(id) = standing {
                    *standing = GroupStanding::Known(std::mem::take(id));
                }
            }
        }
        let shown = account
            .remote
            .as_ref()
            .and_then(|user| resource::member(user, "groups"))
            .and_then(Value::as_array);
        let member_of: Vec<String> = shown
            .into_iter()
            .flatten()
            .filter_map(|group| resource::text(group, "value").map(str::to_owned))
            .collect();
        Some(self.sync_groups(plan, user, &member_of, unsure).await)
    }

    /// Writes down what was done. A record that somebody else wrote meanwhile is read again (D5).
    async fn close(&self, account: &mut Account, synced: Option<&Synced>) {
        let mut link = match (&account.link, synced) {
            (Some(link), _) => link.clone(),
            (None, Some(synced)) if synced.changed => match &account.before {
                Some(link) => {
                    let mut link = link.clone();
                    link.seen = link.seen.max(self.at);
                    link
                }
                None => return,
            },
            (None, _) => return,
        };
        if let Some(synced) = synced {
            link.groups.clone_from(&synced.groups);
        }
        if account.store && self.save(&link, account.condition.clone()).await == Saved::Refused {
            self.settle(account, &link).await;
        }
    }

    fn tell(&self, account: Account, synced: Option<Synced>, forgetful: bool) -> Sees {
        let leaving = matches!(self.standing, Standing::Disabled | Standing::Deleted);
        let left = left(&account, synced.as_ref(), leaving);
        let (groups, touched) = synced
            .map_or_else(Default::default, |synced| (synced.outcomes, synced.touched || synced.changed));
        let reason = if touched && account.reason == "fresh" { "groups-changed" } else { account.reason };
        let outcome = ServerOutcome {
            remote_id: account.id,
            changed: account.changed,
            groups,
            error: account.stop.map(|stop| stop.failure),
            ..self.outcome(account.verdict, reason)
        };
        Sees { exists: account.exists, forgetful, ..self.sees(outcome, reason, left) }
    }

    /// An outcome without details; in shadow mode with what it would have been.
    pub(super) fn outcome(&self, result: Verdict, reason: &'static str) -> ServerOutcome {
        let (result, would, reason) = match self.sending {
            Sending::Reads => (Verdict::Skipped, Some(result), "shadow"),
            Sending::Live | Sending::Nothing => (result, None, reason),
        };
        ServerOutcome { would, ..ServerOutcome::new(&self.server.id, result, reason) }
    }

    /// What was noted on the way goes into the outcome.
    pub(super) fn sees(&self, mut outcome: ServerOutcome, reason: &'static str, left: Option<Left>) -> Sees {
        let notes = self.notes.take();
        outcome.requests = notes.requests.into_iter().map(|(_, record)| record).collect();
        outcome.warnings = notes.warnings;
        outcome.warnings.extend(self.desired.warnings.iter().cloned());
        Sees { outcome, reason, left, exists: true, forgetful: false, pretended: notes.pretended }
    }
}

/// What is left to do: an unfinished account, a leaver's failure (R2), or unfinished groups.
fn left(account: &Account, synced: Option<&Synced>, leaving: bool) -> Option<Left> {
    let of = |stop: &Stop| Left {
        cause: stop.deferred.unwrap_or(stop.failure.class.word()),
        not_before: stop.not_before,
    };
    match &account.stop {
        Some(_) if leaving && planted::is(9) => None,
        Some(stop) if stop.deferred.is_some() || leaving || account.again => Some(of(stop)),
        Some(_) => None,
        None if account.again => Some(Left { cause: account.reason, not_before: None }),
        None => synced.and_then(|synced| synced.unfinished.as_ref()).map(of),
    }
}
