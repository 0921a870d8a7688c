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

/// The text in lower case, to be compared or searched: Latin with its accents, Greek, Cyrillic, Armenian and full-width
/// letters. All of Unicode would be 5 kB of table for scripts in which user names and e-mail addresses are not written;
/// what is not folded differs, which costs a write and nobody's account. Both ways to write a small sigma are one.
pub fn lower_case(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// One character of it. By blocks: letters in pairs, or a fixed distance apart.
pub fn lower(c: char) -> char {
    let code = u32::from(c);
    let even = code.is_multiple_of(2);
    let small = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F => code + 32,
        0x100..=0x12F | 0x132..=0x137 | 0x14A..=0x177 | 0x1E00..=0x1E95 | 0x1EA0..=0x1EFF if even => code + 1,
        0x460..=0x481 | 0x48A..=0x4BF | 0x4D0..=0x52F if even => code + 1,
        0x139..=0x148 | 0x179..=0x17E | 0x4C1..=0x4CE if !even => code + 1,
        0x178 => 0xFF,
        0x386 => 0x3AC,
        0x388..=0x38A => code + 37,
        0x38C => 0x3CC,
        0x38E..=0x38F => code + 63,
        0x3C2 => 0x3C3,
        0x400..=0x40F => code + 80,
        0x4C0 => 0x4CF,
        0x531..=0x556 => code + 48,
        0xFF21..=0xFF3A => code + 32,
        _ => code,
    };
    char::from_u32(small).unwrap_or(c)
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

    /// In the blocks it knows it says what the standard library says, and elsewhere nothing.
    #[test]
    fn lower_case_is_unicodes_in_the_blocks_it_knows() {
        let known =
            [0x0..=0x17F, 0x386..=0x3C1, 0x400..=0x556, 0x1E00..=0x1E95, 0x1EA0..=0x1EFF, 0xFF00..=0xFFEF];
        for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let all: String = c.to_lowercase().collect();
            let code = u32::from(c);
            // A capital I with a dot becomes two characters, the sign of kelvin is none of these.
            if known.iter().any(|block| block.contains(&code)) && code != 0x130 {
                assert_eq!(lower(c).to_string(), all, "{code:x}");
            } else if c != 'ς' {
                assert_eq!(lower(c), c, "{code:x}");
            }
        }
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
