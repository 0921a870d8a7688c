//! Requests about one group and one member.

use serde_json::{Map, Value};

use super::call::Stop;
use super::groups::Wanted;
use super::{Sending, Visit};
use crate::core::{Form, Learned};
use crate::encode::percent;
use crate::http::{Body, Call};
use crate::json::json;
use crate::mapping;
use crate::outcome::{Class, Failure};
use crate::planted;
use crate::provider::{GroupCreation, MemberForm};
use crate::retry::error_of;
use crate::scim::patch::{self, Operation};
use crate::scim::{message, resource};
use crate::table::take;

/// What became of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// The user is in.
    Yes,
    /// The provider does not know the group's id.
    Gone,
}

/// A change of a group, and of its members.
pub(super) type Edit<'a> = &'a dyn Fn(&mut Map<String, Value>, &mut Vec<Value>);

/// What became of the creation of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// It has this id, and the user in it.
    Group(String),
    /// It was created; the reply does not say under which id.
    Unnamed {
        /// With the user in it.
        has_user: bool,
    },
    /// There is one already.
    Duplicate,
}

impl Visit<'_> {
    /// Puts the user into a group.
    pub async fn join(&self, group: &str, user: &str, is_new: bool) -> Result<Joined, Stop> {
        let forms = self.server.provider.dialect.add_member;
        if let Some(joined) = self.patch_member("group-add", group, user, forms).await? {
            return Ok(joined);
        }
        self.put_group("group-add", group, is_new, &|_, members| {
            if !members.iter().any(|member| is(member, user)) {
                members.push(json!({ "value": user }));
            }
        })
        .await
    }

    /// Takes the user out of a group. One that is not there, or does not hold him, is left.
    pub async fn part(&self, group: &str, user: &str) -> Result<(), Stop> {
        let forms = self.server.provider.dialect.remove_member;
        if self.patch_member("group-remove", group, user, forms).await?.is_some() {
            return Ok(());
        }
        self.put_group("group-remove", group, false, &|_, members| members.retain(|member| !is(member, user)))
            .await
            .map(|_| ())
    }

    /// Puts one member in or out by PATCH: in the form the server is known to take, in the next one only while that is
    /// in doubt (H1, R3). `None` where it has no PATCH.
    async fn patch_member(
        &self,
        purpose: &'static str,
        group: &str,
        user: &str,
        forms: &[MemberForm],
    ) -> Result<Option<Joined>, Stop> {
        let adds = purpose == "group-add";
        let slot = |learned: &mut Learned, form: Option<Form>| {
            let slot = if adds { &mut learned.add_member } else { &mut learned.remove_member };
            *slot = form.unwrap_or(*slot);
            *slot
        };
        let known = self.learned(|learned| slot(learned, None));
        let mut refused = None;
        for (at, form) in forms.iter().enumerate().skip(known.at) {
            if !self.learned(|learned| learned.patch) {
                return Ok(None);
            }
            let body = patch::body(&[operation(*form, user)]);
            let reply = self.call(Call::new(purpose, "PATCH", group_path(group)).body(body.clone())).await?;
            match reply.status {
                _ if reply.is_success() && matches!(reply.body, Body::Unreadable) => {
                    return Err(self.garbled());
                }
                _ if reply.is_success() => {
                    if self.sending == Sending::Live {
                        self.learned(|learned| slot(learned, Some(Form { at, proven: 1 })));
                    }
                    return Ok(Some(Joined::Yes));
                }
                404 | 410 => return Ok(Some(Joined::Gone)),
                405 | 501 if self.server.provider.dialect.put => {
                    self.learned(|learned| learned.patch = false);
                }
                // RFC 7644 section 3.5.2.1: who is in already changes nothing; some call it a conflict.
                409 if adds => return Ok(Some(Joined::Yes)),
                // RFC 7644 section 3.5.2.2: the filter selected nobody.
                400 if !adds && error_of(&reply).scim_type.as_deref() == Some("noTarget") => {
                    return Ok(Some(Joined::Yes));
                }
                400 if known.proven == 0 => {
                    refused.get_or_insert((reply, body));
                }
                _ => return Err(self.refused(&reply, Some(&body))),
            }
        }
        match refused {
            Some((reply, body)) => Err(self.refused(&reply, Some(&body))),
            None => Ok(None),
        }
    }

    /// Without PATCH: GET, change, PUT; never a PUT of a partial view. A group that does not show its members cannot
    /// be written back without losing them, unless it is new and has none but ours.
    pub(super) async fn put_group(
        &self,
        purpose: &'static str,
        group: &str,
        is_new: bool,
        change: Edit<'_>,
    ) -> Result<Joined, Stop> {
        let reply = self
            .call(Call::new("group-read", "GET", group_path(group)).assume(json!({ "members": json!([]) })))
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
        let mut members = match take(&mut body, "members") {
            Some(Value::Array(members)) => members,
            _ if is_new => Vec::new(),
            _ => {
                return Err(Stop::failed(Failure::new(
                    Class::Rejected,
                    format!(
                        "`{}` has no PATCH and does not show a group's members: a PUT would lose them",
                        self.server.id
                    ),
                )));
            }
        };
        if planted::is(10) {
            members.clear();
        }
        change(&mut body, &mut members);
        body.insert("members".into(), Value::Array(members));
        take(&mut body, "meta");
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
        let documented = self.server.provider.dialect.group_creation == GroupCreation::WithMember;
        let with_member = documented || self.learned(|learned| learned.group_with_member);
        let mut body = json!({ "schemas": json!([resource::GROUP]), "displayName": group.name.as_str() });
        if let Some(body) = body.as_object_mut() {
            let external_id = self.external_id(group);
            // Optional, and a platform's group name may not be what the provider takes for an id.
            if mapping::fits(&self.server.provider.dialect, "externalId", external_id) {
                body.insert("externalId".into(), json!(external_id));
            }
            if with_member {
                body.insert("members".into(), json!([json!({ "value": user })]));
            }
        }
        let assumed = json!({ "id": format!("{{created:group:{}}}", group.name) });
        let call = Call::new("group-create", "POST", "/Groups").body(body.clone()).assume(assumed);
        let reply = self.call_after(call, before).await?;
        if reply.status == 400 && with_member && !documented {
            // Some take members by PATCH alone.
            self.learned(|learned| learned.group_with_member = false);
            return Box::pin(self.create_group(group, user, before)).await;
        }
        if !reply.is_success() {
            let stop = self.refused(&reply, Some(&body));
            return if stop.failure.class == Class::Conflict { Ok(Made::Duplicate) } else { Err(stop) };
        }
        // Some drop members without a word. A whole representation (RFC 7644 section 3.3) shows whether ours was taken; a
        // reply that is less than that says nothing of it.
        let has_user = with_member && (documented || reply.json().is_none_or(|group| holds(group, user)));
        let Some(id) = reply.json().and_then(message::id) else { return Ok(Made::Unnamed { has_user }) };
        if !has_user && self.join(&id, user, true).await? == Joined::Gone {
            return Ok(Made::Duplicate);
        }
        Ok(Made::Group(id))
    }
}

fn operation(form: MemberForm, user: &str) -> Operation {
    match form {
        MemberForm::Add => patch::add_member(user),
        MemberForm::AddPathless => patch::add_member_pathless(user),
        MemberForm::RemovePath => patch::remove_member_by_path(user),
        MemberForm::RemoveList => patch::remove_member_by_list(user),
        MemberForm::AddNested => patch::nested_member("add", user),
        MemberForm::RemoveNested => patch::nested_member("remove", user),
    }
}

/// Whether a created group holds the user, as far as it says.
fn holds(group: &Value, user: &str) -> bool {
    let whole = resource::member(group, "displayName").and(resource::member(group, "meta")).is_some();
    match resource::member(group, "members") {
        Some(Value::Array(members)) => members.iter().any(|member| is(member, user)),
        _ => !whole,
    }
}

fn group_path(id: &str) -> String {
    format!("/Groups/{}", percent(id))
}

fn is(member: &Value, user: &str) -> bool {
    resource::text(member, "value") == Some(user)
}
