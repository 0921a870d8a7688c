//! The link: what the store remembers of one user at one server (D4). Digests and ids, never a value.

mod sent;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::digest::{self, Digests};
use crate::json::{Doc, Item, LEVELS};
use crate::mapping::Desired;
use crate::scim::message::is_id;
use crate::time::Millis;

pub use sent::Sent;

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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// Format version.
    pub(crate) v: u32,
    /// The provider's `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How we left it.
    #[serde(rename = "s")]
    pub state: State,
    /// When the account was last confirmed; 0: what it says of groups may not be so.
    #[serde(rename = "ok")]
    pub confirmed: Millis,
    /// When its newest event happened.
    #[serde(rename = "at")]
    pub seen: Millis,
    /// Digest of everything last sent; empty where something could not be sent.
    pub all: String,
    /// Groups we put the user into, and groups that cannot be had.
    #[serde(rename = "g", skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// How many further records hold groups.
    #[serde(rename = "m", skip_serializing_if = "is_zero")]
    pub more: usize,
    /// Who wrote it, so that a writer knows its own record again.
    #[serde(rename = "w", skip_serializing_if = "String::is_empty")]
    pub writer: String,
    /// Digest by attribute; absent where they did not fit. The last of the record: see [`sent`].
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub digests: Option<Sent>,
}

/// How we left the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A create is under way.
    Pending,
    /// Active.
    Live,
    /// Two wrote at once, and which write the provider took last is not known: to be looked at.
    Unsure,
    /// We turned it off; the id stands.
    Off,
    /// Inactive, and without an id.
    Tombstone,
}

/// One group of the link: `["name","id"]`, or `["name",null,when]` for one that could not be had; 0 where a request got
/// no answer.
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
    /// A request that puts the user in, or takes him out, got no answer. No id: that was the group's creation.
    Unclear(Option<String>),
    /// The group could not be had then.
    Unavailable(Millis),
}

impl Group {
    /// The id of a group that the user was put into.
    pub fn id(&self) -> Option<&str> {
        match &self.state {
            GroupState::Member(id) => Some(id),
            GroupState::Unclear(_) | GroupState::Unavailable(_) => None,
        }
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_seq(None)?;
        row.serialize_element(&self.name)?;
        match &self.state {
            GroupState::Member(id) => row.serialize_element(id)?,
            GroupState::Unclear(id) => {
                row.serialize_element(id)?;
                row.serialize_element(&0)?;
            }
            GroupState::Unavailable(at) => {
                row.serialize_element(&())?;
                row.serialize_element(at)?;
            }
        }
        row.end()
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
            groups: Vec::new(),
            more: 0,
            writer: String::new(),
            digests: None,
        }
    }

    /// Whether the user may not be in the groups it names.
    pub fn doubts_groups(&self) -> bool {
        self.confirmed == 0 || self.state == State::Unsure
    }

    /// Whoever comes next makes sure of the groups.
    pub fn doubt_groups(&mut self) {
        self.confirmed = 0;
    }

    /// Reads a record. `None` where it is not ours.
    pub fn read(text: &str) -> Option<Link> {
        let parted = sent::split(text).and_then(|(rest, digests)| {
            Some(Link { digests: Some(Sent::of(digests)), ..Link::whole(&rest)? })
        });
        // A host may have written it anew, in an order of its own.
        parted.or_else(|| Link::whole(text))
    }

    fn whole(text: &str) -> Option<Link> {
        let doc = Doc::read(text, LEVELS).ok()?;
        let record = doc.root();
        let text = |name| Some(record.get(name)?.text()?.to_owned());
        let whole = |name| record.get(name)?.whole();
        let link = Link {
            v: u32::try_from(whole("v")?).ok()?,
            id: optional(record, "id", |id| Some(id.text()?.to_owned()))?,
            state: state(record.get("s")?.text()?)?,
            confirmed: whole("ok")?,
            seen: whole("at")?,
            all: text("all")?,
            groups: optional(record, "g", groups)?.unwrap_or_default(),
            more: optional(record, "m", |more| usize::try_from(more.whole()?).ok())?.unwrap_or(0),
            writer: optional(record, "w", |writer| Some(writer.text()?.to_owned()))?.unwrap_or_default(),
            digests: optional(record, "d", sent::read)?,
        };
        let whole = match link.state {
            State::Live | State::Unsure | State::Off => link.id.as_deref().is_some_and(is_id),
            State::Pending | State::Tombstone => true,
        };
        (link.v == FORMAT && whole && link.more <= MORE_RECORDS).then_some(link)
    }

    /// Reads one of the further records.
    pub fn read_more(text: &str) -> Option<Vec<Group>> {
        groups(Doc::read(text, LEVELS).ok()?.root())
    }

    /// The main record, the further ones, and how many groups fitted in none.
    pub fn write(&self) -> (String, Vec<String>, usize) {
        let mut main = self.clone();
        let size =
            |digests: &Sent| digests.iter().map(|(key, digest)| key.len() + digest.len() + 6).sum::<usize>();
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
            removed: sent
                .iter()
                .filter(|(key, _)| now.get(key).is_none())
                .map(|(key, _)| key.to_owned())
                .collect(),
        }
    }
}

/// A member that may be missing; `None` where it is there and cannot be read.
fn optional<'a, T>(record: Item<'a>, name: &str, read: impl Fn(Item<'a>) -> Option<T>) -> Option<Option<T>> {
    match record.get(name) {
        Some(member) if !member.is_null() => read(member).map(Some),
        Some(_) | None => Some(None),
    }
}

fn state(word: &str) -> Option<State> {
    match word {
        "pending" => Some(State::Pending),
        "live" => Some(State::Live),
        "unsure" => Some(State::Unsure),
        "off" => Some(State::Off),
        "tombstone" => Some(State::Tombstone),
        _ => None,
    }
}

fn groups(list: Item<'_>) -> Option<Vec<Group>> {
    list.items().map(group).collect()
}

fn group(row: Item<'_>) -> Option<Group> {
    let mut parts = row.items();
    let name = parts.next()?.text()?.to_owned();
    let id = parts.next()?;
    let id = if id.is_null() { None } else { Some(id.text()?.to_owned()) };
    let state = match (id, parts.next()) {
        (Some(id), None) => GroupState::Member(id),
        (None, None) => return None,
        (id, Some(when)) => match (id, when.whole()?) {
            (id, 0) => GroupState::Unclear(id),
            (None, when) => GroupState::Unavailable(when),
            (Some(_), _) => return None,
        },
    };
    parts.next().is_none().then_some(Group { name, state })
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
        text.push_str(&attribute.tag);
        write_json(&mut text, value);
        text.push('\n');
    }
    digests.whole(&text)
}

/// One digest an attribute.
pub fn attribute_digests(desired: &Desired<'_>, digests: &Digests) -> Sent {
    let digest = |value: &str, key: &str| digests.attribute(&format!("{key}={value}"));
    let each: Vec<(&str, String)> = desired
        .iter()
        .map(|(attribute, value)| (attribute.key.as_str(), digest(&json(value), &attribute.key)))
        .collect();
    each.iter().map(|(key, digest)| (*key, digest.as_str())).collect()
}

fn write_json(text: &mut String, value: &Value) {
    // Most values are texts; the length keeps two of them apart without escaping.
    if let Value::String(value) = value {
        push_number(text, value.len());
        text.push(':');
        text.push_str(value);
    } else {
        text.push_str(&json(value));
    }
}

/// In decimal digits.
fn push_number(text: &mut String, number: usize) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
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
    use crate::json;

    fn member(name: &str) -> Group {
        Group { name: name.into(), state: GroupState::Member("0".repeat(47)) }
    }

    fn many(count: usize) -> Sent {
        let keys: Vec<String> = (0..count).map(|n| format!("urn:ietf:params:scim:schemas:x:{n}")).collect();
        keys.iter().map(|key| (key.as_str(), "12345678")).collect()
    }

    #[test]
    fn a_link_reads_back_as_written() {
        let mut link = Link::new(State::Live, Some("42".into()), 5, 4);
        let states =
            [GroupState::Unavailable(7), GroupState::Unclear(None), GroupState::Unclear(Some("8".into()))];
        link.groups = states.map(|state| Group { name: "b".into(), state }).into();
        link.groups.push(member("a"));
        link.digests = Some(many(3));
        link.writer = "me".into();
        let (main, more, lost) = link.write();
        assert_eq!((Link::read(&main), more.len(), lost), (Some(link), 0, 0));
    }

    #[test]
    fn a_record_that_the_host_wrote_anew_says_the_same() {
        let mut link = Link::new(State::Live, Some("42".into()), 5, 4);
        link.groups = vec![member("a{\"d\":{")];
        let digests = [(r#"emails[type eq "{\",\"d\":{"].value"#, "12345678"), ("title", "abcdefgh")];
        link.digests = Some(digests.into_iter().collect());
        let record = link.write().0;
        let anew = Value::to_string(&json::value(&record).unwrap());
        assert!(anew != record && anew.find("\"d\"") < anew.find("\"v\""));
        for text in [record, anew] {
            assert_eq!(Link::read(&text).as_ref(), Some(&link), "{text}");
        }
    }

    #[test]
    fn digests_that_cannot_be_read_are_none() {
        let link = Link::read(r#"{"v":1,"s":"live","id":"1","ok":1,"at":1,"all":"","d":{"title"}}"#).unwrap();
        assert_eq!(link.digests, Some(Sent::default()));
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
        link.digests = Some(many(200));
        assert!(link.write().0.len() <= 4096);
        link.digests = Some(many(60));
        assert!(link.write().0.contains(":x:59"));
        link.digests = Some(many(25));
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
