//! `attributes` and `excludedAttributes` (sheet section 5.3).

use serde_json::Value;

use super::Salesforce;
use super::catalogue::{Listed, Name};
use super::reply::Refusal;
use crate::sim::http::Target;
use crate::sim::json::Object;

impl Salesforce {
    /// One of them, of known names.
    pub(super) fn check_projection(&self, listed: Listed, target: &Target) -> Result<(), Refusal> {
        let (only, without) = (target.parameter("attributes"), target.parameter("excludedAttributes"));
        if only.is_some() && without.is_some() {
            return Err(Refusal::scim(400, "Cannot provide both attributes and excludedAttributes"));
        }
        let names = only.or(without).unwrap_or("").split(',').map(str::trim).filter(|name| !name.is_empty());
        for name in names {
            if self.name(listed, name) == Name::Unsupported && name != "schemas" {
                return Err(Refusal::scim(400, format!("Unsupported attribute: {name}")));
            }
        }
        Ok(())
    }

    /// What was asked for, and what always comes.
    pub(super) fn project(&self, shown: Value, target: &Target) -> Value {
        let list = |name| -> Option<Vec<&str>> {
            target.parameter(name).map(|names| names.split(',').map(str::trim).collect())
        };
        let (only, without) = (list("attributes"), list("excludedAttributes"));
        let Some(object) = shown.as_object().filter(|_| only.is_some() || without.is_some()) else {
            return shown;
        };
        let mut out = Object::new();
        for (key, value) in object {
            let whole = |names: &[&str]| names.contains(&key.as_str());
            let always = key == "id" || key == "schemas";
            // A dot or, behind a URN, a colon leads to a part.
            let parts = |names: &[&str]| -> Vec<String> {
                let part = |name: &&str| {
                    let rest = name.strip_prefix(key.as_str())?;
                    let rest = rest.strip_prefix(if key.starts_with("urn:") { ':' } else { '.' })?;
                    rest.split('.').next().map(str::to_owned)
                };
                names.iter().filter_map(part).collect()
            };
            let kept = match (&only, &without) {
                _ if always => Some(value.clone()),
                (Some(names), _) if whole(names) => Some(value.clone()),
                (Some(names), _) => {
                    let parts = parts(names);
                    (!parts.is_empty()).then(|| cut(value, &|name| parts.iter().any(|part| part == name)))
                }
                (None, Some(names)) if whole(names) => None,
                (None, Some(names)) => {
                    let parts = parts(names);
                    Some(cut(value, &|name| !parts.iter().any(|part| part == name)))
                }
                (None, None) => Some(value.clone()),
            };
            if let Some(kept) = kept {
                out.insert(key.clone(), kept);
            }
        }
        Value::Object(out)
    }
}

/// The members of a value, or of each of its items, that are wanted.
fn cut(value: &Value, wanted: &dyn Fn(&str) -> bool) -> Value {
    if let Some(items) = value.as_array() {
        return items.iter().map(|item| cut(item, wanted)).collect();
    }
    match value.as_object() {
        Some(object) => object
            .iter()
            .filter(|(name, _)| wanted(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        None => value.clone(),
    }
}
