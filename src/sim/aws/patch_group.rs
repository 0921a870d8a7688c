//! PatchGroup (patchgroup.html): displayName, externalId and members, nothing else.

use serde_json::Value;

use super::group::{MOST_MEMBERS, member_ids};
use super::{Answer, Aws, reply, rules};
use crate::sim::fault::Fault;
use crate::sim::filter::{Filter, Op};
use crate::sim::json::{Object, take};
use crate::sim::patch::{self, Operation, Verb};
use crate::sim::path::PatchPath;
use crate::sim::store::{Kind, Record, Step};

/// A group being changed.
struct Draft {
    attributes: Object,
    members: Vec<Step>,
}

/// One operation, understood.
enum Change {
    Join(Vec<String>),
    Leave(Vec<String>),
    Set(&'static str, Option<Value>),
    /// 2024: replace without value changed nothing.
    Nothing,
}

impl Aws {
    pub(super) fn patch_group(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let Some(group) = self.store.find(Kind::Group, id) else { return Err(reply::not_found("Group")) };
        let attributes = group.attributes.clone();
        let operations = patch::read(body, true).map_err(|_| reply::generic())?;
        if self.empties(&operations) {
            self.save(id, Draft { attributes, members: vec![Step::Empty] }, now);
            return Err(reply::generic());
        }
        let partial = self.settings.is("patchAtomic", "false");
        let changes: Vec<_> = operations.iter().map(|operation| self.understand(operation)).collect();
        self.check_size(&changes)?;
        let mut draft = Draft { attributes, members: Vec::new() };
        for change in changes {
            if let Err(fault) = change.and_then(|change| self.change(group, &mut draft, change)) {
                if partial {
                    self.save(id, draft, now);
                }
                return Err(fault);
            }
        }
        self.save(id, draft, now);
        Ok((204, Value::Null))
    }

    fn save(&mut self, id: &str, draft: Draft, now: u64) {
        self.store.take_steps(id, draft.members);
        self.store.set(Kind::Group, id, draft.attributes, now);
    }

    /// 2024: `replace members [{"value": ""}]` emptied the group and answered 400.
    fn empties(&self, operations: &[Operation]) -> bool {
        self.settings.is("legacy2024Members", "true")
            && operations.iter().any(|operation| {
                let blank = operation.value.as_ref().and_then(|value| value.pointer("/0/value"));
                operation.verb == Verb::Replace && is(operation, "members") && blank.is_some_and(|b| b == "")
            })
    }

    fn check_size(&self, changes: &[Result<Change, Fault>]) -> Result<(), Fault> {
        let sizes = changes.iter().flatten().map(|change| match change {
            Change::Join(ids) | Change::Leave(ids) => ids.len(),
            Change::Set(..) | Change::Nothing => 0,
        });
        let sizes: Vec<usize> = sizes.collect();
        let most = if self.settings.is("memberCap", "operation") {
            sizes.iter().max().copied().unwrap_or(0)
        } else {
            sizes.iter().sum()
        };
        let set = changes.iter().flatten().any(|change| matches!(change, Change::Set(..)));
        let mixed = set && sizes.iter().any(|size| *size > 0) && self.settings.is("mixedOperations", "400");
        if most > MOST_MEMBERS || mixed { Err(reply::generic()) } else { Ok(()) }
    }

    fn understand(&self, operation: &Operation) -> Result<Change, Fault> {
        let Some(path) = &operation.path else { return self.pathless(operation) };
        if path.eq_ignore_ascii_case("members") {
            return self.members(operation);
        }
        if path.contains('[') {
            return self.value_path(path, operation);
        }
        match ["displayName", "externalId"].iter().find(|name| name.eq_ignore_ascii_case(path)) {
            Some(name) => set(name, operation),
            None => Err(reply::generic()),
        }
    }

    fn pathless(&self, operation: &Operation) -> Result<Change, Fault> {
        if operation.verb == Verb::Remove {
            return Err(Fault::new(400, reply::MISSING_PATH));
        }
        let value = operation.value.as_ref().and_then(Value::as_object).ok_or_else(reply::generic)?;
        let mut value = value.clone();
        // AWS's own example carried the id along.
        take(&mut value, "id");
        let mut members = value.into_iter();
        match (members.next(), members.next()) {
            (Some((name, value)), None) => {
                self.understand(&Operation { path: Some(name), value: Some(value), ..operation.clone() })
            }
            _ => Err(Fault::new(400, reply::PATHLESS)),
        }
    }

    fn members(&self, operation: &Operation) -> Result<Change, Fault> {
        let value = operation.value.as_ref().filter(|value| !value.is_null());
        let empty = value.is_none_or(|value| value.as_array().is_some_and(Vec::is_empty));
        match operation.verb {
            Verb::Replace if empty && self.settings.is("legacy2024Members", "true") => Ok(Change::Nothing),
            Verb::Replace => Err(Fault::new(400, reply::REPLACE_MEMBERS)),
            // Removing all is replacing with none.
            Verb::Remove if empty => Err(Fault::new(400, reply::REPLACE_MEMBERS)),
            Verb::Remove => Ok(Change::Leave(member_ids(value.unwrap_or(&Value::Null))?)),
            Verb::Add => Ok(Change::Join(member_ids(value.unwrap_or(&Value::Null))?)),
        }
    }

    /// `members[value eq ".."]`, not shown by AWS.
    fn value_path(&self, path: &str, operation: &Operation) -> Result<Change, Fault> {
        let filter = PatchPath::parse(path)
            .filter(|path| {
                path.attribute.name.eq_ignore_ascii_case("members") && path.attribute.sub.is_none()
            })
            .and_then(|path| path.filter);
        match filter {
            Some(Filter::Compare(path, Op::Eq, Value::String(id)))
                if path.name.eq_ignore_ascii_case("value")
                    && operation.verb == Verb::Remove
                    && self.settings.is("memberValuePath", "accept") =>
            {
                Ok(Change::Leave(vec![id]))
            }
            Some(_) | None => Err(reply::generic()),
        }
    }

    /// Makes one change, or none of it.
    fn change(&self, group: &Record, draft: &mut Draft, change: Change) -> Result<(), Fault> {
        let mut attributes = draft.attributes.clone();
        let mut members = Vec::new();
        match change {
            Change::Nothing => {}
            // Adding who is in is no error: ssosync re-adds everybody.
            Change::Join(ids) => members.extend(self.known_members(ids)?.into_iter().map(Step::Join)),
            Change::Leave(ids) => {
                for id in ids {
                    // Whom the list names twice is gone the second time.
                    let gone = members.iter().any(|step| matches!(step, Step::Leave(gone) if *gone == id));
                    let there = !gone && self.store.would_have(group, &draft.members, &id);
                    match (there, self.settings.value("removeNonMember")) {
                        (false, "400") => return Err(reply::generic()),
                        (false, "404") => return Err(reply::not_found("User")),
                        _ => members.push(Step::Leave(id)),
                    }
                }
            }
            Change::Set(name, None) => {
                attributes.remove(name);
            }
            Change::Set(name, Some(value)) => {
                attributes.insert(name.to_owned(), value);
            }
        }
        rules::check_group(&attributes, &self.settings)?;
        self.check_unique_group(&attributes, &group.id, self.settings.status("renameClash"))?;
        draft.attributes = attributes;
        draft.members.extend(members);
        Ok(())
    }
}

fn set(name: &'static str, operation: &Operation) -> Result<Change, Fault> {
    match (operation.verb, &operation.value) {
        (Verb::Remove, _) => Ok(Change::Set(name, None)),
        (Verb::Add | Verb::Replace, Some(value)) if value.is_string() => {
            Ok(Change::Set(name, Some(value.clone())))
        }
        (Verb::Add | Verb::Replace, _) => Err(reply::generic()),
    }
}

fn is(operation: &Operation, name: &str) -> bool {
    operation.path.as_deref().is_some_and(|path| path.eq_ignore_ascii_case(name))
}
