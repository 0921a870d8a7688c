//! What stands before every operation: address, token, throttle.

use super::Aws;
use crate::sim::fault::Fault;
use crate::sim::http::{Request, Target, decode};

/// A bucket of thousandths of a request.
pub struct Bucket {
    tokens: u64,
    filled: u64,
}

impl Bucket {
    /// A bucket that is full at first use.
    pub fn new() -> Bucket {
        Bucket { tokens: u64::MAX, filled: 0 }
    }

    /// Takes one request out; the milliseconds to wait if there is none.
    fn take(&mut self, rate: u64, now: u64) -> Result<(), u64> {
        let gained = now.saturating_sub(self.filled).saturating_mul(rate);
        self.tokens = self.tokens.saturating_add(gained).min(rate * 1000);
        self.filled = now.max(self.filled);
        if self.tokens >= 1000 {
            self.tokens -= 1000;
            return Ok(());
        }
        Err((1000 - self.tokens).div_ceil(rate.max(1)))
    }
}

impl Aws {
    /// The path segments behind the base URL, decoded, if the request may pass.
    pub(super) fn admit(
        &mut self,
        request: &Request,
        target: &Target,
        now: u64,
    ) -> Result<Vec<String>, Fault> {
        let base = Target::parse(&self.settings.url);
        if !target.origin.is_empty() && target.origin != base.origin {
            return Err(Fault::new(404, "Not Found"));
        }
        // Everything after /{tenant}; another tenant is told apart from another path.
        let behind = |path: &str| match path.strip_prefix('/').and_then(|p| p.split_once('/')) {
            Some((tenant, rest)) => (tenant.to_owned(), format!("/{rest}")),
            None => (String::new(), path.to_owned()),
        };
        let (tenant, prefix) = behind(&base.path);
        let (asked, rest) = behind(&target.path);
        let inside = rest.strip_prefix(&prefix).and_then(|rest| rest.strip_prefix('/'));
        // `/scim/v2Users` and `/scim/v2//Users` are paths of nothing (mitodl/keycloak-scim #73).
        let inside = inside.filter(|inside| !inside.is_empty() && !inside.starts_with('/'));
        let Some(inside) = inside else { return Err(Fault::new(404, "Not Found")) };
        if asked != tenant {
            return Err(match self.settings.value("wrongTenant") {
                "404" => Fault::new(404, "TENANT does not exist."),
                _ => unauthorized(),
            });
        }
        self.authorize(request, now)?;
        self.throttle(request, now)?;
        Ok(inside.split('/').map(|segment| decode(segment, false)).collect())
    }

    fn authorize(&self, request: &Request, now: u64) -> Result<(), Fault> {
        let header = request.header("authorization").unwrap_or("");
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
            return Err(unauthorized());
        }
        if token == self.settings.value("secondToken") {
            return Ok(());
        }
        let expiry = self.settings.number("tokenExpiresAt");
        let expired = self.settings.is("tokenState", "expired") || (expiry > 0 && now >= expiry);
        if self.settings.token.as_deref() != Some(token) || expired {
            return Err(unauthorized());
        }
        if self.settings.is("tokenState", "forbidden") {
            return Err(Fault::new(403, "Access denied."));
        }
        Ok(())
    }

    fn throttle(&mut self, request: &Request, now: u64) -> Result<(), Fault> {
        if self.settings.is("throttle", "off") {
            return Ok(());
        }
        let taken = if request.method.eq_ignore_ascii_case("GET") {
            self.reads.take(self.settings.number("throttleReads"), now)
        } else {
            self.writes.take(self.settings.number("throttleWrites"), now)
        };
        taken.map_err(|wait| {
            self.wait = wait;
            Fault::new(429, "Rate exceeded")
        })
    }
}

/// The text was never published.
fn unauthorized() -> Fault {
    Fault::new(401, "Unauthorized")
}
