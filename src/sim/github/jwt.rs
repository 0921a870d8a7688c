//! The token an App signs (sheet 6). Read, not verified: there is no RSA here.

use serde_json::Value;

/// What an App claims.
#[derive(Debug, PartialEq)]
pub struct Claims {
    /// Client id or App id.
    pub issuer: String,
    /// Seconds since the epoch.
    pub issued: i64,
    /// Seconds since the epoch.
    pub expires: i64,
}

/// Reads three parts of base64url; the error says what was wrong.
pub fn read(token: &str) -> Result<Claims, &'static str> {
    let undecodable = "A JSON web token could not be decoded";
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return Err(undecodable) };
    let object = |part: &str| {
        let bytes = decode(part)?;
        serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
    };
    let header = object(header).ok_or(undecodable)?;
    let payload = object(payload).ok_or(undecodable)?;
    decode(signature).ok_or(undecodable)?;
    if header.get("alg").and_then(Value::as_str) != Some("RS256") {
        return Err(undecodable);
    }
    let number = |name: &str| payload.get(name).and_then(Value::as_i64);
    let issuer = match payload.get("iss") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => {
            return Err("'Issuer' claim ('iss') is missing");
        }
    };
    let issued = number("iat").ok_or("'Issued at' claim ('iat') must be an Integer")?;
    let expires = number("exp").ok_or("'Expiration time' claim ('exp') must be an Integer")?;
    Ok(Claims { issuer, issued, expires })
}

/// RFC 4648 5 without padding; an empty part is none.
fn decode(part: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in part.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xFF) as u8);
        }
    }
    // One character alone holds no byte.
    (!out.is_empty() && part.len() % 4 != 1).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_rfc_7519_writes() {
        let header = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";
        let payload = "eyJpc3MiOjEsImlhdCI6MTAsImV4cCI6MjB9";
        let claims = Claims { issuer: "1".to_owned(), issued: 10, expires: 20 };
        assert_eq!(read(&format!("{header}.{payload}.c2ln")), Ok(claims));
        for wrong in [
            format!("{header}.{payload}"),
            format!("{header}.{payload}."),
            format!("{header}..c2ln"),
            format!("{header}.{payload}.c2ln.x"),
            format!("{header}.{payload}.c2lnA"),
            format!("{header}.{payload}.c2ln="),
            format!("{header}.{payload}=.c2ln"),
            format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2ln"),
            format!("{header}.{header}.c2ln"),
            String::new(),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
        assert_eq!(decode("_-8"), Some(vec![0xFF, 0xEF]));
    }
}
