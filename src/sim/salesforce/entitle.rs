//! Profiles and permission sets in a PATCH (sheet section 5.5).

use serde_json::Value;

use super::Salesforce;
use super::check::{references, several_profiles};
use super::platform::{Failure, Statement};
use super::reply::Refusal;
use super::write::values;
use crate::sim::json::{Object, get};

impl Salesforce {
    /// Profiles and permission sets; errors misspelt as they are there.
    pub(super) fn entitle(
        &self,
        user: &mut Object,
        op: &str,
        ids: &[String],
        id: &str,
    ) -> Result<(), Refusal> {
        let bad = |detail: String| Err(Refusal::scim(400, detail));
        if let Some(odd) = ids.iter().find(|id| !id.starts_with("00e") && !id.starts_with("0PS")) {
            return bad(format!("INVALID entitlement id: {odd}"));
        }
        let (profiles, sets): (Vec<&String>, Vec<&String>) = ids.iter().partition(|id| id.starts_with("00e"));
        let held = references(user, "entitlements");
        let (mut profile, mut kept): (Vec<&String>, Vec<&String>) =
            held.iter().partition(|id| id.starts_with("00e"));
        if op == "add" && !profiles.is_empty() {
            return bad(several_profiles(&profile.into_iter().chain(profiles).collect::<Vec<_>>()));
        }
        if profiles.len() > 1 {
            return bad(several_profiles(&profiles));
        }
        if let Some(unknown) = profiles.iter().find(|id| self.org.profile(id).is_none()) {
            return bad(format!("INVALID: profile id is invalid : {unknown}"));
        }
        if let Some(unknown) = sets.iter().find(|id| self.org.permission_set(id).is_none()) {
            let text = format!("invalid cross reference id {unknown}");
            let failure = Failure::new("INVALID_CROSS_REFERENCE_KEY", text, "PermissionSetId");
            return Err(self.fail(&failure, Statement::Uncaught(id)));
        }
        if !profiles.is_empty() {
            profile = profiles;
        }
        // Any permission set replaces all of them; a profile alone leaves them.
        if op == "replace" && !sets.is_empty() {
            kept.clear();
        }
        let fresh: Vec<&String> = sets.into_iter().filter(|set| !kept.contains(set)).collect();
        let all = values(profile.into_iter().chain(kept).chain(fresh));
        user.insert("entitlements".to_owned(), all);
        Ok(())
    }

    /// There is no documented way (section 14.12); the switch takes both forms RFC servers know.
    pub(super) fn take_permission_sets(
        &self,
        user: &mut Object,
        path: &str,
        value: Option<&Value>,
    ) -> Result<(), Refusal> {
        let by_path = path.split('"').nth(1).map(str::to_owned);
        let list = value.and_then(|value| match value.as_object() {
            Some(object) => get(object, "entitlements").and_then(Value::as_array),
            None => value.as_array(),
        });
        let ids = list.into_iter().flatten().filter_map(|one| one.get("value")).filter_map(Value::as_str);
        let gone: Vec<String> =
            ids.map(str::to_owned).chain(by_path).map(|id| super::id::long(&id)).collect();
        let profile = gone.iter().any(|id| id.starts_with("00e"));
        if !self.settings.is("removePermissionSet", "accept") || gone.is_empty() || profile {
            return Err(Refusal::scim(400, "INVALID: Cannot remove all entitlements. Use replace"));
        }
        let held = references(user, "entitlements");
        let left = values(held.iter().filter(|id| !gone.contains(id)));
        user.insert("entitlements".to_owned(), left);
        Ok(())
    }
}
