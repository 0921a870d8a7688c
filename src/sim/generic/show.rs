//! A resource as the server answers it (RFC 7643 3.1; RFC 7644 3.9).

use serde_json::{Value, json};

use super::{Answer, Done, Generic, reply};
use crate::sim::clock;
use crate::sim::fault::Fault;
use crate::sim::http::{Request, Target, encode};
use crate::sim::json::{Object, take, text};
use crate::sim::path::AttributePath;
use crate::sim::schema::{self, ENTERPRISE};
use crate::sim::store::{Kind, Record, members};

impl Generic {
    /// Where a resource is.
    pub(super) fn location(&self, record: &Record) -> String {
        format!("{}/{}/{}", self.settings.url, record.kind.endpoint(), encode(&record.id))
    }

    /// Everything that may be returned; what filters are asked of.
    pub(super) fn whole(&self, record: &Record) -> Object {
        let mut out = record.attributes.clone();
        out.remove("password");
        if self.store.lists_members(record) {
            out.insert("members".to_owned(), members(self.store.members(record)));
        }
        let mut schemas = vec![schema::core(record.kind)];
        if out.contains_key(ENTERPRISE) {
            schemas.push(ENTERPRISE);
        }
        out.insert("schemas".to_owned(), json!(schemas));
        out.insert("id".to_owned(), Value::from(record.id.as_str()));
        let mut meta = json!({"resourceType": record.kind.name(), "created": clock::millis(record.created),
                              "lastModified": clock::millis(record.modified)});
        if let Some(meta) = meta.as_object_mut() {
            if matches!(self.settings.value("location"), "both" | "meta") {
                meta.insert("location".to_owned(), Value::from(self.location(record)));
            }
            if !self.settings.is("etag", "off") {
                meta.insert("version".to_owned(), Value::from(reply::version(record.version)));
            }
        }
        out.insert("meta".to_owned(), meta);
        if record.kind == Kind::User && self.settings.is("userGroups", "shown") {
            let groups: Vec<Value> = self.groups_of(&record.id);
            if !groups.is_empty() {
                out.insert("groups".to_owned(), Value::Array(groups));
            }
        }
        out
    }

    fn groups_of(&self, user: &str) -> Vec<Value> {
        let groups = self.store.groups_of(user);
        let one = |group: &Record| {
            json!({"value": group.id, "$ref": self.location(group), "type": "direct",
                   "display": text(&group.attributes, "displayName").unwrap_or("")})
        };
        groups.map(one).collect()
    }

    /// A resource as it leaves: members by the switch, attributes as asked for.
    pub(super) fn show(&self, record: &Record, target: Option<&Target>) -> Value {
        self.dress(self.whole(record), target)
    }

    /// The same of what filters were asked of.
    pub(super) fn dress(&self, mut out: Object, target: Option<&Target>) -> Value {
        match (self.settings.value("returnsMembers"), out.get_mut("members").and_then(Value::as_array_mut)) {
            ("truncated", Some(members)) => members.truncate(2),
            ("no", Some(_)) => {
                out.remove("members");
            }
            _ => {}
        }
        if let Some(target) = target.filter(|_| self.settings.is("attributesParameter", "honoured")) {
            project(&mut out, target);
        }
        Value::Object(out)
    }

    /// `GET /Users/{id}`, with `If-None-Match` (RFC 7644 3.14).
    pub(super) fn get(&self, kind: Kind, id: &str, request: &Request, target: &Target) -> Answer {
        check_projection(target)?;
        let record = self.find(kind, id)?;
        let about = Some((kind, id.to_owned()));
        let current = reply::version(record.version);
        if !self.settings.is("etag", "off") && request.header("if-none-match") == Some(current.as_str()) {
            return Ok(Done { status: 304, body: Value::Null, about });
        }
        Ok(Done { status: 200, body: self.show(record, Some(target)), about })
    }
}

/// `attributes` and `excludedAttributes` exclude each other (RFC 7644 3.9).
pub fn check_projection(target: &Target) -> Result<(), Fault> {
    let both = target.parameter("attributes").is_some() && target.parameter("excludedAttributes").is_some();
    if both {
        Err(Fault::bad("invalidValue", "attributes and excludedAttributes exclude each other"))
    } else {
        Ok(())
    }
}

/// Keeps what was asked for; `id` and `schemas` always come.
fn project(out: &mut Object, target: &Target) {
    let split = |list: &str| -> Vec<AttributePath> {
        list.split(',').filter_map(|name| AttributePath::parse(name.trim())).collect()
    };
    if let Some(wanted) = target.parameter("attributes").map(split) {
        let mut kept = Object::new();
        for name in ["id", "schemas"] {
            kept.extend(out.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        for path in &wanted {
            keep(out, &mut kept, path);
        }
        *out = kept;
    }
    for path in target.parameter("excludedAttributes").map(split).unwrap_or_default() {
        let home = match &path.urn {
            Some(urn) if urn.eq_ignore_ascii_case(ENTERPRISE) => {
                out.get_mut(ENTERPRISE).and_then(Value::as_object_mut)
            }
            Some(_) | None => Some(&mut *out),
        };
        let Some(home) = home.filter(|_| !["id", "schemas"].contains(&path.name.as_str())) else { continue };
        match &path.sub {
            None => {
                take(home, &path.name);
            }
            Some(sub) => {
                if let Some(inside) = home.get_mut(&path.name).and_then(Value::as_object_mut) {
                    take(inside, sub);
                }
            }
        }
    }
}

fn keep(out: &Object, kept: &mut Object, path: &AttributePath) {
    let extension = path.urn.as_deref().is_some_and(|urn| urn.eq_ignore_ascii_case(ENTERPRISE));
    let (from, to) = if extension {
        let Some(from) = out.get(ENTERPRISE).and_then(Value::as_object) else { return };
        let to = kept.entry(ENTERPRISE).or_insert_with(|| Value::Object(Object::new()));
        let Some(to) = to.as_object_mut() else { return };
        (from, to)
    } else {
        (out, kept)
    };
    let Some((name, value)) = from.iter().find(|(name, _)| name.eq_ignore_ascii_case(&path.name)) else {
        return;
    };
    match (&path.sub, value.as_object()) {
        (Some(sub), Some(inside)) => {
            let found = inside.iter().find(|(name, _)| name.eq_ignore_ascii_case(sub));
            let home = to.entry(name.as_str()).or_insert_with(|| Value::Object(Object::new()));
            if let (Some(home), Some((name, value))) = (home.as_object_mut(), found) {
                home.insert(name.clone(), value.clone());
            }
        }
        _ => {
            to.insert(name.clone(), value.clone());
        }
    }
}
