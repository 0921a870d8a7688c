//! Values while an expression runs: they borrow the event and the expression where they can, and share what they made.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an operator is defined on few kinds of values; on any other it is one and the same error"
)]

use std::cmp::Ordering;
use std::ops::Deref;
use std::rc::Rc;

use serde_json::Value;

use super::meter::{Failure, Meter};
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

    /// The value under a key.
    pub(super) fn get(&self, key: &Val<'a>, meter: Meter<'_>) -> Result<Option<Val<'a>>, Failure> {
        match (self, key) {
            (Map::Lent(map), Val::Text(name)) => {
                // A tree: a few keys a level are looked at, each as far as it begins like the name.
                let levels = usize::BITS - map.len().leading_zeros();
                meter.read(levels as usize * (8 + name.len()) / 4)?;
                Ok(map.get(&**name).map(Val::from))
            }
            (Map::Lent(_), _) => Ok(None),
            (Map::Made(map), key) => {
                for (known, value) in map.iter() {
                    if known.equals(key, meter)? {
                        return Ok(Some(value.clone()));
                    }
                }
                Ok(None)
            }
        }
    }

    pub(super) fn keys(&self, meter: Meter<'_>) -> Result<Vec<Val<'a>>, Failure> {
        meter.step(self.len())?;
        Ok(match self {
            Map::Lent(map) => map.keys().map(|key| Val::Text(Text::Lent(key))).collect(),
            Map::Made(map) => map.iter().map(|(key, _)| key.clone()).collect(),
        })
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

    /// CEL's `==`: values of different types are unequal, but numbers compare across their kinds. Metered part by part:
    /// made values share their parts, so that a small one may be endless to read.
    pub(super) fn equals(&self, other: &Val<'a>, meter: Meter<'_>) -> Result<bool, Failure> {
        meter.step(1)?;
        Ok(match (self, other) {
            (Val::Null, Val::Null) => true,
            (Val::Bool(a), Val::Bool(b)) => a == b,
            (Val::Number(a), Val::Number(b)) => a.compare(*b) == Some(Ordering::Equal),
            (Val::Text(a), Val::Text(b)) if a.len() == b.len() => {
                meter.read(a.len())?;
                **a == **b
            }
            (Val::Type(a), Val::Type(b)) => a == b,
            (Val::List(a), Val::List(b)) if a.len() == b.len() => {
                for (a, b) in a.iter().zip(b.iter()) {
                    if !a.equals(&b, meter)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Val::Map(a), Val::Map(b)) if a.len() == b.len() => {
                for key in a.keys(meter)? {
                    match (a.get(&key, meter)?, b.get(&key, meter)?) {
                        (Some(a), Some(b)) if a.equals(&b, meter)? => {}
                        _ => return Ok(false),
                    }
                }
                true
            }
            _ => false,
        })
    }

    /// CEL's `<`: `None` where there is no order between the two; NaN is `Some(None)`.
    pub(super) fn compare(
        &self,
        other: &Val<'a>,
        meter: Meter<'_>,
    ) -> Result<Option<Option<Ordering>>, Failure> {
        Ok(match (self, other) {
            (Val::Bool(a), Val::Bool(b)) => Some(Some(a.cmp(b))),
            (Val::Number(a), Val::Number(b)) => Some(a.compare(*b)),
            (Val::Text(a), Val::Text(b)) => {
                meter.read(a.len().min(b.len()))?;
                Some(Some((**a).cmp(&**b)))
            }
            _ => None,
        })
    }
}
