//! The two encodings requests need: percent (RFC 3986) and base64 (RFC 4648); and texts without regard to case.

/// Keeps the unreserved characters of RFC 3986 section 2.3 and writes every other byte as `%XX`. Good for one path
/// segment or one query value: no character that means something in a URL is left.
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(digit(b"0123456789ABCDEF", byte >> 4));
            out.push(digit(b"0123456789ABCDEF", byte & 15));
        }
    }
    out
}

/// The text in lower case, to be compared or searched. Unlike `str::to_lowercase` it does not look at the end of words,
/// so that both ways to write a sigma are one (and the tables for that stay out of the module).
pub fn lower_case(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    lower.map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

/// RFC 4648 section 4, padded: what `Authorization: Basic` takes (RFC 7617).
pub fn base64(bytes: &[u8]) -> String {
    let mut out = sextets(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// RFC 4648 section 5, not padded: what JSON Web Tokens take (RFC 7515 section 2).
pub fn base64url(bytes: &[u8]) -> String {
    sextets(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}

fn sextets(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        let four =
            [18, 12, 6, 0].map(|shift| alphabet.get((group >> shift & 63) as usize).copied().unwrap_or(0));
        out.extend_from_slice(four.get(..=chunk.len()).unwrap_or_default());
    }
    String::from_utf8(out).unwrap_or_default()
}

fn digit(alphabet: &[u8], value: u8) -> char {
    char::from(alphabet.get(usize::from(value)).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )]

    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, percent_encoded: &str, base: &str, url: &str) {
        assert_eq!(percent(text), percent_encoded);
        assert_eq!(base64(text.as_bytes()), base);
        assert_eq!(base64url(text.as_bytes()), url);
    }

    #[test]
    fn encodings() {
        check("", "", "", "");
        // The last two are RFC 4648 section 10's own vectors.
        check("f", "f", "Zg==", "Zg");
        check("fooba", "fooba", "Zm9vYmE=", "Zm9vYmE");
        check("foobar", "foobar", "Zm9vYmFy", "Zm9vYmFy");
        check("~a-b_c.9", "~a-b_c.9", "fmEtYl9jLjk=", "fmEtYl9jLjk");
        check(
            "a/../b?c#d%e f+é",
            "a%2F..%2Fb%3Fc%23d%25e%20f%2B%C3%A9",
            "YS8uLi9iP2MjZCVlIGYrw6k=",
            "YS8uLi9iP2MjZCVlIGYrw6k",
        );
        check("??>", "%3F%3F%3E", "Pz8+", "Pz8-");
    }

    fn unpercent(text: &str) -> Vec<u8> {
        let mut bytes = text.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            if byte == b'%' {
                let hex = String::from_utf8(vec![bytes.next().unwrap(), bytes.next().unwrap()]).unwrap();
                out.push(u8::from_str_radix(&hex, 16).unwrap());
            } else {
                out.push(byte);
            }
        }
        out
    }

    fn unbase64(text: &str) -> Vec<u8> {
        let sextet = |c: u8| match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            other => panic!("{other}"),
        };
        let text = text.trim_end_matches('=');
        let mut bits = Vec::new();
        for c in text.bytes() {
            bits.extend((0..6).rev().map(|bit| sextet(c) >> bit & 1));
        }
        bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(text in any::<String>(), bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(unpercent(&percent(&text)), text.as_bytes());
            prop_assert!(percent(&text).bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            prop_assert_eq!(unbase64(&base64(&bytes)), bytes.clone());
            prop_assert_eq!(unbase64(&base64url(&bytes)), bytes.clone());
            prop_assert_eq!(base64(&bytes).len() % 4, 0);
        }
    }
}
