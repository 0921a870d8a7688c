//! Two small maps. Each kind of `BTreeMap` adds 5 to 10 kB to the module, so the crate has one by number and one by
//! text, and the one by text is the map that `serde_json` has anyway.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json;

/// Rows by number. Numbers are handed out in ascending order, so that a new row goes to the end.
#[derive(Debug)]
pub struct Table<T> {
    rows: Vec<(u32, T)>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { rows: Vec::new() }
    }
}

impl<T> Table<T> {
    /// The row of a number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.rows.get(self.find(number).ok()?).map(|(_, row)| row)
    }

    /// The row of a number, to change it.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let place = self.find(number).ok()?;
        self.rows.get_mut(place).map(|(_, row)| row)
    }

    /// Adds a row; one that was there under its number goes.
    pub fn insert(&mut self, number: u32, row: T) {
        match self.find(number) {
            Ok(place) => {
                if let Some(held) = self.rows.get_mut(place) {
                    held.1 = row;
                }
            }
            Err(place) => self.rows.insert(place, (number, row)),
        }
    }

    /// Takes a row out.
    pub fn remove(&mut self, number: u32) -> Option<T> {
        let place = self.find(number).ok()?;
        Some(self.rows.remove(place).1)
    }

    /// Rows, by ascending numbers.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|(_, row)| row)
    }

    fn find(&self, number: u32) -> Result<usize, usize> {
        match self.rows.last() {
            // The usual case: it is new, or the one that came last.
            Some((last, _)) if *last < number => Err(self.rows.len()),
            _ => self.rows.binary_search_by_key(&number, |(number, _)| *number),
        }
    }
}

/// Texts by text, in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Texts(Map<String, Value>);

impl Texts {
    /// Reads a JSON object of strings.
    pub fn read(text: &str) -> Option<Texts> {
        let Value::Object(map) = json::value(text)? else { return None };
        map.values().all(Value::is_string).then_some(Texts(map))
    }

    /// The text under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    /// Whether there is a text under a key.
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Puts a text under a key. Whether there was none before.
    pub fn insert(&mut self, key: impl Into<String>, text: impl Into<String>) -> bool {
        self.0.insert(key.into(), Value::String(text.into())).is_none()
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Keys and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &str)> {
        self.0.iter().map(|(key, text)| (key, text.as_str().unwrap_or_default()))
    }
}

impl FromIterator<(String, String)> for Texts {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(rows: I) -> Self {
        Texts(object(rows.into_iter().map(|(key, text)| (key, Value::String(text)))))
    }
}

/// A JSON object, member by member: `collect()` would sort first, and every `sort` takes 3 kB of the module.
pub fn object(members: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    object_of(&mut members.into_iter())
}

/// One for all kinds of lists.
fn object_of(members: &mut dyn Iterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert(name, value);
    }
    object
}

/// Takes a member out of a JSON object. Seldom done, and what `BTreeMap` has for it takes 5 kB of the module.
pub fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let mut taken = None;
    for (held, value) in std::mem::take(object) {
        if held == name {
            taken = Some(value);
        } else {
            object.insert(held, value);
        }
    }
    taken
}

/// Puts a value into a sorted list, behind its equals.
pub fn insert_by_key<T, K: Ord>(list: &mut Vec<T>, value: T, key: impl Fn(&T) -> K) {
    let at = key(&value);
    let place = list.partition_point(|held| key(held) <= at);
    list.insert(place, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_taken_out() {
        let mut object = object([("a".to_owned(), 1.into()), ("b".to_owned(), 2.into())]);
        assert_eq!(
            (take(&mut object, "c"), take(&mut object, "a"), take(&mut object, "a")),
            (None, Some(1.into()), None)
        );
        assert_eq!(object.keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn rows_are_found_by_their_numbers() {
        let mut table = Table::default();
        for number in [3, 1, 2, 3] {
            table.insert(number, number * 10);
        }
        assert_eq!((table.get(1), table.get(4)), (Some(&10), None));
        assert_eq!((table.remove(2), table.remove(2)), (Some(20), None));
        assert_eq!(table.values().collect::<Vec<_>>(), [&10, &30]);
    }

    #[test]
    fn texts_are_texts() {
        let texts = Texts::read(r#"{"b":"2","a":"1"}"#).unwrap_or_default();
        assert_eq!(texts.iter().map(|(key, text)| format!("{key}{text}")).collect::<Vec<_>>(), ["a1", "b2"]);
        assert!(Texts::read(r#"{"a":1}"#).is_none());
    }

    #[test]
    fn equals_keep_their_order() {
        let mut list = Vec::new();
        for value in [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')] {
            insert_by_key(&mut list, value, |(key, _)| *key);
        }
        assert_eq!(list, [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }
}
