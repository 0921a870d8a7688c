//! CreateUser, PutUser (createuser.html, putuser.html) and the face of a user.

use serde_json::{Value, json};

use super::{Answer, Aws, reply, rules};
use crate::sim::clock;
use crate::sim::fault::Fault;
use crate::sim::json::{Object, get, items, text};
use crate::sim::schema::{ENTERPRISE, USER};
use crate::sim::store::{Kind, Record};

/// A user as answered: `profileUrl` and `manager.$ref` never come back.
pub fn show(record: &Record) -> Value {
    let mut object = record.attributes.clone();
    object.remove("profileUrl");
    let mut schemas = vec![USER];
    if let Some(extension) = object.get_mut(ENTERPRISE).and_then(Value::as_object_mut) {
        if let Some(manager) = extension.get_mut("manager").and_then(Value::as_object_mut) {
            manager.retain(|name, _| name == "value");
            if manager.is_empty() {
                extension.remove("manager");
            }
        }
        if extension.is_empty() {
            object.remove(ENTERPRISE);
        } else {
            schemas.push(ENTERPRISE);
        }
    }
    object.insert("id".to_owned(), Value::from(record.id.as_str()));
    object.insert("schemas".to_owned(), json!(schemas));
    object.insert("meta".to_owned(), meta(record));
    Value::Object(object)
}

/// No location, no version; seconds.
pub fn meta(record: &Record) -> Value {
    json!({"resourceType": record.kind.name(), "created": clock::seconds(record.created),
           "lastModified": clock::seconds(record.modified)})
}

impl Aws {
    pub(super) fn create_user(&mut self, body: &Object, now: u64) -> Answer {
        self.refuse_read_only(body)?;
        let mut user = rules::read(Kind::User, body, &self.settings)?;
        if !user.contains_key("active") && !self.settings.is("activeDefault", "omit") {
            user.insert("active".to_owned(), Value::Bool(self.settings.is("activeDefault", "true")));
        }
        rules::check_user(&mut user, &self.settings, self.settings.is("userNameSpaces", "accept"))?;
        self.check_unique_user(&user, "")?;
        let id = self.fresh_id();
        let record = self.store.add(Kind::User, id, user, now);
        Ok((201, self.created(&record)))
    }

    /// The body of a 201, by the switch.
    pub(super) fn created(&self, record: &Record) -> Value {
        let mut body = self.show(record);
        match (self.settings.value("createReply"), body.as_object_mut()) {
            ("empty", _) => return Value::Null,
            ("noId", Some(object)) => {
                object.remove("id");
            }
            _ => {}
        }
        body
    }

    pub(super) fn refuse_read_only(&self, body: &Object) -> Result<(), Fault> {
        let there = get(body, "id").is_some() || get(body, "meta").is_some();
        if there && self.settings.is("readOnlyOnCreate", "400") { Err(reply::generic()) } else { Ok(()) }
    }

    pub(super) fn put_user(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let Some(old) = self.store.find(Kind::User, id) else { return Err(reply::not_found("User")) };
        if self.settings.is("putUserId", "require") && text(body, "id") != Some(id) {
            return Err(reply::generic());
        }
        let before = old.attributes.get("active").cloned();
        let mut user = rules::read(Kind::User, body, &self.settings)?;
        if !user.contains_key("active") {
            let active = match self.settings.value("activeOnPut") {
                "keep" => before.unwrap_or(Value::Bool(true)),
                other => Value::Bool(other == "true"),
            };
            user.insert("active".to_owned(), active);
        }
        rules::check_user(&mut user, &self.settings, !self.settings.is("userNameSpaces", "400"))?;
        self.check_unique_user(&user, id)?;
        let status = self.settings.status("putUserStatus");
        self.update(Kind::User, id, user, now).map(|body| (status, body))
    }

    /// Stores what was checked.
    pub(super) fn update(
        &mut self,
        kind: Kind,
        id: &str,
        attributes: Object,
        now: u64,
    ) -> Result<Value, Fault> {
        self.store.set(kind, id, attributes, now);
        let record = self.store.find(kind, id).ok_or_else(|| reply::not_found(kind.name()))?;
        Ok(self.show(record))
    }

    /// userName, primary email and externalId are unique (re:Post, troubleshooting.html).
    pub(super) fn check_unique_user(&self, user: &Object, own: &str) -> Result<(), Fault> {
        let alike = self.store.alike(Kind::User, &["userName", "externalId", "emails"], user);
        let taken = alike.into_iter().filter(|other| other.id != own).any(|other| {
            let other = &other.attributes;
            self.same(text(user, "userName"), text(other, "userName"))
                || self.same(email(user), email(other))
                || (text(user, "externalId").is_some()
                    && text(user, "externalId") == text(other, "externalId"))
        });
        if taken { Err(reply::duplicate()) } else { Ok(()) }
    }

    /// Equal by the switch; nothing equals nothing.
    pub(super) fn same(&self, left: Option<&str>, right: Option<&str>) -> bool {
        let fold = !self.settings.is("uniquenessCase", "exact");
        left.zip(right).is_some_and(|(left, right)| {
            left == right || (fold && left.to_lowercase() == right.to_lowercase())
        })
    }
}

/// The only email.
fn email(user: &Object) -> Option<&str> {
    items(user, "emails").first().and_then(Value::as_object).and_then(|email| text(email, "value"))
}
