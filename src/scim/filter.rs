//! The one filter we send and read: `attribute eq value`, terms joined by `and` (RFC 7644 section 3.4.2.2, figure 1).
//! A value is a JSON literal, so nothing in it can end the filter early (S5).

use serde_json::Value;

use super::path::PathError;
use crate::json;

/// `userName eq "a\"b"`: a filter for one string, as it stands before percent-encoding (H4).
pub fn eq(attribute: &str, value: &str) -> String {
    format!("{attribute} eq {}", Value::from(value))
}

/// A filter for texts that begin with one; with an empty one, for any text (RFC 7644 table 3).
pub fn starts_with(attribute: &str, prefix: &str) -> String {
    match prefix {
        "" => format!("{attribute} pr"),
        prefix => format!("{attribute} sw {}", Value::from(prefix)),
    }
}

/// Writes terms as [`parse_eq`] reads them.
pub fn print(terms: &[(String, Value)]) -> String {
    let mut text = String::new();
    for (name, value) in terms {
        for part in [if text.is_empty() { "" } else { " and " }, name, " eq ", &json::write::json(value)] {
            text.push_str(part);
        }
    }
    text
}

/// Reads `attribute eq value and attribute eq value ...`, all of it. Operators are case-insensitive
/// (RFC 7644 section 3.4.2.2); attributes are plain names without sub-attributes.
pub fn parse_eq(text: &str) -> Result<Vec<(String, Value)>, PathError> {
    let mut scanner = Scanner { text, at: 0 };
    let terms = scanner.terms()?;
    scanner.end("`and`")?;
    Ok(terms)
}

/// A cursor over the text of a filter or path.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    /// Byte offset, always at a character boundary.
    pub(super) at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Steps over `token` if it comes next.
    pub(super) fn take(&mut self, token: char) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len_utf8();
        }
        found
    }

    fn run(&mut self, part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let run = rest.split(|c| !part(c)).next().unwrap_or("");
        self.at += run.len();
        run
    }

    fn spaces(&mut self) -> bool {
        !self.run(|c| c == ' ').is_empty()
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.rest().get(..word.len()).is_some_and(|next| next.eq_ignore_ascii_case(word));
        if found {
            self.at += word.len();
        }
        found
    }

    /// `attrName = ALPHA *(nameChar)` (RFC 7644 section 3.4.2.2); `$ref` is the one exception (RFC 7643 section 2.4).
    pub(super) fn name(&mut self) -> Result<String, PathError> {
        let start = self.at;
        let name = self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'));
        if is_name(name) {
            Ok(name.to_owned())
        } else {
            Err(PathError::new("expected an attribute name", start))
        }
    }

    pub(super) fn terms(&mut self) -> Result<Vec<(String, Value)>, PathError> {
        let mut terms = Vec::new();
        loop {
            self.spaces();
            let name = self.name()?;
            if !(self.spaces() && self.word("eq") && self.spaces()) {
                return Err(PathError::new("expected ` eq ` and a value", self.at));
            }
            terms.push((name, self.value()?));
            let before = self.at;
            if !(self.spaces() && self.word("and") && self.spaces()) {
                self.at = before;
                self.spaces();
                return Ok(terms);
            }
        }
    }

    /// `compValue = false / null / true / number / string`, as JSON has them.
    fn value(&mut self) -> Result<Value, PathError> {
        let start = self.at;
        if self.take('"') {
            let mut escaped = false;
            let body = self.rest();
            let end = body.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            self.at += end.map_or(body.len(), |end| end + 1);
        } else {
            self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        }
        let literal = self.text.get(start..self.at).unwrap_or("");
        json::value(literal)
            .ok_or_else(|| PathError::new("expected a JSON string, number, `true`, `false` or `null`", start))
    }

    pub(super) fn end(&self, expected: &str) -> Result<(), PathError> {
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(PathError::new(format!("expected {expected} or the end"), self.at))
        }
    }
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    text == "$ref" || (chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && !text.contains('$'))
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
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Value)]) {
        let expected: Vec<_> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        assert_eq!(parse_eq(text), Ok(expected), "{text}");
    }

    #[track_caller]
    fn refuse(text: &str, at: usize) {
        assert_eq!(parse_eq(text).map_err(|error| error.at), Err(at), "{text}");
    }

    #[test]
    fn a_value_is_a_json_string_literal() {
        assert_eq!(eq("userName", "bjensen"), r#"userName eq "bjensen""#);
        assert_eq!(eq("userName", "a\"b\\c\n"), r#"userName eq "a\"b\\c\n""#);
        assert_eq!(eq("userName", "x\" or id pr"), r#"userName eq "x\" or id pr""#);
    }

    #[test]
    fn terms_are_read() {
        check(r#"type eq "work""#, &[("type", json!("work"))]);
        check(r#"type EQ "work" And primary eq true"#, &[("type", json!("work")), ("primary", json!(true))]);
        check(r#"n eq -1.5 and m eq null"#, &[("n", json!(-1.5)), ("m", Value::Null)]);
        check(r#"a eq "x] and b eq \"y""#, &[("a", json!("x] and b eq \"y"))]);
    }

    #[test]
    fn everything_else_is_refused_with_its_place() {
        refuse("", 0);
        refuse("type", 4);
        refuse(r#"type ne "work""#, 5);
        refuse(r#"type eq work"#, 8);
        refuse(r#"type eq "work"#, 8);
        refuse(r#"type eq "a" or b eq "c""#, 12);
        refuse(r#"type eq "a" and "#, 16);
        refuse(r#"1type eq "a""#, 0);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(name in "[A-Za-z][A-Za-z0-9_-]{0,9}", value in any::<String>()) {
            prop_assert_eq!(parse_eq(&eq(&name, &value)), Ok(vec![(name, Value::from(value))]));
        }

        #[test]
        fn no_text_panics(text in any::<String>(), tail in r#"[a-c"\\ eqand\]]{0,20}"#) {
            let _ = parse_eq(&text);
            let _ = parse_eq(&format!("type eq {tail}"));
        }
    }
}
