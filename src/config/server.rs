//! One server, out of fields that have passed their checks.

use serde_json::{Map, Value};

use super::advice;
use super::attributes::attributes;
use super::authentication::authentication;
use super::placeholder::marked;
use super::policy::policy;
use super::shape::{quote, wrong_type};
use super::source::expression;
use super::{Groups, Mode, Rename, Server, url};
use crate::problem::{Problem, pointer};
use crate::provider::{GroupsMode, Provider};
use crate::table::Texts;

/// Builds the server at `path`. `None` where something of it is missing; the problems say what.
pub(super) fn server(
    object: &Map<String, Value>,
    top_policy: Option<&Value>,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<Server> {
    let known = object.get("type").and_then(Value::as_str).and_then(Provider::of);
    // A server of no known type is still looked through, as one that keeps to the standard.
    let provider = known.or_else(|| Provider::of("generic"))?;
    let attributes = attributes(object, provider, path, problems);
    let at = pointer(path, "authentication");
    let authentication =
        object.get("authentication").and_then(|value| authentication(value, known, &at, problems));
    let groups = match object.get("groups").and_then(Value::as_object) {
        Some(object) => groups(object, &pointer(path, "groups"), problems),
        None => Some(Groups {
            mode: provider.template.groups,
            include: vec!["*".to_owned()],
            exclude: Vec::new(),
            rename: Rename::Same,
            create: true,
        }),
    };
    let url = object.get("url").and_then(Value::as_str).and_then(|url| url::check(url).ok());
    if let Some(url) = url.as_deref().filter(|url| marked(url).is_none()) {
        advice::address(provider, url, path, problems);
        advice::app(object, path, problems);
    }
    let groups = groups.map(|mut groups| {
        advice::groups(provider, &mut groups, path, problems);
        groups
    });
    let given = object.get("policy");
    let mut policy = policy(given, top_policy, &provider.template);
    advice::policy(provider, &mut policy, given, path, problems);
    advice::ownership(provider, &attributes, &policy, given, path, problems);
    Some(Server {
        id: object.get("id")?.as_str()?.to_owned(),
        provider: known?,
        url: url?,
        authentication: authentication?,
        attributes,
        groups: groups?,
        policy,
        mode: match object.get("mode").and_then(Value::as_str) {
            Some("shadow") => Mode::Shadow,
            Some("off") => Mode::Off,
            Some(_) | None => Mode::Live,
        },
    })
}

fn groups(object: &Map<String, Value>, path: &str, problems: &mut Vec<Problem>) -> Option<Groups> {
    let rename = rename(object.get("rename"), &pointer(path, "rename"), problems);
    let mode = match object.get("mode")?.as_str()? {
        "off" => GroupsMode::Off,
        "add" => GroupsMode::Add,
        "mirror" => GroupsMode::Mirror,
        _ => return None,
    };
    let globs = |field: &str| {
        let globs = object.get(field)?.as_array()?;
        Some(globs.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
    };
    Some(Groups {
        mode,
        include: globs("include").unwrap_or_else(|| vec!["*".to_owned()]),
        exclude: globs("exclude").unwrap_or_default(),
        rename,
        create: object.get("create").and_then(Value::as_bool).unwrap_or(true),
    })
}

/// Apart from its caller: most rename nothing, and it would be compiled at start.
#[inline(never)]
fn rename(value: Option<&Value>, path: &str, problems: &mut Vec<Problem>) -> Rename {
    let Some(object) = value.and_then(Value::as_object) else { return Rename::Same };
    // A table with one group that is called `expression` is not to be told from an expression, which is likelier.
    if let (1, Some(Value::String(text))) = (object.len(), object.get("expression")) {
        let compiled = expression(text, &["group"], &pointer(path, "expression"), problems);
        return compiled.map_or(Rename::Same, Rename::Expression);
    }
    let mut table = Texts::default();
    for (from, to) in object {
        let at = pointer(path, from);
        match to {
            Value::String(to) if to.is_empty() => {
                problems.push(Problem::error(
                    at,
                    "bad-value",
                    format!("{} would be renamed to nothing", quote(from)),
                ));
            }
            Value::String(to) => {
                table.insert(from, to);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                problems.push(wrong_type("a string", to, &at));
            }
        }
    }
    Rename::Table(table)
}
