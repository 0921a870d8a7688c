//! How replies and errors are written (RFC 7644 3.1, 3.12).

use serde_json::{Value, json};

use super::{Done, Generic};
use crate::sim::clock;
use crate::sim::fault::Fault;
use crate::sim::http::Response;
use crate::sim::json;
use crate::sim::schema::ERROR;

impl Generic {
    fn content_type(&self) -> (String, String) {
        let json = self.settings.is("contentType", "json");
        let value = if json { "application/json" } else { "application/scim+json" };
        ("Content-Type".to_owned(), value.to_owned())
    }

    /// A reply with its headers.
    pub(super) fn respond(&self, done: Done) -> Response {
        let mut headers = Vec::new();
        if !done.body.is_null() {
            headers.push(self.content_type());
        }
        if let Some((kind, id)) = &done.about
            && let Some(record) = self.store.find(*kind, id)
        {
            if matches!(self.settings.value("location"), "both" | "header") {
                headers.push(("Location".to_owned(), self.location(record)));
            }
            if !self.settings.is("etag", "off") {
                headers.push(("ETag".to_owned(), version(record.version)));
            }
        }
        let body = if done.body.is_null() { String::new() } else { json::write(&self.spell(done.body)) };
        Response { status: done.status, headers, body }
    }

    /// Booleans and numbers as strings, by the switches.
    fn spell(&self, mut body: Value) -> Value {
        if self.settings.is("listNumbers", "strings")
            && let Some(object) = body.as_object_mut()
        {
            for name in ["totalResults", "startIndex", "itemsPerPage"] {
                if let Some(value) = object.get_mut(name) {
                    *value = Value::from(value.to_string());
                }
            }
        }
        if self.settings.is("booleans", "strings") {
            stringify(&mut body);
        }
        body
    }

    /// An error in the shape of the `errorBody` switch.
    pub(super) fn refuse(&self, fault: &Fault, now: u64) -> Response {
        let mut headers = Vec::new();
        if fault.status == 401 {
            let scheme =
                if self.settings.token.is_some() { "Bearer realm=\"scim\"" } else { "Basic realm=\"scim\"" };
            headers.push(("WWW-Authenticate".to_owned(), scheme.to_owned()));
        }
        if fault.status == 429 {
            let value = match self.settings.value("retryAfter") {
                "seconds" => Some("1".to_owned()),
                "date" => Some(clock::http(now + 1999)),
                _ => None,
            };
            headers.extend(value.map(|value| ("Retry-After".to_owned(), value)));
        }
        let html = self.settings.is("errorBody", "html")
            || (fault.status == 404
                && self.settings.is("discovery", "html")
                && fault.detail == "no such endpoint");
        if html {
            headers.push(("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned()));
            let body = format!("<!DOCTYPE html><html><body><h1>Error {}</h1></body></html>", fault.status);
            return Response { status: fault.status, headers, body };
        }
        let body = match self.settings.value("errorBody") {
            "empty" => return Response { status: fault.status, headers, body: String::new() },
            "plainJson" => json!({"error": fault.detail}),
            "numberStatus" => json!({"schemas": [ERROR], "status": fault.status, "detail": fault.detail}),
            _ => json!({"schemas": [ERROR], "status": fault.status.to_string(), "detail": fault.detail}),
        };
        let mut body = body;
        let typed = !fault.scim_type.is_empty()
            && self.settings.is("scimType", "yes")
            && !self.settings.is("errorBody", "plainJson");
        if let Some(object) = body.as_object_mut().filter(|_| typed) {
            object.insert("scimType".to_owned(), Value::from(fault.scim_type));
        }
        headers.push(self.content_type());
        Response { status: fault.status, headers, body: json::write(&body) }
    }
}

/// A weak tag (RFC 7644 3.14).
pub fn version(version: u64) -> String {
    format!("W/\"{version}\"")
}

fn stringify(value: &mut Value) {
    if let Some(truth) = value.as_bool() {
        *value = Value::from(truth.to_string());
    }
    value.as_array_mut().into_iter().flatten().for_each(stringify);
    value.as_object_mut().into_iter().flat_map(|object| object.values_mut()).for_each(stringify);
}
