//! A SCIM resource as JSON: putting a value at a path, finding it there, taking it away.

use serde_json::{Map, Value};

use super::path::Path;
use crate::json::json;
use crate::table::{object, take};

/// RFC 7643 section 4.1.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// RFC 7643 section 4.2.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// Attributes whose only value is their primary one (C2).
const PRIMARY: [&str; 3] = ["emails", "phoneNumbers", "addresses"];

/// A user resource of values at paths, with `schemas` (RFC 7643 section 3) and `active`.
pub fn user<'a>(values: impl IntoIterator<Item = (&'a Path, &'a Value)>, active: bool) -> Value {
    let mut root = Map::new();
    let mut schemas = vec![json!(USER)];
    for (path, value) in values {
        if let Some(schema) = &path.schema
            && !schemas.iter().any(|known| known.as_str() == Some(schema))
        {
            schemas.push(json!(schema.as_str()));
        }
        place(&mut root, path, value);
    }
    mark_primary(&mut root);
    root.insert("schemas".into(), Value::Array(schemas));
    root.insert("active".into(), Value::Bool(active));
    Value::Object(root)
}

/// A single e-mail, phone or address is the primary one, unless the mapping says otherwise.
pub fn mark_primary(root: &mut Map<String, Value>) {
    for name in PRIMARY {
        if let Some(Value::Array(items)) = root.get_mut(name)
            && let [Value::Object(only)] = items.as_mut_slice()
        {
            only.entry("primary").or_insert(Value::Bool(true));
        }
    }
}

/// Puts a value at a path, making what is missing on the way.
pub fn place(root: &mut Map<String, Value>, path: &Path, value: &Value) {
    let container = match &path.schema {
        Some(schema) => match object_at(root, schema) {
            Some(extension) => extension,
            None => return,
        },
        None => root,
    };
    let name = spelled(container, &path.attribute);
    if path.filter.is_empty() {
        match &path.sub {
            None => {
                container.insert(name, value.clone());
            }
            Some(sub) => {
                if let Some(complex) = object_at(container, &name) {
                    complex.insert(spelled(complex, sub), value.clone());
                }
            }
        }
        return;
    }
    let list = container.entry(name).or_insert_with(|| Value::Array(Vec::new()));
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    let Value::Array(items) = list else { return };
    let position = items.iter().position(|item| selected(path, item)).unwrap_or_else(|| {
        items.push(Value::Object(object(path.filter.iter().cloned())));
        items.len() - 1
    });
    if let Some(Value::Object(item)) = items.get_mut(position) {
        match (&path.sub, value) {
            (Some(sub), value) => {
                item.insert(spelled(item, sub), value.clone());
            }
            (None, Value::Object(members)) => item.extend(members.clone()),
            (None, value) => {
                item.insert("value".into(), value.clone());
            }
        }
    }
}

/// What stands at a path.
pub fn find<'a>(root: &'a Value, path: &Path) -> Option<&'a Value> {
    let container = match &path.schema {
        Some(schema) => member(root, schema)?,
        None => root,
    };
    let value = member(container, &path.attribute)?;
    if path.filter.is_empty() {
        return match &path.sub {
            Some(sub) => member(value, sub),
            None => Some(value),
        };
    }
    let item = value.as_array()?.iter().find(|item| selected(path, item))?;
    match &path.sub {
        Some(sub) => member(item, sub),
        None => Some(item),
    }
}

/// Takes away what stands at a path, and the element or extension it leaves with nothing but its filter's terms.
pub fn remove(root: &mut Map<String, Value>, path: &Path) {
    let container = match &path.schema {
        Some(schema) => {
            let name = spelled(root, schema);
            match root.get_mut(&name) {
                Some(Value::Object(extension)) => extension,
                _ => return,
            }
        }
        None => root,
    };
    let name = spelled(container, &path.attribute);
    if path.filter.is_empty() && path.sub.is_none() {
        take(container, &name);
        return;
    }
    let Some(value) = container.get_mut(&name) else { return };
    match (value, &path.sub) {
        (Value::Object(complex), Some(sub)) => {
            let name = spelled(complex, sub);
            take(complex, &name);
        }
        (Value::Array(items), sub) => {
            if let (Some(sub), Some(Value::Object(item))) =
                (sub, items.iter_mut().find(|item| selected(path, item)))
            {
                let name = spelled(item, sub);
                take(item, &name);
            }
            items.retain(|item| !selected(path, item) || (sub.is_some() && says_more(path, item)));
            if items.is_empty() {
                take(container, &name);
            }
        }
        _ => {}
    }
}

/// Whether an element of a list is the one the path's filter names. Values of filters are types and flags, which
/// RFC 7643 section 2.4 compares without regard to case.
pub fn selected(path: &Path, item: &Value) -> bool {
    path.filter.iter().all(|(name, wanted)| member(item, name).is_some_and(|found| same_text(found, wanted)))
}

/// Whether an element holds more than what its filter says, and the flags that follow from there being one.
fn says_more(path: &Path, item: &Value) -> bool {
    let Value::Object(members) = item else { return false };
    members.keys().any(|name| {
        !name.eq_ignore_ascii_case("primary")
            && !path.filter.iter().any(|(term, _)| term.eq_ignore_ascii_case(name))
    })
}

/// A member by name, without regard to case (RFC 7643 section 2.1).
pub fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members
        .get(name)
        .or_else(|| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, found)| found))
}

/// The text of a member; absent when it is none or empty.
pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name)?.as_str().filter(|text| !text.is_empty())
}

fn same_text(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    }
}

/// The name under which an object already holds an attribute, or the one given.
fn spelled(object: &Map<String, Value>, name: &str) -> String {
    if object.contains_key(name) {
        return name.to_owned();
    }
    object.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned().unwrap_or_else(|| name.to_owned())
}

fn object_at<'a>(root: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Map<String, Value>> {
    let name = spelled(root, name);
    let slot = root.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    slot.as_object_mut()
}
