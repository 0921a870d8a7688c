//! What a server's type knows better than its configuration: addresses of another API, groups there are none of,
//! deletions that are more or less than that.

use serde_json::{Map, Value};

use super::{Adopt, Attribute, Deprovision, Groups, Policy};
use crate::problem::{Problem, pointer};
use crate::provider::{Deletion, GroupCreation, GroupsMode, Level, Provider};

/// Whether an address is of the provider's API.
pub(super) fn address(provider: &Provider, url: &str, path: &str, problems: &mut Vec<Problem>) {
    let Some(fault) = (provider.dialect.check_url)(url) else { return };
    let make = if fault.certain { Problem::error } else { Problem::warning };
    problems.push(make(pointer(path, "url"), "wrong-address", fault.message.to_owned()).help(fault.help));
}

/// An app asks for its token where `apiUrl` says; that its default is another host than the server's is rarely meant.
pub(super) fn app(object: &Map<String, Value>, path: &str, problems: &mut Vec<Problem>) {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let Some(given) = object.get("authentication") else { return };
    let default = text(given, "scheme").as_deref() == Some("githubApp") && given.get("apiUrl").is_none();
    let url = object.get("url").and_then(Value::as_str).unwrap_or("").to_ascii_lowercase();
    if default && !url.is_empty() && !url.starts_with("https://api.github.com/") {
        let at = pointer(&pointer(path, "authentication"), "apiUrl");
        let message = "the app's token is asked for at https://api.github.com, the server is elsewhere";
        let help = "write `https://api.<name>.ghe.com` or `https://<host>/api/v3`";
        problems.push(Problem::warning(at, "other-host", message).help(help));
    }
}

/// Groups that the provider does not have are left out.
pub(super) fn groups(provider: &Provider, groups: &mut Groups, path: &str, problems: &mut Vec<Problem>) {
    if provider.dialect.group_creation == GroupCreation::Never {
        groups.create = false;
    }
    let support = provider.capabilities.assign_user_to_group;
    if groups.mode == GroupsMode::Off || support.on_request != Level::No {
        return;
    }
    groups.mode = GroupsMode::Off;
    let message = format!("{} takes no groups, they are left out", provider.name);
    let problem = Problem::warning(pointer(&pointer(path, "groups"), "mode"), "unsupported-groups", message);
    problems.push(problem.help(support.note.unwrap_or("set it to `off`")));
}

/// What a policy means at this provider.
pub(super) fn policy(
    provider: &Provider,
    policy: &mut Policy,
    given: Option<&Value>,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    if policy.deprovision == Deprovision::Delete {
        let (code, why) = match provider.dialect.deletion {
            Deletion::Deletes => return,
            Deletion::Irreversible(why) => ("irreversible-delete", why),
            Deletion::Deactivates(why) => {
                policy.deprovision = Deprovision::Deactivate;
                ("no-delete", why)
            }
        };
        problems.push(
            Problem::warning(at(given, path, "deprovision"), code, format!("at {}: {why}", provider.name))
                .help("`deactivate` turns the account off and keeps it"),
        );
    }
}

/// Where accounts can only be told by their name (D3).
pub(super) fn ownership(
    provider: &Provider,
    attributes: &[Attribute],
    policy: &Policy,
    given: Option<&Value>,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    if !is_told_by_name(provider, attributes) || policy.adopt != Adopt::SameExternalId {
        return;
    }
    let message = "no existing account is taken over, because externalId is not mapped";
    problems.push(
        Problem::warning(at(given, path, "adopt"), "adopts-nothing", message)
            .help("map externalId if it is to be the federation id there, or leave `adopt` at `unowned`"),
    );
}

/// Where a field of the policy stands: at the server, else above all.
fn at(given: Option<&Value>, path: &str, field: &str) -> String {
    let own = given.is_some_and(|policy| policy.get(field).is_some());
    pointer(&pointer(if own { path } else { "" }, "policy"), field)
}

/// Whether nothing at the provider says whose an account is.
pub fn is_told_by_name(provider: &Provider, attributes: &[Attribute]) -> bool {
    !provider.dialect.external_id
        && !attributes.iter().any(|attribute| attribute.path.top().eq_ignore_ascii_case("externalId"))
}
