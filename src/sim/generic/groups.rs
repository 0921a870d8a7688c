//! Members of groups (RFC 7643 4.2): kept as `[{"value": id}]`, checked against who there is.

use serde_json::{Value, json};

use super::Generic;
use crate::sim::fault::Fault;
use crate::sim::json::{Object, items};
use crate::sim::store::Kind;

impl Generic {
    /// Members as they are kept after a change from `before`.
    pub(super) fn settle_members(&self, group: &mut Object, before: &[String]) -> Result<(), Fault> {
        let Some(members) = group.remove("members") else { return Ok(()) };
        let ids = ids(members.as_array().map_or(&[], Vec::as_slice));
        let ids = ids.ok_or_else(|| Fault::bad("invalidValue", "a member needs a `value`"))?;
        let mut kept: Vec<String> = Vec::new();
        for id in ids {
            if !before.contains(&id) && self.store.kind_of(&id).is_none() {
                match self.settings.value("unknownMember") {
                    "404" => return Err(Fault::new(404, format!("no user `{id}`"))),
                    "400" => return Err(Fault::bad("invalidValue", format!("no user `{id}`"))),
                    _ => {}
                }
            }
            match self.settings.value("duplicateMember") {
                "409" if kept.contains(&id) => return Err(Fault::new(409, format!("`{id}` is a member"))),
                "once" if kept.contains(&id) => {}
                _ => kept.push(id),
            }
        }
        if !kept.is_empty() {
            let members = kept.iter().map(|id| json!({"value": id})).collect();
            group.insert("members".to_owned(), Value::Array(members));
        }
        Ok(())
    }

    /// The ids of a group's members.
    pub(super) fn member_ids(&self, group: &str) -> Vec<String> {
        let group = self.store.find(Kind::Group, group);
        group.and_then(|group| ids(items(&group.attributes, "members"))).unwrap_or_default()
    }
}

fn ids(members: &[Value]) -> Option<Vec<String>> {
    members.iter().map(|member| member.get("value").and_then(Value::as_str).map(str::to_owned)).collect()
}
