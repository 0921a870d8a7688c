//! PatchUser (patchuser.html).

use serde_json::Value;

use super::{Answer, Aws, reply, rules};
use crate::sim::fault::Fault;
use crate::sim::filter::{Filter, Op};
use crate::sim::json::{Object, take};
use crate::sim::patch::{self, Operation, Verb};
use crate::sim::path::PatchPath;
use crate::sim::schema::{self, ENTERPRISE, USER};
use crate::sim::store::Kind;

/// What PatchUser may change. Not `roles`.
const MODIFIABLE: [&str; 16] = [
    "userName",
    "active",
    "externalId",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "name",
    ENTERPRISE,
    "emails",
    "addresses",
    "phoneNumbers",
];

impl Aws {
    pub(super) fn patch_user(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let Some(record) = self.store.find(Kind::User, id) else { return Err(reply::not_found("User")) };
        let mut user = record.attributes.clone();
        let operations = patch::read(body, true).map_err(|_| reply::generic())?;
        for once in ["userName", "active"] {
            if operations.iter().filter(|operation| names(operation, once)).count() > 1 {
                return Err(reply::generic());
            }
        }
        for operation in &operations {
            let done = self.patch_user_once(&user, operation, id);
            match done {
                Ok(changed) => user = changed,
                Err(fault) => {
                    if self.settings.is("patchAtomic", "false") {
                        self.update(Kind::User, id, user, now)?;
                    }
                    return Err(fault);
                }
            }
        }
        self.update(Kind::User, id, user, now).map(|body| (200, body))
    }

    /// The user after one operation.
    fn patch_user_once(&self, user: &Object, operation: &Operation, id: &str) -> Result<Object, Fault> {
        let mut user = user.clone();
        match &operation.path {
            None if operation.verb == Verb::Remove => return Err(Fault::new(400, reply::MISSING_PATH)),
            None => {
                let value = operation.value.as_ref().and_then(Value::as_object);
                let mut value = value.ok_or_else(reply::generic)?.clone();
                take(&mut value, "id");
                if value.len() != 1 && self.settings.is("pathlessUsers", "single") {
                    return Err(Fault::new(400, reply::PATHLESS));
                }
                for name in value.keys() {
                    modifiable(name)?;
                }
                let operation = Operation { value: Some(Value::Object(value)), ..operation.clone() };
                patch::apply(Kind::User, &mut user, &operation, &rules::PATCH_RULES)
            }
            Some(path) => {
                self.check_path(path, operation)?;
                patch::apply(Kind::User, &mut user, operation, &rules::PATCH_RULES)
            }
        }
        .map_err(|_| reply::generic())?;
        for list in rules::SINGLE {
            for item in user.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                item.as_object_mut().and_then(|item| item.remove("display"));
            }
        }
        rules::check_user(&mut user, &self.settings, !self.settings.is("userNameSpaces", "400"))?;
        self.check_unique_user(&user, id)?;
        Ok(user)
    }

    fn check_path(&self, text: &str, operation: &Operation) -> Result<(), Fault> {
        modifiable(text)?;
        if operation.verb != Verb::Remove && operation.value.is_none() {
            return Err(reply::generic());
        }
        let top = schema::top(Kind::User, text).is_some() || text.eq_ignore_ascii_case(ENTERPRISE);
        if !top && self.settings.is("userSubPaths", "400") {
            return Err(reply::generic());
        }
        let path = PatchPath::parse(text).ok_or_else(reply::generic)?;
        if !path.filter.as_ref().is_none_or(only_eq) {
            return Err(Fault::new(400, reply::INVALID_FILTER));
        }
        let name = path.attribute.name.to_ascii_lowercase();
        let fixed = ["username", "active"].contains(&name.as_str());
        let open = ["emails", "externalid"].contains(&name.as_str());
        let refused = fixed || (open && self.settings.is("removeOptional", "400"));
        if operation.verb == Verb::Remove && refused { Err(reply::generic()) } else { Ok(()) }
    }
}

/// The attribute a path begins with must be in the list.
fn modifiable(text: &str) -> Result<(), Fault> {
    let is = |urn: &str| text.get(..urn.len()).is_some_and(|start| start.eq_ignore_ascii_case(urn));
    if is(ENTERPRISE) {
        return Ok(());
    }
    let text = if is(USER) { text.get(USER.len() + 1..).unwrap_or("") } else { text };
    let name = text.split(['.', '[']).next().unwrap_or("");
    let known = MODIFIABLE.iter().any(|known| known.eq_ignore_ascii_case(name));
    if known { Ok(()) } else { Err(reply::generic()) }
}

fn names(operation: &Operation, name: &str) -> bool {
    match &operation.path {
        Some(path) => path.eq_ignore_ascii_case(name),
        None => {
            let value = operation.value.as_ref().and_then(Value::as_object);
            value.is_some_and(|value| value.keys().any(|key| key.eq_ignore_ascii_case(name)))
        }
    }
}

/// "Only `eq` in filters" (patchuser.html).
fn only_eq(filter: &Filter) -> bool {
    match filter {
        Filter::Compare(_, op, _) => *op == Op::Eq,
        Filter::And(left, right) => only_eq(left) && only_eq(right),
        Filter::Or(..) | Filter::Not(..) | Filter::Present(_) | Filter::Values(..) => false,
    }
}
