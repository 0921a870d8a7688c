//! The few filters there are (listusers.html, listgroups.html): `eq` alone, and one pair with `and`.

use serde_json::Value;

use super::{Aws, reply};
use crate::sim::fault::Fault;
use crate::sim::filter::{Filter, Op, parse};
use crate::sim::json::{Object, text};
use crate::sim::store::{Kind, Record};

/// A filter the provider knows.
#[derive(Debug, PartialEq)]
pub enum Query {
    /// userName, externalId, displayName or id is this.
    Text(&'static str, String),
    /// Users in this group.
    InGroup(String),
    /// Groups with this member.
    WithMember(String),
    /// This id, and this manager.
    Managed(String, String),
    /// This group, with this member.
    Pair(String, String),
}

/// Reads a filter, or refuses it.
pub fn read(kind: Kind, filter: &str, old: bool) -> Result<Query, Fault> {
    let invalid = || Fault::new(400, reply::INVALID_FILTER);
    // No parentheses, even where they would change nothing.
    let outside: String = filter.split('"').step_by(2).collect();
    if outside.contains(['(', ')', '[', ']']) {
        return Err(invalid());
    }
    match parse(filter).map_err(|_| invalid())? {
        Filter::Compare(path, Op::Eq, Value::String(value)) => {
            let (name, value) = pair(path, value)?;
            match (kind, name.as_str()) {
                (_, "id") => Ok(Query::Text("id", value)),
                (_, "externalid") => Ok(Query::Text("externalId", value)),
                (Kind::User, "username") => Ok(Query::Text("userName", value)),
                (Kind::Group, "displayname") => Ok(Query::Text("displayName", value)),
                (Kind::User, "groups.value") if !old => Ok(Query::InGroup(value)),
                (Kind::Group, "members.value") if !old => Ok(Query::WithMember(value)),
                _ => Err(invalid()),
            }
        }
        Filter::And(left, right) => {
            let (Filter::Compare(a, Op::Eq, Value::String(x)), Filter::Compare(b, Op::Eq, Value::String(y))) =
                (*left, *right)
            else {
                return Err(invalid());
            };
            let (a, x) = pair(a, x)?;
            let (b, y) = pair(b, y)?;
            // Either order.
            let (other, id, value) = match (a.as_str(), b.as_str()) {
                ("id", _) => (b.as_str(), x, y),
                (_, "id") => (a.as_str(), y, x),
                _ => return Err(invalid()),
            };
            match (kind, other) {
                (Kind::User, "manager") => Ok(Query::Managed(id, value)),
                // The prose of listgroups.html says `member`, its example `members`.
                (Kind::Group, "member" | "members") => Ok(Query::Pair(id, value)),
                _ => Err(invalid()),
            }
        }
        Filter::Compare(..) | Filter::Or(..) | Filter::Not(..) | Filter::Present(_) | Filter::Values(..) => {
            Err(invalid())
        }
    }
}

/// Name in lower case and value; an empty value is refused (idp-scim-sync #75).
fn pair(path: crate::sim::path::AttributePath, value: String) -> Result<(String, String), Fault> {
    if value.is_empty() {
        return Err(reply::generic());
    }
    if path.urn.is_some() {
        return Err(Fault::new(400, reply::INVALID_FILTER));
    }
    let name = path.sub.map_or_else(|| path.name.clone(), |sub| format!("{}.{sub}", path.name));
    Ok((name.to_ascii_lowercase(), value))
}

impl Aws {
    /// A filter that names nobody's id is a 404 for groups (listgroups.html).
    pub(super) fn check_query(&self, query: &Query) -> Result<(), Fault> {
        match query {
            Query::WithMember(user) | Query::Pair(_, user) if self.store.find(Kind::User, user).is_none() => {
                Err(reply::not_found("User"))
            }
            Query::InGroup(group)
                if self.settings.is("groupsValueUnknown", "404")
                    && self.store.find(Kind::Group, group).is_none() =>
            {
                Err(reply::not_found("Group"))
            }
            Query::WithMember(_)
            | Query::Pair(..)
            | Query::InGroup(_)
            | Query::Text(..)
            | Query::Managed(..) => Ok(()),
        }
    }

    /// Those that can match.
    pub(super) fn likely(&self, kind: Kind, query: &Query) -> Vec<&Record> {
        match query {
            Query::Text(name, value) => self.store.by(kind, name, value),
            Query::InGroup(group) => self.store.by(kind, "groups", group),
            Query::WithMember(user) => self.store.by(kind, "members", user),
            Query::Pair(id, _) | Query::Managed(id, _) => self.store.by(kind, "id", id),
        }
    }

    /// Whether a record matches.
    pub(super) fn matches(&self, record: &Record, query: &Query) -> bool {
        match query {
            Query::Text("id", value) => record.id == *value,
            Query::Text(name, value) => {
                text(&record.attributes, name).is_some_and(|have| self.equal(have, value))
            }
            Query::InGroup(group) => {
                let group = self.store.find(Kind::Group, group);
                group.is_some_and(|group| self.store.has_member(group, &record.id))
            }
            Query::WithMember(user) => self.store.has_member(record, user),
            Query::Pair(group, user) => record.id == *group && self.store.has_member(record, user),
            Query::Managed(id, manager) => record.id == *id && managed_by(&record.attributes, manager),
        }
    }

    fn equal(&self, left: &str, right: &str) -> bool {
        left == right
            || (self.settings.is("eqCase", "insensitive") && left.to_lowercase() == right.to_lowercase())
    }
}

fn managed_by(user: &Object, manager: &str) -> bool {
    let extension = user.get(crate::sim::schema::ENTERPRISE);
    extension.and_then(|e| e.pointer("/manager/value")).and_then(Value::as_str) == Some(manager)
}
