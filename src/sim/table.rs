//! Records of one kind in creation order, and what they are looked up by. Records change here alone, and with them
//! the indexes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::json::{Object, get};
use super::store::{Kind, Record};

/// Something records are looked up by.
pub struct Index {
    /// Of which records.
    pub kind: Kind,
    /// The attribute, or another name where it is none.
    pub name: &'static str,
    /// The values of a resource: texts in lower case.
    pub keys: fn(&Object, &str) -> Vec<String>,
}

/// An index of an attribute.
pub const fn by(kind: Kind, name: &'static str) -> Index {
    Index { kind, name, keys: texts }
}

/// The texts of an attribute as filters compare them: of each item of a list, and `value` of what is complex.
fn texts(resource: &Object, name: &str) -> Vec<String> {
    let text = |value: &Value| match value.as_object() {
        Some(object) => get(object, "value").and_then(Value::as_str).map(str::to_lowercase),
        None => value.as_str().map(str::to_lowercase),
    };
    match get(resource, name) {
        Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
        Some(one) => text(one).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The sequences of those who have a key, in order.
type Places = BTreeMap<String, Vec<u64>>;

/// Users, or groups.
pub struct Table {
    /// In the order of their sequences.
    records: Vec<Record>,
    ids: Places,
    indexes: Vec<(&'static Index, Places)>,
}

impl Table {
    /// An empty table with the indexes of its kind.
    pub fn new(kind: Kind, indexes: &'static [Index]) -> Table {
        let own = indexes.iter().filter(|index| index.kind == kind);
        Table {
            records: Vec::new(),
            ids: Places::new(),
            indexes: own.map(|index| (index, Places::new())).collect(),
        }
    }

    /// Adds a record that is newer than all.
    pub fn add(&mut self, record: Record) {
        put(&mut self.ids, record.id.clone(), record.sequence);
        for (index, places) in &mut self.indexes {
            for key in (index.keys)(&record.attributes, index.name) {
                put(places, key, record.sequence);
            }
        }
        self.records.push(record);
    }

    /// Removes a record.
    pub fn remove(&mut self, id: &str) -> Option<Record> {
        let record = self.records.remove(self.place(id)?);
        take(&mut self.ids, id, record.sequence);
        for (index, places) in &mut self.indexes {
            for key in (index.keys)(&record.attributes, index.name) {
                take(places, &key, record.sequence);
            }
        }
        Some(record)
    }

    /// Replaces the attributes of a record and notes the change.
    pub fn set(&mut self, id: &str, attributes: Object, now: u64) -> bool {
        let Some(record) = self.place(id).and_then(|at| self.records.get_mut(at)) else { return false };
        for (index, places) in &mut self.indexes {
            let [old, new] = [&record.attributes, &attributes].map(|of| (index.keys)(of, index.name));
            if old != new {
                old.iter().for_each(|key| take(places, key, record.sequence));
                new.into_iter().for_each(|key| put(places, key, record.sequence));
            }
        }
        record.attributes = attributes;
        record.touch(now);
        true
    }

    /// Notes a change of what is kept elsewhere.
    pub fn touch(&mut self, id: &str, now: u64) {
        if let Some(record) = self.place(id).and_then(|at| self.records.get_mut(at)) {
            record.touch(now);
        }
    }

    fn place(&self, id: &str) -> Option<usize> {
        let sequence = *self.ids.get(id)?.first()?;
        self.records.binary_search_by_key(&sequence, |record| record.sequence).ok()
    }

    /// The record of this id.
    pub fn find(&self, id: &str) -> Option<&Record> {
        self.records.get(self.place(id)?)
    }

    /// The record of this sequence.
    pub fn at(&self, sequence: u64) -> Option<&Record> {
        let place = self.records.binary_search_by_key(&sequence, |record| record.sequence);
        self.records.get(place.ok()?)
    }

    /// All, in creation order.
    pub fn all(&self) -> impl Iterator<Item = &Record> {
        self.records.iter()
    }

    /// Whose `name` may be `value`, in any case. Nothing if there is no such index.
    pub fn by(&self, name: &str, value: &str) -> Option<&[u64]> {
        self.with(name, &value.to_lowercase())
    }

    /// Who has this key in an index.
    pub fn with(&self, name: &str, key: &str) -> Option<&[u64]> {
        let (_, places) = self.index(name)?;
        Some(places.get(key).map_or(&[], Vec::as_slice))
    }

    /// Who shares a value of one of these with `resource`. Nothing if one of them has no index.
    pub fn alike(&self, names: &[&str], resource: &Object) -> Option<Vec<u64>> {
        let mut found = Vec::new();
        for name in names {
            let (index, places) = self.index(name)?;
            for key in (index.keys)(resource, index.name) {
                found.extend(places.get(&key).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    fn index(&self, name: &str) -> Option<&(&'static Index, Places)> {
        self.indexes.iter().find(|(index, _)| index.name.eq_ignore_ascii_case(name))
    }
}

fn put(places: &mut Places, key: String, sequence: u64) {
    let at = places.entry(key).or_default();
    // Once, whatever values of an attribute are alike.
    if let Err(place) = at.binary_search(&sequence) {
        at.insert(place, sequence);
    }
}

fn take(places: &mut Places, key: &str, sequence: u64) {
    let Some(at) = places.get_mut(key) else { return };
    at.retain(|one| *one != sequence);
    if at.is_empty() {
        places.remove(key);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    static INDEXES: &[Index] =
        &[by(Kind::User, "userName"), by(Kind::User, "emails"), by(Kind::Group, "displayName")];

    fn object(value: Value) -> Object {
        value.as_object().cloned().unwrap_or_default()
    }

    /// That every index says what a look at all records says.
    fn check(table: &Table) {
        for (index, places) in &table.indexes {
            let mut seen = Places::new();
            for record in table.all() {
                let keys = (index.keys)(&record.attributes, index.name);
                keys.into_iter().for_each(|key| put(&mut seen, key, record.sequence));
            }
            assert_eq!(*places, seen, "{}", index.name);
        }
        for record in table.all() {
            assert_eq!(table.find(&record.id).map(|found| found.sequence), Some(record.sequence));
        }
        assert_eq!(table.ids.len(), table.records.len());
    }

    #[test]
    fn indexes_agree_with_the_records() {
        let mut table = Table::new(Kind::User, INDEXES);
        assert_eq!(table.indexes.len(), 2, "those of users");
        let user = |name: u64, emails: &[u64]| {
            let emails: Vec<Value> = emails.iter().map(|n| json!({"value": format!("E{n}")})).collect();
            object(json!({"USERNAME": format!("Ünal{name}"), "emails": emails}))
        };
        // What is done to whom follows from a small sequence of numbers.
        let mut number = 7_u64;
        let mut below = |most: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (number >> 33) % most
        };
        for sequence in 1..400 {
            let attributes = user(below(9), &[below(5), below(5)]);
            let id = format!("id{}", below(sequence) + 1);
            match below(4) {
                0 => assert_eq!(table.find(&id).is_some(), table.remove(&id).is_some()),
                1 => assert_eq!(table.find(&id).is_some(), table.set(&id, attributes, sequence)),
                _ => table.add(Record {
                    sequence,
                    kind: Kind::User,
                    id: format!("id{sequence}"),
                    attributes,
                    created: 0,
                    modified: 0,
                    version: 1,
                }),
            }
            check(&table);
        }
        let named = table.by("userName", "ÜNAL3").unwrap();
        assert!(named.len() > 1 && named.is_sorted(), "in any case, in creation order: {named:?}");
        let alike = table.alike(&["userName", "emails"], &user(3, &[1])).unwrap();
        assert!(alike.len() > named.len() && alike.is_sorted(), "{alike:?}");
        let none = user(100, &[100]);
        assert_eq!(table.alike(&["userName", "emails"], &none), Some(Vec::new()));
        assert_eq!(table.alike(&["userName", "title"], &none), None, "no index: it does not say `nobody`");
        assert_eq!(table.by("title", "x"), None);
    }
}
