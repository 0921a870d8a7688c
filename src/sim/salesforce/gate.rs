//! What stands before every operation: address, session, rights, allowance (sheet sections 1, 3.3, 7, 8).

use super::Salesforce;
use super::reply::Refusal;
use crate::sim::http::{Request, Target, decode};

const DAY: u64 = 86_400_000;

impl Salesforce {
    /// The path segments behind the base URL, decoded, if the request may pass.
    pub(super) fn admit(
        &mut self,
        request: &Request,
        target: &Target,
        now: u64,
    ) -> Result<Vec<String>, Refusal> {
        if self.settings.is("maintenance", "on") {
            let message = "The server is temporarily unavailable for maintenance";
            return Err(Refusal::platform(503, "SERVER_UNAVAILABLE", message));
        }
        let base = Target::parse(&self.settings.url);
        let other = Target::parse(self.settings.value("instanceUrl")).origin;
        let elsewhere = !target.origin.is_empty()
            && target.origin != base.origin
            && (other.is_empty() || target.origin != other);
        let inside = target.path.strip_prefix(&base.path).and_then(|rest| rest.strip_prefix('/'));
        let inside = inside.filter(|inside| !elsewhere && !inside.is_empty() && !inside.starts_with('/'));
        let Some(inside) = inside else {
            return Err(Refusal::platform(404, "NOT_FOUND", "The requested resource does not exist"));
        };
        let segments = inside.split('/').map(|segment| decode(segment, false)).collect();
        self.check_session(request, now)?;
        self.check_rights()?;
        self.check_allowance(now)?;
        Ok(segments)
    }

    /// An issued session slides with use; the token of the options is one that never ends.
    fn check_session(&mut self, request: &Request, now: u64) -> Result<(), Refusal> {
        let header = request.header("authorization").unwrap_or("");
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        let lifetime = self.settings.number("sessionLifetimeSeconds").saturating_mul(1000);
        let valid = scheme.eq_ignore_ascii_case("bearer")
            && (self.settings.token.as_deref() == Some(token)
                || self.tokens.accepts(token, lifetime, true, now));
        if valid {
            Ok(())
        } else {
            Err(Refusal::platform(401, "INVALID_SESSION_ID", "Session expired or invalid"))
        }
    }

    fn check_rights(&self) -> Result<(), Refusal> {
        match self.settings.value("rights") {
            "insufficient" => {
                let message = "insufficient access rights on cross-reference id";
                Err(Refusal::platform(403, "INSUFFICIENT_ACCESS", message))
            }
            "apiDisabled" => {
                let message = "The REST API is not enabled for this Organization";
                Err(Refusal::platform(403, "API_DISABLED_FOR_ORG", message))
            }
            _ => Ok(()),
        }
    }

    /// 403, not 429, and no word on when to come back.
    fn check_allowance(&mut self, now: u64) -> Result<(), Refusal> {
        if self.today.0 != now / DAY {
            self.today = (now / DAY, 0);
        }
        if self.today.1 >= self.settings.number("dailyLimit") {
            return Err(Refusal::platform(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
        }
        self.today.1 += 1;
        Ok(())
    }

    /// 415, where a switch asks for it (section 14.10).
    pub(super) fn check_media(&self, request: &Request) -> Result<(), Refusal> {
        let wanted = match self.settings.value("requestContentType") {
            "json" => "application/json",
            "scim" => "application/scim+json",
            _ => return Ok(()),
        };
        let media = request.header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim();
        if media.eq_ignore_ascii_case(wanted) {
            Ok(())
        } else {
            let message = format!("The media type must be {wanted}");
            Err(Refusal::Platform(415, "UNSUPPORTED_MEDIA_TYPE", message))
        }
    }
}
