//! What a user or group may hold (createuser.html, creategroup.html, limitations.html; identitystore model).

use serde_json::Value;

use super::reply;
use crate::sim::fault::Fault;
use crate::sim::json::{Object, items, take, text};
use crate::sim::patch::{Rules, fit};
use crate::sim::schema::{self, Attribute};
use crate::sim::settings::Settings;
use crate::sim::store::Kind;

/// Never stored (limitations.html).
pub const UNSUPPORTED: [&str; 5] = ["password", "ims", "photos", "entitlements", "x509Certificates"];
/// At most one value each.
pub const SINGLE: [&str; 4] = ["emails", "phoneNumbers", "addresses", "roles"];
/// `StringType` of the identitystore model.
const LONGEST: usize = 1024;
/// `ExternalId` of the identitystore model.
const LONGEST_EXTERNAL_ID: usize = 256;
/// `UserName` of the identitystore model.
const LONGEST_USER_NAME: usize = 128;
/// What AWS quotes when a string is refused (scim-logging-using-cloudtrail.html).
const PATTERN: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+";

/// Unsupported ops on unknown names are settled before; here types are strict.
pub const PATCH_RULES: Rules = Rules {
    ignore_unknown: true,
    ignore_read_only: false,
    // The guide's PATCH example sends "false" for active.
    boolean_strings: true,
    remove_nothing: true,
    add_makes: true,
};

/// The attributes of a body, as the directory keeps them: canonical names, checked types.
pub fn read(kind: Kind, body: &Object, settings: &Settings) -> Result<Object, Fault> {
    let mut rest = body.clone();
    let mut out = Object::new();
    for name in ["schemas", "id", "meta"] {
        take(&mut rest, name);
    }
    // groups are forbidden on create (createuser.html).
    if kind == Kind::User && take(&mut rest, "groups").is_some() {
        return Err(reply::generic());
    }
    for name in UNSUPPORTED {
        if kind == Kind::User && take(&mut rest, name).is_some() {
            refuse(settings, "unsupportedAttributes")?;
        }
    }
    for attribute in schema::attributes(kind) {
        match take(&mut rest, attribute.name) {
            None => {}
            // Null is unassigned (RFC 7643 2.5); a required attribute is found missing below.
            Some(Value::Null) => {}
            Some(value) => {
                out.insert(attribute.name.to_owned(), typed(attribute, &value, settings)?);
            }
        }
    }
    if let Some((urn, attributes)) = schema::extension(kind, schema::ENTERPRISE)
        && let Some(Value::Object(mut inside)) = take(&mut rest, urn)
    {
        let mut extension = Object::new();
        for attribute in attributes {
            match take(&mut inside, attribute.name) {
                None | Some(Value::Null) => {}
                Some(value) => {
                    extension.insert(attribute.name.to_owned(), typed(attribute, &value, settings)?);
                }
            }
        }
        if !inside.is_empty() {
            refuse(settings, "unknownAttributes")?;
        }
        if !extension.is_empty() {
            out.insert(urn.to_owned(), Value::Object(extension));
        }
    }
    if !rest.is_empty() {
        refuse(settings, "unknownAttributes")?;
    }
    Ok(out)
}

fn refuse(settings: &Settings, switch: &str) -> Result<(), Fault> {
    if settings.is(switch, "400") { Err(reply::generic()) } else { Ok(()) }
}

fn typed(attribute: &'static Attribute, value: &Value, settings: &Settings) -> Result<Value, Fault> {
    let strict = settings.is("unknownAttributes", "400");
    let rules = Rules { ignore_unknown: !strict, boolean_strings: false, ..PATCH_RULES };
    let mut value = fit(attribute, value, &rules).map_err(|_| reply::generic())?;
    // `display` is not supported anywhere; `members.display` is not kept either.
    for item in value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if item.remove("display").is_some() {
            refuse(settings, "unsupportedAttributes")?;
        }
    }
    Ok(value)
}

/// Checks a whole user, after POST, PUT and PATCH alike. `spaces`: userName may hold them.
pub fn check_user(user: &mut Object, settings: &Settings, spaces: bool) -> Result<(), Fault> {
    for name in SINGLE {
        let values = items(user, name);
        if values.len() > 1 {
            return Err(Fault::new(400, format!("List attribute {name} exceeds allowed limit of 1")));
        }
        if user.contains_key(name) && values.is_empty() {
            refuse(settings, "emptyArrays")?;
            user.remove(name);
        }
    }
    let primary =
        |email: &Value| email.get("primary") == Some(&Value::Bool(true)) && email.get("value").is_some();
    if !items(user, "emails").iter().all(primary) {
        return Err(reply::generic());
    }
    if settings.is("emailsRequired", "true") && !user.contains_key("emails") {
        return Err(reply::generic());
    }
    let name = user.get("name").and_then(Value::as_object);
    let missing = [
        ("userName", user.contains_key("userName")),
        ("displayName", user.contains_key("displayName")),
        ("name.givenName", name.is_some_and(|name| name.contains_key("givenName"))),
        ("name.familyName", name.is_some_and(|name| name.contains_key("familyName"))),
    ];
    let mut errors: Vec<String> = missing
        .iter()
        .filter(|(_, there)| !there)
        .map(|(name, _)| constraint(name, "Member must not be null"))
        .collect();
    check_texts(user, "", settings, &mut errors);
    fail(&errors)?;
    let user_name = text(user, "userName").unwrap_or("");
    let spaced = user_name.chars().any(char::is_whitespace) && !spaces;
    if spaced || user_name.chars().count() > LONGEST_USER_NAME {
        return Err(reply::generic());
    }
    check_external_id(user)?;
    check_reserved(user_name, settings)
}

/// Checks a whole group.
pub fn check_group(group: &Object, settings: &Settings) -> Result<(), Fault> {
    let mut errors = Vec::new();
    if !group.contains_key("displayName") {
        errors.push(constraint("displayName", "Member must not be null"));
    }
    check_texts(group, "", settings, &mut errors);
    fail(&errors)?;
    check_external_id(group)?;
    check_reserved(text(group, "displayName").unwrap_or(""), settings)
}

fn check_external_id(resource: &Object) -> Result<(), Fault> {
    let id = text(resource, "externalId").unwrap_or("");
    let fits = id.chars().count() <= LONGEST_EXTERNAL_ID && !id.chars().any(char::is_whitespace);
    if fits { Ok(()) } else { Err(reply::generic()) }
}

fn check_reserved(name: &str, settings: &Settings) -> Result<(), Fault> {
    let reserved =
        ["Administrator", "AWSAdministrators"].iter().any(|taken| name.eq_ignore_ascii_case(taken));
    if reserved && settings.is("reservedNames", "400") { Err(reply::generic()) } else { Ok(()) }
}

/// Every string, however deep, named by its path.
fn check_texts(object: &Object, path: &str, settings: &Settings, errors: &mut Vec<String>) {
    for (name, value) in object {
        let here = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if let Some(inside) = value.as_object() {
            check_texts(inside, &here, settings, errors);
        }
        for inside in value.as_array().into_iter().flatten().filter_map(Value::as_object) {
            check_texts(inside, &here, settings, errors);
        }
        if let Some(text) = value.as_str() {
            check_text(text, &here, settings, errors);
        }
    }
}

fn check_text(text: &str, path: &str, settings: &Settings, errors: &mut Vec<String>) {
    if text.is_empty() {
        errors.push(constraint(path, "Member must have length greater than or equal to 1"));
    }
    if text.chars().count() > LONGEST {
        errors.push(constraint(path, &format!("Member must have length less than or equal to {LONGEST}")));
    }
    // A URL cannot do without a colon; the ban was on names and ids.
    let url = path == "profileUrl" || path.ends_with("$ref");
    let special = settings.is("specialCharacters", "400") && !url && text.contains(['<', '>', ';', ':', '%']);
    if text.is_empty() || special || !text.chars().all(allowed) {
        errors.push(constraint(path, &format!("Member must satisfy regular expression pattern: {PATTERN}")));
    }
}

/// Letters, marks, symbols, numbers, punctuation and some blanks: no control and no format characters.
fn allowed(c: char) -> bool {
    let format = matches!(c, '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0001}'..='\u{E007F}');
    let blank = matches!(c, '\t' | '\n' | '\r' | ' ' | '\u{A0}' | '\u{3000}');
    blank || !(c.is_control() || c.is_whitespace() || format)
}

fn constraint(path: &str, what: &str) -> String {
    format!("Value at '{path}' failed to satisfy constraint: {what}")
}

fn fail(errors: &[String]) -> Result<(), Fault> {
    if errors.is_empty() {
        return Ok(());
    }
    let many = if errors.len() == 1 { "error" } else { "errors" };
    Err(Fault::new(400, format!("{} validation {many} detected: {}", errors.len(), errors.join("; "))))
}
