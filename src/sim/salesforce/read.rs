//! What a body says about a user (sheet section 5.1): names in any case, extensions also at the top, unknown
//! attributes skipped, what Salesforce has no field for refused.

use serde_json::{Value, json};

use super::id;
use crate::sim::json::{Object, get};
use crate::sim::schema::ENTERPRISE;

/// The extension of the alias, as it is answered.
pub const ALIAS: &str = "urn:salesforce:schemas:extension:1.0";
/// The alias extension by its other version (section 5.1).
pub const ALIAS_2: &str = "urn:salesforce:schemas:extension:2.0";
/// The extension of portal users.
pub const EXTERNAL: &str = "urn:salesforce:schemas:extension:external:1.0";

/// How to read.
pub struct Reading<'a> {
    /// The URN of the organization's custom fields.
    pub custom_urn: &'a str,
    /// Their names.
    pub custom_fields: &'a [String],
    /// Extensions that hold the alias.
    pub alias_urns: &'a [&'a str],
    /// Whether there is a field for `externalId`.
    pub federation: bool,
    /// Whether custom fields come as an object under their URN.
    pub nested_custom: bool,
}

/// What was asked for.
#[derive(Default)]
pub struct Wanted {
    /// By canonical names, as a resource; an empty text clears.
    pub attributes: Object,
    /// Each ends a sentence of the error's detail.
    pub problems: Vec<String>,
}

const TEXTS: [&str; 10] = [
    "id",
    "externalId",
    "userName",
    "nickName",
    "title",
    "preferredLanguage",
    "locale",
    "timezone",
    "emailEncodingKey",
    "password",
];
const ENTERPRISE_TEXTS: [&str; 3] = ["employeeNumber", "division", "department"];
const UNNAMED: [&str; 3] = ["middleName", "honorificPrefix", "honorificSuffix"];
const ADDRESS: [&str; 5] = ["streetAddress", "locality", "region", "postalCode", "country"];

/// Reads a body; the error is that of a value of the wrong type.
pub fn read(body: &Object, how: &Reading) -> Result<Wanted, String> {
    let mut wanted = Wanted::default();
    for (name, value) in body {
        if name.eq_ignore_ascii_case(ENTERPRISE) {
            for (name, value) in object(value, name)? {
                wanted.enterprise(&name, &value)?;
            }
        } else if let Some(name) = strip(name, &format!("{ENTERPRISE}:")) {
            wanted.enterprise(name, value)?;
        } else if how.nested_custom && name.eq_ignore_ascii_case(how.custom_urn) {
            for (name, value) in object(value, name)? {
                wanted.custom(&name, &value, how)?;
            }
        } else if let Some(name) = strip(name, &format!("{}:", how.custom_urn)) {
            wanted.custom(name, value, how)?;
        } else if let Some(urn) = how.alias_urns.iter().find(|urn| name.eq_ignore_ascii_case(urn)) {
            if let Some(alias) = get(&object(value, urn)?, "alias") {
                wanted.alias(alias)?;
            }
        } else if let Some(name) = how.alias_urns.iter().find_map(|urn| strip(name, &format!("{urn}:"))) {
            if name.eq_ignore_ascii_case("alias") {
                wanted.alias(value)?;
            }
        } else if name.eq_ignore_ascii_case(EXTERNAL) {
            let portal = object(value, name)?;
            for name in ["accountId", "contactId"] {
                if let Some(value) = get(&portal, name) {
                    wanted.put_in(EXTERNAL, name, Value::from(id::long(&text(value, name)?)));
                }
            }
        } else {
            wanted.top(name, value, how)?;
        }
    }
    Ok(wanted)
}

impl Wanted {
    fn top(&mut self, name: &str, value: &Value, how: &Reading) -> Result<(), String> {
        if let Some(known) = TEXTS.iter().find(|known| name.eq_ignore_ascii_case(known)) {
            let value = text(value, known)?;
            if *known == "externalId" && !how.federation && !value.is_empty() {
                self.problems.push("INVALID:externalId_not_available_in_your_organization;".to_owned());
            }
            self.attributes.insert((*known).to_owned(), Value::from(value));
            return Ok(());
        }
        match name.to_ascii_lowercase().as_str() {
            "name" => self.name(&object(value, "name")?)?,
            "active" => {
                let wrong = || expecting("BOOLEAN", value, "active");
                let active = value.as_bool().ok_or_else(wrong)?;
                self.attributes.insert("active".to_owned(), Value::Bool(active));
            }
            "emails" => {
                let emails = entries(value, "emails", &["value"])?;
                self.at_most_one(&emails, "INVALID:only_a_single_email_is_allowed;");
                self.attributes.insert("emails".to_owned(), Value::Array(emails));
            }
            "phonenumbers" => {
                let phones = entries(value, "phoneNumbers", &["type", "value"])?;
                // Without the semicolon (section 7).
                self.at_most_one(&phones, "INVALID:only_a_single_phone_is_allowed");
                self.attributes.insert("phoneNumbers".to_owned(), Value::Array(phones));
            }
            "addresses" => {
                let addresses = entries(value, "addresses", &ADDRESS)?;
                self.at_most_one(&addresses, "INVALID:only_a_single_address_is_allowed;");
                self.attributes.insert("addresses".to_owned(), Value::Array(addresses));
            }
            "roles" => {
                let roles = ids(value, "roles")?;
                // None is as wrong as two (section 5.1).
                if roles.len() != 1 {
                    self.problems.push("INVALID:user_must_have_only_one_role;".to_owned());
                }
                self.attributes.insert("roles".to_owned(), Value::Array(roles));
            }
            list @ ("entitlements" | "groups") => {
                self.attributes.insert(list.to_owned(), Value::Array(ids(value, list)?));
            }
            // Read-only: displayName, userType, photos, meta, ..; the rest may belong to the extension.
            _ => self.enterprise(name, value)?,
        }
        Ok(())
    }

    fn name(&mut self, name: &Object) -> Result<(), String> {
        for unnamed in UNNAMED.iter().filter(|unnamed| get(name, unnamed).is_some()) {
            self.problems.push(format!("UNSUPPORTED_FIELD:name.{unnamed};"));
        }
        for part in ["familyName", "givenName"] {
            if let Some(value) = get(name, part) {
                self.put_in("name", part, Value::from(text(value, part)?));
            }
        }
        Ok(())
    }

    fn enterprise(&mut self, name: &str, value: &Value) -> Result<(), String> {
        if let Some(known) = ENTERPRISE_TEXTS.iter().find(|known| name.eq_ignore_ascii_case(known)) {
            self.put_in(ENTERPRISE, known, Value::from(text(value, known)?));
        } else if name.eq_ignore_ascii_case("costCenter") {
            self.problems.push("UNSUPPORTED_FIELD:costCenter;".to_owned());
        } else if name.eq_ignore_ascii_case("manager") {
            let manager = object(value, "manager")?;
            let value = get(&manager, "value").map_or(Ok(String::new()), |value| text(value, "manager"))?;
            self.put_in(ENTERPRISE, "manager", reference("value", &value));
        } else if name.eq_ignore_ascii_case("delegatedApprover") {
            let approver = object(value, "delegatedApprover")?;
            let value = get(&approver, "delegatedApproverId");
            let value = value.map_or(Ok(String::new()), |value| text(value, "delegatedApproverId"))?;
            self.put_in(ENTERPRISE, "delegatedApprover", reference("delegatedApproverId", &value));
        }
        Ok(())
    }

    fn custom(&mut self, name: &str, value: &Value, how: &Reading) -> Result<(), String> {
        if let Some(known) = how.custom_fields.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            // Checkboxes and numbers are fields too.
            let kept = if value.is_boolean() || value.is_number() {
                value.clone()
            } else {
                Value::from(text(value, known)?)
            };
            self.put_in(how.custom_urn, known, kept);
        }
        Ok(())
    }

    /// Cut without a word (section 5.1).
    fn alias(&mut self, value: &Value) -> Result<(), String> {
        let alias: String = text(value, "alias")?.chars().take(8).collect();
        self.put_in(ALIAS, "alias", Value::from(alias));
        Ok(())
    }

    fn put_in(&mut self, home: &str, name: &str, value: Value) {
        let home = self.attributes.entry(home).or_insert_with(|| Value::Object(Object::new()));
        if let Some(home) = home.as_object_mut() {
            home.insert(name.to_owned(), value);
        }
    }

    fn at_most_one(&mut self, list: &[Value], problem: &str) {
        if list.len() > 1 {
            self.problems.push(problem.to_owned());
        }
    }
}

/// A reference; an empty one clears.
fn reference(name: &str, value: &str) -> Value {
    if value.is_empty() { Value::from("") } else { json!({name: id::long(value)}) }
}

/// The rest of `name` behind a prefix in any case.
fn strip<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = (name.get(..prefix.len())?, name.get(prefix.len()..)?);
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `Expecting BOOLEAN But Found VALUE_STRING while parsing active`
pub fn expecting(kind: &str, value: &Value, name: &str) -> String {
    let found = match (value.as_bool(), value.is_string(), value.is_array(), value.is_object()) {
        (Some(true), ..) => "VALUE_TRUE",
        (Some(false), ..) => "VALUE_FALSE",
        (_, true, ..) => "VALUE_STRING",
        (_, _, true, _) => "START_ARRAY",
        (_, _, _, true) => "START_OBJECT",
        _ if value.is_null() => "VALUE_NULL",
        _ if value.is_f64() => "VALUE_NUMBER_FLOAT",
        _ => "VALUE_NUMBER_INT",
    };
    format!("Expecting {kind} But Found {found} while parsing {name}")
}

/// A null is an empty text (section 5.1).
fn text(value: &Value, name: &str) -> Result<String, String> {
    if value.is_null() {
        return Ok(String::new());
    }
    value.as_str().map(str::to_owned).ok_or_else(|| expecting("STRING", value, name))
}

fn object(value: &Value, name: &str) -> Result<Object, String> {
    if value.is_null() {
        return Ok(Object::new());
    }
    value.as_object().cloned().ok_or_else(|| expecting("START_OBJECT", value, name))
}

/// A list of objects, with these of their members; `primary` may be text and does not count.
fn entries(value: &Value, name: &str, members: &[&str]) -> Result<Vec<Value>, String> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let list = value.as_array().ok_or_else(|| expecting("START_ARRAY", value, name))?;
    let entry = |item: &Value| {
        let item = item.as_object().ok_or_else(|| expecting("START_OBJECT", item, name))?;
        let mut out = Object::new();
        for member in members {
            let value = get(item, member).map_or(Ok(String::new()), |value| text(value, member))?;
            if !value.is_empty() {
                out.insert((*member).to_owned(), Value::from(value));
            }
        }
        Ok(Value::Object(out))
    };
    list.iter().map(entry).collect()
}

/// A list of references.
fn ids(value: &Value, name: &str) -> Result<Vec<Value>, String> {
    let list = entries(value, name, &["value"])?;
    let id = |entry: &Value| entry.get("value").and_then(Value::as_str).map(id::long).unwrap_or_default();
    Ok(list.iter().map(|entry| json!({"value": id(entry)})).collect())
}
