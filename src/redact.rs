//! Provider text, made safe to show (S1): without secrets, without anything that looks like one, without what we
//! sent, and short.

use std::cmp::Reverse;

use serde_json::Value;

use crate::encode::{lower_case, percent};
use crate::planted;
use crate::table::insert_by_key;

/// Longest provider text kept, in characters.
const KEPT_CHARS: usize = 200;

/// Shortest value of a resource that is looked for: shorter ones ("de", "yes") stand in ordinary words.
const VALUE_CHARS: usize = 4;

/// Shortest run of token characters that counts as one, where it mixes letters and digits. GitHub's short tokens have
/// 40; request ids with 36 characters fall too, and are kept elsewhere.
const TOKEN_CHARS: usize = 20;

/// What stands in place of what was taken out.
const CUT: &str = "...";

/// What must not be shown: secrets, and every value in what was sent, in each form in which it may come back.
pub struct Needles {
    /// Longest first, so that a value inside another does not leave its rest behind.
    needles: Vec<String>,
}

impl Needles {
    /// Of secrets and of a resource or request.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>, sent: &Value) -> Needles {
        let mut found: Vec<String> =
            secrets.into_iter().filter(|secret| !secret.is_empty()).map(str::to_owned).collect();
        collect(sent, &mut |needle| found.push(needle));
        let mut needles: Vec<String> = Vec::new();
        for needle in found {
            let json = Value::from(needle.as_str()).to_string();
            let forms = [json.trim_matches('"').to_owned(), percent(&needle), needle];
            for form in forms {
                if !needles.contains(&form) {
                    insert_by_key(&mut needles, form, |needle| Reverse(needle.len()));
                }
            }
        }
        Needles { needles }
    }

    /// Text from a provider, made safe.
    pub fn scrub(&self, text: &str) -> String {
        if planted::is(6) {
            return text.to_owned();
        }
        let text = self.needles.iter().fold(text.to_owned(), |text, needle| without(&text, needle));
        let text = without_tokens(&text);
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        text.trim().chars().take(KEPT_CHARS).collect()
    }

    /// Whether a word of a provider's (a code, an id of a request) holds any of it.
    pub fn hit(&self, word: &str) -> bool {
        let word = lower_case(word);
        self.needles.iter().any(|needle| word.contains(&lower_case(needle)))
    }
}

fn collect(value: &Value, add: &mut dyn FnMut(String)) {
    match value {
        Value::String(text)
            if text.chars().count() >= VALUE_CHARS && !text.starts_with("urn:ietf:params:scim:") =>
        {
            add(text.clone());
        }
        Value::Number(number) if number.to_string().len() >= VALUE_CHARS => add(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, add)),
        Value::Object(members) => {
            // In a PATCH, `op` and `path` are ours and say what went wrong; only values are the profile's.
            members
                .iter()
                .filter(|(name, _)| *name != "op" && *name != "path")
                .for_each(|(_, item)| collect(item, add));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The text without a needle, compared without regard to case: providers lower-case what they echo.
fn without(text: &str, needle: &str) -> String {
    let (lower, needle) = (lower_case(text), lower_case(needle));
    if needle.is_empty() || !lower.contains(&needle) {
        return text.to_owned();
    }
    if lower.len() != text.len() {
        // Lower-casing moved the places; the lower-cased text is good enough to show.
        return lower.replace(&needle, CUT);
    }
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(&needle) {
        kept.push_str(text.get(from..at).unwrap_or(""));
        kept.push_str(CUT);
        from = at + found.len();
    }
    kept.push_str(text.get(from..).unwrap_or(""));
    kept
}

fn without_tokens(text: &str) -> String {
    let is_token_char = |c: char| c.is_ascii_alphanumeric() || "_-+/=.~".contains(c);
    let mut kept = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if is_token_char(c) {
            run.push(c);
            continue;
        }
        let mixed =
            run.contains(|c: char| c.is_ascii_digit()) && run.contains(|c: char| c.is_ascii_alphabetic());
        kept.push_str(if run.len() >= TOKEN_CHARS && mixed { CUT } else { &run });
        run.clear();
        kept.push(c);
    }
    kept.pop();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let sent = json!({ "userName": "Amara.Okafor", "c": "de", "Operations": [{ "op": "replace", "path": "title", "value": "Pilot" }] });
        assert_eq!(Needles::new(["hunter2", "s3cr\"et"], &sent).scrub(text), expected);
    }

    #[test]
    fn what_must_not_be_shown_is_cut() {
        check("user amara.okafor exists", "user ... exists");
        check(r#"body {"p":"s3cr\"et"} and s3cr%22et"#, r#"body {"p":"..."} and ..."#);
        check("password hunter2 is wrong", "password ... is wrong");
        check("bearer abcdefghij0123456789xyz refused", "bearer ... refused");
        check("title Pilot in de is bad", "title ... in de is bad");
        check(
            "plain\nwords-that-are-only-long-and-hyphenated",
            "plain words-that-are-only-long-and-hyphenated",
        );
        check(&"é".repeat(500), &"é".repeat(200));
    }
}
