//! Values while an expression runs: they borrow the event and the expression where they can, and share what they made.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an operator is defined on few kinds of values; on any other it is one and the same error"
)]

use std::cmp::Ordering;
use std::ops::Deref;
use std::rc::Rc;

use serde_json::Value;

use super::number::Number;

#[derive(Clone, Debug)]
pub(super) enum Val<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text<'a>),
    List(List<'a>),
    Map(Map<'a>),
    /// What `type(x)` gives.
    Type(&'static str),
}

#[derive(Clone, Debug)]
pub(super) enum Text<'a> {
    Lent(&'a str),
    Made(Rc<str>),
}

#[derive(Clone, Debug)]
pub(super) enum List<'a> {
    Lent(&'a [Value]),
    Made(Rc<Vec<Val<'a>>>),
}

#[derive(Clone, Debug)]
pub(super) enum Map<'a> {
    Lent(&'a serde_json::Map<String, Value>),
    /// In the order written; keys differ.
    Made(Rc<Vec<(Val<'a>, Val<'a>)>>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Lent(text) => text,
            Text::Made(text) => text,
        }
    }
}

impl<'a> Text<'a> {
    /// A part of the text, which stays lent where the text is.
    pub(super) fn part(&self, cut: impl Fn(&str) -> &str) -> Text<'a> {
        match self {
            Text::Lent(text) => Text::Lent(cut(text)),
            Text::Made(text) => Text::Made(cut(text).into()),
        }
    }
}

impl<'a> List<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            List::Lent(list) => list.len(),
            List::Made(list) => list.len(),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<Val<'a>> {
        match self {
            List::Lent(list) => list.get(index).map(Val::from),
            List::Made(list) => list.get(index).cloned(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Val<'a>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

impl<'a> Map<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            Map::Lent(map) => map.len(),
            Map::Made(map) => map.len(),
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<Val<'a>> {
        match self {
            Map::Lent(map) => map.get(name).map(Val::from),
            Map::Made(map) => map
                .iter()
                .find(|(key, _)| matches!(key, Val::Text(key) if **key == *name))
                .map(|(_, v)| v.clone()),
        }
    }

    pub(super) fn get(&self, key: &Val<'a>) -> Option<Val<'a>> {
        match (self, key) {
            (_, Val::Text(name)) => self.field(name),
            (Map::Lent(_), _) => None,
            (Map::Made(map), key) => {
                map.iter().find(|(known, _)| known.equals(key)).map(|(_, value)| value.clone())
            }
        }
    }

    pub(super) fn keys(&self) -> Vec<Val<'a>> {
        match self {
            Map::Lent(map) => map.keys().map(|key| Val::Text(Text::Lent(key))).collect(),
            Map::Made(map) => map.iter().map(|(key, _)| key.clone()).collect(),
        }
    }
}

impl<'a> From<&'a Value> for Val<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Val::Null,
            Value::Bool(bool) => Val::Bool(*bool),
            Value::Number(number) => Val::Number(match (number.as_i64(), number.as_u64()) {
                (Some(int), _) => Number::Int(int),
                (None, Some(uint)) => Number::Uint(uint),
                (None, None) => Number::Double(number.as_f64().unwrap_or(f64::NAN)),
            }),
            Value::String(text) => Val::Text(Text::Lent(text)),
            Value::Array(list) => Val::List(List::Lent(list)),
            Value::Object(map) => Val::Map(Map::Lent(map)),
        }
    }
}

impl<'a> Val<'a> {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Val::Text(Text::Made(text.into()))
    }

    pub(super) fn int(int: usize) -> Self {
        Val::Number(Number::Int(i64::try_from(int).unwrap_or(i64::MAX)))
    }

    pub(super) fn list(list: Vec<Val<'a>>) -> Self {
        Val::List(List::Made(Rc::new(list)))
    }

    /// The name of its type, as `type(x)` has it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Val::Null => "null_type",
            Val::Bool(_) => "bool",
            Val::Number(number) => number.kind(),
            Val::Text(_) => "string",
            Val::List(_) => "list",
            Val::Map(_) => "map",
            Val::Type(_) => "type",
        }
    }

    /// CEL's `==`: values of different types are unequal, but numbers compare across their kinds.
    pub(super) fn equals(&self, other: &Val<'a>) -> bool {
        match (self, other) {
            (Val::Null, Val::Null) => true,
            (Val::Bool(a), Val::Bool(b)) => a == b,
            (Val::Number(a), Val::Number(b)) => a.compare(*b) == Some(Ordering::Equal),
            (Val::Text(a), Val::Text(b)) => **a == **b,
            (Val::Type(a), Val::Type(b)) => a == b,
            (Val::List(a), Val::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(&b))
            }
            (Val::Map(a), Val::Map(b)) => {
                let same = |key: &Val<'a>| match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => a.equals(&b),
                    (_, None) | (None, _) => false,
                };
                a.len() == b.len() && a.keys().iter().all(same)
            }
            _ => false,
        }
    }

    /// CEL's `<`: `None` where there is no order between the two; NaN is `Some(None)`.
    pub(super) fn compare(&self, other: &Val<'a>) -> Option<Option<Ordering>> {
        match (self, other) {
            (Val::Bool(a), Val::Bool(b)) => Some(Some(a.cmp(b))),
            (Val::Number(a), Val::Number(b)) => Some(a.compare(*b)),
            (Val::Text(a), Val::Text(b)) => Some(Some((**a).cmp(&**b))),
            _ => None,
        }
    }

    /// About how many bytes it is to read over, counting no further than `limit`.
    pub(super) fn weight(&self, limit: usize) -> usize {
        match self {
            Val::Null | Val::Bool(_) | Val::Number(_) | Val::Type(_) => 8,
            Val::Text(text) => 8 + text.len(),
            Val::List(list) => {
                let mut sum = 8;
                for item in list.iter() {
                    if sum >= limit {
                        break;
                    }
                    sum += item.weight(limit - sum);
                }
                sum
            }
            Val::Map(map) => {
                let mut sum = 8;
                for key in map.keys() {
                    if sum >= limit {
                        break;
                    }
                    let value = map.get(&key).map_or(0, |value| value.weight(limit - sum));
                    sum = sum.saturating_add(value).saturating_add(key.weight(limit));
                }
                sum
            }
        }
    }
}
