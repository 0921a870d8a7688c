//! Token replies and errors (RFC 6749 5.1, 5.2; Salesforce: sheet sections 3.1, 3.2).

use serde_json::{Value, json};

use super::{Dialect, Granted, Issued, Refused, TokenServer};
use crate::sim::http::Response;
use crate::sim::json::write_by;
use crate::sim::settings::Settings;

const ORDER: [&str; 9] = [
    "access_token",
    "signature",
    "token_type",
    "expires_in",
    "refresh_token",
    "scope",
    "instance_url",
    "id",
    "issued_at",
];

fn response(status: u16, body: &Value) -> Response {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    // RFC 6749 5.1: nobody keeps a token.
    let headers = vec![
        header("Content-Type", "application/json;charset=UTF-8"),
        header("Cache-Control", "no-store"),
        header("Pragma", "no-cache"),
    ];
    Response { status, headers, body: if body.is_null() { String::new() } else { write_by(body, &ORDER) } }
}

/// What the switch `tokenReply` answers to any request, if it does.
pub(super) fn broken(settings: &Settings) -> Option<Response> {
    let mut reply = match settings.value("tokenReply") {
        "error503" => response(503, &json!({"error": "temporarily_unavailable"})),
        "html" => response(200, &Value::Null),
        _ => return None,
    };
    if reply.status == 200 {
        reply.headers = vec![("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())];
        reply.body = "<!DOCTYPE html><html><body><form>Sign in</form></body></html>".to_owned();
    }
    Some(reply)
}

/// An error.
pub(super) fn refused(refused: &Refused) -> Response {
    let body = json!({"error": refused.error, "error_description": refused.description});
    let mut reply = response(refused.status, &body);
    if refused.challenge {
        reply.headers.push(("WWW-Authenticate".to_owned(), "Basic realm=\"token\"".to_owned()));
    }
    if refused.status == 405 {
        reply.headers.push(("Allow".to_owned(), "POST".to_owned()));
    }
    reply
}

impl TokenServer {
    /// Issues a token, and tells it.
    pub(super) fn granted(
        &mut self,
        granted: Granted,
        settings: &Settings,
        origin: &str,
        now: u64,
    ) -> Response {
        let dialect = self.dialect.clone();
        let token = match &dialect {
            Dialect::Plain => format!("access-{}", self.random(40)),
            // An opaque token with a `!` in it (section 3.1).
            Dialect::Salesforce { organization, .. } => {
                let short = organization.get(..15).unwrap_or(organization);
                format!("{short}!AQ{}._{}", self.random(40), self.random(40))
            }
        };
        self.issued.push(Issued { token: token.clone(), since: now });
        let mut body = json!({"access_token": token, "token_type": settings.value("tokenType")});
        let Some(object) = body.as_object_mut() else { return response(500, &Value::Null) };
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        let lifetime = settings.number("tokenExpiresIn");
        if lifetime > 0 {
            put("expires_in", Value::from(lifetime));
        }
        if !settings.value("tokenScope").is_empty() {
            put("scope", Value::from(settings.value("tokenScope")));
        }
        if let Some(refresh) = granted.refresh {
            put("refresh_token", Value::from(refresh));
        }
        if let Dialect::Salesforce { organization, user } = &dialect {
            let host = settings.value("instanceUrl").trim_end_matches('/');
            put("instance_url", Value::from(if host.is_empty() { origin } else { host }));
            put("id", Value::from(format!("https://login.salesforce.com/id/{organization}/{user}")));
            if granted.stamped {
                put("issued_at", Value::from(now.to_string()));
                put("signature", Value::from(format!("{}=", self.random(43))));
            }
        }
        match settings.value("tokenReply") {
            "empty" => return response(200, &Value::Null),
            "noToken" => {
                object.remove("access_token");
            }
            "wrongType" => {
                object.insert("access_token".to_owned(), json!({"token": 1}));
            }
            _ => {}
        }
        response(200, &body)
    }
}
