//! The two envelopes of errors (sheet section 7), and headers.

use serde_json::{Value, json};

use crate::sim::http::Response;
use crate::sim::json::write_by;
use crate::sim::schema::ERROR;
use crate::sim::settings::Settings;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// Envelope A: status and detail.
    Scim(u16, String),
    /// Envelope B: status, error code, message.
    Platform(u16, &'static str, String),
    /// An exception nobody caught.
    Unknown,
}

impl Refusal {
    /// Envelope A.
    pub fn scim(status: u16, detail: impl Into<String>) -> Refusal {
        Refusal::Scim(status, detail.into())
    }

    /// Envelope B.
    pub fn platform(status: u16, code: &'static str, message: &str) -> Refusal {
        Refusal::Platform(status, code, message.to_owned())
    }

    /// No such resource.
    pub fn missing() -> Refusal {
        Refusal::scim(404, "No such resource")
    }

    /// Nothing can be done like this here.
    pub fn method() -> Refusal {
        Refusal::scim(501, "Method not supported")
    }
}

/// Keys in the order of section 5.2, and of the examples around it.
const ORDER: [&str; 40] = [
    "totalResults",
    "itemsPerPage",
    "startIndex",
    "schemas",
    "id",
    "userName",
    "externalId",
    "name",
    "formatted",
    "familyName",
    "givenName",
    "displayName",
    "nickName",
    "emails",
    "addresses",
    "phoneNumbers",
    "photos",
    "userType",
    "title",
    "preferredLanguage",
    "emailEncodingKey",
    "locale",
    "timezone",
    "active",
    "entitlements",
    "groups",
    "roles",
    "detail",
    "status",
    "message",
    "errorCode",
    "type",
    "primary",
    "value",
    "display",
    "$ref",
    "members",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "urn:salesforce:schemas:extension:1.0",
    "Resources",
];

/// `meta` comes after every extension, and those are not all known by name.
fn text(body: &Value) -> String {
    let mut order = ORDER.to_vec();
    let urns = |object: &serde_json::Map<String, Value>| {
        object.keys().filter(|key| key.starts_with("urn:")).cloned().collect::<Vec<_>>()
    };
    let mut found: Vec<String> = body.as_object().map(urns).unwrap_or_default();
    for item in body.get("Resources").and_then(Value::as_array).into_iter().flatten() {
        found.extend(item.as_object().map(urns).unwrap_or_default());
    }
    found.sort();
    found.dedup();
    order.extend(found.iter().map(String::as_str));
    order.push("meta");
    write_by(body, &order)
}

fn content_type(settings: &Settings) -> (String, String) {
    let scim = settings.is("contentType", "scim+json");
    let value = if scim { "application/scim+json" } else { "application/json" };
    ("Content-Type".to_owned(), value.to_owned())
}

/// A reply; null is no body.
pub fn respond(status: u16, body: &Value, location: Option<String>, settings: &Settings) -> Response {
    let mut headers = Vec::new();
    if !body.is_null() {
        headers.push(content_type(settings));
    }
    headers.extend(location.map(|location| ("Location".to_owned(), location)));
    Response { status, headers, body: if body.is_null() { String::new() } else { text(body) } }
}

/// An error. `id`: what support asks for.
pub fn refuse(refusal: &Refusal, settings: &Settings, id: &str) -> Response {
    match refusal {
        Refusal::Scim(status, detail) => {
            // Section 0: `schemas` is text that holds an array, `status` a number, and there is no scimType.
            let body = if settings.is("errorEnvelope", "clean") {
                json!({"schemas": [ERROR], "detail": detail, "status": status.to_string()})
            } else {
                json!({"schemas": format!("[\"{ERROR}\"]"), "detail": detail, "status": status})
            };
            respond(*status, &body, None, settings)
        }
        Refusal::Platform(status, code, message) => {
            platform(*status, &json!([{"message": message, "errorCode": code}]))
        }
        Refusal::Unknown => unknown(settings, id),
    }
}

/// The platform's own gateway does not know SCIM's media type.
fn platform(status: u16, body: &Value) -> Response {
    let header = ("Content-Type".to_owned(), "application/json;charset=UTF-8".to_owned());
    Response { status, headers: vec![header], body: text(body) }
}

fn unknown(settings: &Settings, id: &str) -> Response {
    let status = settings.status("unknownExceptionStatus");
    if settings.is("unknownExceptionShape", "legacy") {
        let header = ("Content-Type".to_owned(), "text/plain;charset=UTF-8".to_owned());
        let body =
            format!("An unexpected error occurred. Please include this ErrorId if you contact support: {id}");
        return Response { status, headers: vec![header], body };
    }
    let message = format!(
        "Processing/execution error: check the format of your request payload. If the error persists, contact \
         Salesforce Customer Support and share this error ID: {id}"
    );
    let one = json!({"message": message, "errorCode": "UNKNOWN_EXCEPTION"});
    let array = settings.is("unknownExceptionShape", "array");
    platform(status, &if array { Value::Array(vec![one]) } else { one })
}
