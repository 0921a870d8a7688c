//! What a body may and must hold (sheet 3.2, 4.2, 4.6).

use serde_json::{Value, json};

use super::GitHub;
use super::refusal::Refusal;
use crate::sim::fault::Fault;
use crate::sim::json::{Object, get, items, take, text, unassigned};
use crate::sim::patch::{Rules, fit};
use crate::sim::schema;
use crate::sim::store::Kind;

const ORGANIZATION_USER: &[&str] = &["userName", "name", "emails", "externalId", "displayName", "active"];
const MANAGED_USER: &[&str] = &["userName", "name", "emails", "externalId", "displayName", "active", "roles"];
const GROUP: &[&str] = &["externalId", "displayName", "members"];
/// What replies hold and no request sets; organisations take `groups` and do nothing with it (sheet 3.2).
const REPLIES: &[&str] = &["schemas", "id", "meta", "groups"];

/// `roles[].value` (sheet 4.2): the enum, and the aliases Entra's app roles have. From the least to the most privileged.
const ROLES: [(&str, &str, &[&str]); 4] = [
    ("guest_collaborator", "Restricted User", &["1ebc4a02-e56c-43a6-92a5-02ee09b90824"]),
    ("user", "User", &["27d9891d-2c17-4f45-a262-781a0e55c80a"]),
    (
        "billing_manager",
        "Billing Manager",
        &["0e338b8c-cc7f-498a-928d-ea3470d7e7e3", "e6be2762-e4ad-4108-b72d-1bbe884a0f91"],
    ),
    (
        "enterprise_owner",
        "Enterprise Owner",
        &["981df190-8801-4618-a08a-d91f6206c954", "ba4987ab-a1c3-412a-b58c-360fc407cb10"],
    ),
];

/// Rank, name and old spelling of a role.
fn role(value: &str) -> Option<(usize, &'static str, &'static str)> {
    let known = |(name, _, ids): &(&str, &str, &[&str])| {
        name.eq_ignore_ascii_case(value) || ids.iter().any(|id| id.eq_ignore_ascii_case(value))
    };
    let at = ROLES.iter().position(known)?;
    ROLES.get(at).map(|(name, old, _)| (at, *name, *old))
}

/// How a role is spelled in a reply: a GUID stays one.
pub fn spelled(value: &str, old: bool) -> String {
    match role(value) {
        Some((_, name, spelling)) if name.eq_ignore_ascii_case(value) => {
            if old {
                spelling.to_owned()
            } else {
                name.to_owned()
            }
        }
        Some(_) | None => value.to_owned(),
    }
}

/// The role that counts: the most privileged (sheet 4.2), `user` without any.
pub fn effective(user: &Object) -> &'static str {
    let roles = items(user, "roles").iter().filter_map(|r| r.get("value").and_then(Value::as_str));
    roles.filter_map(role).max().map_or("user", |(_, name, _)| name)
}

impl GitHub {
    /// How lenient the server is.
    pub(super) fn leniency(&self) -> Rules {
        Rules {
            ignore_unknown: self.settings.is("unknownAttributes", "ignore"),
            ignore_read_only: true,
            boolean_strings: self.settings.is("stringBooleans", "accept"),
            remove_nothing: true,
            add_makes: true,
        }
    }

    /// The body of POST, where users cannot begin inactive (sheet 4.2).
    pub(super) fn read_new_user(&self, body: &Object) -> Result<Object, Refusal> {
        let mut user = self.read_user(body)?;
        if user.get("active") == Some(&Value::Bool(false)) {
            match self.settings.value("createInactive") {
                "ignore" => {
                    user.insert("active".to_owned(), Value::Bool(true));
                }
                "400" => return Err(self.wrong("A user cannot be provisioned inactive")),
                _ => {}
            }
        }
        Ok(user)
    }

    /// The body of POST and PUT.
    pub(super) fn read_user(&self, body: &Object) -> Result<Object, Refusal> {
        self.check_schemas(Kind::User, body)?;
        let mut user = self.pick(Kind::User, body)?;
        if !self.place.enterprise() {
            user.entry("active").or_insert(Value::Bool(true));
        }
        self.check_user(&user)?;
        Ok(user)
    }

    /// The body of POST and PUT, without its members.
    pub(super) fn read_group(&self, body: &Object) -> Result<Object, Refusal> {
        self.check_schemas(Kind::Group, body)?;
        let mut group = self.pick(Kind::Group, body)?;
        group.remove("members");
        self.check_group(&group)?;
        Ok(group)
    }

    /// The attributes there are; the rest by the switch.
    pub(super) fn keep_known(&self, kind: Kind, resource: &mut Object) -> Result<(), Refusal> {
        let known = match kind {
            Kind::User if self.place.enterprise() => MANAGED_USER,
            Kind::User => ORGANIZATION_USER,
            Kind::Group => GROUP,
        };
        let odd = |name: &str| !known.iter().chain(REPLIES).any(|known| known.eq_ignore_ascii_case(name));
        // Organisations' own schema has roles, to no effect.
        let harmless = |name: &str| !self.place.enterprise() && name.eq_ignore_ascii_case("roles");
        if self.settings.is("unknownAttributes", "400")
            && let Some(name) = resource.keys().find(|name| odd(name) && !harmless(name))
        {
            return Err(self.wrong(format!("`{name}` is not a permitted key")));
        }
        resource.retain(|name, _| known.iter().any(|known| known.eq_ignore_ascii_case(name)));
        Ok(())
    }

    fn pick(&self, kind: Kind, body: &Object) -> Result<Object, Refusal> {
        let mut rest = body.clone();
        self.keep_known(kind, &mut rest)?;
        let mut out = Object::new();
        for attribute in schema::attributes(kind) {
            let value = take(&mut rest, attribute.name).filter(|value| !unassigned(value));
            if let Some(value) = value {
                // Members have their own rules.
                let members = kind == Kind::Group && attribute.name == "members";
                let value =
                    if members { value } else { self.fitted(fit(attribute, &value, &self.leniency()))? };
                out.insert(attribute.name.to_owned(), value);
            }
        }
        Ok(out)
    }

    /// A fault of the schema has the status the switch says.
    pub(super) fn fitted<T>(&self, result: Result<T, Fault>) -> Result<T, Refusal> {
        result.map_err(|fault| Refusal { status: self.settings.status("schemaStatus"), ..fault.into() })
    }

    /// A body that breaks the schema.
    pub(super) fn wrong(&self, text: impl Into<String>) -> Refusal {
        let status = self.settings.status("schemaStatus");
        Refusal { scim_type: "invalidValue", ..Refusal::scim(status, text) }
    }

    /// Required for enterprises, and no other schema is listed (sheet 4.2, 4.6).
    fn check_schemas(&self, kind: Kind, body: &Object) -> Result<(), Refusal> {
        if !self.place.enterprise() {
            return Ok(());
        }
        let list = get(body, "schemas").and_then(Value::as_array);
        let list = list.ok_or_else(|| self.wrong("`schemas` is required"))?;
        let core = schema::core(kind);
        let strict = self.settings.is("unknownAttributes", "400");
        if !list.contains(&json!(core)) || (strict && list.len() > 1) {
            return Err(self.wrong(format!("`schemas` must be [\"{core}\"]")));
        }
        Ok(())
    }

    /// What a user must have, after POST, PUT and PATCH alike.
    pub(super) fn check_user(&self, user: &Object) -> Result<(), Refusal> {
        let managed = self.place.enterprise();
        let required: &[&str] =
            if managed { &["externalId", "userName", "displayName"] } else { &["userName"] };
        for name in required {
            if text(user, name).is_none_or(|text| text.trim().is_empty()) {
                return Err(self.wrong(format!("`{name}` is required")));
            }
        }
        if managed && user.get("active").is_none() {
            return Err(self.wrong("`active` is required"));
        }
        let name = user.get("name").and_then(Value::as_object);
        let whole = name.map(|name| text(name, "givenName").is_some() && text(name, "familyName").is_some());
        // Required by organisations; elsewhere whole or not at all.
        if !whole.unwrap_or(managed) {
            return Err(self.wrong("`name` needs `givenName` and `familyName`"));
        }
        let emails = items(user, "emails");
        let email = |email: &Value| {
            let has = |name: &str| email.get(name).is_some();
            has("value") && (!managed || (has("type") && has("primary")))
        };
        if emails.is_empty() || !emails.iter().all(email) {
            return Err(self.wrong("`emails` needs one, each with what is required of it"));
        }
        for value in items(user, "roles") {
            if value.get("value").and_then(Value::as_str).and_then(role).is_none() {
                return Err(self.wrong("`roles` holds an unknown role"));
            }
        }
        Ok(())
    }

    /// What a group must have.
    pub(super) fn check_group(&self, group: &Object) -> Result<(), Refusal> {
        for name in ["externalId", "displayName"] {
            if text(group, name).is_none_or(str::is_empty) {
                return Err(self.wrong(format!("`{name}` is required")));
            }
        }
        Ok(())
    }

    /// A clash (sheet 4.4, 9).
    pub(super) fn taken(&self) -> Refusal {
        let text = "Another user already owns the account. Please have your administrator check the \
                    authentication log.";
        let status = self.settings.status("duplicateStatus");
        if status == 409 && self.settings.is("duplicateBody", "none") {
            return Refusal::empty(409);
        }
        Refusal { scim_type: "uniqueness", ..Refusal::scim(status, text) }
    }
}
