//! Provider text, made safe to show (S1): without secrets, without anything that looks like one, without what we
//! sent, also where it comes back encoded or in parts, and short.

use serde_json::Value;

use crate::encode::lower;
use crate::planted;

/// Longest provider text kept, in characters.
const KEPT_CHARS: usize = 200;

/// Longest provider text looked at: what lies behind is never shown.
const READ_CHARS: usize = 1_000;

/// Shortest value of a resource, and shortest word of one, that is looked for: shorter ones ("de", "yes") stand in
/// ordinary words.
const VALUE_CHARS: usize = 4;

/// Shortest word of a value that is also looked for inside longer ones ("okafor2").
const INNER_CHARS: usize = 5;

/// So many characters that a text has in common with a secret or value are a part of it; "https://" has one less.
const PART_CHARS: usize = 9;

/// Shortest run of token characters that counts as one, where it mixes letters and digits. GitHub's short tokens have
/// 40; request ids with 36 characters fall too, and are kept elsewhere.
const TOKEN_CHARS: usize = 20;

/// How often a text is decoded: JSON in JSON in a page was seen.
const DECODINGS: usize = 3;

/// What stands in place of what was taken out.
const CUT: &str = "...";

/// What must not be shown: secrets, and every value in what was sent. Case does not count, since providers lower-case
/// what they echo.
pub struct Needles {
    whole: Vec<Vec<char>>,
    /// Of values. A provider that reads a filter or a path shows the word it stumbled over.
    words: Vec<Vec<char>>,
    /// Of secrets: no codes, but words that may stand in a sentence.
    secret_words: Vec<Vec<char>>,
}

impl Needles {
    /// Of secrets and of a resource or request.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>, sent: &Value) -> Needles {
        let mut whole: Vec<Vec<char>> = secrets.into_iter().map(|secret| folded(secret.trim())).collect();
        let long = |text: &[char]| -> Vec<Vec<char>> {
            let words = text.split(|c| !is_word(*c));
            words.filter(|word| word.len() >= VALUE_CHARS).map(<[char]>::to_vec).collect()
        };
        let secret_words = whole.iter().flat_map(|secret| long(secret)).collect();
        let mut words = Vec::new();
        collect(sent, &mut |value| {
            let value = folded(value);
            words.extend(long(&value));
            whole.push(value);
        });
        whole.retain(|needle| !needle.is_empty());
        Needles { whole, words, secret_words }
    }

    /// Text from a provider, made safe.
    pub fn scrub(&self, text: &str) -> String {
        if planted::is(6) {
            return text.to_owned();
        }
        let mut text: Vec<char> = text.chars().take(READ_CHARS).collect();
        for _ in 0..=DECODINGS {
            let lower: Vec<char> = text.iter().copied().map(lower).collect();
            let mut marks = vec![false; text.len()];
            self.mark_wholes(&lower, &mut marks);
            self.mark_words(&lower, &mut marks);
            mark_tokens(&lower, &mut marks);
            text = cut(&text, &marks);
            let decoded = decode(&text);
            if decoded == text {
                break;
            }
            text = decoded;
        }
        let text: String = text.iter().map(|c| if c.is_control() { ' ' } else { *c }).collect();
        text.trim().chars().take(KEPT_CHARS).collect()
    }

    /// Whether a word of a provider's (a code, an id of a request) holds any of it.
    pub fn hit(&self, word: &str) -> bool {
        let word = folded(word);
        [decode(&word), word].iter().any(|word| {
            let mut marks = vec![false; word.len()];
            self.mark_wholes(word, &mut marks);
            let is_part = |run: &[char]| self.words.iter().chain(&self.secret_words).any(|word| word == run);
            marks.contains(&true) || word.split(|c| !is_word(*c)).any(is_part)
        })
    }

    /// Marks every secret and value, and what is long enough to be a part of one.
    fn mark_wholes(&self, text: &[char], marks: &mut [bool]) {
        for needle in &self.whole {
            for part in needle.windows(needle.len().min(PART_CHARS)) {
                for (at, found) in text.windows(part.len()).enumerate() {
                    if found == part {
                        mark(marks, at, part.len());
                    }
                }
            }
        }
    }

    /// Marks the words of values, and at an ellipsis their beginnings.
    fn mark_words(&self, text: &[char], marks: &mut [bool]) {
        each_run(text, is_word, |at, run| {
            let rest = text.get(at + run.len()..).unwrap_or_default();
            let ends = rest.is_empty() || rest.starts_with(&['…']) || rest.starts_with(&['.', '.', '.']);
            let is_part = |word: &Vec<char>| {
                word == run
                    || word.len() >= INNER_CHARS && run.windows(word.len()).any(|inner| inner == word)
                    || ends && run.len() >= VALUE_CHARS && word.starts_with(run)
            };
            if self.words.iter().any(is_part) {
                mark(marks, at, run.len());
            }
        });
    }
}

/// Whether a word looks like a token.
pub fn is_token(word: &str) -> bool {
    let word = folded(word);
    let mut marks = vec![false; word.len()];
    mark_tokens(&word, &mut marks);
    marks.contains(&true)
}

/// Whether a character is part of words. Beyond ASCII all but punctuation is, which needs no table of Unicode's.
fn is_word(c: char) -> bool {
    let punctuation =
        matches!(c, '\u{80}'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}');
    c.is_ascii_alphanumeric() || (!c.is_ascii() && !punctuation)
}

fn folded(text: &str) -> Vec<char> {
    text.chars().map(lower).collect()
}

fn mark(marks: &mut [bool], at: usize, length: usize) {
    marks.iter_mut().skip(at).take(length).for_each(|mark| *mark = true);
}

/// Calls `see` with each longest run of such characters, and its place.
fn each_run(text: &[char], is_inside: impl Fn(char) -> bool, mut see: impl FnMut(usize, &[char])) {
    let mut at = 0;
    for run in text.split(|c| !is_inside(*c)) {
        if !run.is_empty() {
            see(at, run);
        }
        at += run.len() + 1;
    }
}

fn mark_tokens(text: &[char], marks: &mut [bool]) {
    let is_token_char = |c: char| c.is_ascii_alphanumeric() || "_-+/=.~".contains(c);
    each_run(text, is_token_char, |at, run| {
        let mixed = run.iter().any(|c| c.is_ascii_digit()) && run.iter().any(|c| c.is_ascii_alphabetic());
        if run.len() >= TOKEN_CHARS && mixed {
            mark(marks, at, run.len());
        }
    });
}

/// The text with each marked place cut.
fn cut(text: &[char], marks: &[bool]) -> Vec<char> {
    let mut kept = Vec::with_capacity(text.len());
    let mut inside = false;
    for (c, marked) in text.iter().zip(marks) {
        if !marked {
            kept.push(*c);
        } else if !inside {
            kept.extend(CUT.chars());
        }
        inside = *marked;
    }
    kept
}

/// The text with escapes of JSON, URLs and HTML undone, once. What is none stays.
fn decode(text: &[char]) -> Vec<char> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((c, after)) = rest.split_first() {
        let (byte, taken) = match c {
            '%' => (hex(after, 2).map(|code| code as u8), 2),
            _ => (None, 0),
        };
        if let Some(byte) = byte {
            bytes.push(byte);
            rest = after.get(taken..).unwrap_or_default();
            continue;
        }
        let (c, taken) = match c {
            '\\' => escaped(after),
            '&' => entity(after),
            _ => None,
        }
        .unwrap_or((*c, 0));
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        rest = after.get(taken..).unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).chars().collect()
}

fn hex(text: &[char], digits: usize) -> Option<u32> {
    let digits: String = text.get(..digits)?.iter().collect();
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(&digits, 16).ok())?
}

/// What follows a backslash: a character, and how many it took to write it.
fn escaped(after: &[char]) -> Option<(char, usize)> {
    match after.first()? {
        'u' => Some((char::from_u32(hex(after.get(1..)?, 4)?)?, 5)),
        c @ ('"' | '\'' | '\\' | '/') => Some((*c, 1)),
        'n' | 'r' | 't' | 'b' | 'f' => Some((' ', 1)),
        _ => None,
    }
}

/// What follows an ampersand.
fn entity(after: &[char]) -> Option<(char, usize)> {
    let end = after.iter().take(8).position(|c| *c == ';')?;
    let name: String = after.get(..end)?.iter().collect();
    let c = match name.as_str() {
        "quot" => '"',
        "apos" => '\'',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        name => {
            let code = name.strip_prefix('#')?;
            let code = match code.strip_prefix(['x', 'X']) {
                Some(code) => u32::from_str_radix(code, 16),
                None => code.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, end + 1))
}

fn collect(value: &Value, add: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text)
            if text.chars().count() >= VALUE_CHARS && !text.starts_with("urn:ietf:params:scim:") =>
        {
            add(text);
        }
        Value::Number(number) if number.to_string().len() >= VALUE_CHARS => add(&number.to_string()),
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

    #[test]
    fn what_was_encoded_is_cut() {
        check(r"s3cr\u0022et, S3CR&quot;et, s3cr&#34;ET and s3cr&#x22;et", "..., ..., ... and ...");
        check(r#"in "{\"p\":\"s3cr\\\"et\"}""#, r#"in "{"p":"..."}""#);
        check("%61mara%2eokafor 100% 5%2", "...%... 100% 5%2");
        check(r"C:\temp \u12 \ud83d & &;", "C: emp \\u12 \\ud83d & &;");
    }

    #[test]
    fn what_is_a_part_is_cut() {
        check("the login okafor is taken, amara2 too", "the login ... is taken, ... too");
        check("no 'amara.okaf'", "no '...'");
        check("bad value okaf...", "bad value ......");
        check("an okapi", "an okapi");
        check("the password hunter is short", "the password hunter is short");
        let long = Needles::new(["correct horse battery staple"], &Value::Null);
        assert_eq!(long.scrub("not 'correct horse'"), "not '...'");
        assert_eq!(Needles::new([" hunter2\n"], &Value::Null).scrub("not hunter2."), "not ....");
    }

    #[test]
    fn a_word_that_holds_any_of_it_is_no_code() {
        let needles = Needles::new(
            ["hunter2"],
            &json!({ "title": "Value Engineer", "userName": "amara@corp.example" }),
        );
        let hits = ["x-hunter2", "amara", "AMARA%40corp.example", "engineer-1"];
        assert!(hits.iter().all(|word| needles.hit(word)));
        assert!(!needles.hit("invalidValue") && !needles.hit("5f1c-88"));
        assert!(is_token("dBjftJeZ4CVP-mB92K27uhbUJU1p1r") && !is_token("REQUIRED_FIELD_MISSING"));
    }
}
