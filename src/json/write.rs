//! What every login writes, as text at once. Serde does the same in many small steps: it cost a login as much as reading
//! its event. What is rare is left to it.

use serde::Serialize;

/// JSON of what always has one.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A string. Most need no escapes (RFC 8259 section 7).
pub fn quoted(out: &mut String, text: &str) {
    let mut plain = true;
    for byte in text.as_bytes() {
        plain &= *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    }
    if plain {
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
