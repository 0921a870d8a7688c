//! How one group ends: entered, left, refused, or left unclear; and what the link is to hold of it.

use super::Visit;
use super::call::Stop;
use super::groups::Standing;
use crate::link::{Group, GroupState};
use crate::outcome::{Class, Failure, GroupOutcome, GroupResult};

/// What became of one group.
pub(super) struct Step {
    pub outcome: GroupOutcome,
    /// What the link holds of it.
    pub remember: Option<Group>,
    pub stop: Option<Stop>,
}

impl Step {
    pub fn member(name: &str, id: String, result: GroupResult) -> Step {
        Step {
            outcome: GroupOutcome { name: name.to_owned(), result, remote_id: Some(id.clone()), error: None },
            remember: Some(Group { name: name.to_owned(), state: GroupState::Member(id) }),
            stop: None,
        }
    }

    /// `since` is when it turned out so, to be remembered; `None` where it is not.
    pub fn unavailable(
        name: &str,
        since: Option<u64>,
        result: GroupResult,
        error: Option<Box<Failure>>,
    ) -> Step {
        Step {
            outcome: GroupOutcome { name: name.to_owned(), result, remote_id: None, error },
            remember: since.map(|at| Group { name: name.to_owned(), state: GroupState::Unavailable(at) }),
            stop: None,
        }
    }
}

impl Visit<'_> {
    /// Takes the user out of a group of the link.
    pub(super) async fn leave(&self, group: Group, user: &str) -> Step {
        let stays = |id, stop: Stop| {
            let failed = self.failed(&group.name, id, stop);
            let unclear = failed.remember.filter(|group| matches!(group.state, GroupState::Unclear(_)));
            Step { remember: unclear.or_else(|| Some(group.clone())), ..failed }
        };
        let id = match &group.state {
            GroupState::Member(id) | GroupState::Unclear(Some(id)) => id.clone(),
            GroupState::Unclear(None) | GroupState::Unavailable(_) => {
                match self.group_id(&group.name).await {
                    Standing::Known(id) | Standing::Had(id) => id,
                    Standing::Failed(stop) => return stays(None, stop),
                    Standing::Missing | Standing::Unavailable(_) => {
                        return Step::unavailable(&group.name, None, GroupResult::Left, None);
                    }
                }
            }
        };
        match self.part(&id, user).await {
            Ok(()) => Step { remember: None, ..Step::member(&group.name, id, GroupResult::Left) },
            Err(stop) => stays(Some(id), stop),
        }
    }

    /// What was refused for good is not asked again at every login; what may work later is.
    pub(super) fn failed(&self, name: &str, id: Option<String>, stop: Stop) -> Step {
        let refused = match stop.failure.class {
            Class::Forbidden | Class::Rejected | Class::Conflict | Class::NotFound => stop.deferred.is_none(),
            Class::Profile
            | Class::Credentials
            | Class::Throttled
            | Class::Unavailable
            | Class::Timeout
            | Class::Protocol
            | Class::Internal => false,
        };
        // What may have been done is remembered until it is known, whatever was refused after it.
        let state = match stop.unclear {
            true => Some(GroupState::Unclear(id.clone())),
            false => refused.then(|| GroupState::Unavailable(self.port.now())),
        };
        let failure = Some(stop.failure.clone());
        let result = GroupResult::Failed;
        let outcome = GroupOutcome { name: name.to_owned(), result, remote_id: id, error: failure };
        let remember = state.map(|state| Group { name: name.to_owned(), state });
        Step { outcome, remember, stop: Some(stop) }
    }
}
