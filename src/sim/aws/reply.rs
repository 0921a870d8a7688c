//! How AWS answers: one envelope for every error (error bodies quoted in authentik #12321, idp-scim-sync #57).

use serde_json::{Value, json};

use crate::sim::clock;
use crate::sim::fault::Fault;
use crate::sim::http::Response;
use crate::sim::json;
use crate::sim::schema::ERROR;

/// The `detail` of every 400 until mid 2024, and of those nothing better is known for.
pub const GENERIC: &str = "Request is unparsable, syntactically incorrect, or violates schema.";
/// idp-scim-sync #30 #57.
pub const DUPLICATE: &str = "Refused to create a new, duplicate resource.";
/// authentik #12321.
pub const PATHLESS: &str = "Current PATCH support allows omitting \"path\" attribute only for Add and Replace \
                            operations modifying a single attribute.";
/// mitodl/keycloak-scim #73.
pub const REPLACE_MEMBERS: &str = "Replacing group memberships is not supported.";
/// scim-logging-using-cloudtrail.html
pub const MISSING_PATH: &str = "Missing path in PATCH request";
/// scim-logging-using-cloudtrail.html
pub const INVALID_JSON: &str = "Invalid JSON from RequestBody";
/// scim-logging-using-cloudtrail.html
pub const INVALID_FILTER: &str = "Invalid Filter format";

/// A 400 with the generic sentence.
pub fn generic() -> Fault {
    Fault::new(400, GENERIC)
}

/// The clash of a unique attribute.
pub fn duplicate() -> Fault {
    Fault::new(409, DUPLICATE)
}

/// No such resource. The text was never published.
pub fn not_found(what: &str) -> Fault {
    Fault::new(404, format!("{what} not found."))
}

/// A response with a body, or none for null. `Content-Type` is there even on a 204 (deleteuser.html).
pub fn respond(status: u16, body: &Value, request_id: &str, now: u64) -> Response {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Response {
        status,
        headers: vec![
            header("Content-Type", "application/json"),
            header("Date", &clock::http(now)),
            header("x-amzn-RequestId", request_id),
        ],
        body: if body.is_null() { String::new() } else { json::write(body) },
    }
}

/// An error. Never a `scimType`; `schema` beside `schemas`; `status` is a string.
pub fn error(fault: &Fault, generic_400: bool, request_id: &str, now: u64) -> Response {
    let detail = if generic_400 && fault.status == 400 { GENERIC } else { fault.detail.as_str() };
    let body = json!({"schema": [ERROR], "schemas": [ERROR], "detail": detail,
                      "status": fault.status.to_string(), "exceptionRequestId": request_id,
                      "timeStamp": clock::timestamp(now)});
    respond(fault.status, &body, request_id, now)
}
