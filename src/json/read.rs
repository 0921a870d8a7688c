//! Text to nodes. One pass over the bytes and no recursion: what is open stands in a list.

use super::{Doc, Error, Node};

/// See [`Doc::read`].
pub(super) fn read(text: &str, levels: usize) -> Result<Doc, Error> {
    let nodes = Vec::with_capacity(text.len() / 10);
    let mut reader =
        Reader { text, bytes: text.as_bytes(), at: 0, made: String::new(), nodes, open: Vec::new() };
    match reader.document(levels) {
        Ok(()) => Ok(Doc { text: [text, &reader.made].concat(), nodes: reader.nodes }),
        Err(fault) => {
            // A byte that is wrong counts; where the text ends too early, there is none.
            let read = reader.bytes.get(..=reader.at).unwrap_or(reader.bytes);
            let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
            let column = read.iter().rev().take_while(|byte| **byte != b'\n').count();
            Err(Error { too_deep: fault == TOO_DEEP, reason: fault, line, column })
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Strings that had escapes.
    made: String,
    nodes: Vec<Node>,
    /// Lists and objects that are open.
    open: Vec<usize>,
}

const TOO_DEEP: &str = "nested too deeply";
const NO_VALUE: &str = "expected value";
const ENDS: &str = "EOF while parsing a value";
const BAD_NUMBER: &str = "invalid number";
const BAD_ESCAPE: &str = "invalid escape";

impl Reader<'_> {
    fn document(&mut self, levels: usize) -> Result<(), &'static str> {
        loop {
            let begun = self.open.len();
            self.value()?;
            if self.open.len() > levels {
                return Err(TOO_DEEP);
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

    /// One value, or the beginning of a list or object.
    fn value(&mut self) -> Result<(), &'static str> {
        let node = match self.peek().ok_or(ENDS)? {
            b'"' => self.string()?,
            b'{' | b'[' => {
                self.at += 1;
                self.open.push(self.nodes.len());
                // Where it ends is known when it does.
                if self.bytes.get(self.at - 1) == Some(&b'{') { Node::Object(0) } else { Node::List(0) }
            }
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word("true", Node::Bool(true))?,
            b'f' => self.word("false", Node::Bool(false))?,
            b'n' => self.word("null", Node::Null)?,
            _ => return Err(NO_VALUE),
        };
        self.nodes.push(node);
        Ok(())
    }

    /// What comes behind a value, up to the next one. False: nothing does.
    fn behind(&mut self) -> Result<bool, &'static str> {
        while let Some(open) = self.open.last().copied() {
            let is_list = matches!(self.nodes.get(open), Some(Node::List(_)));
            match self.peek() {
                _ if self.ends() => {}
                Some(b',') => {
                    self.at += 1;
                    self.name()?;
                    return Ok(true);
                }
                Some(_) if is_list => return Err("expected `,` or `]`"),
                Some(_) => return Err("expected `,` or `}`"),
                None if is_list => return Err("EOF while parsing a list"),
                None => return Err("EOF while parsing an object"),
            }
        }
        if self.peek().is_some() { Err("trailing characters") } else { Ok(false) }
    }

    /// Steps over the end of the innermost list or object, if it comes next.
    fn ends(&mut self) -> bool {
        let (end, byte) = (self.nodes.len() as u32, self.peek());
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
    fn name(&mut self) -> Result<(), &'static str> {
        let open = self.open.last().and_then(|open| self.nodes.get(*open));
        if !matches!(open, Some(Node::Object(_))) {
            return Ok(());
        }
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err("key must be a string"),
            None => return Err("EOF while parsing an object"),
        }
        let name = self.string()?;
        self.nodes.push(name);
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err("expected `:`"),
            None => return Err("EOF while parsing an object"),
        }
        Ok(())
    }

    /// The next byte that is no white space.
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, node: Node) -> Result<Node, &'static str> {
        for byte in word.bytes() {
            match self.bytes.get(self.at) {
                Some(next) if *next == byte => self.at += 1,
                Some(_) => return Err("expected ident"),
                None => return Err(ENDS),
            }
        }
        Ok(node)
    }

    /// RFC 8259 section 6. A number that no double holds is none.
    fn number(&mut self) -> Result<Node, &'static str> {
        let from = self.at;
        self.step(b"-");
        let whole = self.at;
        self.digits()?;
        if self.bytes.get(whole) == Some(&b'0') && self.at - whole > 1 {
            self.at = whole + 1;
            return Err(BAD_NUMBER);
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
            number.filter(|number| number.is_finite()).ok_or("number out of range")?;
        }
        Ok(Node::Number(from as u32, self.at as u32))
    }

    fn step(&mut self, bytes: &[u8]) -> bool {
        let found = self.bytes.get(self.at).is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), &'static str> {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        match (self.at > from, self.bytes.get(self.at)) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(BAD_NUMBER),
            (false, None) => Err(ENDS),
        }
    }

    /// RFC 8259 section 7. One without escapes stays where it is.
    fn string(&mut self) -> Result<Node, &'static str> {
        self.at += 1;
        let from = self.at;
        self.plain()?;
        if self.bytes.get(self.at) == Some(&b'"') {
            self.at += 1;
            return Ok(Node::Text(from as u32, self.at as u32 - 1));
        }
        let start = self.text.len() + self.made.len();
        let mut part = from;
        loop {
            self.made.push_str(self.text.get(part..self.at).unwrap_or(""));
            let ends = self.bytes.get(self.at) == Some(&b'"');
            self.at += 1;
            if ends {
                return Ok(Node::Text(start as u32, (self.text.len() + self.made.len()) as u32));
            }
            let c = self.escaped()?;
            self.made.push(c);
            part = self.at;
            self.plain()?;
        }
    }

    /// Steps to the next quote or backslash.
    fn plain(&mut self) -> Result<(), &'static str> {
        loop {
            match self.bytes.get(self.at) {
                Some(b'"' | b'\\') => return Ok(()),
                Some(0..=0x1F) => {
                    return Err("control character (\\u0000-\\u001F) found while parsing a string");
                }
                Some(_) => self.at += 1,
                None => return Err("EOF while parsing a string"),
            }
        }
    }

    /// What an escape stands for, from behind its backslash.
    fn escaped(&mut self) -> Result<char, &'static str> {
        let byte = *self.bytes.get(self.at).ok_or("EOF while parsing a string")?;
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
                    let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(BAD_ESCAPE)?;
                    0x1_0000 + ((unit - 0xD800) << 10) + low
                } else {
                    unit
                };
                char::from_u32(code).ok_or(BAD_ESCAPE)?
            }
            _ => return Err(BAD_ESCAPE),
        })
    }

    fn unit(&mut self) -> Result<u32, &'static str> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(BAD_ESCAPE)?;
        self.at += 4;
        Ok(unit)
    }
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
