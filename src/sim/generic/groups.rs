//! Members of groups (RFC 7643 4.2): checked against who there is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Generic;
use crate::sim::fault::Fault;
use crate::sim::json::Object;
use crate::sim::store::Record;

impl Generic {
    /// Members as they are kept: `ids` after a change from `before`.
    pub(super) fn settle_members(&self, ids: Vec<String>, before: &[String]) -> Result<Vec<String>, Fault> {
        let before: BTreeSet<&str> = before.iter().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        let mut repeated = Vec::new();
        for id in &ids {
            if !before.contains(id.as_str()) && self.store.kind_of(id).is_none() {
                match self.settings.value("unknownMember") {
                    "404" => return Err(Fault::new(404, format!("no user `{id}`"))),
                    "400" => return Err(Fault::bad("invalidValue", format!("no user `{id}`"))),
                    _ => {}
                }
            }
            let again = !seen.insert(id.as_str());
            if again && self.settings.is("duplicateMember", "409") {
                return Err(Fault::new(409, format!("`{id}` is a member")));
            }
            repeated.push(again && self.settings.is("duplicateMember", "once"));
        }
        Ok(ids.into_iter().zip(repeated).filter(|(_, repeated)| !repeated).map(|(id, _)| id).collect())
    }

    /// The ids of a group's members; nobody else has any.
    pub(super) fn member_ids(&self, record: &Record) -> Vec<String> {
        self.store.members(record).map(str::to_owned).collect()
    }
}

/// Takes the ids of its members out of a group.
pub fn take_ids(group: &mut Object) -> Result<Vec<String>, Fault> {
    let members = group.remove("members").unwrap_or_default();
    ids(members.as_array().map_or(&[], Vec::as_slice))
}

/// A list without members is no list (RFC 7643 2.5).
pub fn list(members: &[String]) -> Option<&[String]> {
    Some(members).filter(|members| !members.is_empty())
}

/// The ids in a list of members.
pub fn ids(members: &[Value]) -> Result<Vec<String>, Fault> {
    let ids = members.iter().map(|member| member.get("value").and_then(Value::as_str).map(str::to_owned));
    ids.collect::<Option<_>>().ok_or_else(|| Fault::bad("invalidValue", "a member needs a `value`"))
}
