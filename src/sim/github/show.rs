//! A resource as it leaves (sheet 3.2, 4.2, 4.6).

use serde_json::{Value, json};

use super::{GitHub, rules};
use crate::sim::clock;
use crate::sim::http::{Target, encode};
use crate::sim::json::{Object, text};
use crate::sim::schema;
use crate::sim::store::{Kind, Record};

/// Eight hours: the offset of the sheet's example.
const OFFSET: u64 = 8 * 3_600_000;

impl GitHub {
    fn location(&self, record: &Record) -> String {
        format!("{}/{}/{}", self.settings.url, record.kind.endpoint(), encode(&record.id))
    }

    /// RFC 3339, with and without fraction and offset (sheet 3.2).
    fn stamp(&self, at: u64) -> String {
        match self.settings.value("timestamps") {
            "seconds" => clock::seconds(at),
            "millis" => clock::millis(at),
            _ => clock::millis(at.saturating_sub(OFFSET)).replace('Z', "-08:00"),
        }
    }

    /// A resource; without members where the request does not want them (sheet 2.3).
    pub(super) fn show(&self, record: &Record, target: Option<&Target>) -> Value {
        let mut out = record.attributes.clone();
        match record.kind {
            Kind::User if self.place.enterprise() => self.dress_managed(record, &mut out),
            Kind::User => self.dress_member(&mut out),
            Kind::Group => {
                out.insert("members".to_owned(), Value::Array(self.show_members(record)));
                let unwanted = target.and_then(|target| target.parameter("excludedAttributes"));
                if unwanted.is_some_and(|list| list.split(',').any(|name| name.trim() == "members")) {
                    out.remove("members");
                }
            }
        }
        out.insert("schemas".to_owned(), json!([schema::core(record.kind)]));
        out.insert("id".to_owned(), Value::from(record.id.as_str()));
        out.insert(
            "meta".to_owned(),
            json!({"resourceType": record.kind.name(), "created": self.stamp(record.created),
                   "lastModified": self.stamp(record.modified), "location": self.location(record)}),
        );
        Value::Object(out)
    }

    /// Names are derived from each other, as in the documentation's example (sheet 3.2).
    fn dress_member(&self, out: &mut Object) {
        out.entry("active").or_insert(Value::Bool(true));
        if let Some(name) = out.get_mut("name").and_then(Value::as_object_mut) {
            let parts = [text(name, "givenName"), text(name, "familyName")];
            let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let formatted = name.entry("formatted").or_insert(Value::from(whole)).clone();
            out.entry("displayName").or_insert(formatted);
        }
        if self.settings.is("absentAttributes", "null") {
            for name in ["externalId", "userName", "displayName"] {
                out.entry(name).or_insert(Value::Null);
            }
            let name = out.entry("name").or_insert_with(|| json!({}));
            for part in ["givenName", "familyName", "formatted"] {
                name.as_object_mut().into_iter().for_each(|name| {
                    name.entry(part).or_insert(Value::Null);
                });
            }
        }
    }

    fn dress_managed(&self, record: &Record, out: &mut Object) {
        out.entry("active").or_insert(Value::Bool(true));
        let old = self.settings.is("roleCaseEcho", "User");
        for role in out.get_mut("roles").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(value) = role.get_mut("value") {
                *value = Value::from(rules::spelled(value.as_str().unwrap_or(""), old));
            }
        }
        let hidden = self.hidden_from_groups(record);
        let groups = self.store.groups_of(&record.id).filter(|_| !hidden);
        let groups = groups.map(|group| {
            json!({"value": group.id, "$ref": self.location(group),
                   "display": text(&group.attributes, "displayName")})
        });
        out.insert("groups".to_owned(), groups.collect());
    }

    /// Suspended users are hidden from groups (sheet 4.5).
    fn hidden_from_groups(&self, user: &Record) -> bool {
        super::enterprise::suspended(user) && self.settings.is("suspendedHiddenFromGroups", "on")
    }

    /// Members by SCIM id, with their names.
    pub(super) fn show_members(&self, group: &Record) -> Vec<Value> {
        let users = self.store.members(group).filter_map(|id| self.store.find(Kind::User, id));
        let shown = users.filter(|user| !self.hidden_from_groups(user)).map(|user| {
            let mut member = json!({"value": user.id, "$ref": self.location(user)});
            if let Some(member) = member.as_object_mut() {
                let name = text(&user.attributes, "displayName").or(text(&user.attributes, "userName"));
                member.insert(self.settings.value("memberKeys").to_owned(), json!(name));
            }
            member
        });
        shown.collect()
    }
}
