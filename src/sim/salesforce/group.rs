//! Public groups (sheet section 6): found and changed here, made and deleted elsewhere.

use serde_json::Value;

use super::operations::{Operation, operations};
use super::platform::{Failure, Statement};
use super::reply::Refusal;
use super::{Answer, Done, Salesforce, id};
use crate::sim::json::{Object, get, text};
use crate::sim::store::{Kind, Record, Step};

impl Salesforce {
    /// A public group: queues are in lists alone.
    pub(super) fn group(&self, id: &str) -> Option<&Record> {
        let found = self.store.find(Kind::Group, id);
        found.filter(|group| text(&group.attributes, "type").is_none_or(|kind| kind == "Regular"))
    }

    pub(super) fn create_group(&mut self, body: &Object, now: u64) -> Answer {
        if self.settings.is("groupWrites", "501") {
            return Err(Refusal::method());
        }
        let name = text(body, "displayName").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Refusal::scim(409, "REQUIRED_FIELD_MISSING:displayName;"))?.to_owned();
        let members = get(body, "members").map_or(Ok(Vec::new()), member_ids)?;
        self.check_members(&members, Statement::Insert)?;
        let id = self.made("00G");
        let mut attributes = Object::new();
        attributes.insert("displayName".to_owned(), Value::from(name));
        self.store.add(Kind::Group, id.clone(), attributes, now);
        for member in members {
            self.store.join(&id, &member);
        }
        let body = self.group(&id).map_or(Value::Null, |group| self.show(group));
        Ok(Done { status: 201, body, location: Some(format!("{}/Groups/{id}", self.settings.url)) })
    }

    pub(super) fn delete_group(&mut self, id: &str) -> Answer {
        if self.settings.is("groupWrites", "501") {
            return Err(Refusal::method());
        }
        if self.group(id).is_some() && self.store.remove(Kind::Group, id) {
            Ok(Done::new(204, Value::Null))
        } else {
            Err(Refusal::missing())
        }
    }

    /// Replaces the members, and says nothing (section 6).
    pub(super) fn put_group(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let group = self.group(id).filter(|_| !self.settings.is("groupPut", "404"));
        let mut attributes = group.ok_or_else(Refusal::missing)?.attributes.clone();
        let members = get(body, "members").map_or(Ok(Vec::new()), member_ids)?;
        self.check_members(&members, Statement::Update(id))?;
        if let Some(name) = text(body, "displayName").filter(|name| !name.is_empty()) {
            attributes.insert("displayName".to_owned(), Value::from(name));
        }
        let joins = members.into_iter().map(Step::Join);
        self.store.take_steps(id, std::iter::once(Step::Empty).chain(joins).collect());
        self.store.set(Kind::Group, id, attributes, now);
        if self.settings.is("groupPut", "body") {
            self.group_done(id)
        } else {
            Ok(Done::new(200, Value::Null))
        }
    }

    pub(super) fn patch_group(&mut self, id: &str, body: Option<&Object>, now: u64) -> Answer {
        let Some(group) = self.group(id) else { return Err(self.patch_missing()) };
        let mut attributes = group.attributes.clone();
        let mut steps = Vec::new();
        for operation in operations(body.ok_or(Refusal::Unknown)?)? {
            let (members, name) = self.change(id, &operation)?;
            steps.extend(members);
            attributes.extend(name.map(|name| ("displayName".to_owned(), Value::from(name))));
        }
        self.store.take_steps(id, steps);
        self.store.set(Kind::Group, id, attributes, now);
        self.group_done(id)
    }

    /// What an operation does to the members, and the new name.
    fn change(&self, id: &str, operation: &Operation) -> Result<(Vec<Step>, Option<String>), Refusal> {
        let value = operation.value.as_ref();
        let nested = value.and_then(Value::as_object);
        let members = match nested {
            Some(object) => get(object, "members"),
            None => value.filter(|_| self.settings.is("groupMembers", "any")),
        };
        let path = operation.path.as_deref().unwrap_or("");
        let by_path = path.split('"').nth(1).filter(|_| path.starts_with("members["));
        let ids = match (members, by_path) {
            (Some(members), _) => member_ids(members)?,
            (None, Some(id)) if self.settings.is("groupMembers", "any") => vec![id::long(id)],
            (None, _) if nested.is_none() => return Err(Refusal::Unknown),
            (None, _) => Vec::new(),
        };
        let mut steps = Vec::new();
        match (operation.op.as_str(), members.is_some()) {
            ("remove", _) => steps.extend(ids.into_iter().map(Step::Leave)),
            (op, there) => {
                self.check_members(&ids, Statement::Uncaught(id))?;
                let replaces = op == "replace" && there;
                if replaces {
                    steps.push(Step::Empty);
                }
                // The pilot empties the group and adds nobody (section 6).
                if !replaces || self.settings.is("groupReplace", "replaces") {
                    steps.extend(ids.into_iter().map(Step::Join));
                }
            }
        }
        let name = nested.and_then(|object| text(object, "displayName"));
        Ok((steps, name.filter(|_| operation.op != "remove").map(str::to_owned)))
    }

    fn check_members(&self, ids: &[String], statement: Statement) -> Result<(), Refusal> {
        let nests = self.settings.is("nestedGroups", "accept");
        let fits = |id: &String| match self.store.kind_of(id) {
            Some(Kind::User) => true,
            Some(Kind::Group) => nests,
            None => *id == self.org.running_user,
        };
        match ids.iter().find(|id| !fits(id)) {
            None => Ok(()),
            Some(id) => {
                let text = format!("invalid cross reference id {id}");
                let failure = Failure::new("INVALID_CROSS_REFERENCE_KEY", text, "UserOrGroupId");
                Err(self.fail(&failure, statement))
            }
        }
    }

    fn group_done(&self, id: &str) -> Answer {
        let group = self.group(id).ok_or_else(Refusal::missing)?;
        Ok(Done::new(200, self.show(group)))
    }
}

/// The ids in a list of members.
fn member_ids(members: &Value) -> Result<Vec<String>, Refusal> {
    let list = members.as_array().ok_or(Refusal::Unknown)?;
    let id = |member: &Value| member.get("value").and_then(Value::as_str).map(id::long);
    let ids: Option<Vec<String>> = list.iter().map(id).collect();
    ids.ok_or(Refusal::Unknown)
}
