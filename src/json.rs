//! JSON read into one flat list of nodes. An event is some hundred values, of which a login looks at twenty: a tree of
//! `serde_json::Value` would cost more than everything else that login does. What needs a tree makes one of its part.
//!
//! > Takes what RFC 8259 takes and no more. Of members with one name the last counts. Nothing recurses deeper than the
//! > levels that the caller allows.

use serde_json::{Map, Number, Value};

/// A document, read.
#[derive(Debug)]
pub struct Doc {
    /// The text as given, and behind it the strings that had escapes.
    text: String,
    nodes: Vec<Node>,
}

/// A list or an object is followed by what is in it; a member is its name and its value.
#[derive(Clone, Copy, Debug)]
enum Node {
    Null,
    Bool(bool),
    /// Where its text begins and ends.
    Number(u32, u32),
    /// Where it begins and ends.
    Text(u32, u32),
    /// The node behind it.
    List(u32),
    /// The node behind it.
    Object(u32),
}

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Nested deeper than allowed; otherwise it is not JSON.
    pub too_deep: bool,
    /// What was expected, or found.
    pub reason: &'static str,
    /// From 1.
    pub line: usize,
    /// Bytes up to where it went wrong.
    pub column: usize,
}

/// A value within a document.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    doc: &'a Doc,
    at: usize,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// As written.
    Number(&'a str),
    /// A string.
    Text(&'a str),
    /// See [`Item::items`].
    List,
    /// See [`Item::members`].
    Object,
}

/// Levels of what was not said to be of fewer, as in serde_json.
pub const LEVELS: usize = 128;

/// A text as a tree; `None` where it is not JSON.
pub fn value(text: &str) -> Option<Value> {
    Doc::read(text, LEVELS).ok().map(|doc| doc.root().value())
}

impl Doc {
    /// Reads a text of at most so many levels.
    pub fn read(text: &str, levels: usize) -> Result<Doc, Error> {
        let nodes = Vec::with_capacity(text.len() / 16);
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

    /// The whole.
    pub fn root(&self) -> Item<'_> {
        self.item(0)
    }

    /// The value at a place: see [`Item::place`].
    pub fn item(&self, place: usize) -> Item<'_> {
        Item { doc: self, at: place }
    }

    fn node(&self, at: usize) -> Node {
        self.nodes.get(at).copied().unwrap_or(Node::Null)
    }

    fn part(&self, from: u32, to: u32) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or("")
    }
}

impl<'a> Item<'a> {
    /// What it is.
    pub fn kind(self) -> Kind<'a> {
        match self.doc.node(self.at) {
            Node::Null => Kind::Null,
            Node::Bool(value) => Kind::Bool(value),
            Node::Number(from, to) => Kind::Number(self.doc.part(from, to)),
            Node::Text(from, to) => Kind::Text(self.doc.part(from, to)),
            Node::List(_) => Kind::List,
            Node::Object(_) => Kind::Object,
        }
    }

    /// Where it stands in its document.
    pub fn place(self) -> usize {
        self.at
    }

    /// Its string, if it is one.
    pub fn text(self) -> Option<&'a str> {
        match self.kind() {
            Kind::Text(text) => Some(text),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::List | Kind::Object => None,
        }
    }

    /// Its number, if it is one.
    pub fn number(self) -> Option<Number> {
        match self.kind() {
            Kind::Number(text) => number(text),
            Kind::Null | Kind::Bool(_) | Kind::Text(_) | Kind::List | Kind::Object => None,
        }
    }

    /// Its number, if it is a whole one that is not negative.
    pub fn whole(self) -> Option<u64> {
        self.number()?.as_u64()
    }

    /// A member, if it is an object that has it.
    pub fn get(self, name: &str) -> Option<Item<'a>> {
        let mut found = None;
        for (key, member) in self.members() {
            if key == name {
                found = Some(member);
            }
        }
        found
    }

    /// What is in a list; nothing in anything else.
    pub fn items(self) -> impl Iterator<Item = Item<'a>> {
        let end = match self.doc.node(self.at) {
            Node::List(end) => end as usize,
            Node::Null | Node::Bool(_) | Node::Number(..) | Node::Text(..) | Node::Object(_) => 0,
        };
        let mut next = Item { at: self.at + 1, ..self };
        std::iter::from_fn(move || {
            let item = next;
            (item.at < end).then(|| {
                next = item.next();
                item
            })
        })
    }

    /// Names and values of an object, in the order written; nothing in anything else.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Item<'a>)> {
        let end = match self.doc.node(self.at) {
            Node::Object(end) => end as usize,
            Node::Null | Node::Bool(_) | Node::Number(..) | Node::Text(..) | Node::List(_) => 0,
        };
        let mut next = Item { at: self.at + 1, ..self };
        std::iter::from_fn(move || {
            let (name, member) = (next, Item { at: next.at + 1, ..next });
            (name.at < end).then(|| {
                next = member.next();
                (name.text().unwrap_or(""), member)
            })
        })
    }

    /// As a tree.
    pub fn value(self) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(value),
            Kind::Number(text) => number(text).map_or(Value::Null, Value::Number),
            Kind::Text(text) => Value::String(text.to_owned()),
            Kind::List => Value::Array(self.items().map(Item::value).collect()),
            Kind::Object => {
                let mut object = Map::new();
                for (name, member) in self.members() {
                    object.insert(name.to_owned(), member.value());
                }
                Value::Object(object)
            }
        }
    }

    /// The value behind this one.
    fn next(self) -> Item<'a> {
        let at = match self.doc.node(self.at) {
            Node::List(end) | Node::Object(end) => end as usize,
            Node::Null | Node::Bool(_) | Node::Number(..) | Node::Text(..) => self.at + 1,
        };
        Item { at, ..self }
    }
}

/// A number that was read. Whole ones beyond 64 bits are doubles, as in serde_json.
fn number(text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    match text.parse::<i64>() {
        Ok(whole) if whole != 0 => Some(whole.into()),
        Ok(_) | Err(_) => Number::from_f64(text.parse().ok()?),
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

    use super::*;

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

    #[test]
    fn a_document_is_looked_through() {
        let doc = Doc::read(r#"{"a":[1,{"b":"x\ty"},[]],"c":null,"a2":true,"c":"last"}"#, 64).unwrap();
        let a = doc.root().get("a").unwrap();
        assert_eq!(a.items().count(), 3);
        assert_eq!(a.items().nth(1).unwrap().get("b").unwrap().text(), Some("x\ty"));
        assert_eq!(doc.root().get("c").unwrap().text(), Some("last"));
        assert_eq!(doc.root().members().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "c", "a2", "c"]);
        assert!(doc.root().get("b").is_none() && a.get("b").is_none());
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
