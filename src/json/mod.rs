//! JSON read into one flat list of nodes. An event is some hundred values, of which a login looks at twenty: a tree of
//! `serde_json::Value` would cost more than everything else that login does. What needs a tree makes one of its part.
//!
//! > Takes what RFC 8259 takes and no more. Of members with one name the last counts. Nothing recurses deeper than the
//! > levels that the caller allows.

mod read;
pub mod write;

use serde_json::{Map, Number};

pub use serde_json::Value;

/// A document, read. The default one is `null`.
#[derive(Debug, Default)]
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

/// A value, written as it looks: of names and expressions that `Value` is made of without failing. The macro of
/// serde_json serialises each of them and unwraps, which is a panic and a second serialiser in the module.
macro_rules! json {
    ({ $($name:literal: $value:expr),+ $(,)? }) => {
        $crate::json::Value::Object($crate::json::members(&mut [$(($name, $crate::json::Value::from($value))),+]))
    };
    ([$($value:expr),* $(,)?]) => { $crate::json::Value::Array(vec![$($crate::json::Value::from($value)),*]) };
    ($value:expr) => { $crate::json::Value::from($value) };
}
pub(crate) use json;

/// An object of members that are there to be taken.
pub fn members(members: &mut [(&str, Value)]) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    object
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
        read::read(text, levels)
    }

    /// The whole.
    pub fn root(&self) -> Item<'_> {
        self.item(0)
    }

    /// The value at a place: see [`Item::place`].
    pub fn item(&self, place: usize) -> Item<'_> {
        Item { doc: self, at: place }
    }

    // Inlined also where size counts: it is what reading consists of.
    #[inline(always)]
    fn node(&self, at: usize) -> Node {
        self.nodes.get(at).copied().unwrap_or(Node::Null)
    }

    /// The node behind a value.
    #[inline(always)]
    fn behind(&self, at: usize) -> usize {
        match self.node(at) {
            Node::List(end) | Node::Object(end) => end as usize,
            Node::Null | Node::Bool(_) | Node::Number(..) | Node::Text(..) => at + 1,
        }
    }

    #[inline(always)]
    fn part(&self, from: u32, to: u32) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or("")
    }
}

impl<'a> Item<'a> {
    /// What it is.
    #[inline(always)]
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

    /// Whether it is `null`.
    #[inline(always)]
    pub fn is_null(self) -> bool {
        matches!(self.kind(), Kind::Null)
    }

    /// Where it stands in its document.
    pub fn place(self) -> usize {
        self.at
    }

    /// Its string, if it is one.
    #[inline(always)]
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

    /// A member, if it is an object that has it. In plain steps: a login asks for some forty.
    pub fn get(self, name: &str) -> Option<Item<'a>> {
        let Node::Object(end) = self.doc.node(self.at) else { return None };
        let (text, nodes) = (self.doc.text.as_bytes(), self.doc.nodes.get(..end as usize)?);
        let first = name.as_bytes().first();
        let (mut at, mut found) = (self.at + 1, None);
        while let Some(Node::Text(from, to)) = nodes.get(at) {
            let (from, to) = (*from as usize, *to as usize);
            // Length and first byte tell most names apart, without a call.
            if to - from == name.len()
                && (first.is_none() || text.get(from) == first)
                && text.get(from..to) == Some(name.as_bytes())
            {
                found = Some(Item { at: at + 1, ..self });
            }
            at = match nodes.get(at + 1) {
                Some(Node::List(end) | Node::Object(end)) => *end as usize,
                Some(Node::Null | Node::Bool(_) | Node::Number(..) | Node::Text(..)) | None => at + 2,
            };
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
                next.at = item.doc.behind(item.at);
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
                next.at = member.doc.behind(member.at);
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

/// The JSON of something that serialises. By way of its text, which is written elsewhere anyway: `serde_json::to_value`
/// would be a second way of writing every type there is, some 10 kB of the module.
pub fn of<T: serde::Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_string(value).ok().and_then(|text| self::value(&text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

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
}
