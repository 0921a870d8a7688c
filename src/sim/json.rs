//! JSON with SCIM's manners: names in any case, and keys written in the order providers write them.

use serde::{Serialize, Serializer};
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
    serde_json::to_string(&Ordered { value, order }).unwrap_or_default()
}

/// A value on its way out.
struct Ordered<'a> {
    value: &'a Value,
    order: &'a [&'a str],
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let order = self.order;
        if let Some(object) = self.value.as_object() {
            let rank = |key: &String| order.iter().position(|name| name == key).unwrap_or(order.len());
            let mut all: Vec<(usize, &String, &Value)> =
                object.iter().map(|(key, value)| (rank(key), key, value)).collect();
            // Stable: keys come in alphabetical order.
            all.sort_by_key(|(rank, _, _)| *rank);
            serializer.collect_map(all.into_iter().map(|(_, key, value)| (key, Ordered { value, order })))
        } else if let Some(items) = self.value.as_array() {
            serializer.collect_seq(items.iter().map(|value| Ordered { value, order }))
        } else {
            self.value.serialize(serializer)
        }
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
