//! PATCH requests (RFC 7644 section 3.5.2).

use serde_json::Value;

use super::filter;
use super::message::PATCH_OP;
use crate::json::json;

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    op: &'static str,
    path: Option<String>,
    value: Option<Value>,
}

/// Several operations in one request.
const SEVERAL: u8 = 1;
/// An operation with a path.
const PATH: u8 = 2;
/// A path into something complex, or an extension.
const INSIDE: u8 = 4;
/// A path that selects an element of a list.
const SELECTION: u8 = 8;
/// An operation without a path.
const PATHLESS: u8 = 16;

/// What of RFC 7644 section 3.5.2 some operations make use of; servers take more or less of it.
pub fn features(operations: &[Operation]) -> u8 {
    operations.iter().fold(if operations.len() > 1 { SEVERAL } else { 0 }, |features, operation| {
        features
            | match operation.path.as_deref() {
                None => PATHLESS,
                Some(path) if path.contains('[') => PATH | SELECTION,
                Some(path) if path.contains(['.', ':']) => PATH | INSIDE,
                Some(_) => PATH,
            }
    })
}

/// Whether some features include the selection of an element of a list.
pub fn selects(features: u8) -> bool {
    features & SELECTION != 0
}

impl Operation {
    /// Adds a value to a list.
    pub fn add(path: impl Into<String>, value: Value) -> Self {
        Operation { op: "add", path: Some(path.into()), value: Some(value) }
    }

    /// Sets a value.
    pub fn replace(path: impl Into<String>, value: Value) -> Self {
        Operation { op: "replace", path: Some(path.into()), value: Some(value) }
    }

    /// Takes away what stands at a path.
    pub fn remove(path: impl Into<String>) -> Self {
        Operation { op: "remove", path: Some(path.into()), value: None }
    }

    /// Sets several attributes, null for one that is gone.
    pub fn replace_all(value: Value) -> Self {
        Operation { op: "replace", path: None, value: Some(value) }
    }
}

/// The request's body.
pub fn body(operations: &[Operation]) -> Value {
    let operations: Vec<Value> = operations
        .iter()
        .map(|operation| {
            let mut json = json!({ "op": operation.op });
            if let Some(object) = json.as_object_mut() {
                object.extend(operation.path.as_deref().map(|path| ("path".into(), json!(path))));
                object.extend(operation.value.clone().map(|value| ("value".into(), value)));
            }
            json
        })
        .collect();
    json!({ "schemas": [PATCH_OP], "Operations": operations })
}

/// Puts one member into a group.
pub fn add_member(user: &str) -> Operation {
    Operation::add("members", json!([json!({ "value": user })]))
}

/// Puts one member into a group, without a path.
pub fn add_member_pathless(user: &str) -> Operation {
    Operation { op: "add", path: None, value: Some(json!({ "members": json!([json!({ "value": user })]) })) }
}

/// Puts one member in or takes one out, in an object below the path.
pub fn nested_member(op: &'static str, user: &str) -> Operation {
    Operation {
        op,
        path: Some("members".into()),
        value: Some(json!({ "members": json!([json!({ "value": user })]) })),
    }
}

/// Takes one member out, the standard's way.
pub fn remove_member_by_path(user: &str) -> Operation {
    Operation::remove(format!("members[{}]", filter::eq("value", user)))
}

/// Takes one member out by a list of values.
pub fn remove_member_by_list(user: &str) -> Operation {
    Operation { value: Some(json!([json!({ "value": user })])), ..Operation::remove("members") }
}
