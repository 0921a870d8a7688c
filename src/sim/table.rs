//! Records of one kind in creation order, and what they are looked up by. Records change here alone, and with them
//! the indexes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::json::{Object, get};
use super::store::{Kind, Record};

/// Something records are looked up by.
pub struct Index {
    /// Of which records.
    pub kind: Kind,
    /// The attribute, or another name where it is none.
    pub name: &'static str,
    /// The values of a resource, in lower case.
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

/// Whose the keys of an index are.
type Places = BTreeMap<String, BTreeSet<u64>>;

/// Users, or groups.
pub struct Table {
    records: BTreeMap<u64, Record>,
    ids: BTreeMap<String, u64>,
    indexes: Vec<(&'static Index, Places)>,
}

impl Table {
    /// An empty table with the indexes of its kind.
    pub fn new(kind: Kind, indexes: &'static [Index]) -> Table {
        let own = indexes.iter().filter(|index| index.kind == kind);
        Table {
            records: BTreeMap::new(),
            ids: BTreeMap::new(),
            indexes: own.map(|index| (index, Places::new())).collect(),
        }
    }

    /// Adds a record.
    pub fn add(&mut self, record: Record) {
        for (index, places) in &mut self.indexes {
            for key in (index.keys)(&record.attributes, index.name) {
                places.entry(key).or_default().insert(record.sequence);
            }
        }
        self.ids.insert(record.id.clone(), record.sequence);
        self.records.insert(record.sequence, record);
    }

    /// Removes a record.
    pub fn remove(&mut self, id: &str) -> Option<Record> {
        let record = self.records.remove(&self.ids.remove(id)?)?;
        for (index, places) in &mut self.indexes {
            for key in (index.keys)(&record.attributes, index.name) {
                take(places, &key, record.sequence);
            }
        }
        Some(record)
    }

    /// Replaces the attributes of a record and notes the change.
    pub fn set(&mut self, id: &str, attributes: Object, now: u64) -> bool {
        let Some(record) = self.ids.get(id).and_then(|at| self.records.get_mut(at)) else { return false };
        for (index, places) in &mut self.indexes {
            let [old, new] = [&record.attributes, &attributes].map(|of| (index.keys)(of, index.name));
            if old != new {
                old.iter().for_each(|key| take(places, key, record.sequence));
                for key in new {
                    places.entry(key).or_default().insert(record.sequence);
                }
            }
        }
        record.attributes = attributes;
        record.touch(now);
        true
    }

    /// Notes a change of what is kept elsewhere.
    pub fn touch(&mut self, id: &str, now: u64) {
        if let Some(record) = self.ids.get(id).and_then(|at| self.records.get_mut(at)) {
            record.touch(now);
        }
    }

    /// The record of this id.
    pub fn find(&self, id: &str) -> Option<&Record> {
        self.ids.get(id).and_then(|at| self.records.get(at))
    }

    /// The record of this sequence.
    pub fn at(&self, sequence: u64) -> Option<&Record> {
        self.records.get(&sequence)
    }

    /// All, in creation order.
    pub fn all(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// Whose `name` may be `value`, in any case. Nothing if there is no such index.
    pub fn by(&self, name: &str, value: &str) -> Option<BTreeSet<u64>> {
        let (_, places) = self.index(name)?;
        Some(places.get(&value.to_lowercase()).cloned().unwrap_or_default())
    }

    /// How many have this key.
    pub fn count(&self, name: &str, key: &str) -> usize {
        self.index(name).and_then(|(_, places)| places.get(key)).map_or(0, BTreeSet::len)
    }

    /// Who shares a value of one of these with `resource`. Nothing if one of them has no index.
    pub fn alike(&self, names: &[&str], resource: &Object) -> Option<BTreeSet<u64>> {
        let mut found = BTreeSet::new();
        for name in names {
            let (index, places) = self.index(name)?;
            for key in (index.keys)(resource, index.name) {
                found.extend(places.get(&key).into_iter().flatten());
            }
        }
        Some(found)
    }

    fn index(&self, name: &str) -> Option<&(&'static Index, Places)> {
        self.indexes.iter().find(|(index, _)| index.name.eq_ignore_ascii_case(name))
    }
}

fn take(places: &mut Places, key: &str, sequence: u64) {
    if let Some(at) = places.get_mut(key) {
        at.remove(&sequence);
        if at.is_empty() {
            places.remove(key);
        }
    }
}
