//! JSON with SCIM's manners: names in any case, and keys written in the order providers write them.

use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

/// Keys in the order they are written, outermost meaning first; the rest follow in alphabetical order. One
/// list serves messages, users and groups: their orders agree (AWS developer guide, examples).
const ORDER: [&str; 46] = [
    "totalResults",
    "itemsPerPage",
    "startIndex",
    "nextCursor",
    "id",
    "externalId",
    "meta",
    "schema",
    "schemas",
    "scimType",
    "detail",
    "status",
    "exceptionRequestId",
    "timeStamp",
    "resourceType",
    "created",
    "lastModified",
    "location",
    "version",
    "userName",
    "formatted",
    "familyName",
    "givenName",
    "middleName",
    "honorificPrefix",
    "honorificSuffix",
    "streetAddress",
    "locality",
    "region",
    "postalCode",
    "country",
    "name",
    "displayName",
    "nickName",
    "profileUrl",
    "value",
    "$ref",
    "display",
    "title",
    "type",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "active",
    "primary",
];

/// `value` as text, keys in the providers' order.
pub fn write(value: &Value) -> String {
    write_by(value, &ORDER)
}

/// `value` as text, keys in this order; the rest follow in alphabetical order.
pub fn write_by(value: &Value, order: &[&str]) -> String {
    let mut out = String::new();
    write_into(value, order, &mut out);
    out
}

fn write_into(value: &Value, order: &[&str], out: &mut String) {
    if let Some(object) = value.as_object() {
        let mut keys: Vec<&String> = object.keys().collect();
        keys.sort_by_key(|key| {
            (order.iter().position(|name| name == key).unwrap_or(order.len()), key.as_str())
        });
        out.push('{');
        for (index, key) in keys.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&Value::from(key.as_str()).to_string());
            out.push(':');
            write_into(object.get(key).unwrap_or(&Value::Null), order, out);
        }
        out.push('}');
    } else if let Some(items) = value.as_array() {
        out.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_into(item, order, out);
        }
        out.push(']');
    } else {
        out.push_str(&value.to_string());
    }
}

/// The member called `name` in any case (RFC 7643 2.1).
pub fn get<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

/// Removes the member called `name` in any case.
pub fn take(object: &mut Object, name: &str) -> Option<Value> {
    let key = object.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    object.remove(&key)
}

/// The text of the member called `name`.
pub fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    get(object, name).and_then(Value::as_str)
}

/// The items of the member called `name`, none if it is no array.
pub fn items<'a>(object: &'a Object, name: &str) -> &'a [Value] {
    get(object, name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Null, `[]` and `{}`: unassigned (RFC 7643 2.5).
pub fn unassigned(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(Map::is_empty)
}
