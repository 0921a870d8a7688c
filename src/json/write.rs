//! What every login writes, as text at once. Serde does the same in many small steps: it cost a login as much as reading
//! its event. What is rare is left to it.

use serde::Serialize;

use super::read::stops;

/// JSON of what always has one.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A string. Most need no escapes (RFC 8259 section 7).
pub fn quoted(out: &mut String, text: &str) {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let mut marks = 0;
    for eight in eights {
        marks |= stops(u64::from_le_bytes(*eight));
    }
    for byte in rest {
        marks |= u64::from(*byte < 0x20 || *byte == b'"' || *byte == b'\\');
    }
    if marks == 0 {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&json(text));
    }
}

/// A member of a string: `before` is its name with all in front of it, as `,"id":`.
pub fn text(out: &mut String, before: &str, text: &str) {
    out.push_str(before);
    quoted(out, text);
}

/// A member of a string that may be absent.
pub fn maybe_text(out: &mut String, before: &str, value: Option<&str>) {
    if let Some(value) = value {
        text(out, before, value);
    }
}

/// A member that may be absent.
pub fn maybe<T: Serialize>(out: &mut String, before: &str, value: Option<&T>) {
    if let Some(value) = value {
        out.push_str(before);
        out.push_str(&json(value));
    }
}

/// A list, and what to write of each.
pub fn list<T>(out: &mut String, before: &str, items: &[T], one: impl Fn(&mut String, &T)) {
    out.push_str(before);
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        one(out, item);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_string_is_written_as_serde_writes_it(text in r#"[a-c"\\\x00-\x20\x7F-\u{A0}\u{1F600}]{0,20}"#) {
            let mut out = String::new();
            quoted(&mut out, &text);
            prop_assert_eq!(out, serde_json::to_string(&text).unwrap());
        }
    }
}
