//! What is checked before a user is saved by POST or PUT, all of it at once (sheet sections 5.2, 7).

use serde_json::Value;

use super::Salesforce;
use super::read::Wanted;
use crate::sim::json::{Object, items, text};

impl Salesforce {
    /// Every problem of a POST or PUT, in one detail; empty if there is none.
    pub(super) fn problems(&self, wanted: &Wanted) -> String {
        let user = &wanted.attributes;
        let mut all = Vec::new();
        let missing = |value: Option<&str>| value.is_none_or(str::is_empty);
        if missing(text(user, "userName")) {
            all.push("REQUIRED_FIELD_MISSING:userName;".to_owned());
        }
        let family = user.get("name").and_then(|name| name.get("familyName")).and_then(Value::as_str);
        if missing(family) {
            // Said twice (section 7).
            all.extend(std::iter::repeat_n("REQUIRED_FIELD_MISSING:name.familyName;".to_owned(), 2));
        }
        let email = items(user, "emails").first().and_then(|email| email.get("value"));
        if missing(email.and_then(Value::as_str)) {
            all.push("REQUIRED_FIELD_MISSING:email;".to_owned());
        }
        all.extend(self.entitlement_problem(&references(user, "entitlements")));
        all.extend(wanted.problems.iter().cloned());
        all.concat()
    }

    /// Exactly one profile, then permission sets.
    fn entitlement_problem(&self, ids: &[String]) -> Option<String> {
        let profiles: Vec<&String> = ids.iter().filter(|id| id.starts_with("00e")).collect();
        if let Some(odd) = ids.iter().find(|id| !id.starts_with("00e") && !id.starts_with("0PS")) {
            return Some(format!("INVALID entitlement id: {odd};"));
        }
        match profiles.as_slice() {
            [] => Some(
                "REQUIRED_FIELD_MISSING:user_must_have_one_entitlement_which_must_be_a_profileid;".to_owned(),
            ),
            [one] if self.org.profile(one).is_none() => {
                Some(format!("INVALID: profile id is invalid : {one}"))
            }
            [_] => None,
            several => Some(several_profiles(several)),
        }
    }
}

/// `INVALID: cannot have multiple profiles: (...)`
pub fn several_profiles(ids: &[&String]) -> String {
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    format!("INVALID: cannot have multiple profiles: ({})", ids.join(", "))
}

/// The ids in a list of references.
pub fn references(user: &Object, name: &str) -> Vec<String> {
    let ids = items(user, name).iter().filter_map(|item| item.get("value").and_then(Value::as_str));
    ids.map(str::to_owned).collect()
}

/// Profile and permission sets of a list of entitlements.
pub fn split(ids: &[String]) -> (Option<&String>, Vec<&String>) {
    let profile = ids.iter().find(|id| id.starts_with("00e"));
    (profile, ids.iter().filter(|id| id.starts_with("0PS")).collect())
}
