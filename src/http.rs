//! One HTTP exchange as data. Nothing here sends anything.

use serde_json::Value;

use crate::json;
use crate::table::Texts;

/// What is asked of a provider: a call before it becomes a request with a credential.
#[derive(Clone, Debug)]
pub struct Call {
    /// `RequestRecord.purpose`.
    pub purpose: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path below the server's URL, segments percent-encoded.
    pub path: String,
    /// Query without `?`, values percent-encoded; empty for none.
    pub query: String,
    /// JSON body.
    pub body: Option<Value>,
    /// What the reply is taken to be where the call is not sent.
    pub assumed: Option<Value>,
}

impl Call {
    /// A call without query or body.
    pub fn new(purpose: &'static str, method: &'static str, path: impl Into<String>) -> Self {
        Call { purpose, method, path: path.into(), query: String::new(), body: None, assumed: None }
    }

    /// With a query.
    #[must_use]
    pub fn query(mut self, query: String) -> Self {
        self.query = query;
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// With what the reply is taken to be where the call is not sent.
    #[must_use]
    pub fn assume(mut self, reply: Value) -> Self {
        self.assumed = Some(reply);
        self
    }

    /// Whether it changes anything at the provider.
    pub fn writes(&self) -> bool {
        self.method != "GET"
    }
}

/// A request as the host sends it. Its headers hold the credential, so it is not `Debug`.
#[derive(Clone)]
pub struct Request {
    /// HTTP method.
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// Text of the body.
    pub body: Option<String>,
}

/// An answer as the host received it.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Those of [`REPLY_HEADERS`] that were there, names in lower case.
    pub headers: Texts,
    /// Text of the body; `None` where there was none.
    pub body: Option<String>,
}

/// Headers that mean something to us. The host reads no others.
pub const REPLY_HEADERS: &[&str] = &[
    "content-type",
    "retry-after",
    "date",
    // GitHub: how much is left until when, and what a token lacks.
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-github-sso",
    "x-accepted-github-permissions",
    // Kept in the outcome, for support cases.
    "x-amzn-requestid",
    "x-github-request-id",
    "x-request-id",
];

/// Which of them identify a request to the provider's support.
const REQUEST_IDS: &[&str] = &["x-amzn-requestid", "x-github-request-id", "x-request-id"];

/// The longest provider request id that is kept: the known ones have 36 characters.
const REQUEST_ID_CHARS: usize = 100;

/// An answer, read.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// As in [`Response`].
    pub headers: Texts,
    /// What the body turned out to be.
    pub body: Body,
    /// An earlier try of the same write got no answer: whatever this one says, it may have been done.
    pub unclear: bool,
}

/// What a body turned out to be (H6).
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing, or white space.
    Empty,
    /// JSON, whatever its media type said.
    Json(Value),
    /// Something else: HTML, truncated JSON.
    Unreadable,
}

impl Reply {
    /// Reads an answer.
    pub fn read(response: &Response) -> Reply {
        let text = response.body.as_deref().unwrap_or("").trim_start_matches('\u{feff}').trim();
        let body = if text.is_empty() {
            Body::Empty
        } else {
            json::value(text).map_or(Body::Unreadable, Body::Json)
        };
        Reply { status: response.status, headers: response.headers.clone(), body, unclear: false }
    }

    /// The body, where it is JSON.
    pub fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(value) => Some(value),
            Body::Empty | Body::Unreadable => None,
        }
    }

    /// Whether the status says it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The provider's own id of this request.
    pub fn request_id(&self) -> Option<String> {
        let id = REQUEST_IDS.iter().find_map(|name| self.headers.get(name))?;
        Some(id.chars().filter(|c| c.is_ascii_graphic()).take(REQUEST_ID_CHARS).collect())
    }
}
