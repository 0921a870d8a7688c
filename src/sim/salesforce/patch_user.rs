//! PATCH of a user (sheet section 5.5). On a copy: all operations or none.

use serde_json::Value;

use super::check::references;
use super::operations::{Operation, operations};
use super::platform::Statement;
use super::reply::Refusal;
use super::{Answer, Salesforce, merge::merge};
use crate::sim::json::{Object, take, text};
use crate::sim::schema::ENTERPRISE;
use crate::sim::store::Kind;

/// A user being changed.
struct Draft {
    user: Object,
    joins: Vec<String>,
    leaves_all: bool,
}

/// Silently passed over, each by its switch (section 5.5).
const IGNORED: [(&str, &str); 4] = [
    ("userName", "patchUserName"),
    ("externalId", "patchExternalId"),
    ("phoneNumbers", "patchPhoneNumbers"),
    ("emails", "patchEmails"),
];

impl Salesforce {
    pub(super) fn patch_user(&mut self, id: &str, body: Option<&Object>, now: u64) -> Answer {
        let Some(record) = self.store.find(Kind::User, id) else { return Err(self.patch_missing()) };
        let old = record.attributes.clone();
        let mut draft = Draft { user: old.clone(), joins: Vec::new(), leaves_all: false };
        for operation in operations(body.ok_or(Refusal::Unknown)?)? {
            if operation.op == "remove" {
                self.remove(&mut draft, &operation)?;
            } else if let Some(attributes) = self.attributes_of(&operation)? {
                self.put(&mut draft, &operation.op, attributes, id)?;
            }
        }
        let Draft { user, joins, leaves_all } = draft;
        self.check_save(&user, Some((id, &old)))
            .map_err(|failure| self.fail(&failure, Statement::Uncaught(id)))?;
        self.save(id, &old, user, now);
        if leaves_all {
            self.leave_all(id, now);
        }
        self.join_all(&joins, id, now);
        self.user_done(id)
    }

    /// Not a clean 404 (section 5.5).
    pub(super) fn patch_missing(&self) -> Refusal {
        if self.settings.is("patchUnknownId", "404") { Refusal::missing() } else { Refusal::Unknown }
    }

    fn put(&self, draft: &mut Draft, op: &str, mut given: Object, id: &str) -> Result<(), Refusal> {
        for (name, switch) in IGNORED {
            if self.settings.is(switch, "ignore") {
                take(&mut given, name);
            }
        }
        self.keep_last_custom_field(&mut given);
        let wanted = self.read(&given, true).map_err(|detail| Refusal::scim(400, detail))?;
        if !wanted.problems.is_empty() {
            return Err(Refusal::scim(400, wanted.problems.concat()));
        }
        let mut wanted = wanted.attributes;
        wanted.remove("id");
        wanted.remove("password");
        if wanted.contains_key("entitlements") {
            let ids = references(&wanted, "entitlements");
            self.entitle(&mut draft.user, op, &ids, id)?;
            wanted.remove("entitlements");
        }
        draft.joins.extend(references(&wanted, "groups"));
        wanted.remove("groups");
        if let Some(name) = text(&wanted, "userName").map(str::to_lowercase) {
            wanted.insert("userName".to_owned(), Value::from(name));
        }
        for (name, shown) in [("userName", "userName"), ("emails", "emails")] {
            let empty = wanted
                .get(name)
                .is_some_and(|value| value == "" || value.as_array().is_some_and(Vec::is_empty));
            if empty {
                return Err(Refusal::scim(400, format!("FIELD CANNOT BE NULL: {shown}")));
            }
        }
        let family = wanted.get("name").and_then(|name| name.get("familyName"));
        if family.is_some_and(|family| family == "") {
            return Err(Refusal::scim(400, "FIELD CANNOT BE NULL: familyName"));
        }
        merge(&mut draft.user, &wanted);
        Ok(())
    }

    /// The pilot keeps one flattened custom field of an operation (section 5.5); here the last by name, since
    /// objects have no order.
    fn keep_last_custom_field(&self, given: &mut Object) {
        if !self.settings.is("patchCustomFields", "last") {
            return;
        }
        let prefix = format!("{}:", self.org.custom_urn());
        let mut names: Vec<String> = given.keys().filter(|name| name.starts_with(&prefix)).cloned().collect();
        names.sort();
        names.pop();
        names.iter().for_each(|name| {
            given.remove(name);
        });
    }

    /// By bare names (section 5.5).
    fn remove(&self, draft: &mut Draft, operation: &Operation) -> Result<(), Refusal> {
        let Some(path) = operation.path.as_deref().filter(|path| !path.is_empty()) else {
            return Err(Refusal::scim(400, "MISING PATH"));
        };
        let user = &mut draft.user;
        let custom = format!("{}:", self.org.custom_urn());
        if let Some(field) = path.strip_prefix(&custom) {
            remove_in(user, &self.org.custom_urn(), field);
            return Ok(());
        }
        let name = path.split('[').next().unwrap_or("").to_ascii_lowercase();
        match name.as_str() {
            "givenname" => remove_in(user, "name", "givenName"),
            "title" | "addresses" | "roles" => {
                user.remove(&name);
            }
            "nickname" => {
                user.remove("nickName");
            }
            "phonenumbers" if self.settings.is("patchPhoneNumbers", "apply") => {
                user.remove("phoneNumbers");
            }
            "manager" | "department" | "division" => remove_in(user, ENTERPRISE, &name),
            "employeenumber" => remove_in(user, ENTERPRISE, "employeeNumber"),
            "delegatedapprover" => remove_in(user, ENTERPRISE, "delegatedApprover"),
            "active" => {
                user.insert("active".to_owned(), Value::Bool(false));
            }
            "groups" => draft.leaves_all = true,
            "entitlements" => return self.take_permission_sets(user, path, operation.value.as_ref()),
            "emails" | "alias" | "password" | "familyname" | "username" => {
                return Err(Refusal::scim(400, format!("FIELD CANNOT BE NULL: {path}")));
            }
            _ => return Err(Refusal::scim(400, format!("Unsupported attribute: {path}"))),
        }
        Ok(())
    }

    fn leave_all(&mut self, id: &str, now: u64) {
        let groups: Vec<String> = self.store.groups_of(id).map(|group| group.id.clone()).collect();
        for group in groups {
            self.store.leave(&group, id);
            self.store.touch(Kind::Group, &group, now);
        }
    }
}

fn remove_in(user: &mut Object, home: &str, name: &str) {
    if let Some(home) = user.get_mut(home).and_then(Value::as_object_mut) {
        home.remove(name);
    }
}
