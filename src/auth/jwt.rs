//! JSON Web Tokens that prove who asks for a token (RFC 7519), signed by RS256 (RFC 7518 section 3.3). The signing is
//! the host's; here is what it signs.

use serde_json::{Map, Value};

use crate::encode::base64url;
use crate::time::Millis;

/// RFC 7515 section 5.1: header and claims, to be followed by a dot and the signature. It is valid from a minute before
/// `now`, so that a clock somewhat behind ours takes it, and for so many seconds from now.
pub fn signing_input(key_id: Option<&str>, claims: &[(&str, &str)], now: Millis, seconds: u64) -> String {
    let mut header = Map::new();
    header.insert("alg".to_owned(), "RS256".into());
    header.insert("typ".to_owned(), "JWT".into());
    if let Some(key_id) = key_id {
        header.insert("kid".to_owned(), key_id.into());
    }
    let mut payload = Map::new();
    for (name, value) in claims {
        payload.insert((*name).to_owned(), (*value).into());
    }
    let now = now / 1000;
    payload.insert("iat".to_owned(), now.saturating_sub(BACK_S).into());
    payload.insert("exp".to_owned(), (now + seconds).into());
    let part = |object: Map<String, Value>| base64url(Value::Object(object).to_string().as_bytes());
    format!("{}.{}", part(header), part(payload))
}

/// What GitHub's documents recommend against clocks that differ, in seconds.
const BACK_S: u64 = 60;
