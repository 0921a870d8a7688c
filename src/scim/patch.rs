//! PATCH requests (RFC 7644 section 3.5.2).

use serde_json::{Value, json};

use super::filter;
use super::message::PATCH_OP;

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    op: &'static str,
    path: String,
    value: Option<Value>,
}

impl Operation {
    /// Adds a value to a list.
    pub fn add(path: impl Into<String>, value: Value) -> Self {
        Operation { op: "add", path: path.into(), value: Some(value) }
    }

    /// Sets a value.
    pub fn replace(path: impl Into<String>, value: Value) -> Self {
        Operation { op: "replace", path: path.into(), value: Some(value) }
    }

    /// Takes away what stands at a path.
    pub fn remove(path: impl Into<String>) -> Self {
        Operation { op: "remove", path: path.into(), value: None }
    }

    /// Whether it selects an element of a list by a value path, which not every server takes.
    pub fn has_value_path(&self) -> bool {
        self.path.contains('[')
    }
}

/// The request's body.
pub fn body(operations: &[Operation]) -> Value {
    let operations: Vec<Value> = operations
        .iter()
        .map(|operation| {
            let mut json = json!({ "op": operation.op, "path": operation.path });
            if let (Some(value), Some(object)) = (&operation.value, json.as_object_mut()) {
                object.insert("value".into(), value.clone());
            }
            json
        })
        .collect();
    json!({ "schemas": [PATCH_OP], "Operations": operations })
}

/// Puts one member into a group.
pub fn add_member(user: &str) -> Operation {
    Operation::add("members", json!([{ "value": user }]))
}

/// Takes one member out, the standard's way.
pub fn remove_member_by_path(user: &str) -> Operation {
    Operation::remove(format!("members[{}]", filter::eq("value", user)))
}

/// Takes one member out by a list of values.
pub fn remove_member_by_list(user: &str) -> Operation {
    Operation { op: "remove", path: "members".into(), value: Some(json!([{ "value": user }])) }
}
