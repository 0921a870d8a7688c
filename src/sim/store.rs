//! What a provider holds: users and groups in creation order. Knows no rules of any provider.

use serde_json::{Value, json};

use super::clock;
use super::json::{Object, items, text};

/// User or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A `User`.
    User,
    /// A `Group`.
    Group,
}

impl Kind {
    /// As in `meta.resourceType`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::User => "User",
            Kind::Group => "Group",
        }
    }

    /// As in a URL.
    pub fn endpoint(self) -> &'static str {
        match self {
            Kind::User => "Users",
            Kind::Group => "Groups",
        }
    }
}

/// A resource.
#[derive(Debug, Clone)]
pub struct Record {
    /// Grows with every record made; never used twice.
    pub sequence: u64,
    /// User or group.
    pub kind: Kind,
    /// Made by the server.
    pub id: String,
    /// Everything but `id`, `meta` and `schemas`; a group's `members` are here.
    pub attributes: Object,
    /// Milliseconds since the epoch.
    pub created: u64,
    /// Milliseconds since the epoch.
    pub modified: u64,
    /// Counts the changes.
    pub version: u64,
}

impl Record {
    /// The ids of a group's members.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        items(&self.attributes, "members").iter().filter_map(|m| m.as_object().and_then(|m| text(m, "value")))
    }

    /// Whether `id` is among the members.
    pub fn has_member(&self, id: &str) -> bool {
        self.members().any(|member| member == id)
    }

    /// Adds a member, unless it is there.
    pub fn join(&mut self, id: &str) {
        if self.has_member(id) {
            return;
        }
        let member = json!({"value": id});
        match self.attributes.get_mut("members").and_then(Value::as_array_mut) {
            Some(members) => members.push(member),
            None => {
                self.attributes.insert("members".to_owned(), Value::Array(vec![member]));
            }
        }
    }

    /// Removes a member; whether there was one.
    pub fn leave(&mut self, id: &str) -> bool {
        let Some(members) = self.attributes.get_mut("members").and_then(Value::as_array_mut) else {
            return false;
        };
        let before = members.len();
        members.retain(|member| member.get("value").and_then(Value::as_str) != Some(id));
        before != members.len()
    }

    /// Notes a change.
    pub fn touch(&mut self, now: u64) {
        self.modified = now;
        self.version += 1;
    }
}

/// Users and groups.
#[derive(Default)]
pub struct Store {
    records: Vec<Record>,
    sequence: u64,
}

impl Store {
    /// Adds a resource at the end.
    pub fn add(&mut self, kind: Kind, id: String, attributes: Object, now: u64) -> Record {
        self.sequence += 1;
        let record =
            Record { sequence: self.sequence, kind, id, attributes, created: now, modified: now, version: 1 };
        self.records.push(record.clone());
        record
    }

    /// The resource of this kind and id.
    pub fn find(&self, kind: Kind, id: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.kind == kind && record.id == id)
    }

    /// The same, to change it.
    pub fn find_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Record> {
        self.records.iter_mut().find(|record| record.kind == kind && record.id == id)
    }

    /// All of a kind, in creation order.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| record.kind == kind)
    }

    /// Removes a resource and its memberships; whether it was there.
    pub fn remove(&mut self, kind: Kind, id: &str) -> bool {
        let before = self.records.len();
        self.records.retain(|record| record.kind != kind || record.id != id);
        if before == self.records.len() {
            return false;
        }
        for group in self.records.iter_mut().filter(|record| record.kind == Kind::Group) {
            group.leave(id);
        }
        true
    }

    /// Which kind of resource this is the id of.
    pub fn kind_of(&self, id: &str) -> Option<Kind> {
        self.records.iter().find(|record| record.id == id).map(|record| record.kind)
    }

    /// Everything, see `Simulator::snapshot`.
    pub fn snapshot(&self) -> Value {
        let list = |kind| Value::Array(self.all(kind).map(whole).collect());
        json!({"Users": list(Kind::User), "Groups": list(Kind::Group)})
    }
}

/// A resource with everything it holds.
pub fn whole(record: &Record) -> Value {
    let mut object = record.attributes.clone();
    object.insert("id".to_owned(), Value::from(record.id.as_str()));
    if record.kind == Kind::Group && !object.contains_key("members") {
        object.insert("members".to_owned(), json!([]));
    }
    object.insert(
        "meta".to_owned(),
        json!({"resourceType": record.kind.name(), "created": clock::millis(record.created),
               "lastModified": clock::millis(record.modified)}),
    );
    Value::Object(object)
}
