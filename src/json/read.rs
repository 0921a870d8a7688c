//! Text to nodes. One pass over the bytes and no recursion: what is open stands in a list. Small steps are inlined here
//! also where size counts: a login spends more time in this file than in any other.

use super::{Doc, Error, Node};

/// See [`Doc::read`].
pub(super) fn read(text: &str, levels: usize) -> Result<Doc, Error> {
    let nodes = vec![Node::Null; text.len() / 10 + 2];
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        made: String::new(),
        nodes,
        count: 0,
        open: Vec::new(),
    };
    match reader.document(levels) {
        Ok(()) => {
            reader.nodes.truncate(reader.count);
            let mut held = String::with_capacity(text.len() + reader.made.len());
            held.push_str(text);
            held.push_str(&reader.made);
            Ok(Doc { text: held, nodes: reader.nodes })
        }
        Err(fault) => {
            // A byte that is wrong counts; where the text ends too early, there is none.
            let read = reader.bytes.get(..=reader.at).unwrap_or(reader.bytes);
            let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
            let column = read.iter().rev().take_while(|byte| **byte != b'\n').count();
            Err(Error { too_deep: fault == Fault::TooDeep, reason: fault.reason(), line, column })
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Strings that had escapes.
    made: String,
    /// As many as are filled in count.
    nodes: Vec<Node>,
    count: usize,
    /// Lists and objects that are open.
    open: Vec<usize>,
}

/// Why a text is not read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    TooDeep,
    NoValue,
    Ends,
    EndsInList,
    EndsInObject,
    EndsInString,
    BadNumber,
    OutOfRange,
    BadEscape,
    BadWord,
    Control,
    NoName,
    NoColon,
    NoListEnd,
    NoObjectEnd,
    Trailing,
}

impl Fault {
    fn reason(self) -> &'static str {
        match self {
            Fault::TooDeep => "nested too deeply",
            Fault::NoValue => "expected value",
            Fault::Ends => "EOF while parsing a value",
            Fault::EndsInList => "EOF while parsing a list",
            Fault::EndsInObject => "EOF while parsing an object",
            Fault::EndsInString => "EOF while parsing a string",
            Fault::BadNumber => "invalid number",
            Fault::OutOfRange => "number out of range",
            Fault::BadEscape => "invalid escape",
            Fault::BadWord => "expected ident",
            Fault::Control => "control character (\\u0000-\\u001F) found while parsing a string",
            Fault::NoName => "key must be a string",
            Fault::NoColon => "expected `:`",
            Fault::NoListEnd => "expected `,` or `]`",
            Fault::NoObjectEnd => "expected `,` or `}`",
            Fault::Trailing => "trailing characters",
        }
    }
}

impl Reader<'_> {
    fn document(&mut self, levels: usize) -> Result<(), Fault> {
        loop {
            let begun = self.open.len();
            self.value()?;
            if self.open.len() > levels {
                return Err(Fault::TooDeep);
            }
            // A list or object that was just opened may end at once; otherwise its first value comes.
            if self.open.len() > begun && !self.ends() {
                self.name()?;
                continue;
            }
            if !self.behind()? {
                return Ok(());
            }
        }
    }

    #[inline(always)]
    fn push(&mut self, node: Node) {
        if self.count == self.nodes.len() {
            self.grow();
        }
        if let Some(place) = self.nodes.get_mut(self.count) {
            *place = node;
            self.count += 1;
        }
    }

    #[cold]
    fn grow(&mut self) {
        self.nodes.resize(self.count * 2, Node::Null);
    }

    /// One value, or the beginning of a list or object.
    #[inline(always)]
    fn value(&mut self) -> Result<(), Fault> {
        match self.peek().ok_or(Fault::Ends)? {
            b'"' => self.string(),
            b'{' => self.begin(Node::Object(0)),
            b'[' => self.begin(Node::List(0)),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true", Node::Bool(true)),
            b'f' => self.word("false", Node::Bool(false)),
            b'n' => self.word("null", Node::Null),
            _ => Err(Fault::NoValue),
        }
    }

    /// Where it ends is known when it does.
    fn begin(&mut self, node: Node) -> Result<(), Fault> {
        self.at += 1;
        self.open.push(self.count);
        self.push(node);
        Ok(())
    }

    /// What comes behind a value, up to the next one. False: nothing does.
    #[inline(always)]
    fn behind(&mut self) -> Result<bool, Fault> {
        while !self.open.is_empty() {
            if self.peek() == Some(b',') {
                self.at += 1;
                self.name()?;
                return Ok(true);
            }
            if !self.ends() {
                return Err(match (self.in_object(), self.peek().is_some()) {
                    (true, true) => Fault::NoObjectEnd,
                    (true, false) => Fault::EndsInObject,
                    (false, true) => Fault::NoListEnd,
                    (false, false) => Fault::EndsInList,
                });
            }
        }
        if self.peek().is_some() { Err(Fault::Trailing) } else { Ok(false) }
    }

    /// Whether the innermost of what is open is an object.
    #[inline(always)]
    fn in_object(&self) -> bool {
        matches!(self.open.last().and_then(|open| self.nodes.get(*open)), Some(Node::Object(_)))
    }

    /// Steps over the end of the innermost list or object, if it comes next.
    fn ends(&mut self) -> bool {
        let (end, byte) = (self.count as u32, self.peek());
        let open = self.open.last().and_then(|open| self.nodes.get_mut(*open));
        match (open, byte) {
            (Some(Node::List(behind)), Some(b']')) | (Some(Node::Object(behind)), Some(b'}')) => {
                *behind = end
            }
            _ => return false,
        }
        self.open.pop();
        self.at += 1;
        true
    }

    /// In an object: a member's name and its colon.
    #[inline(always)]
    fn name(&mut self) -> Result<(), Fault> {
        if !self.in_object() {
            return Ok(());
        }
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(_) => return Err(Fault::NoName),
            None => return Err(Fault::EndsInObject),
        }
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(Fault::NoColon),
            None => return Err(Fault::EndsInObject),
        }
        Ok(())
    }

    /// The next byte that is no white space.
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, node: Node) -> Result<(), Fault> {
        for byte in word.bytes() {
            match self.bytes.get(self.at) {
                Some(next) if *next == byte => self.at += 1,
                Some(_) => return Err(Fault::BadWord),
                None => return Err(Fault::Ends),
            }
        }
        self.push(node);
        Ok(())
    }

    /// RFC 8259 section 6. A number that no double holds is none.
    fn number(&mut self) -> Result<(), Fault> {
        let from = self.at;
        self.step(b"-");
        let whole = self.at;
        self.digits()?;
        if self.bytes.get(whole) == Some(&b'0') && self.at - whole > 1 {
            self.at = whole + 1;
            return Err(Fault::BadNumber);
        }
        if self.step(b".") {
            self.digits()?;
        }
        let scaled = self.step(b"eE");
        if scaled {
            self.step(b"+-");
            self.digits()?;
        }
        // Few digits always fit.
        if scaled || self.at - from > 18 {
            let number = self.text.get(from..self.at).and_then(|text| text.parse::<f64>().ok());
            number.filter(|number| number.is_finite()).ok_or(Fault::OutOfRange)?;
        }
        self.push(Node::Number(from as u32, self.at as u32));
        Ok(())
    }

    fn step(&mut self, bytes: &[u8]) -> bool {
        let found = self.bytes.get(self.at).is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        match (self.at > from, self.bytes.get(self.at)) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(Fault::BadNumber),
            (false, None) => Err(Fault::Ends),
        }
    }

    /// RFC 8259 section 7. One without escapes stays where it is.
    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        let from = self.at;
        if self.plain()? {
            self.push(Node::Text(from as u32, self.at as u32 - 1));
            return Ok(());
        }
        self.string_with_escapes(from)
    }

    fn string_with_escapes(&mut self, from: usize) -> Result<(), Fault> {
        let start = self.text.len() + self.made.len();
        let (mut part, mut ends) = (from, false);
        loop {
            self.made.push_str(self.text.get(part..self.at - 1).unwrap_or(""));
            if ends {
                self.push(Node::Text(start as u32, (self.text.len() + self.made.len()) as u32));
                return Ok(());
            }
            let c = self.escaped()?;
            self.made.push(c);
            part = self.at;
            ends = self.plain()?;
        }
    }

    /// Steps over the next quote (true) or backslash (false).
    #[inline(always)]
    fn plain(&mut self) -> Result<bool, Fault> {
        loop {
            // Eight bytes at a time. Of what `stops` marks the lowest is always right.
            let eight = self.bytes.get(self.at..self.at + 8).and_then(|eight| eight.try_into().ok());
            let stopped = match eight.map(|eight| stops(u64::from_le_bytes(eight))) {
                Some(0) => {
                    self.at += 8;
                    continue;
                }
                Some(marks) => {
                    self.at += marks.trailing_zeros() as usize / 8;
                    self.bytes.get(self.at)
                }
                None => self.bytes.get(self.at),
            };
            match stopped {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(true);
                }
                Some(b'\\') => {
                    self.at += 1;
                    return Ok(false);
                }
                Some(0..=0x1F) => return Err(Fault::Control),
                Some(_) => self.at += 1,
                None => return Err(Fault::EndsInString),
            }
        }
    }

    /// What an escape stands for, from behind its backslash.
    fn escaped(&mut self) -> Result<char, Fault> {
        let byte = *self.bytes.get(self.at).ok_or(Fault::EndsInString)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                // Two units make one character beyond U+FFFF; one of them alone is none.
                let pair =
                    (0xD800..0xDC00).contains(&unit) && self.bytes.get(self.at..self.at + 2) == Some(b"\\u");
                let code = if pair {
                    self.at += 2;
                    let low = self.unit()?;
                    let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(Fault::BadEscape)?;
                    0x1_0000 + ((unit - 0xD800) << 10) + low
                } else {
                    unit
                };
                char::from_u32(code).ok_or(Fault::BadEscape)?
            }
            _ => return Err(Fault::BadEscape),
        })
    }

    fn unit(&mut self) -> Result<u32, Fault> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(Fault::BadEscape)?;
        self.at += 4;
        Ok(unit)
    }
}

/// Marks the bytes at which a string may not simply go on, the lowest exactly, by the highest bit of each: quotes,
/// backslashes and control characters ("Bit Twiddling Hacks", determining if a word has a byte less than n).
#[inline(always)]
pub(super) fn stops(eight: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let is = |byte: u8| {
        (eight ^ (ONES * u64::from(byte))).wrapping_sub(ONES) & !(eight ^ (ONES * u64::from(byte)))
    };
    let control = eight.wrapping_sub(ONES * 0x20) & !eight;
    (is(b'"') | is(b'\\') | control) & (ONES << 7)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;

    use serde_json::Value;

    use crate::json::{Doc, LEVELS};

    /// Reads it as serde_json does, or refuses it as serde_json does.
    #[track_caller]
    fn check(text: &str) {
        let read = Doc::read(text, LEVELS).map(|doc| doc.root().value());
        assert_eq!(read.as_ref().ok(), serde_json::from_str::<Value>(text).ok().as_ref(), "{text} {read:?}");
    }

    #[test]
    fn what_json_is_and_is_not() {
        for text in [
            "",
            " ",
            "null",
            " true ",
            "false",
            "nul",
            "truer",
            "0",
            "-0",
            "-",
            "01",
            "-01",
            "1.",
            ".5",
            "1e",
            "1e5",
            "1E+5",
            "-1.5e-5",
            "1e400",
            "-1e400",
            "1e-400",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "[]",
            "[ ]",
            "[1,]",
            "[,]",
            "[1 2]",
            "[1",
            "{}",
            "{ }",
            "{\"a\":1}",
            "{\"a\" : [ ] , \"b\":{}}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1]",
            "[1}",
            "]",
            "{\"a\":1,\"a\":2}",
            "\"\"",
            "\"",
            "\"a",
            "\"a\\",
            "\"\\n\\t\\b\\f\\r\\/\\\\\\\"\"",
            "\"\\x\"",
            "\"\\u00e9x\"",
            "\"\\u00e\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ud83dx\"",
            "\"\\ude00\"",
            "\"\\ud83d\\ud83d\"",
            "\"\\u+123\"",
            "\"\n\"",
            "\"ä\\u00fcö\"",
            "1 1",
            "[] []",
            "\u{feff}1",
        ] {
            check(text);
        }
    }

    #[test]
    fn levels_are_bounded() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Doc::read(&nested(64), 64).is_ok());
        assert!(Doc::read(&nested(65), 64).unwrap_err().too_deep);
        assert!(Doc::read(&"{\"a\":".repeat(100_000), 64).unwrap_err().too_deep);
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_reads(text in any::<String>(), json in r#"[\[\]{}",:\\ u0-9a-ftrlsne.+\-]{0,24}"#) {
            check(&text);
            check(&json);
            check(&format!("[{json}]"));
            check(&format!("{{\"a\":\"{json}\"}}"));
            check(&Value::String(text).to_string());
        }
    }
}
