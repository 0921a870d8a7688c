//! Events about a group: renamed, deleted (D9). Nobody's membership is touched by name; ids stand.

use serde_json::Value;

use super::Visit;
use super::call::Stop;
use super::groups::Standing;
use super::memberships::Joined;
use super::memory::GroupRecord;
use super::verdict::{Left, Sees};
use crate::encode::percent;
use crate::event::{GroupChange, Kind};
use crate::http::Call;
use crate::json::json;
use crate::outcome::{GroupOutcome, GroupResult, ServerOutcome, Verdict};
use crate::provider::GroupsMode;
use crate::scim::patch::{self, Operation};

/// What became of the group.
enum End {
    Done(&'static str, GroupOutcome),
    Stop(Verdict, &'static str),
}

/// Talks to the server about the group of the event.
pub async fn group_event(v: &Visit<'_>, change: &GroupChange) -> Sees {
    let end = match v.event.kind {
        Kind::GroupDeleted => v.group_deleted(change).await,
        Kind::GroupRenamed
        | Kind::Login
        | Kind::UserCreated
        | Kind::UserUpdated
        | Kind::UserEnabled
        | Kind::UserDisabled
        | Kind::UserDeleted => v.group_renamed(change).await,
    };
    let (result, reason, groups, stop) = match end {
        Ok(End::Done(reason, group)) => (Verdict::Updated, reason, vec![group], None),
        Ok(End::Stop(result, reason)) => (result, reason, Vec::new(), None),
        Err(stop) => match stop.deferred {
            Some(reason) => (Verdict::Deferred, reason, Vec::new(), Some(stop)),
            None => (Verdict::Failed, stop.failure.class.word(), Vec::new(), Some(stop)),
        },
    };
    // What went wrong with a group that is to go is not said again by any login.
    let left = stop.as_ref().map(|stop| Left { cause: reason, not_before: stop.not_before });
    let outcome = ServerOutcome {
        remote_id: groups.first().and_then(|group| group.remote_id.clone()),
        groups,
        error: stop.map(|stop| stop.failure),
        ..v.outcome(result, reason)
    };
    v.sees(outcome, reason, left)
}

impl Visit<'_> {
    async fn group_renamed(&self, change: &GroupChange) -> Result<End, Stop> {
        let previous = change.previous_name.as_deref().unwrap_or("");
        let before = crate::event::Group { id: change.group.id.clone(), name: previous.to_owned() };
        let sync = &self.server.groups;
        let names = (self.renamed(sync, &before), self.renamed(sync, &change.group));
        let (GroupsMode::Add | GroupsMode::Mirror, true, (Some(old), Some(new))) =
            (sync.mode, sync.manages(previous), names)
        else {
            return Ok(End::Stop(Verdict::Skipped, "group-not-managed"));
        };
        if old == new {
            return Ok(End::Stop(Verdict::Unchanged, "no-group"));
        }
        let Some(record) = self.group_of(&old).await? else {
            return Ok(End::Stop(Verdict::Unchanged, "no-group"));
        };
        if self.rename_group(&record.id, &new).await? == Joined::Gone {
            return Ok(End::Stop(Verdict::Unchanged, "no-group"));
        }
        self.erase_group(&old).await;
        self.save_group(&new, &record.id, record.created).await;
        let group =
            GroupOutcome { name: new, result: GroupResult::Renamed, remote_id: Some(record.id), error: None };
        Ok(End::Done("group-renamed", group))
    }

    async fn group_deleted(&self, change: &GroupChange) -> Result<End, Stop> {
        let sync = &self.server.groups;
        let name = self.renamed(sync, &change.group);
        let (true, Some(name)) = (sync.mode != GroupsMode::Off && sync.manages(&change.group.name), name)
        else {
            return Ok(End::Stop(Verdict::Skipped, "group-not-managed"));
        };
        if sync.mode != GroupsMode::Mirror {
            return Ok(End::Stop(Verdict::Skipped, "group-deprovisioning-off"));
        }
        let Some(record) = self.group_of(&name).await? else {
            return Ok(End::Stop(Verdict::Unchanged, "no-group"));
        };
        if !record.created {
            return Ok(End::Stop(Verdict::Skipped, "group-deprovisioning-off"));
        }
        let reply = self
            .call(Call::new("group-delete", "DELETE", format!("/Groups/{}", percent(&record.id))))
            .await?;
        if !reply.is_success() && !matches!(reply.status, 404 | 410) {
            return Err(self.refused(&reply, None));
        }
        self.erase_group(&name).await;
        let group =
            GroupOutcome { name, result: GroupResult::Deleted, remote_id: Some(record.id), error: None };
        Ok(End::Done("group-deleted", group))
    }

    /// The group of a name: remembered, else looked for. One that is only found is not one we created.
    async fn group_of(&self, name: &str) -> Result<Option<GroupRecord>, Stop> {
        if let Some(record) = self.load_group_record(name).await {
            return Ok(Some(record));
        }
        match self.look_for_group(name).await {
            Standing::Known(id) => Ok(Some(GroupRecord { id, created: false })),
            Standing::Failed(stop) => Err(stop),
            Standing::Missing | Standing::Had(_) | Standing::Unavailable(_) => Ok(None),
        }
    }

    async fn rename_group(&self, id: &str, name: &str) -> Result<Joined, Stop> {
        if self.learned(|learned| learned.patch) {
            let dialect = &self.server.provider.dialect;
            let pathless = Operation::replace_all(json!({ "displayName": name }));
            let forms = if dialect.update.first().is_some_and(|form| form.is_pathless()) {
                vec![pathless]
            } else {
                vec![Operation::replace("displayName", json!(name)), pathless]
            };
            let mut refused = None;
            for form in forms {
                let body = patch::body(&[form]);
                let call = Call::new("group-rename", "PATCH", format!("/Groups/{}", percent(id)));
                let reply = self.call(call.body(body.clone())).await?;
                match reply.status {
                    _ if reply.is_success() => return Ok(Joined::Yes),
                    404 | 410 => return Ok(Joined::Gone),
                    405 | 501 if dialect.put => {
                        self.learned(|learned| learned.patch = false);
                        refused = None;
                        break;
                    }
                    // It may be about the form.
                    400 => refused = refused.or(Some((reply, body))),
                    _ => return Err(self.refused(&reply, Some(&body))),
                }
            }
            if let Some((reply, body)) = refused {
                return Err(self.refused(&reply, Some(&body)));
            }
        }
        self.put_group("group-rename", id, false, &|group, _| {
            group.insert("displayName".into(), Value::from(name));
        })
        .await
    }
}
