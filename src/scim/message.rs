//! Protocol messages of RFC 7644: what an error and a list say, read tolerantly (H6).

use serde_json::Value;

use super::resource::{member, text};

/// RFC 7644 section 3.5.2.
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What an error body says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// RFC 7644 table 9.
    pub scim_type: Option<String>,
    /// For people.
    pub detail: Option<String>,
    /// A code of the provider's own.
    pub code: Option<String>,
}

/// Longest word taken for a code: the known ones have fewer than 64 characters.
const CODE_CHARS: usize = 64;

/// Reads an error: SCIM's, a plain JSON one, or a list of them.
pub fn error(body: &Value) -> ErrorBody {
    let body = body.as_array().map_or(body, |items| items.first().unwrap_or(&Value::Null));
    let first = |names: &[&str]| names.iter().find_map(|name| text(body, name)).map(str::to_owned);
    ErrorBody {
        scim_type: first(&["scimType"]).filter(|word| is_code(word)),
        detail: first(&["detail", "message", "error_description", "Message"]),
        code: first(&["errorCode", "code", "error"]).filter(|word| is_code(word)),
    }
}

/// A word that is a code and not a sentence, or something that was sent.
fn is_code(word: &str) -> bool {
    word.len() <= CODE_CHARS && word.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// Longest `id` taken for one: with it a link still fits into a record of 4 kB (D4).
const ID_BYTES: usize = 1024;

/// One page of a list (RFC 7644 section 3.4.2).
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// What it holds.
    pub resources: Vec<Value>,
    /// Where it goes on (RFC 9865 section 2).
    pub next_cursor: Option<String>,
    /// `totalResults`, where it says so.
    pub total: Option<usize>,
}

/// Reads a list. `None` where the body is not one: a member `Resources` that is no array, or nothing that says how
/// many there are.
pub fn list(body: &Value) -> Option<List> {
    let next_cursor = text(body, "nextCursor").map(str::to_owned);
    let total = member(body, "totalResults").and_then(Value::as_u64).and_then(|total| total.try_into().ok());
    match member(body, "Resources") {
        Some(Value::Array(resources)) => Some(List { resources: resources.clone(), next_cursor, total }),
        Some(Value::Null) | None
            if member(body, "totalResults").or(member(body, "itemsPerPage")).is_some() =>
        {
            Some(List { resources: Vec::new(), next_cursor, total })
        }
        _ => None,
    }
}

/// Whether a text can be an id, and stand in a path (S5): dots alone lead elsewhere, encoded or not (RFC 3986 section
/// 5.2.4), and URLs have an end.
pub fn is_id(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && text.len() <= ID_BYTES
}

/// The `id` of a resource: a text, or (against RFC 7643 section 3.1, but seen) a number.
pub fn id(resource: &Value) -> Option<String> {
    match member(resource, "id")? {
        Value::String(id) if is_id(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `active`, where it says so; some write it as a text.
pub fn active(resource: &Value) -> bool {
    match member(resource, "active") {
        Some(Value::Bool(active)) => *active,
        Some(Value::String(text)) => !text.eq_ignore_ascii_case("false"),
        _ => true,
    }
}
