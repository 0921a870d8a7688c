//! Groups of an enterprise (sheet 4.6).

use serde_json::Value;

use super::limits::Window;
use super::refusal::Refusal;
use super::{Answer, GitHub};
use crate::sim::json::{Object, get, text};
use crate::sim::store::Kind;

impl GitHub {
    pub(super) fn create_group(&mut self, body: &Object, now: u64) -> Answer {
        let group = self.read_group(body)?;
        let members = self.read_members(get(body, "members"))?;
        let members = self.known(members)?;
        self.check_unique_group(&group, "")?;
        let mut added = Window::default();
        self.limit_members(&mut added, members.len(), now)?;
        let record = self.made(Kind::Group, group, now);
        self.added.insert(record.id.clone(), added);
        for id in members {
            self.store.join(&record.id, &id);
        }
        let body = self.show(self.find(Kind::Group, &record.id)?, None);
        Ok((201, body))
    }

    /// Without `members` the group is empty afterwards (sheet 4.6).
    pub(super) fn put_group(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let group = self.read_group(body)?;
        let members = self.read_members(get(body, "members"))?;
        self.find(Kind::Group, id)?;
        let members = self.known(members)?;
        self.check_unique_group(&group, id)?;
        let body = self.save_group(id, group, &members, now)?;
        Ok((200, body))
    }

    /// Stores a group with these members, and shows it.
    pub(super) fn save_group(
        &mut self,
        id: &str,
        group: Object,
        members: &[String],
        now: u64,
    ) -> Result<Value, Refusal> {
        let before = self.find(Kind::Group, id)?;
        let new = members.iter().filter(|member| !self.store.has_member(before, member)).count();
        let mut added = self.added.remove(id).unwrap_or_default();
        let fits = self.limit_members(&mut added, new, now);
        self.added.insert(id.to_owned(), added);
        fits?;
        let members = Some(members).filter(|members| !members.is_empty());
        self.store.replace(Kind::Group, id, group, members, now);
        Ok(self.stored(Kind::Group, id))
    }

    /// The SCIM ids in a list of members; a list in a string by the switch (sheet 9).
    pub(super) fn read_members(&self, value: Option<&Value>) -> Result<Vec<String>, Refusal> {
        let parsed = match value {
            Some(Value::String(text)) if self.settings.is("stringValueForMembers", "accept") => {
                serde_json::from_str(text).ok()
            }
            other => other.cloned(),
        };
        let list = match parsed {
            None | Some(Value::Null) if value.is_none_or(Value::is_null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list,
            None
            | Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                return Err(self.wrong("`members` must be a list"));
            }
        };
        let ids = list.iter().map(|member| member.get("value").and_then(Value::as_str).map(str::to_owned));
        ids.collect::<Option<Vec<_>>>().ok_or_else(|| self.wrong("a member needs a `value`"))
    }

    /// The ids of users there are, each once; groups do not nest (sheet 4.6).
    pub(super) fn known(&self, ids: Vec<String>) -> Result<Vec<String>, Refusal> {
        let mut known = Vec::new();
        for id in ids {
            let there = self.store.find(Kind::User, &id).is_some_and(|user| self.visible(user));
            match (there, self.settings.value("unknownMember")) {
                (true, _) if known.contains(&id) => {}
                (true, _) => known.push(id),
                (false, "ignore") => {}
                (false, "404") => return Err(Refusal::nowhere()),
                (false, _) => return Err(Refusal::scim(400, format!("no user `{id}`"))),
            }
        }
        Ok(known)
    }

    /// externalId is unique, displayName by the switch.
    pub(super) fn check_unique_group(&self, group: &Object, own: &str) -> Result<(), Refusal> {
        let names = self.settings.is("groupNameTaken", "409");
        let name = |group: &Object| text(group, "displayName").map(str::to_lowercase);
        let alike = self.store.alike(Kind::Group, &["externalId", "displayName"], group);
        let taken = alike.into_iter().filter(|other| other.id != own).any(|other| {
            let other = &other.attributes;
            text(group, "externalId") == text(other, "externalId") || (names && name(group) == name(other))
        });
        if taken { Err(self.taken()) } else { Ok(()) }
    }
}
