//! How an account at the provider differs from what it should hold, in the attributes that are ours.

use serde_json::Value;

use crate::config::Server;
use crate::encode::lower_case;
use crate::link::{Changes, Sent};
use crate::mapping::Desired;
use crate::provider::Dialect;
use crate::scim::path::Path;
use crate::scim::resource;

/// What to write so that `user` holds what is desired, as far as an update can carry it. `sent` names what was sent
/// before: what of it is no longer desired and still there is to be removed (D6).
pub fn drift(desired: &Desired<'_>, sent: Option<&Sent>, user: &Value, server: &Server) -> Changes {
    let dialect = &server.provider.dialect;
    let mut changes = Changes::default();
    for (attribute, wanted) in desired.iter() {
        if server.updates_carry(&attribute.path) && !holds(user, &attribute.path, wanted, dialect) {
            changes.set.push(attribute.key.clone());
        }
    }
    for key in sent.into_iter().flat_map(Sent::iter).map(|(key, _)| key) {
        let Ok(path) = Path::parse(key) else { continue };
        let wanted = desired.iter().any(|(attribute, _)| attribute.key == *key);
        if !wanted
            && server.updates_carry(&path)
            && resource::find(user, &path).is_some_and(|found| !found.is_null())
        {
            changes.removed.push(key.to_owned());
        }
    }
    changes
}

/// Whether an account holds what is wanted at a path, as far as it can be seen.
pub fn holds(user: &Value, path: &Path, wanted: &Value, dialect: &Dialect) -> bool {
    if listed(dialect.not_returned, path) {
        return true;
    }
    let caseless = dialect.caseless.iter().any(|name| name.eq_ignore_ascii_case(&path.unfiltered()));
    resource::find(user, path).is_some_and(|found| {
        (dialect.agrees)(path, wanted, found).unwrap_or_else(|| agrees(wanted, found, caseless))
    })
}

/// Whether a list of attributes names a path or the attribute it lies in.
fn listed(names: &[&str], path: &Path) -> bool {
    names
        .iter()
        .any(|name| name.eq_ignore_ascii_case(&path.top()) || name.eq_ignore_ascii_case(&path.unfiltered()))
}

/// Whether what is there says what is wanted. What a provider adds to an object is its own; a list is compared
/// without order (RFC 7643 section 2.4), and with as many values.
fn agrees(wanted: &Value, found: &Value, caseless: bool) -> bool {
    match (wanted, found) {
        (Value::String(wanted), Value::String(found)) if caseless => lower_case(wanted) == lower_case(found),
        (Value::Object(wanted), Value::Object(_)) => wanted.iter().all(|(name, value)| {
            resource::member(found, name).is_some_and(|found| agrees(value, found, caseless))
        }),
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len()
                && wanted.iter().all(|value| found.iter().any(|found| agrees(value, found, caseless)))
        }
        // Booleans and numbers come back as texts from some (RFC 7643 leaves no room for it; they do it all the same).
        (Value::Bool(wanted), Value::String(found)) => {
            found.eq_ignore_ascii_case(if *wanted { "true" } else { "false" })
        }
        (Value::Number(wanted), Value::String(found)) => wanted.to_string() == *found,
        (wanted, found) => wanted == found,
    }
}
