//! Why GitHub refuses, and in which of its shapes it says so (sheet 2.2).

use serde_json::{Value, json};

use crate::sim::fault::Fault;
use crate::sim::http::Response;
use crate::sim::json;
use crate::sim::schema::ERROR;
use crate::sim::settings::Settings;

/// Where GitHub explains itself.
const DOCUMENTATION: &str = "https://docs.github.com/rest";
/// What a limit points to; clients look at how it ends (sheet 7).
pub const SECONDARY: &str =
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";
/// The hourly limit's page.
pub const PRIMARY: &str = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api";
/// Sheet 2.1; not JSON.
const FORBIDDEN: &str = "Request forbidden by administrative rules. Please make sure your request has a \
                         User-Agent header.";

/// The shapes of an error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A page.
    Html,
    /// Shape A: a SCIM error.
    Scim,
    /// Shape B: GitHub's own.
    Basic,
    /// Nothing at all.
    Empty,
}

/// A refusal.
#[derive(Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Shape of the body.
    pub shape: Shape,
    /// RFC 7644 Table 9, where anybody knows.
    pub scim_type: &'static str,
    /// For humans.
    pub text: String,
    /// `documentation_url`.
    pub documentation: &'static str,
    /// More headers.
    pub headers: Vec<(String, String)>,
}

impl Refusal {
    fn new(status: u16, shape: Shape, text: impl Into<String>) -> Refusal {
        let documentation = DOCUMENTATION;
        Refusal { status, shape, scim_type: "", text: text.into(), documentation, headers: Vec::new() }
    }

    /// Shape B.
    pub fn basic(status: u16, text: impl Into<String>) -> Refusal {
        Refusal::new(status, Shape::Basic, text)
    }

    /// Shape A.
    pub fn scim(status: u16, text: impl Into<String>) -> Refusal {
        Refusal::new(status, Shape::Scim, text)
    }

    /// Status alone.
    pub fn empty(status: u16) -> Refusal {
        Refusal::new(status, Shape::Empty, "")
    }

    /// There is no such path, or none for this token.
    pub fn nowhere() -> Refusal {
        Refusal::basic(404, "Not Found")
    }

    /// No `User-Agent` (sheet 2.1).
    pub fn no_user_agent() -> Refusal {
        Refusal::new(403, Shape::Html, FORBIDDEN)
    }

    /// The same, with one more header.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Refusal {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The reply.
    pub fn write(&self, settings: &Settings) -> Response {
        let mut headers = self.headers.clone();
        let mut typed = |kind: &str| headers.push(("Content-Type".to_owned(), kind.to_owned()));
        // What an enterprise documents without a body (sheet 2.2). The switch is only known there.
        let bare = settings.is("errorBody", "none") && matches!(self.status, 401 | 403 | 409);
        let body = match self.shape {
            Shape::Html => {
                typed("text/html");
                self.text.clone()
            }
            Shape::Empty => String::new(),
            Shape::Basic | Shape::Scim if bare => String::new(),
            Shape::Basic => {
                typed("application/json; charset=utf-8");
                json!({"message": self.text, "documentation_url": self.documentation,
                       "status": self.status.to_string()})
                .to_string()
            }
            Shape::Scim => {
                typed(settings.value("errorMediaType"));
                json::write(&self.scim_body(settings))
            }
        };
        Response { status: self.status, headers, body }
    }

    /// Every member is optional, and the text is in `detail`, `message` or both (sheet 2.2).
    fn scim_body(&self, settings: &Settings) -> Value {
        let status = match settings.value("errorStatusType") {
            "string" => Value::from(self.status.to_string()),
            _ => Value::from(self.status),
        };
        let mut body = json!({"schemas": [ERROR], "status": status});
        let Some(object) = body.as_object_mut() else { return body };
        let place = settings.value("errorText");
        // A limit is always said in GitHub's own words too: clients tell it by them.
        let limit = self.documentation != DOCUMENTATION;
        if place != "message" {
            object.insert("detail".to_owned(), Value::from(self.text.as_str()));
        }
        if place != "detail" || limit {
            object.insert("message".to_owned(), Value::from(self.text.as_str()));
            object.insert("documentation_url".to_owned(), Value::from(self.documentation));
        }
        match settings.value("scimType") {
            "null" => {
                object.insert("scimType".to_owned(), Value::Null);
            }
            "given" if !self.scim_type.is_empty() => {
                object.insert("scimType".to_owned(), Value::from(self.scim_type));
            }
            _ => {}
        }
        body
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal { scim_type: fault.scim_type, ..Refusal::scim(fault.status, fault.detail) }
    }
}
