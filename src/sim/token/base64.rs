//! Base64, read (RFC 4648 4 and 5).

/// The bytes of base64 with padding, as in HTTP Basic.
pub fn standard(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    let padded = text.len().is_multiple_of(4) && text.len() - bare.len() <= 2;
    if padded { read(bare, '+', '/') } else { None }
}

/// The bytes of base64url without padding, as in a JWS (RFC 7515 2).
pub fn url(text: &str) -> Option<Vec<u8>> {
    read(text, '-', '_')
}

fn read(text: &str, plus: char, slash: char) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut out) = (0_u32, 0_u32, Vec::new());
    for c in text.chars() {
        let value = match c {
            'A'..='Z' => c as u32 - 'A' as u32,
            'a'..='z' => c as u32 - 'a' as u32 + 26,
            '0'..='9' => c as u32 - '0' as u32 + 52,
            _ if c == plus => 62,
            _ if c == slash => 63,
            _ => return None,
        };
        bits = (bits << 6 | value) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xFF) as u8);
        }
    }
    // One character alone is no byte.
    if count == 6 { None } else { Some(out) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_both_alphabets() {
        assert_eq!(super::standard("QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), Some(b"Aladdin:open sesame".to_vec()));
        assert_eq!(super::standard("YWJj"), Some(b"abc".to_vec()));
        assert_eq!(super::url("-_8"), Some(vec![0xFB, 0xFF]));
        for wrong in ["YW", "YWJ", "YQ=a", "Y===", "-_8="] {
            assert!(super::standard(wrong).is_none(), "{wrong}");
        }
        assert!(super::url("a").is_none() && super::url("YQ==").is_none());
    }
}
