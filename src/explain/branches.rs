//! On which answer a request is sent. What is not sent is taken to work; where an answer decides between two ways,
//! the conversation is held once more with the other answer, and what is new in it is told with its condition.

use crate::flow::{Assume, CREATED_USER, FOUND_USER};
use crate::http::Call;

/// A request and what it waits for.
pub(super) type Branch = (Call, Option<&'static str>);

/// The usual way.
pub(super) fn usual(calls: &[Call]) -> Vec<Branch> {
    let mut looked = false;
    let mut branches = Vec::with_capacity(calls.len());
    for call in calls {
        let when = match call.purpose {
            "create" if looked => Some("nobody is found"),
            "update" if holds(call, FOUND_USER) => Some("the account is there, and differs"),
            _ if holds(call, "{found:group:") => Some("the group is found"),
            _ if holds(call, FOUND_USER) => Some("the account is found"),
            _ => None,
        };
        looked |= call.purpose == "find";
        branches.push((call.clone(), when));
    }
    branches
}

/// Which other answers would lead elsewhere.
pub(super) fn others(calls: &[Call]) -> Vec<Assume> {
    let has = |purposes: &[&str]| calls.iter().any(|call| purposes.contains(&call.purpose));
    let mut others = Vec::new();
    if has(&["group-find"]) {
        others.push(Assume::NoGroups);
    }
    if has(&["create", "find", "read"]) {
        others.push(Assume::Differs);
    }
    if has(&["create"]) {
        others.push(Assume::ByName);
    }
    if has(&["create", "find", "read"]) {
        others.push(Assume::Inactive);
    }
    others
}

/// Adds what is new on another way.
pub(super) fn add(branches: &mut Vec<Branch>, other: Assume, calls: Vec<Call>) {
    let mut before = "";
    for call in calls {
        let same = |known: &Call| {
            known.method == call.method
                && known.path == call.path
                && known.query == call.query
                && known.body == call.body
        };
        // Groups of an account that is there already are joined as those of a new one are.
        let is_group = call.purpose.starts_with("group-");
        let after = if is_group { before } else { std::mem::replace(&mut before, call.purpose) };
        if branches.iter().any(|(known, _)| same(known)) || (other != Assume::NoGroups && is_group) {
            continue;
        }
        let when = match (other, call.purpose) {
            (Assume::NoGroups, _) => "no group of that name is found",
            (_, "find") if after == "find" => "nobody has the externalId",
            (_, "find") => "the create says that the account exists",
            (Assume::ByName, _) => "the account is found by its userName alone, and differs",
            (Assume::Inactive, _) => "the account is there, and inactive",
            (Assume::Usual | Assume::Differs, _) => "the account is there, and differs",
        };
        branches.push((call, Some(when)));
    }
}

/// What stands for ids that are not known yet.
pub(super) fn marks<'a>(groups: impl Iterator<Item = &'a str>) -> Vec<String> {
    let of_groups =
        groups.flat_map(|name| [format!("{{found:group:{name}}}"), format!("{{created:group:{name}}}")]);
    [CREATED_USER, FOUND_USER].map(str::to_owned).into_iter().chain(of_groups).collect()
}

/// Whether a call names something by what stands for its id.
fn holds(call: &Call, mark: &str) -> bool {
    let path = crate::encode::percent(mark);
    call.path.contains(&path)
        || call.body.as_ref().is_some_and(|body| crate::json::write::json(body).contains(mark))
}
