//! What a link remembers of each attribute: a digest. They stand last in the record, and a login that changes nothing
//! reads the record up to there.

use std::cell::OnceCell;

use serde::{Serialize, Serializer};

use crate::json::{Doc, Item, LEVELS};

/// Digests by attribute. Of a record that was read only its text, until one is asked for: a login that changes nothing
/// asks for none.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// JSON, as read. What cannot be read is none: everything then counts as changed.
    record: String,
    /// A line for each attribute and its digest.
    lines: OnceCell<String>,
}

impl Sent {
    /// Of a record, as text.
    pub(super) fn of(record: &str) -> Sent {
        Sent { record: record.to_owned(), lines: OnceCell::new() }
    }

    /// Attributes and their digests, in the order in which they were put.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut lines = self.lines().split('\n');
        std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
    }

    /// The digest of an attribute.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(name, _)| *name == key).map(|(_, digest)| digest)
    }

    /// Puts the digest of an attribute; `None` takes it away.
    pub fn put(&mut self, key: &str, digest: Option<&str>) {
        let others = self.iter().filter(|(name, _)| *name != key);
        *self = others.chain(digest.map(|digest| (key, digest))).collect();
    }

    fn lines(&self) -> &str {
        self.lines.get_or_init(|| {
            let doc = Doc::read(&self.record, LEVELS).unwrap_or_default();
            let digests = doc.root().members().map(|(key, digest)| (key, digest.text().unwrap_or_default()));
            lines(digests)
        })
    }
}

fn lines<'a>(digests: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines = String::new();
    for (key, digest) in digests {
        for part in [key, "\n", digest, "\n"] {
            lines.push_str(part);
        }
    }
    lines
}

impl<'a> FromIterator<(&'a str, &'a str)> for Sent {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(digests: T) -> Self {
        Sent { record: String::new(), lines: lines(digests.into_iter()).into() }
    }
}

impl PartialEq for Sent {
    fn eq(&self, other: &Self) -> bool {
        self.lines() == other.lines()
    }
}

impl Serialize for Sent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Between the rest of a record and its digests.
const DIGESTS: &str = ",\"d\":";

/// A record without its digests, and these as text. They are the last of it, and no string of JSON holds a quote that
/// is not escaped, so that what is looked for is no part of one.
pub(super) fn split(record: &str) -> Option<(String, &str)> {
    let mut before = record;
    loop {
        let at = before.rfind('{')?;
        before = before.get(..at)?;
        if let Some(rest) = before.strip_suffix(DIGESTS) {
            let mut rest = rest.to_owned();
            rest.push('}');
            return Some((rest, record.get(at..)?.strip_suffix('}')?));
        }
    }
}

/// What a record that was written anew has them in.
pub(super) fn read(digests: Item<'_>) -> Option<Sent> {
    digests.members().map(|(key, digest)| Some((key, digest.text()?))).collect()
}
