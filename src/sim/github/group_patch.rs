//! PATCH of groups: the dialect of members (sheet 4.6, 9). The whole request happens, or none of it.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Answer, GitHub};
use crate::sim::filter::{Filter, Op};
use crate::sim::json::{Object, text};
use crate::sim::patch::{self, Operation, Verb};
use crate::sim::path::PatchPath;
use crate::sim::store::Kind;

/// A group while it is changed.
struct Draft {
    attributes: Object,
    members: Vec<String>,
}

impl GitHub {
    pub(super) fn patch_group(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let operations = self.operations(body)?;
        let record = self.find(Kind::Group, id)?;
        let stale = self.show_members(record);
        let members = self.store.members(record).map(str::to_owned).collect();
        let mut draft = Draft { attributes: record.attributes.clone(), members };
        for operation in &operations {
            self.apply_to_group(&mut draft, operation)?;
        }
        self.keep_known(Kind::Group, &mut draft.attributes)?;
        self.check_group(&draft.attributes)?;
        self.check_unique_group(&draft.attributes, id)?;
        let mut body = self.save_group(id, draft.attributes, &draft.members, now)?;
        if self.settings.is("groupPatchStatus", "204") {
            return Ok((204, Value::Null));
        }
        // A client must look again (sheet 9): here every second change says nothing of members.
        let version = self.find(Kind::Group, id)?.version;
        if let Some(body) = body.as_object_mut() {
            match self.settings.value("groupPatchBodyMembers") {
                "stale" => {
                    body.insert("members".to_owned(), Value::Array(stale));
                }
                "sometimes" if version % 2 == 1 => {}
                "always" => {}
                _ => {
                    body.remove("members");
                }
            }
        }
        Ok((200, body))
    }

    fn apply_to_group(&self, draft: &mut Draft, operation: &Operation) -> Result<(), Refusal> {
        let Some(path) = operation.path.as_deref() else {
            // Without a path: attributes, and members among them.
            let Some(value) = operation.value.as_ref().and_then(Value::as_object) else {
                return Err(self.wrong("without `path` the value is an object"));
            };
            for (name, value) in value {
                let one =
                    Operation { path: Some(name.clone()), value: Some(value.clone()), ..operation.clone() };
                self.apply_to_group(draft, &one)?;
            }
            return Ok(());
        };
        let parsed = PatchPath::parse(path);
        let of_members = parsed.as_ref().is_some_and(|path| {
            path.attribute.name.eq_ignore_ascii_case("members") && path.attribute.sub.is_none()
        });
        match parsed.and_then(|path| path.filter).filter(|_| of_members) {
            Some(filter) => self.by_filter(draft, operation, &filter),
            None if of_members => self.by_list(draft, operation),
            None => {
                self.fitted(patch::apply(Kind::Group, &mut draft.attributes, operation, &self.leniency()))
            }
        }
    }

    /// Entra's dialect: a removal names whom in its value.
    fn by_list(&self, draft: &mut Draft, operation: &Operation) -> Result<(), Refusal> {
        let value = operation.value.as_ref();
        let ids = self.read_members(value)?;
        match operation.verb {
            Verb::Add => {
                for id in self.known(ids)? {
                    if !draft.members.contains(&id) {
                        draft.members.push(id);
                    }
                }
            }
            Verb::Replace => draft.members = self.known(ids)?,
            // Without a value, or as the RFC has it, all of them.
            Verb::Remove if value.is_none() || self.settings.is("removeMembersWithValue", "all") => {
                draft.members.clear();
            }
            Verb::Remove => draft.members.retain(|member| !ids.contains(member)),
        }
        Ok(())
    }

    /// `members[value eq "id"]`: nobody knows (sheet 11).
    fn by_filter(&self, draft: &mut Draft, operation: &Operation, filter: &Filter) -> Result<(), Refusal> {
        let id = match filter {
            Filter::Compare(path, Op::Eq, Value::String(id)) if path.name.eq_ignore_ascii_case("value") => {
                Some(id)
            }
            Filter::Compare(..)
            | Filter::And(..)
            | Filter::Or(..)
            | Filter::Not(_)
            | Filter::Present(_)
            | Filter::Values(..) => None,
        };
        match (self.settings.value("membersFilterPathRemove"), operation.verb, id) {
            ("ignore", ..) => Ok(()),
            ("accept", Verb::Remove, Some(id)) => {
                draft.members.retain(|member| member != id);
                Ok(())
            }
            _ => {
                let name = text(&draft.attributes, "displayName").unwrap_or("");
                let text = format!("a filter on the members of `{name}` is not supported");
                Err(Refusal { scim_type: "invalidPath", ..Refusal::scim(400, text) })
            }
        }
    }
}
