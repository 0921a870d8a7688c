//! POST, PUT, DELETE (RFC 7644 3.3, 3.5.1, 3.6).

use serde_json::{Value, json};

use super::groups::{list, take_ids};
use super::{Answer, Done, Generic, reply};
use crate::sim::fault::Fault;
use crate::sim::http::Request;
use crate::sim::json::{Object, get};
use crate::sim::store::Kind;

/// The JSON object in a body.
pub fn body(request: &Request) -> Result<Object, Fault> {
    let text = request.body.as_deref().unwrap_or("");
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Fault::bad("invalidSyntax", "the body must be an object")),
        Err(error) => Err(Fault::bad("invalidSyntax", format!("the body is no JSON: {error}"))),
    }
}

impl Generic {
    /// 415 for what the server does not read.
    pub(super) fn check_media(&self, request: &Request) -> Result<(), Fault> {
        let given = request.header("content-type").unwrap_or("");
        let given = given.split(';').next().unwrap_or("").trim();
        let fits = match self.settings.value("requestContentType") {
            "scim" => given.eq_ignore_ascii_case("application/scim+json"),
            "json" => given.eq_ignore_ascii_case("application/json"),
            _ => true,
        };
        if fits { Ok(()) } else { Err(Fault::new(415, format!("cannot read `{given}`"))) }
    }

    /// 412 for a stale `If-Match`, 428 for none where it is required (RFC 7644 3.14; RFC 6585 3).
    pub(super) fn check_version(&self, kind: Kind, id: &str, request: &Request) -> Result<(), Fault> {
        let record = self.find(kind, id)?;
        let given = request.header("if-match");
        match self.settings.value("etag") {
            "off" => Ok(()),
            "required" if given.is_none() => Err(Fault::new(428, "If-Match is required")),
            _ => match given {
                Some(tag) if tag != "*" && tag != reply::version(record.version) => {
                    Err(Fault::new(412, "the resource has changed"))
                }
                Some(_) | None => Ok(()),
            },
        }
    }

    pub(super) fn create(&mut self, kind: Kind, body: &Object, now: u64) -> Answer {
        let mut resource = self.read(kind, body)?;
        if kind == Kind::Group && get(body, "members").is_some() {
            match self.settings.value("groupCreateWithMembers") {
                "400" => return Err(Fault::bad("invalidValue", "create the group first, then add members")),
                "ignoreMembers" => {
                    resource.remove("members");
                }
                _ => {}
            }
        }
        self.fill(kind, &mut resource);
        self.check(kind, &resource)?;
        let members = self.settle_members(take_ids(&mut resource)?, &[])?;
        self.check_unique(kind, &resource, "")?;
        let id = self.fresh_id();
        let record = self.store.add(kind, id.clone(), resource, now);
        self.store.set_members(&id, list(&members));
        let mut body = self.show(&record, None);
        match (self.settings.value("createReply"), body.as_object_mut()) {
            ("empty", _) => body = Value::Null,
            ("noId", Some(object)) => {
                object.remove("id");
            }
            _ => {}
        }
        Ok(Done { status: 201, body, about: Some((kind, id)) })
    }

    pub(super) fn put(&mut self, kind: Kind, id: &str, request: &Request, now: u64) -> Answer {
        if !self.settings.is("put", "supported") {
            return Err(Fault::new(self.settings.status("put"), "PUT is not supported"));
        }
        self.check_media(request)?;
        self.check_version(kind, id, request)?;
        let record = self.find(kind, id)?;
        let (before, was_in) = (record.attributes.clone(), self.member_ids(record));
        let mut resource = self.read(kind, &body(request)?)?;
        let kept = self.settings.is("putOmitted", "kept");
        let members_kept = kept && !resource.contains_key("members");
        if kept {
            for (name, value) in before {
                resource.entry(name).or_insert(value);
            }
        }
        self.fill(kind, &mut resource);
        self.check(kind, &resource)?;
        let members = if members_kept { was_in.clone() } else { take_ids(&mut resource)? };
        let members = self.settle_members(members, &was_in)?;
        self.check_unique(kind, &resource, id)?;
        let reply = self.settings.status("putReply");
        self.save(kind, id, (resource, &members), now, reply)
    }

    /// Stores what was checked, with its members, and answers it, or nothing with a 204.
    pub(super) fn save(
        &mut self,
        kind: Kind,
        id: &str,
        (resource, members): (Object, &[String]),
        now: u64,
        status: u16,
    ) -> Answer {
        self.store.replace(kind, id, resource, list(members), now);
        // Straight from the store: deactivating may just have hidden the user.
        let record = self.store.find(kind, id).ok_or_else(|| Fault::new(404, "not found"))?;
        let body = if status == 204 { Value::Null } else { self.show(record, None) };
        Ok(Done { status, body, about: Some((kind, id.to_owned())) })
    }

    pub(super) fn delete(&mut self, kind: Kind, id: &str, request: &Request, now: u64) -> Answer {
        let there = self.find(kind, id).is_ok();
        if !there && self.settings.is("deleteMissing", "204") {
            return Ok(Done::new(204, Value::Null));
        }
        self.check_version(kind, id, request)?;
        match (kind, self.settings.value("deleteUser")) {
            (Kind::User, "403") => return Err(Fault::new(403, "users cannot be deleted")),
            (Kind::User, "soft") => {
                if let Some(mut user) = self.store.find(kind, id).map(|record| record.attributes.clone()) {
                    user.insert("active".to_owned(), Value::Bool(false));
                    self.store.set(kind, id, user, now);
                }
            }
            _ => {
                self.store.remove(kind, id);
            }
        }
        Ok(match self.settings.value("deleteReply") {
            "200" => Done::new(200, json!({})),
            _ => Done::new(204, Value::Null),
        })
    }
}
