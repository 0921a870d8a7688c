//! The link: what the store remembers of one user at one server (D4). Digests and ids, never a value.

use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::digest::{self, Digests};
use crate::mapping::Desired;
use crate::table::Texts;
use crate::time::Millis;

/// Format version of the record. A record of another one is treated as absent.
pub const FORMAT: u32 = 1;

/// What one record may take without groups, in bytes (D4). Attribute digests that do not fit are left out: a change
/// then writes the whole mapping.
const ATTRIBUTES_BYTES: usize = 4 * 1024 - 512;

/// What one record may take with groups, in bytes (D4).
const RECORD_BYTES: usize = 8 * 1024;

/// What the main record's count of further ones may take, in bytes: `,"m":16` and brackets.
const COUNT_BYTES: usize = 32;

/// Further records of one link (D4).
pub const MORE_RECORDS: usize = 16;

/// What we remember of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Format version.
    v: u32,
    /// The provider's `id`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// How we left it.
    #[serde(rename = "s")]
    pub state: State,
    /// When the account was last confirmed.
    #[serde(rename = "ok")]
    pub confirmed: Millis,
    /// When its newest event happened.
    #[serde(rename = "at")]
    pub seen: Millis,
    /// Digest of everything last sent; empty where something could not be sent.
    pub all: String,
    /// Digest by attribute; absent where they did not fit.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none", default)]
    pub digests: Option<Texts>,
    /// Groups we put the user into, and groups that cannot be had.
    #[serde(rename = "g", skip_serializing_if = "Vec::is_empty", default)]
    pub groups: Vec<Group>,
    /// How many further records hold groups.
    #[serde(rename = "m", skip_serializing_if = "is_zero", default)]
    pub more: usize,
    /// Who wrote it, so that a writer knows its own record again.
    #[serde(rename = "w", skip_serializing_if = "String::is_empty", default)]
    pub writer: String,
}

/// How we left the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A create is under way.
    Pending,
    /// Active.
    Live,
    /// We turned it off; the id stands.
    Off,
    /// Inactive, and without an id.
    Tombstone,
}

/// One group of the link: `["name","id"]`, or `["name",null,when]` for one that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name at the provider.
    pub name: String,
    /// What stands there.
    pub state: GroupState,
}

/// What a link knows of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupState {
    /// We put the user into the group of this id.
    Member(String),
    /// The group could not be had then.
    Unavailable(Millis),
}

impl Group {
    /// The id of a group that the user was put into.
    pub fn id(&self) -> Option<&str> {
        match &self.state {
            GroupState::Member(id) => Some(id),
            GroupState::Unavailable(_) => None,
        }
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_seq(None)?;
        row.serialize_element(&self.name)?;
        match &self.state {
            GroupState::Member(id) => row.serialize_element(id)?,
            GroupState::Unavailable(at) => {
                row.serialize_element(&())?;
                row.serialize_element(at)?;
            }
        }
        row.end()
    }
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Row)
    }
}

/// Reads one group.
struct Row;

impl<'de> Visitor<'de> for Row {
    type Value = Group;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a group")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Group, A::Error> {
        let incomplete = || de::Error::custom("a group that is not whole");
        let name = row.next_element()?.ok_or_else(incomplete)?;
        let state = match row.next_element()?.ok_or_else(incomplete)? {
            Some(id) => GroupState::Member(id),
            None => GroupState::Unavailable(row.next_element()?.ok_or_else(incomplete)?),
        };
        Ok(Group { name, state })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The key of a user's link at a server: 57 bytes at most, the user id hashed.
pub fn key(server: &str, user: &str) -> String {
    format!("u/{server}/{}", digest::key(&[server, user]))
}

/// The key of one of a link's further records.
pub fn more_key(key: &str, number: usize) -> String {
    format!("{key}:g{number}")
}

/// The key of a group's record at a server.
pub fn group_key(server: &str, name: &str) -> String {
    format!("g/{server}/{}", digest::key(&[server, name]))
}

impl Link {
    /// A link to an account.
    pub fn new(state: State, id: Option<String>, now: Millis, seen: Millis) -> Self {
        Link {
            v: FORMAT,
            id,
            state,
            confirmed: now,
            seen,
            all: String::new(),
            digests: None,
            groups: Vec::new(),
            more: 0,
            writer: String::new(),
        }
    }

    /// Reads a record. `None` where it is not ours.
    pub fn read(text: &str) -> Option<Link> {
        let link: Link = serde_json::from_str(text).ok()?;
        let whole = match link.state {
            State::Live | State::Off => link.id.as_deref().is_some_and(|id| !id.is_empty()),
            State::Pending | State::Tombstone => true,
        };
        (link.v == FORMAT && whole && link.more <= MORE_RECORDS).then_some(link)
    }

    /// Reads one of the further records.
    pub fn read_more(text: &str) -> Option<Vec<Group>> {
        serde_json::from_str(text).ok()
    }

    /// The main record, the further ones, and how many groups fitted in none.
    pub fn write(&self) -> (String, Vec<String>, usize) {
        let mut main = self.clone();
        let size =
            |digests: &Texts| digests.iter().map(|(key, digest)| key.len() + digest.len() + 6).sum::<usize>();
        if main.digests.as_ref().is_some_and(|digests| size(digests) > ATTRIBUTES_BYTES) {
            main.digests = None;
        }
        main.groups.clear();
        let mut records = pack(&self.groups, RECORD_BYTES.saturating_sub(json(&main).len() + COUNT_BYTES));
        let lost = records.iter().skip(1 + MORE_RECORDS).map(Vec::len).sum();
        records.truncate(1 + MORE_RECORDS);
        let mut records = records.into_iter();
        main.groups = records.next().unwrap_or_default();
        let more: Vec<String> = records.map(|groups| json(&groups)).collect();
        main.more = more.len();
        (json(&main), more, lost)
    }

    /// Which of the desired attributes differ from what was last sent, and which sent ones are desired no longer.
    /// Without attribute digests every mapped attribute counts as changed.
    pub fn changes(&self, desired: &Desired<'_>, digests: &Digests) -> Changes {
        let Some(sent) = &self.digests else {
            let set = desired.iter().map(|(attribute, _)| attribute.key.clone()).collect();
            return Changes { set, removed: Vec::new() };
        };
        let now = attribute_digests(desired, digests);
        Changes {
            set: desired
                .iter()
                .map(|(attribute, _)| &attribute.key)
                .filter(|key| sent.get(key) != now.get(key))
                .cloned()
                .collect(),
            removed: sent.keys().filter(|key| !now.contains(key)).cloned().collect(),
        }
    }
}

/// Attribute paths to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// To set, in the mapping's order.
    pub set: Vec<String>,
    /// To remove.
    pub removed: Vec<String>,
}

impl Changes {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.removed.is_empty()
    }
}

/// One digest of everything desired, in the mapping's order.
pub fn whole_digest(desired: &Desired<'_>, digests: &Digests) -> String {
    let mut text = String::with_capacity(1024);
    for (attribute, value) in desired.iter() {
        text.push_str(&attribute.key);
        text.push('=');
        write_json(&mut text, value);
        text.push('\n');
    }
    digests.whole(&text)
}

/// One digest an attribute.
pub fn attribute_digests(desired: &Desired<'_>, digests: &Digests) -> Texts {
    let one = |(attribute, value): (&crate::config::Attribute, &Value)| {
        (attribute.key.clone(), digests.attribute(&format!("{}={}", attribute.key, json(value))))
    };
    desired.iter().map(one).collect()
}

fn write_json(text: &mut String, value: &Value) {
    // Most values are texts; the length keeps two of them apart without escaping.
    if let Value::String(value) = value {
        text.push_str(&value.len().to_string());
        text.push(':');
        text.push_str(value);
    } else {
        text.push_str(&json(value));
    }
}

/// Serialises what always serialises: maps with text keys.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Groups into records, each within its size; the first has the room that the rest of the link leaves.
fn pack(groups: &[Group], first: usize) -> Vec<Vec<Group>> {
    let mut records: Vec<Vec<Group>> = vec![Vec::new()];
    let mut room = first;
    for group in groups {
        let size = json(group).len() + 1;
        if size > room {
            records.push(Vec::new());
            room = RECORD_BYTES - COUNT_BYTES;
        }
        room = room.saturating_sub(size);
        if let Some(record) = records.last_mut() {
            record.push(group.clone());
        }
    }
    records
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn member(name: &str) -> Group {
        Group { name: name.into(), state: GroupState::Member("0".repeat(47)) }
    }

    #[test]
    fn a_link_reads_back_as_written() {
        let mut link = Link::new(State::Live, Some("42".into()), 5, 4);
        link.groups = vec![member("a"), Group { name: "b".into(), state: GroupState::Unavailable(7) }];
        let (main, more, lost) = link.write();
        assert_eq!((Link::read(&main), more.len(), lost), (Some(link), 0, 0));
    }

    #[test]
    fn what_is_not_ours_is_absent() {
        for text in [
            "",
            "{}",
            "null",
            r#"{"v":2,"s":"live","id":"1","ok":1,"at":1,"all":""}"#,
            r#"{"v":1,"s":"live","ok":1,"at":1,"all":""}"#,
        ] {
            assert_eq!(Link::read(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_keep_to_their_bounds() {
        let mut link = Link::new(State::Live, Some("0".repeat(47)), u64::from(u32::MAX) * 1000, 4);
        link.digests = Some(
            (0..200).map(|n| (format!("urn:ietf:params:scim:schemas:x:{n}"), "12345678".into())).collect(),
        );
        assert!(link.write().0.len() <= 4096);
        link.digests = Some(
            (0..60).map(|n| (format!("urn:ietf:params:scim:schemas:x:{n}"), "12345678".into())).collect(),
        );
        assert!(link.write().0.contains(":x:59"));
        link.digests = Some(
            (0..25).map(|n| (format!("urn:ietf:params:scim:schemas:x:{n}"), "12345678".into())).collect(),
        );
        link.groups = (0..50).map(|n| member(&format!("{n:048}"))).collect();
        let (main, more, lost) = link.write();
        assert!(main.len() <= 8192 && more.is_empty() && lost == 0, "{} {}", main.len(), more.len());
        link.groups = (0..1000).map(|n| member(&format!("{n:0200}"))).collect();
        let (main, more, lost) = link.write();
        assert!(
            main.len() <= 8192 && more.len() == MORE_RECORDS && more.iter().all(|text| text.len() <= 8192)
        );
        let kept: usize = more.iter().map(|text| Link::read_more(text).unwrap().len()).sum();
        assert_eq!(kept + Link::read(&main).unwrap().groups.len() + lost, 1000);
    }

    #[test]
    fn keys_are_short_and_say_nothing() {
        let key = key(&"s".repeat(32), "amara@corp.test");
        assert!(more_key(&key, MORE_RECORDS - 1).len() <= 64 && !key.contains("amara"));
        assert_ne!(super::key("a", "bc"), super::key("ab", "c"));
    }
}
