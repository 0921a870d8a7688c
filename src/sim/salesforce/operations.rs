//! PATCH bodies, and what an operation's value is (sheet section 5.5).

use serde_json::{Value, json};

use super::Salesforce;
use super::reply::Refusal;
use crate::sim::json::{Object, get, text};
use crate::sim::schema::PATCH_OP;

/// One operation.
pub struct Operation {
    /// In lower case.
    pub op: String,
    /// As written.
    pub path: Option<String>,
    /// As written.
    pub value: Option<Value>,
}

/// The operations of a body. The URN's case counts.
pub fn operations(body: &Object) -> Result<Vec<Operation>, Refusal> {
    let schemas = get(body, "schemas").and_then(Value::as_array);
    if !schemas.is_some_and(|schemas| schemas.iter().any(|schema| schema == PATCH_OP)) {
        return Err(Refusal::scim(400, "Improper Schema."));
    }
    let list = get(body, "Operations").and_then(Value::as_array).ok_or(Refusal::Unknown)?;
    let read = |operation: &Value| {
        let operation = operation.as_object()?;
        Some(Operation {
            op: text(operation, "op")?.to_ascii_lowercase(),
            path: text(operation, "path").map(str::to_owned),
            value: get(operation, "value").filter(|value| !value.is_null()).cloned(),
        })
    };
    let all: Option<Vec<Operation>> = list.iter().map(read).collect();
    let all = all.ok_or(Refusal::Unknown)?;
    match all.iter().find(|one| !["add", "replace", "remove"].contains(&one.op.as_str())) {
        Some(other) => Err(Refusal::scim(400, format!("INPROPER Operation: {}", other.op))),
        None => Ok(all),
    }
}

impl Salesforce {
    /// The attributes of an add or replace: its value must be an object, and the path does not count. Nothing: the
    /// operation is passed over.
    pub(super) fn attributes_of(&self, operation: &Operation) -> Result<Option<Object>, Refusal> {
        let value = operation.value.as_ref();
        let object = value.and_then(Value::as_object);
        let paths = self.settings.value("patchPaths");
        match (&operation.path, object, value) {
            (Some(path), object, Some(value)) if paths == "accept" => {
                // A value that names the attribute itself needs no wrapping.
                match object.filter(|object| get(object, path).is_some()) {
                    Some(object) => Ok(Some(object.clone())),
                    None => wrap(path, value).map(Some),
                }
            }
            (_, Some(object), _) => Ok(Some(object.clone())),
            (Some(_), None, Some(_)) if paths == "ignore" => Ok(None),
            _ => Err(Refusal::Unknown),
        }
    }
}

/// A value at a path, as the object it would be: for a production that learned paths (section 14.3).
fn wrap(path: &str, value: &Value) -> Result<Object, Refusal> {
    let whole = match path.rsplit_once(':') {
        Some(_) => json!({path: value}),
        None => match (path.split_once('['), path.split_once('.')) {
            (Some((name, rest)), _) => {
                let sub = rest.rsplit_once("].").map_or("value", |(_, sub)| sub);
                let kind = rest.split('"').nth(1).unwrap_or("work");
                json!({name: [{"type": kind, sub: value}]})
            }
            (None, Some((name, sub))) => json!({name: {sub: value}}),
            (None, None) => json!({path: value}),
        },
    };
    whole.as_object().cloned().ok_or(Refusal::Unknown)
}
