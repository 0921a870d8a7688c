//! PATCH (RFC 7644 3.5.2), and the dialects of it that servers insist on.

use serde_json::Value;

use super::{Answer, Generic, write};
use crate::sim::fault::Fault;
use crate::sim::http::Request;
use crate::sim::json::{Object, items, text, unassigned};
use crate::sim::patch::{self, Operation, Rules, Verb};
use crate::sim::path::PatchPath;
use crate::sim::store::Kind;

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
        let mut resource = self.find(kind, id)?.attributes.clone();
        let mut members = self.member_ids(id);
        let rules = Rules {
            ignore_unknown: self.settings.is("unknownPath", "ignore"),
            ignore_read_only: self.settings.is("readOnlyInPatch", "ignore"),
            ..self.leniency()
        };
        for operation in &operations {
            self.check_dialect(operation)?;
            if is_members(kind, operation) {
                self.patch_members(&mut resource, operation, &rules)?;
            } else {
                patch::apply(kind, &mut resource, operation, &rules)?;
            }
            if kind == Kind::Group {
                self.settle_members(&mut resource, &members)?;
                members.clear();
                let now_in = items(&resource, "members")
                    .iter()
                    .filter_map(|m| m.as_object().and_then(|m| text(m, "value")));
                members.extend(now_in.map(str::to_owned));
            }
        }
        self.fill(kind, &mut resource);
        self.check(kind, &resource)?;
        self.check_unique(kind, &resource, id)?;
        let reply = self.settings.status("patchReply");
        self.save(kind, id, resource, now, reply)
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
    fn patch_members(&self, group: &mut Object, operation: &Operation, rules: &Rules) -> Result<(), Fault> {
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
                remove_listed(group, list.unwrap_or(&Value::Null), rules)
            }
            Verb::Add | Verb::Remove | Verb::Replace => self.add_members(group, operation, rules),
        }
    }

    /// As the RFC has it, but twice over where a server stores members twice.
    fn add_members(&self, group: &mut Object, operation: &Operation, rules: &Rules) -> Result<(), Fault> {
        let before = items(group, "members").to_vec();
        patch::apply(Kind::Group, group, operation, rules)?;
        if operation.verb != Verb::Add || self.settings.is("duplicateMember", "once") {
            return Ok(());
        }
        let one = operation.value.clone().unwrap_or(Value::Null);
        let mut all = before;
        all.extend(one.as_array().cloned().unwrap_or_else(|| vec![one]));
        group.insert("members".to_owned(), Value::Array(all));
        Ok(())
    }
}

fn is_members(kind: Kind, operation: &Operation) -> bool {
    let path = operation.path.as_deref().and_then(PatchPath::parse);
    let path = path.filter(|path| path.attribute.sub.is_none());
    kind == Kind::Group && path.is_some_and(|path| path.attribute.name.eq_ignore_ascii_case("members"))
}

/// Entra's and AWS's form: `remove`, path `members`, value a list.
fn remove_listed(group: &mut Object, list: &Value, rules: &Rules) -> Result<(), Fault> {
    let one = [list.clone()];
    let ids =
        list.as_array().map_or(&one[..], Vec::as_slice).iter().map(|member| member.get("value").cloned());
    let Some(members) = group.get_mut("members").and_then(Value::as_array_mut) else {
        return if rules.remove_nothing { Ok(()) } else { Err(Fault::bad("noTarget", "no such member")) };
    };
    for id in ids {
        let before = members.len();
        members.retain(|member| member.get("value").cloned() != id);
        if before == members.len() && !rules.remove_nothing {
            return Err(Fault::bad("noTarget", "no such member"));
        }
    }
    if members.is_empty() {
        group.remove("members");
    }
    Ok(())
}
