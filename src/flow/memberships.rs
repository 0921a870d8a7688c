//! Requests about one group and one member.

use serde_json::{Map, Value, json};

use super::Visit;
use super::call::Stop;
use super::groups::Wanted;
use crate::encode::percent;
use crate::http::{Body, Call};
use crate::mapping;
use crate::outcome::{Class, Failure};
use crate::provider::MemberRemoval;
use crate::scim::patch::{self, Operation};
use crate::scim::{message, resource};

/// What became of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// The user is in.
    Yes,
    /// The provider does not know the group's id.
    Gone,
}

/// What became of the creation of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// It has this id, and the user in it.
    Group(String),
    /// It was created with the user in it; the reply does not say under which id.
    Unnamed,
    /// There is one already.
    Duplicate,
}

impl Visit<'_> {
    /// Puts the user into a group.
    pub async fn join(&self, group: &str, user: &str) -> Result<Joined, Stop> {
        if self.learned(|learned| learned.patch) {
            let body = patch::body(&[patch::add_member(user)]);
            let reply =
                self.call(Call::new("group-add", "PATCH", group_path(group)).body(body.clone())).await?;
            match reply.status {
                _ if reply.is_success() && matches!(reply.body, Body::Unreadable) => {
                    return Err(Stop::failed(self.unreadable()));
                }
                _ if reply.is_success() => return Ok(Joined::Yes),
                404 | 410 => return Ok(Joined::Gone),
                405 | 501 => self.learned(|learned| learned.patch = false),
                _ => return Err(self.refused(&reply, Some(&body))),
            }
        }
        self.put_members("group-add", group, |members| {
            if !members.iter().any(|member| is(member, user)) {
                members.push(json!({ "value": user }));
            }
        })
        .await
    }

    /// Takes the user out of a group. One that is not there, or does not hold him, is left.
    pub async fn part(&self, group: &str, user: &str) -> Result<(), Stop> {
        if self.learned(|learned| learned.patch) {
            for _ in 0..FORMS {
                let operation = self.removal(user);
                let body = patch::body(&[operation]);
                let reply = self
                    .call(Call::new("group-remove", "PATCH", group_path(group)).body(body.clone()))
                    .await?;
                let error = crate::retry::error_of(&reply);
                match reply.status {
                    _ if reply.is_success() && matches!(reply.body, Body::Unreadable) => {
                        return Err(Stop::failed(self.unreadable()));
                    }
                    _ if reply.is_success() => return Ok(()),
                    404 | 410 => return Ok(()),
                    // RFC 7644 section 3.5.2.2: the filter selected nobody.
                    400 if error.scim_type.as_deref() == Some("noTarget") => return Ok(()),
                    // The other form; only where the standard's own is refused. AWS documents just one.
                    400 if self.server.provider.dialect.member_removal == MemberRemoval::ValuePath
                        && self.learned(|learned| learned.member_form) =>
                    {
                        self.learned(|learned| learned.member_form = false);
                    }
                    405 | 501 => {
                        self.learned(|learned| learned.patch = false);
                        break;
                    }
                    _ => return Err(self.refused(&reply, Some(&body))),
                }
            }
        }
        self.put_members("group-remove", group, |members| members.retain(|member| !is(member, user)))
            .await
            .map(|_| ())
    }

    fn removal(&self, user: &str) -> Operation {
        let documented = self.server.provider.dialect.member_removal;
        match (documented, self.learned(|learned| learned.member_form)) {
            (MemberRemoval::ValuePath, true) => patch::remove_member_by_path(user),
            (MemberRemoval::ValueList, _) | (MemberRemoval::ValuePath, false) => {
                patch::remove_member_by_list(user)
            }
        }
    }

    /// Without PATCH: GET, change, PUT; never a PUT of a partial view. A group that does not show its members cannot
    /// be written back without losing them.
    async fn put_members(
        &self,
        purpose: &'static str,
        group: &str,
        change: impl FnOnce(&mut Vec<Value>),
    ) -> Result<Joined, Stop> {
        self.put_group(purpose, group, |_, members| change(members)).await
    }

    /// The same for any change of a group.
    pub(super) async fn put_group(
        &self,
        purpose: &'static str,
        group: &str,
        change: impl FnOnce(&mut Map<String, Value>, &mut Vec<Value>),
    ) -> Result<Joined, Stop> {
        let reply = self
            .call(Call::new("group-read", "GET", group_path(group)).assume(json!({ "members": [] })))
            .await?;
        if matches!(reply.status, 404 | 410) {
            return Ok(Joined::Gone);
        }
        if !reply.is_success() {
            return Err(self.refused(&reply, None));
        }
        let Some(Value::Object(mut body)) = reply.json().cloned() else {
            return Err(Stop::failed(self.unreadable()));
        };
        let Some(Value::Array(mut members)) = body.remove("members") else {
            return Err(Stop::failed(Failure::new(
                Class::Rejected,
                format!(
                    "`{}` has no PATCH and does not show a group's members: a PUT would lose them",
                    self.server.id
                ),
            )));
        };
        change(&mut body, &mut members);
        body.insert("members".into(), Value::Array(members));
        body.remove("meta");
        let body = Value::Object(body);
        let reply = self.call(Call::new(purpose, "PUT", group_path(group)).body(body.clone())).await?;
        match reply.status {
            _ if reply.is_success() => Ok(Joined::Yes),
            404 | 410 => Ok(Joined::Gone),
            _ => Err(self.refused(&reply, Some(&body))),
        }
    }

    /// Creates a group with the user in it; `before` says how often that was tried in this run.
    pub async fn create_group(&self, group: &Wanted, user: &str, before: u32) -> Result<Made, Stop> {
        let with_member = self.server.provider.dialect.create_group_with_member
            && self.learned(|learned| learned.group_with_member);
        let mut body = json!({ "schemas": [resource::GROUP], "displayName": group.name });
        if let Some(body) = body.as_object_mut() {
            // Optional, and a platform's group name may not be what the provider takes for an id.
            if mapping::fits(&self.server.provider.dialect, "externalId", &group.external_id) {
                body.insert("externalId".into(), json!(group.external_id));
            }
            if with_member {
                body.insert("members".into(), json!([{ "value": user }]));
            }
        }
        let assumed = json!({ "id": format!("{{created:group:{}}}", group.name) });
        let call = Call::new("group-create", "POST", "/Groups").body(body.clone()).assume(assumed);
        let reply = self.call_after(call, before).await?;
        if reply.status == 400
            && with_member
            && self.server.provider.dialect.member_removal == MemberRemoval::ValuePath
        {
            // Some take members by PATCH alone.
            self.learned(|learned| learned.group_with_member = false);
            return Box::pin(self.create_group(group, user, before)).await;
        }
        if !reply.is_success() {
            let stop = self.refused(&reply, Some(&body));
            return if stop.failure.class == Class::Conflict { Ok(Made::Duplicate) } else { Err(stop) };
        }
        let Some(id) = reply.json().and_then(message::id) else {
            return Ok(if with_member { Made::Unnamed } else { Made::Duplicate });
        };
        // A reply that shows the group's members shows whether ours was taken.
        let shown = reply
            .json()
            .and_then(|group| resource::member(group, "members"))
            .and_then(Value::as_array)
            .map(Vec::as_slice);
        let dropped = shown.is_some_and(|members| !members.iter().any(|member| is(member, user)));
        if (!with_member || dropped) && self.join(&id, user).await? == Joined::Gone {
            return Ok(Made::Duplicate);
        }
        Ok(Made::Group(id))
    }
}

/// The dialect's form of removing a member, and the other one.
const FORMS: usize = 2;

fn group_path(id: &str) -> String {
    format!("/Groups/{}", percent(id))
}

fn is(member: &Value, user: &str) -> bool {
    resource::text(member, "value") == Some(user)
}
