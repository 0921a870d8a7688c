//! What stands before every endpoint: address, rate, credentials.

use super::Generic;
use crate::sim::fault::Fault;
use crate::sim::http::{Request, Target, decode};

impl Generic {
    /// The path segments behind the base URL, decoded, if the request may pass.
    pub(super) fn admit(
        &mut self,
        request: &Request,
        target: &Target,
        now: u64,
    ) -> Result<Vec<String>, Fault> {
        let base = Target::parse(&self.settings.url);
        let inside = target.path.strip_prefix(&base.path).and_then(|rest| rest.strip_prefix('/'));
        let inside = inside.filter(|inside| !inside.is_empty() && !inside.starts_with('/'));
        let elsewhere = !target.origin.is_empty() && target.origin != base.origin;
        let Some(inside) = inside.filter(|_| !elsewhere) else {
            return Err(Fault::new(404, "no such endpoint"));
        };
        let rate = self.settings.number("ratePerSecond");
        if self.second.0 != now / 1000 {
            self.second = (now / 1000, 0);
        }
        self.second.1 += 1;
        if rate > 0 && self.second.1 > rate {
            return Err(Fault::new(429, "too many requests"));
        }
        let segments: Vec<String> = inside.split('/').map(|segment| decode(segment, false)).collect();
        let first = segments.first().map_or("", String::as_str);
        let discovery = ["ServiceProviderConfig", "ResourceTypes", "Schemas"].contains(&first);
        match self.settings.value("discovery") {
            "404" | "html" if discovery => return Err(Fault::new(404, "no such endpoint")),
            "401" if discovery => return Err(Fault::new(401, "unauthorized")),
            _ => {}
        }
        if !(discovery && self.settings.is("discoveryAuth", "open")) {
            self.authorize(request, now)?;
        }
        Ok(segments)
    }

    fn authorize(&mut self, request: &Request, now: u64) -> Result<(), Fault> {
        let taken = self.settings.value("auth");
        let header = request.header("authorization").unwrap_or("");
        let (scheme, value) = header.split_once(' ').unwrap_or((header, ""));
        let lifetime = self.settings.number("tokenExpiresIn").saturating_mul(1000);
        let bearer = matches!(taken, "either" | "bearer")
            && scheme.eq_ignore_ascii_case("bearer")
            && (self.settings.token.as_deref() == Some(value)
                || self.tokens.accepts(value, lifetime, false, now));
        let basic = matches!(taken, "either" | "basic")
            && scheme.eq_ignore_ascii_case("basic")
            && self
                .settings
                .basic
                .as_ref()
                .is_some_and(|(name, password)| base64(&format!("{name}:{password}")) == value);
        if taken == "none" || bearer || basic { Ok(()) } else { Err(Fault::new(401, "unauthorized")) }
    }
}

/// RFC 4648 4.
fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let index = (bits >> (18 - 6 * at) & 63) as usize;
            out.push(if at > chunk.len() {
                '='
            } else {
                ALPHABET.get(index).map_or('=', |byte| *byte as char)
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn encodes_basic_credentials() {
        assert_eq!(super::base64("Aladdin:open sesame"), "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(super::base64("abc"), "YWJj");
        assert_eq!(super::base64("é:"), "w6k6");
    }
}
