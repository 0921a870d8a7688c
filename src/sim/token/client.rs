//! Who asks: client authentication (RFC 6749 2.3.1), and how often it is asked for twice.

use super::{Dialect, Refused, TokenServer, base64};
use crate::sim::http::{Request, decode};
use crate::sim::json::{Object, text};
use crate::sim::settings::Settings;

/// The credentials of a request.
struct Shown {
    id: String,
    secret: String,
    basic: bool,
}

impl TokenServer {
    /// The client must be known by its secret. `optional`: it may also say nothing (RFC 7523 3.1).
    pub(super) fn authenticate(
        &self,
        request: &Request,
        form: &Object,
        settings: &Settings,
        optional: bool,
    ) -> Result<(), Refused> {
        let Some(shown) = self.shown(request, form)? else {
            return if optional { Ok(()) } else { Err(self.invalid_client(false)) };
        };
        if shown.id != self.client_id {
            return Err(match self.dialect {
                // Section 3.2 names it; the status is that section's.
                Dialect::Salesforce { .. } => Refused::new("invalid_client_id", "client identifier invalid"),
                Dialect::Plain => self.invalid_client(shown.basic),
            });
        }
        // An identifier alone is no attempt where none is needed.
        if optional && !shown.basic && shown.secret.is_empty() {
            return Ok(());
        }
        let method = settings.value("clientAuthentication");
        let fits = method == "any" || (method == "basic") == shown.basic;
        if fits && shown.secret == self.client_secret {
            Ok(())
        } else {
            Err(self.invalid_client(shown.basic))
        }
    }

    fn shown(&self, request: &Request, form: &Object) -> Result<Option<Shown>, Refused> {
        let Some(header) = request.header("authorization") else {
            let secret = text(form, "client_secret").unwrap_or("").to_owned();
            return Ok(text(form, "client_id").map(|id| Shown { id: id.to_owned(), secret, basic: false }));
        };
        if text(form, "client_secret").is_some() {
            return Err(Refused::new("invalid_request", "the client authenticates in two ways"));
        }
        let (scheme, value) = header.split_once(' ').unwrap_or((header, ""));
        let bytes = if scheme.eq_ignore_ascii_case("basic") { base64::standard(value.trim()) } else { None };
        let pair = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((id, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
            return Err(self.invalid_client(true));
        };
        // Each is form-encoded before they are joined (RFC 6749 2.3.1, appendix B).
        let shown = Shown { id: decode(id, true), secret: decode(secret, true), basic: true };
        match text(form, "client_id") {
            Some(other) if other != shown.id => {
                Err(Refused::new("invalid_request", "client_id is not the client that authenticates"))
            }
            Some(_) | None => Ok(Some(shown)),
        }
    }

    /// 401 by RFC 6749 5.2; Salesforce answers every token error with 400 (section 3.2).
    fn invalid_client(&self, challenge: bool) -> Refused {
        match self.dialect {
            Dialect::Salesforce { .. } => Refused::new("invalid_client", "invalid client credentials"),
            Dialect::Plain => {
                let description = "client authentication failed";
                Refused { status: 401, error: "invalid_client", description, challenge }
            }
        }
    }
}
