//! Whether a text looks like a private key that RS256 can sign with: what can be said of it without reading the key,
//! which is the host's to do. Nothing here repeats any of the text (S1).

/// Why a text is no such key, and what to do about it.
pub fn check(text: &str) -> Result<(), (&'static str, &'static str)> {
    // Environment variables often carry line breaks as `\n`; `pkg/sign.js` reads them too.
    let text = text.replace("\\n", "\n").replace("\\r", "");
    let found = text.split_once("-----BEGIN ").and_then(|(_, rest)| rest.split_once("-----"));
    let Some((label, (body, _))) =
        found.and_then(|(label, rest)| Some((label, rest.split_once(&format!("-----END {label}-----"))?)))
    else {
        return Err((
            "a private key that is no PEM (RFC 7468)",
            "it begins with `-----BEGIN PRIVATE KEY-----` or `-----BEGIN RSA PRIVATE KEY-----`",
        ));
    };
    // RFC 5958 section 3; RFC 1421 section 4.6.1.1, as OpenSSL still writes it.
    if label == "ENCRYPTED PRIVATE KEY" || body.contains("ENCRYPTED") {
        return Err((
            "a private key that is encrypted",
            "decrypt it first: `openssl pkcs8 -topk8 -nocrypt -in key.pem`",
        ));
    }
    if label != "PRIVATE KEY" && label != "RSA PRIVATE KEY" {
        return Err(("a PEM that holds no RSA private key", "give the private key, not its certificate"));
    }
    let mut length = 0;
    let base64 = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).all(|byte| {
        length += 1;
        byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
    });
    if !base64 || length == 0 || length % 4 != 0 {
        return Err(("a private key whose PEM is damaged", "copy the whole file, its line breaks included"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn bad(text: &str, expected: &str) {
        assert!(check(text).is_err_and(|(message, _)| message.contains(expected)), "{text}");
    }

    #[test]
    fn what_looks_like_a_key() {
        assert_eq!(check("-----BEGIN PRIVATE KEY-----\nAA/+\nAAA=\n-----END PRIVATE KEY-----\n"), Ok(()));
        assert_eq!(
            check("Bag\n-----BEGIN RSA PRIVATE KEY-----\\nAAAA\\n-----END RSA PRIVATE KEY-----"),
            Ok(())
        );
        bad("", "no PEM");
        bad("secret", "no PEM");
        bad("-----BEGIN PRIVATE KEY-----\nAAAA", "no PEM");
        bad("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "no PEM");
        bad("-----BEGIN PRIVATE KEY-----\nAAA\n-----END PRIVATE KEY-----", "damaged");
        bad("-----BEGIN PRIVATE KEY-----\nAA!A\n-----END PRIVATE KEY-----", "damaged");
        bad("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "damaged");
        bad("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "no RSA");
        bad("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", "no RSA");
        bad("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "encrypted");
        bad(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
            "encrypted",
        );
    }
}
