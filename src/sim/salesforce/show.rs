//! Users and groups as the wire shows them (sheet sections 5.1, 5.2, 6).

use serde_json::{Value, json};

use super::check::references;
use super::read::{ALIAS, EXTERNAL};
use super::{Salesforce, sha1};
use crate::sim::clock;
use crate::sim::json::{Object, items, text};
use crate::sim::schema::{ENTERPRISE, GROUP, USER};
use crate::sim::store::{Kind, Record};

/// Taken over as they are stored.
const PLAIN: [&str; 8] = [
    "userName",
    "externalId",
    "nickName",
    "title",
    "preferredLanguage",
    "locale",
    "timezone",
    "emailEncodingKey",
];

impl Salesforce {
    /// A resource as answered.
    pub(super) fn show(&self, record: &Record) -> Value {
        self.show_at(record, self.settings.is("timestamps", "12h"))
    }

    /// The same; `twelve`: on a 12-hour clock.
    pub(super) fn show_at(&self, record: &Record, twelve: bool) -> Value {
        match record.kind {
            Kind::User => self.show_user(record, twelve),
            Kind::Group => self.show_group(record, twelve),
        }
    }

    fn show_user(&self, record: &Record, twelve: bool) -> Value {
        let user = &record.attributes;
        let mut out = Object::new();
        let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
        put("id", Value::from(record.id.as_str()));
        for name in PLAIN {
            if let Some(value) = text(user, name).filter(|value| !value.is_empty()) {
                put(name, Value::from(value));
            }
        }
        let name = names(user);
        put("displayName", name.get("formatted").cloned().unwrap_or(Value::Null));
        put("name", name);
        put("active", Value::Bool(super::platform::active(user)));
        if let Some(email) = items(user, "emails").first().and_then(|email| email.get("value")) {
            put("emails", json!([{"type": "work", "primary": true, "value": email}]));
        }
        if let Some(address) = items(user, "addresses").first().and_then(Value::as_object) {
            let mut address = address.clone();
            address.insert("type".to_owned(), Value::from("work"));
            put("addresses", json!([address]));
        }
        if !items(user, "phoneNumbers").is_empty() {
            put("phoneNumbers", json!(items(user, "phoneNumbers")));
        }
        let origin = self.origin();
        put(
            "photos",
            json!([{"type": "photo", "value": format!("{origin}/profilephoto/005/F")},
                   {"type": "thumbnail", "value": format!("{origin}/profilephoto/005/T")}]),
        );
        let entitlements = references(user, "entitlements");
        let profile = entitlements.iter().find_map(|id| self.org.profile(id));
        put("userType", Value::from(profile.map_or("Standard", |profile| profile.user_type)));
        put("entitlements", entitlements.iter().filter_map(|id| self.entitlement(id)).collect());
        put("groups", self.groups_of(&record.id));
        let role = |id: &String| {
            self.org
                .role(id)
                .map(|role| json!({"value": id, "display": role.name, "$ref": format!("/Roles/{id}")}))
        };
        put("roles", references(user, "roles").iter().filter_map(role).collect());
        let custom = self.org.custom_urn();
        let mut enterprise = object(user, ENTERPRISE);
        enterprise.insert("organization".to_owned(), Value::from(self.org.id.as_str()));
        put(ENTERPRISE, Value::Object(enterprise));
        let mut schemas = vec![USER.to_owned(), ENTERPRISE.to_owned()];
        for urn in [ALIAS, EXTERNAL, &custom] {
            let extension = object(user, urn);
            // Portal users alone have a portal.
            if !extension.is_empty()
                && (urn != EXTERNAL || profile.is_some_and(super::org::Profile::external))
            {
                schemas.push(urn.to_owned());
                put(urn, Value::Object(extension));
            }
        }
        put("schemas", json!(schemas));
        put("meta", self.meta(record, twelve));
        Value::Object(out)
    }

    /// A profile or permission set as a user's (section 5.1).
    fn entitlement(&self, id: &str) -> Option<Value> {
        let (name, kind, primary) = match self.org.profile(id) {
            Some(profile) => (profile.name, "Profile", true),
            None => (self.org.permission_set(id)?.name.as_str(), "Permission Set", false),
        };
        Some(json!({"value": id, "display": name, "type": kind, "primary": primary,
                    "$ref": format!("/Entitlements/{id}")}))
    }

    fn groups_of(&self, id: &str) -> Value {
        let group = |group: &Record| {
            json!({"value": group.id, "display": text(&group.attributes, "displayName"),
                   "$ref": format!("/Groups/{}", group.id)})
        };
        self.store.groups_of(id).map(group).collect()
    }

    fn show_group(&self, record: &Record, twelve: bool) -> Value {
        let kind = text(&record.attributes, "type").unwrap_or("Regular");
        json!({"schemas": [GROUP], "id": record.id, "displayName": text(&record.attributes, "displayName"),
               "type": kind, "members": self.members(self.store.members(record)), "meta": self.meta(record, twelve)})
    }

    /// With absolute references (section 5.2).
    pub(super) fn members<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Value {
        ids.map(|id| {
            let kind = self.store.kind_of(id).unwrap_or(Kind::User);
            json!({"value": id, "type": kind.name(),
                   "$ref": format!("{}/{}/{id}", self.settings.url, kind.endpoint())})
        })
        .collect()
    }

    fn meta(&self, record: &Record, twelve: bool) -> Value {
        let time = |at: u64| {
            // Noon and midnight are both 12 (section 5.1).
            let hour = at / 3_600_000 % 24;
            let clock = if twelve { (hour + 11) % 12 + 1 } else { hour };
            let whole = clock::seconds(at);
            format!("{}{clock:02}{}", whole.get(..11).unwrap_or(""), whole.get(13..).unwrap_or(""))
        };
        // Two changes within a second leave it as it is (section 11: of id and lastModified).
        let version = sha1::hex(&format!("{}{}", record.id, clock::seconds(record.modified)));
        json!({"resourceType": record.kind.name(), "created": time(record.created),
               "lastModified": time(record.modified), "version": version,
               "location": format!("{}/{}/{}", self.settings.url, record.kind.endpoint(), record.id)})
    }
}

/// Computed of the parts (section 5.1).
fn names(user: &Object) -> Value {
    let name = object(user, "name");
    let part = |part: &str| text(&name, part).filter(|text| !text.is_empty());
    let parts: Vec<&str> = [part("givenName"), part("familyName")].into_iter().flatten().collect();
    let mut out = json!({"formatted": parts.join(" ")});
    for name in ["familyName", "givenName"] {
        if let (Some(value), Some(object)) = (part(name), out.as_object_mut()) {
            object.insert(name.to_owned(), Value::from(value));
        }
    }
    out
}

fn object(user: &Object, name: &str) -> Object {
    user.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}
