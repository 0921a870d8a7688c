//! A change as one `replace` without a path (RFC 7644 section 3.5.2.3), for providers that document no other: nothing
//! is read before it, and nothing is sent that is not ours.

use serde_json::{Map, Value};

use super::write::Change;
use crate::json::json;
use crate::provider::{Dialect, UpdateForm};
use crate::scim::patch::Operation;
use crate::scim::path::Path;
use crate::scim::resource;
use crate::table::object;

/// The operations of a change. `full` is the account as it should be.
pub(super) fn operations(
    change: &Change<'_>,
    full: &Value,
    form: UpdateForm,
    dialect: &Dialect,
) -> Vec<Operation> {
    let mut value: Map<String, Value> =
        object(change.active.map(|active| ("active".into(), Value::Bool(active))));
    let mut others = Vec::new();
    for path in change.set() {
        if is_flat(&path, dialect) {
            let found = resource::find(full, &path).cloned().unwrap_or_default();
            others.push(Operation::replace_all(object([(path.to_string(), found)]).into()));
        } else if path.filter.is_empty() && form == UpdateForm::PathlessChanged {
            let found = resource::find(full, &path).cloned().unwrap_or_default();
            resource::place(&mut value, &path, &found);
        } else {
            whole(&mut value, full, &path);
        }
    }
    for path in change.removed() {
        let left = || resource::find(full, &path.whole()).filter(|rest| !is_bare(rest));
        let bare = dialect.bare_removals.iter().find(|(name, _)| is(name, &path));
        let name = match bare {
            // What is left of a list takes the place of what was there.
            _ if !path.filter.is_empty() && left().is_some() => {
                whole(&mut value, full, &path);
                continue;
            }
            Some((_, name)) => (*name).to_owned(),
            // A dialect that names its removals has no other.
            None if !dialect.bare_removals.is_empty() && !is_flat(&path, dialect) => {
                resource::place(&mut value, &path.unselected(), &Value::Null);
                continue;
            }
            None => path.unselected().to_string(),
        };
        let operation = Operation::remove(name);
        if !others.contains(&operation) {
            others.push(operation);
        }
    }
    let first = (!value.is_empty()).then(|| Operation::replace_all(value.into()));
    first.into_iter().chain(others).collect()
}

/// Whether a name of the dialect's is the path, or the list in which it is.
fn is(name: &str, path: &Path) -> bool {
    let place = if path.filter.is_empty() { path.unfiltered() } else { path.top() };
    name.eq_ignore_ascii_case(&place) || (path.sub.is_some() && name.eq_ignore_ascii_case(&path.top()))
}

/// A list without values.
fn is_bare(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn is_flat(path: &Path, dialect: &Dialect) -> bool {
    !dialect.flat_schemas.is_empty()
        && path.schema.as_deref().is_some_and(|schema| {
            schema
                .get(..dialect.flat_schemas.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(dialect.flat_schemas))
        })
}

/// The attribute with all that is ours in it.
fn whole(value: &mut Map<String, Value>, full: &Value, path: &Path) {
    let top = path.whole();
    resource::place(value, &top, resource::find(full, &top).unwrap_or(&json!([])));
}
