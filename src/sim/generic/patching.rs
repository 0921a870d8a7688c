//! PATCH (RFC 7644 3.5.2), and the dialects of it that servers insist on.

use serde_json::Value;

use super::groups::{ids, take_ids};
use super::{Answer, Generic, write};
use crate::sim::fault::Fault;
use crate::sim::http::Request;
use crate::sim::json::{Object, unassigned};
use crate::sim::patch::{self, Operation, Rules, Verb};
use crate::sim::path::PatchPath;
use crate::sim::store::{Kind, members};

impl Generic {
    pub(super) fn patch(&mut self, kind: Kind, id: &str, request: &Request, now: u64) -> Answer {
        if !self.settings.is("patch", "supported") {
            return Err(Fault::new(self.settings.status("patch"), "PATCH is not supported"));
        }
        self.check_media(request)?;
        self.check_version(kind, id, request)?;
        let operations = patch::read(&write::body(request)?, self.settings.is("requireSchemas", "true"))?;
        if operations.len() > 1 && self.settings.is("multiOp", "refuse") {
            return Err(Fault::bad("invalidSyntax", "one operation at a time"));
        }
        // On a copy: a failing operation leaves nothing behind.
        let record = self.find(kind, id)?;
        let mut resource = record.attributes.clone();
        let mut members = self.member_ids(record);
        let rules = Rules {
            ignore_unknown: self.settings.is("unknownPath", "ignore"),
            ignore_read_only: self.settings.is("readOnlyInPatch", "ignore"),
            ..self.leniency()
        };
        for operation in &operations {
            self.check_dialect(operation)?;
            match (kind, Touched::by(operation)) {
                (Kind::User, _) | (Kind::Group, Touched::Others) => {
                    patch::apply(kind, &mut resource, operation, &rules)?;
                }
                (Kind::Group, Touched::Members) => {
                    let after = self.patch_members(&members, operation, &rules)?;
                    members = self.settle_members(after, &members)?;
                }
                (Kind::Group, Touched::Both) => {
                    put_ids(&mut resource, &members);
                    patch::apply(kind, &mut resource, operation, &rules)?;
                    members = self.settle_members(take_ids(&mut resource)?, &members)?;
                }
            }
        }
        self.fill(kind, &mut resource);
        self.check(kind, &resource)?;
        self.check_unique(kind, &resource, id)?;
        let reply = self.settings.status("patchReply");
        self.save(kind, id, (resource, &members), now, reply)
    }

    fn check_dialect(&self, operation: &Operation) -> Result<(), Fault> {
        let lower = operation.op == operation.op.to_ascii_lowercase();
        let capital = operation.op.starts_with(char::is_uppercase);
        match self.settings.value("opCase") {
            "lower" if !lower => return Err(Fault::bad("invalidSyntax", "`op` must be in lower case")),
            "capital" if !capital => return Err(Fault::bad("invalidSyntax", "`op` must be capitalised")),
            _ => {}
        }
        let path = operation.path.as_deref();
        match (self.settings.value("paths"), path) {
            ("required", None) => return Err(Fault::bad("invalidPath", "`path` is required")),
            // A removal cannot do without.
            ("refused", Some(_)) if operation.verb != Verb::Remove => {
                return Err(Fault::bad("invalidPath", "`path` is not supported"));
            }
            _ => {}
        }
        let members = path.is_some_and(|path| path.to_ascii_lowercase().starts_with("members["));
        if path.is_some_and(|path| path.contains('[')) && !members && self.settings.is("valuePaths", "refuse")
        {
            return Err(Fault::bad("invalidPath", "value filters are not supported"));
        }
        Ok(())
    }

    /// Removal comes as a value path or as a list, and some take but one of them.
    fn patch_members(
        &self,
        before: &[String],
        operation: &Operation,
        rules: &Rules,
    ) -> Result<Vec<String>, Fault> {
        let form = self.settings.value("memberRemoval");
        let path = operation.path.as_deref().unwrap_or("");
        let filtered = PatchPath::parse(path).is_some_and(|path| path.filter.is_some());
        let list = operation.value.as_ref().filter(|value| !unassigned(value));
        match operation.verb {
            Verb::Replace if self.settings.is("memberReplace", "refuse") => {
                Err(Fault::bad("invalidValue", "members cannot be replaced"))
            }
            Verb::Remove if filtered && form == "valueList" => {
                Err(Fault::bad("invalidPath", "value filters are not supported"))
            }
            Verb::Remove if !filtered && list.is_some() && form == "filterPath" => {
                Err(Fault::bad("invalidSyntax", "`remove` takes no value"))
            }
            Verb::Remove if !filtered && list.is_some() => {
                remove_listed(before.to_vec(), list.unwrap_or(&Value::Null), rules)
            }
            Verb::Add | Verb::Remove | Verb::Replace => {
                self.change_members(before, operation, rules, filtered)
            }
        }
    }

    /// As the RFC has it, but twice over where a server stores members twice.
    fn change_members(
        &self,
        before: &[String],
        operation: &Operation,
        rules: &Rules,
        filtered: bool,
    ) -> Result<Vec<String>, Fault> {
        // What is added to a list does not depend on what is in it.
        let added = operation.verb == Verb::Add && !filtered;
        let mut group = Object::new();
        if !added {
            put_ids(&mut group, before);
        }
        patch::apply(Kind::Group, &mut group, operation, rules)?;
        if operation.verb == Verb::Add && !self.settings.is("duplicateMember", "once") {
            return Ok([before, &ids(listed(operation.value.as_ref().unwrap_or(&Value::Null)))?].concat());
        }
        let after = take_ids(&mut group)?;
        Ok(if added { [before, &after].concat() } else { after })
    }
}

/// What an operation on a group is about.
enum Touched {
    Members,
    Others,
    /// Members among others, or a part of them.
    Both,
}

impl Touched {
    fn by(operation: &Operation) -> Touched {
        let path = operation.path.as_deref().and_then(PatchPath::parse);
        let path = path.filter(|path| path.attribute.sub.is_none());
        if path.is_some_and(|path| path.attribute.name.eq_ignore_ascii_case("members")) {
            return Touched::Members;
        }
        let named = |name: &str| name.to_ascii_lowercase().contains("members");
        let mut inside = operation.value.iter().filter_map(Value::as_object).flat_map(|value| value.keys());
        if operation.path.as_deref().is_some_and(named) || inside.any(|name| named(name)) {
            Touched::Both
        } else {
            Touched::Others
        }
    }
}

fn put_ids(group: &mut Object, ids: &[String]) {
    if !ids.is_empty() {
        group.insert("members".to_owned(), members(ids.iter()));
    }
}

/// The items of a list, or what stands for a list of one.
fn listed(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// Entra's and AWS's form: `remove`, path `members`, value a list.
fn remove_listed(mut members: Vec<String>, list: &Value, rules: &Rules) -> Result<Vec<String>, Fault> {
    for id in listed(list).iter().map(|member| member.get("value").and_then(Value::as_str)) {
        let before = members.len();
        members.retain(|member| Some(member.as_str()) != id);
        if before == members.len() && !rules.remove_nothing {
            return Err(Fault::bad("noTarget", "no such member"));
        }
    }
    Ok(members)
}
