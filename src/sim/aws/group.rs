//! CreateGroup, GetGroup (creategroup.html, getgroup.html) and the face of a group.

use serde_json::{Value, json};

use super::{Answer, Aws, reply, rules, user};
use crate::sim::fault::Fault;
use crate::sim::json::{Object, get, text};
use crate::sim::schema::GROUP;
use crate::sim::store::{Kind, Record};

/// Membership changes in one request (patchgroup.html).
pub const MOST_MEMBERS: usize = 100;

/// A group as answered: members are never told.
pub fn show(record: &Record) -> Value {
    let mut object = record.attributes.clone();
    object.insert("id".to_owned(), Value::from(record.id.as_str()));
    object.insert("schemas".to_owned(), json!([GROUP]));
    object.insert("meta".to_owned(), user::meta(record));
    Value::Object(object)
}

/// The ids in a list of members.
pub fn member_ids(value: &Value) -> Result<Vec<String>, Fault> {
    let list = value.as_array().ok_or_else(reply::generic)?;
    let id = |member: &Value| member.get("value").and_then(Value::as_str).map(str::to_owned);
    let ids: Option<Vec<String>> = list.iter().map(id).collect();
    ids.ok_or_else(reply::generic)
}

impl Aws {
    pub(super) fn create_group(&mut self, body: &Object, now: u64) -> Answer {
        self.refuse_read_only(body)?;
        let mut group = rules::read(Kind::Group, body, &self.settings)?;
        group.remove("members");
        rules::check_group(&group, &self.settings)?;
        let ids = match get(body, "members") {
            None | Some(Value::Null) => Vec::new(),
            Some(members) => member_ids(members)?,
        };
        if ids.len() > MOST_MEMBERS {
            return Err(reply::generic());
        }
        let ids = self.known_members(ids)?;
        self.check_unique_group(&group, "", 409)?;
        let id = self.fresh_id();
        let record = self.store.add(Kind::Group, id, group, now);
        for id in ids {
            self.store.join(&record.id, &id);
        }
        Ok((201, self.created(&record)))
    }

    /// The ids that can be added, or why one cannot. Groups do not nest (users-groups-provisioning.html).
    pub(super) fn known_members(&self, ids: Vec<String>) -> Result<Vec<String>, Fault> {
        let mut known = Vec::new();
        for id in ids {
            match (self.store.find(Kind::User, &id), self.settings.value("unknownMember")) {
                (Some(user), _) => {
                    let disabled = user.attributes.get("active") == Some(&Value::Bool(false));
                    if disabled && self.settings.is("disabledMember", "400") {
                        return Err(reply::generic());
                    }
                    known.push(id);
                }
                (None, "ignore") => {}
                (None, "400") => return Err(reply::generic()),
                (None, _) => return Err(reply::not_found("User")),
            }
        }
        Ok(known)
    }

    /// displayName and externalId are unique (re:Post).
    pub(super) fn check_unique_group(&self, group: &Object, own: &str, status: u16) -> Result<(), Fault> {
        let alike = self.store.alike(Kind::Group, &["displayName", "externalId"], group);
        let taken = alike.into_iter().filter(|other| other.id != own).any(|other| {
            let other = &other.attributes;
            self.same(text(group, "displayName"), text(other, "displayName"))
                || (text(group, "externalId").is_some()
                    && text(group, "externalId") == text(other, "externalId"))
        });
        if taken { Err(Fault { status, ..reply::duplicate() }) } else { Ok(()) }
    }

    pub(super) fn get_group(&self, id: &str, now: u64) -> Answer {
        let mut body = self.show(self.readable(Kind::Group, id, now)?);
        if let Some(object) = body.as_object_mut().filter(|_| self.settings.is("getGroupMembers", "empty")) {
            object.insert("members".to_owned(), json!([]));
        }
        Ok((200, body))
    }
}
