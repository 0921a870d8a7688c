//! The grants (RFC 6749 4.3, 4.4, 6; RFC 7523 2.1).

use super::{Dialect, Granted, Refused, TokenServer, parameters};
use crate::sim::http::Request;
use crate::sim::json::{Object, text};
use crate::sim::settings::Settings;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

impl TokenServer {
    /// `origin`: where this server is. `login`: it was asked for at the login host of all organizations.
    pub(super) fn grant(
        &mut self,
        request: &Request,
        settings: &Settings,
        origin: &str,
        login: bool,
        now: u64,
    ) -> Result<Granted, Refused> {
        // RFC 6749 3.2: POST and nothing else.
        if !request.method.eq_ignore_ascii_case("POST") {
            return Err(Refused { status: 405, ..Refused::new("invalid_request", "must be POST") });
        }
        let form = parameters(request)?;
        let missing = |description| Refused::new("invalid_request", description);
        let grant = text(&form, "grant_type").ok_or_else(|| missing("grant_type is missing"))?;
        self.authenticate(request, &form, settings, grant == JWT_BEARER)?;
        match grant {
            "client_credentials" if login => {
                // Section 3.1: only at the organization's own host.
                Err(Refused::new("invalid_grant", "request not supported on this domain"))
            }
            "client_credentials" => Ok(Granted { refresh: None, stamped: true }),
            "refresh_token" => {
                let token =
                    text(&form, "refresh_token").ok_or_else(|| missing("refresh_token is missing"))?;
                self.refreshed(token, settings)
            }
            "password" => self.by_password(&form, settings),
            JWT_BEARER => {
                let assertion = text(&form, "assertion").ok_or_else(|| missing("assertion is missing"))?;
                self.check_assertion(assertion, origin, now)?;
                Ok(Granted { refresh: None, stamped: false })
            }
            _ => Err(Refused::new("unsupported_grant_type", "grant type not supported")),
        }
    }

    fn refreshed(&mut self, token: &str, settings: &Settings) -> Result<Granted, Refused> {
        if !self.refresh.iter().any(|known| known == token) {
            return Err(Refused::new("invalid_grant", "expired access/refresh token"));
        }
        if !settings.is("rotateRefreshToken", "true") {
            return Ok(Granted { refresh: None, stamped: true });
        }
        self.refresh.retain(|known| known != token);
        Ok(Granted { refresh: Some(self.fresh_refresh_token()), stamped: true })
    }

    fn by_password(&mut self, form: &Object, settings: &Settings) -> Result<Granted, Refused> {
        let salesforce = matches!(self.dialect, Dialect::Salesforce { .. });
        if settings.is("passwordGrant", "blocked") {
            return Err(if salesforce {
                Refused::new("invalid_grant", "authentication failure")
            } else {
                Refused::new("unsupported_grant_type", "grant type not supported")
            });
        }
        let fits =
            text(form, "username") == Some(&self.username) && text(form, "password") == Some(&self.password);
        if !fits {
            return Err(Refused::new("invalid_grant", "authentication failure"));
        }
        // Salesforce gives no refresh token here (section 3.1); RFC 6749 4.3.3 shows one.
        let refresh = if salesforce { None } else { Some(self.fresh_refresh_token()) };
        Ok(Granted { refresh, stamped: true })
    }

    fn fresh_refresh_token(&mut self) -> String {
        let token = match self.dialect {
            Dialect::Plain => format!("refresh-{}", self.random(32)),
            // With characters a form must encode.
            Dialect::Salesforce { .. } => format!("5Aep861.{}+_{}==", self.random(24), self.random(24)),
        };
        self.refresh.push(token.clone());
        token
    }
}
