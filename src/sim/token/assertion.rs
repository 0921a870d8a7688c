//! What a JWT must say to be an authorization grant (RFC 7523 3). Its signature is others' to verify.

use serde_json::Value;

use super::{Dialect, Refused, TokenServer, base64};
use crate::sim::json::Object;

/// The login hosts of all organizations (sheet section 3.1).
pub const LOGIN: [&str; 2] = ["https://login.salesforce.com", "https://test.salesforce.com"];

fn part(text: &str) -> Option<Object> {
    let bytes = base64::url(text)?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    value.as_object().cloned()
}

impl TokenServer {
    /// `origin`: where this server is.
    pub(super) fn check_assertion(&self, assertion: &str, origin: &str, now: u64) -> Result<(), Refused> {
        let invalid = |description| Refused::new("invalid_grant", description);
        let mut parts = assertion.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid("the assertion does not have three parts"));
        };
        let signed = base64::url(signature).is_some_and(|bytes| !bytes.is_empty());
        let (Some(header), Some(claims)) = (part(header).filter(|_| signed), part(claims)) else {
            return Err(invalid("the assertion is no JWT"));
        };
        if header.get("alg").and_then(Value::as_str) != Some("RS256") {
            return Err(invalid("the algorithm must be RS256"));
        }
        if claims.get("iss").and_then(Value::as_str) != Some(&self.client_id) {
            return Err(match self.dialect {
                Dialect::Salesforce { .. } => Refused::new("invalid_client_id", "client identifier invalid"),
                Dialect::Plain => invalid("the issuer is unknown"),
            });
        }
        self.check_audience(claims.get("aud"), origin)?;
        self.check_times(&claims, now)?;
        // The legacy `prn` wins if both are there (section 3.1).
        let salesforce = matches!(self.dialect, Dialect::Salesforce { .. });
        let subject = claims.get("prn").filter(|_| salesforce).or(claims.get("sub")).and_then(Value::as_str);
        if subject == Some(&self.subject) {
            Ok(())
        } else {
            Err(invalid("user hasn't approved this consumer"))
        }
    }

    fn check_audience(&self, audience: Option<&Value>, origin: &str) -> Result<(), Refused> {
        let list = match audience {
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let ours = |one: &str| match self.dialect {
            Dialect::Plain => one == origin || one == format!("{origin}{}", self.path()),
            Dialect::Salesforce { .. } => one == origin || LOGIN.contains(&one),
        };
        if list.iter().filter_map(Value::as_str).any(ours) {
            Ok(())
        } else {
            Err(Refused::new("invalid_grant", "Audience validation failed"))
        }
    }

    /// `exp` in the future and not far in it: sources say 3 or 5 minutes for Salesforce (section 3.1).
    fn check_times(&self, claims: &Object, now: u64) -> Result<(), Refused> {
        let invalid = |description| Refused::new("invalid_grant", description);
        let time = |name: &str| claims.get(name).and_then(Value::as_f64);
        let now = (now / 1000) as f64;
        let furthest = match self.dialect {
            Dialect::Plain => 3600.0,
            Dialect::Salesforce { .. } => 300.0,
        };
        let Some(expiry) = time("exp") else { return Err(invalid("the assertion does not expire")) };
        if expiry <= now {
            return Err(invalid("the assertion has expired"));
        }
        if expiry > now + furthest {
            return Err(invalid("the assertion expires too late"));
        }
        if time("nbf").is_some_and(|begin| begin > now) {
            return Err(invalid("the assertion does not hold yet"));
        }
        Ok(())
    }
}
