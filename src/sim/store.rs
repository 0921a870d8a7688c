//! What a provider holds: users and groups in creation order. Knows no rules of any provider.

use serde_json::{Value, json};

use super::clock;
use super::filter::Filter;
use super::json::Object;
use super::members::Memberships;
use super::table::{Index, Table};

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
    /// Everything but `id`, `meta`, `schemas` and a group's `members`.
    pub attributes: Object,
    /// Milliseconds since the epoch.
    pub created: u64,
    /// Milliseconds since the epoch.
    pub modified: u64,
    /// Counts the changes.
    pub version: u64,
}

impl Record {
    /// Notes a change.
    pub(super) fn touch(&mut self, now: u64) {
        self.modified = now;
        self.version += 1;
    }
}

/// What was done to the members of a group, on the way to its being done.
pub enum Step {
    /// Adds a member, unless it is there.
    Join(String),
    /// Removes a member.
    Leave(String),
    /// Removes all of them.
    Empty,
}

/// Users, groups, and who is in which.
pub struct Store {
    users: Table,
    groups: Table,
    memberships: Memberships,
    sequence: u64,
}

impl Store {
    /// An empty store that looks records up by these.
    pub fn new(indexes: &'static [Index]) -> Store {
        Store {
            users: Table::new(Kind::User, indexes),
            groups: Table::new(Kind::Group, indexes),
            memberships: Memberships::default(),
            sequence: 0,
        }
    }

    fn table(&self, kind: Kind) -> &Table {
        match kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
        }
    }

    fn table_mut(&mut self, kind: Kind) -> &mut Table {
        match kind {
            Kind::User => &mut self.users,
            Kind::Group => &mut self.groups,
        }
    }

    /// Adds a resource at the end; a group without members.
    pub fn add(&mut self, kind: Kind, id: String, attributes: Object, now: u64) -> Record {
        self.sequence += 1;
        let record =
            Record { sequence: self.sequence, kind, id, attributes, created: now, modified: now, version: 1 };
        self.table_mut(kind).add(record.clone());
        record
    }

    /// Replaces the attributes of a resource; whether it is there.
    pub fn set(&mut self, kind: Kind, id: &str, attributes: Object, now: u64) -> bool {
        self.table_mut(kind).set(id, attributes, now)
    }

    /// Makes a resource this, a group with these members; is it that already, then nothing changes.
    pub fn replace(
        &mut self,
        kind: Kind,
        id: &str,
        attributes: Object,
        members: Option<&[String]>,
        now: u64,
    ) {
        let Some(record) = self.find(kind, id) else { return };
        let same = match (self.memberships.list(record.sequence), members) {
            (Some(list), Some(members)) => list.eq(members),
            (list, members) => list.is_none() && members.is_none(),
        };
        if same && record.attributes == attributes {
            return;
        }
        self.set_members(id, members);
        self.set(kind, id, attributes, now);
    }

    /// Notes a change of members.
    pub fn touch(&mut self, kind: Kind, id: &str, now: u64) {
        self.table_mut(kind).touch(id, now);
    }

    /// Removes a resource and its memberships; whether it was there.
    pub fn remove(&mut self, kind: Kind, id: &str) -> bool {
        let Some(record) = self.table_mut(kind).remove(id) else { return false };
        self.memberships.set(record.sequence, None);
        for group in self.memberships.groups(id) {
            self.memberships.leave(group, id);
        }
        true
    }

    /// The resource of this kind and id.
    pub fn find(&self, kind: Kind, id: &str) -> Option<&Record> {
        self.table(kind).find(id)
    }

    /// Which kind of resource this is the id of.
    pub fn kind_of(&self, id: &str) -> Option<Kind> {
        [Kind::User, Kind::Group].into_iter().find(|kind| self.find(*kind, id).is_some())
    }

    /// All of a kind, in creation order.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.table(kind).all()
    }

    /// At least those whose `name` is `value`, in any case, in creation order.
    pub fn by(&self, kind: Kind, name: &str, value: &str) -> Vec<&Record> {
        self.records(kind, self.named(kind, name, value))
    }

    /// At least those that share the value of one of these with `resource`, in creation order.
    pub fn alike(&self, kind: Kind, names: &[&str], resource: &Object) -> Vec<&Record> {
        self.records(kind, self.table(kind).alike(names, resource))
    }

    /// At least those that match, in creation order.
    pub fn matching(&self, kind: Kind, filter: Option<&Filter>) -> Vec<&Record> {
        let named = filter.map_or_else(Vec::new, Filter::named);
        self.records(kind, named.into_iter().find_map(|(name, value)| self.named(kind, name, value)))
    }

    /// Nothing: there is no index of it.
    fn named(&self, kind: Kind, name: &str, value: &str) -> Option<Vec<u64>> {
        match (kind, name.to_ascii_lowercase().as_str()) {
            (_, "id") => Some(self.find(kind, value).map(|record| record.sequence).into_iter().collect()),
            (Kind::Group, "members") => Some(self.memberships.groups(value)),
            (Kind::User, "groups") => {
                let group = self.find(Kind::Group, value);
                let members = group.into_iter().flat_map(|group| self.members(group));
                let mut users: Vec<u64> =
                    members.filter_map(|id| self.find(kind, id)).map(|user| user.sequence).collect();
                users.sort_unstable();
                users.dedup();
                Some(users)
            }
            (_, name) => self.table(kind).by(name, value).map(<[u64]>::to_vec),
        }
    }

    /// These, or all.
    fn records(&self, kind: Kind, found: Option<Vec<u64>>) -> Vec<&Record> {
        match found {
            Some(found) => found.into_iter().filter_map(|at| self.table(kind).at(at)).collect(),
            None => self.all(kind).collect(),
        }
    }

    /// How many have this key in an index.
    pub fn count(&self, kind: Kind, name: &str, key: &str) -> usize {
        self.table(kind).with(name, key).map_or(0, <[u64]>::len)
    }

    /// The ids of a group's members, in the order in which they joined.
    pub fn members(&self, group: &Record) -> impl Iterator<Item = &str> {
        self.memberships.list(group.sequence).into_iter().flatten()
    }

    /// Whether a group has a list of members, and be it empty.
    pub fn lists_members(&self, group: &Record) -> bool {
        self.memberships.list(group.sequence).is_some()
    }

    /// Whether `id` is among the members.
    pub fn has_member(&self, group: &Record, id: &str) -> bool {
        self.memberships.holds(group.sequence, id)
    }

    /// Whether `id` would be, after these steps.
    pub fn would_have(&self, group: &Record, steps: &[Step], id: &str) -> bool {
        let last = steps.iter().rev().find_map(|step| match step {
            Step::Join(member) => (member == id).then_some(true),
            Step::Leave(member) => (member == id).then_some(false),
            Step::Empty => Some(false),
        });
        last.unwrap_or_else(|| self.has_member(group, id))
    }

    /// The groups that `id` is in, in creation order.
    pub fn groups_of(&self, id: &str) -> impl Iterator<Item = &Record> {
        self.memberships.groups(id).into_iter().filter_map(|group| self.groups.at(group))
    }

    /// Changes the members of a group.
    pub fn take_steps(&mut self, group: &str, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Join(id) => {
                    self.join(group, &id);
                }
                Step::Leave(id) => {
                    self.leave(group, &id);
                }
                Step::Empty => self.set_members(group, None),
            }
        }
    }

    /// Adds a member, unless it is there; whether it was not.
    pub fn join(&mut self, group: &str, id: &str) -> bool {
        let Some(group) = self.groups.find(group).map(|group| group.sequence) else { return false };
        let new = !self.memberships.holds(group, id);
        if new {
            self.memberships.append(group, id);
        }
        new
    }

    /// Removes a member; whether there was one.
    pub fn leave(&mut self, group: &str, id: &str) -> bool {
        let group = self.groups.find(group).map(|group| group.sequence);
        group.is_some_and(|group| self.memberships.leave(group, id))
    }

    /// Makes these the members, or takes the list away.
    pub fn set_members(&mut self, group: &str, members: Option<&[String]>) {
        if let Some(group) = self.groups.find(group) {
            self.memberships.set(group.sequence, members);
        }
    }

    /// Everything, see `Simulator::snapshot`.
    pub fn snapshot(&self) -> Value {
        let list = |kind| self.all(kind).map(|record| self.whole(record)).collect::<Value>();
        json!({"Users": list(Kind::User), "Groups": list(Kind::Group)})
    }

    /// A resource with everything it holds.
    pub fn whole(&self, record: &Record) -> Value {
        let mut object = record.attributes.clone();
        object.insert("id".to_owned(), Value::from(record.id.as_str()));
        if record.kind == Kind::Group {
            object.insert("members".to_owned(), members(self.members(record)));
        }
        object.insert(
            "meta".to_owned(),
            json!({"resourceType": record.kind.name(), "created": clock::millis(record.created),
                   "lastModified": clock::millis(record.modified)}),
        );
        Value::Object(object)
    }
}

/// Members as resources have them: `[{"value": id}]`.
pub fn members<T: AsRef<str>>(ids: impl Iterator<Item = T>) -> Value {
    ids.map(|id| json!({"value": id.as_ref()})).collect()
}
