//! Operations on the values of a multi-valued attribute (RFC 7644 3.5.2.1-3).

use serde_json::Value;

use super::{Rules, Verb, fit, fit_one};
use crate::sim::fault::Fault;
use crate::sim::filter::{Filter, Op};
use crate::sim::json::Object;
use crate::sim::schema::{self, Attribute};

/// Appends one value or a list; a value that is there already is not added again.
pub fn append(
    home: &mut Object,
    attribute: &'static Attribute,
    value: &Value,
    rules: &Rules,
) -> Result<(), Fault> {
    let new = if value.is_array() {
        fit(attribute, value, rules)?
    } else {
        Value::Array(vec![fit_one(attribute, value, rules)?])
    };
    let old = home.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
    if let (Some(old), Some(new)) = (old.as_array_mut(), new.as_array()) {
        for value in new {
            if !old.contains(value) {
                old.push(value.clone());
                one_primary(old);
            }
        }
    }
    Ok(())
}

/// The last value is the newest: if it is primary no other is (RFC 7644 3.5.2).
fn one_primary(values: &mut [Value]) {
    if let Some((last, rest)) = values.split_last_mut()
        && last.get("primary") == Some(&Value::Bool(true))
    {
        demote(rest);
    }
}

fn demote(values: &mut [Value]) {
    for value in values.iter_mut().filter_map(Value::as_object_mut) {
        if value.get("primary") == Some(&Value::Bool(true)) {
            value.insert("primary".to_owned(), Value::Bool(false));
        }
    }
}

/// `attr[filter]`, `attr[filter].sub` and `attr.sub`.
pub fn change(
    home: &mut Object,
    attribute: &'static Attribute,
    filter: Option<&Filter>,
    sub: Option<&'static Attribute>,
    verb: Verb,
    value: &Value,
    rules: &Rules,
) -> Result<(), Fault> {
    let exact = |path: &crate::sim::path::AttributePath| {
        schema::named(attribute.subs, &path.name).is_some_and(|sub| sub.exact)
    };
    let list = home.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
    let Some(list) = list.as_array_mut() else { return Ok(()) };
    let chosen = |value: &Value| {
        filter.is_none_or(|filter| value.as_object().is_some_and(|value| filter.matches(value, &exact)))
    };
    if !list.iter().any(&chosen) {
        match (verb, filter.and_then(equals)) {
            (Verb::Add, Some(start)) if rules.add_makes => list.push(Value::Object(start)),
            (Verb::Remove, _) if rules.remove_nothing => {}
            (Verb::Add | Verb::Replace | Verb::Remove, _) => {
                return Err(Fault::bad("noTarget", format!("no value of `{}` matches", attribute.name)));
            }
        }
    }
    // Marked before anything changes: demoting may unmatch `[primary eq true]`.
    let marks: Vec<bool> = list.iter().map(chosen).collect();
    let primary = (sub.is_some_and(|sub| sub.name == "primary") && *value != Value::Bool(false))
        || value.get("primary") == Some(&Value::Bool(true));
    if verb != Verb::Remove && primary {
        demote(list);
    }
    match (verb, sub) {
        (Verb::Remove, None) => {
            let mut marks = marks.iter();
            list.retain(|_| marks.next() != Some(&true));
        }
        (Verb::Remove, Some(sub)) => {
            for value in marked(list, &marks).filter_map(Value::as_object_mut) {
                value.remove(sub.name);
            }
        }
        (Verb::Add | Verb::Replace, Some(sub)) => {
            let new = fit_one(sub, value, rules)?;
            for value in marked(list, &marks).filter_map(Value::as_object_mut) {
                value.insert(sub.name.to_owned(), new.clone());
            }
        }
        (Verb::Add | Verb::Replace, None) => {
            let new = fit_one(attribute, value, rules)?;
            for old in marked(list, &marks) {
                match (verb, old.as_object_mut(), new.as_object()) {
                    (Verb::Add, Some(old), Some(new)) => old.extend(new.clone()),
                    (Verb::Add | Verb::Replace | Verb::Remove, _, _) => *old = new.clone(),
                }
            }
        }
    }
    if list.is_empty() {
        home.remove(attribute.name);
    }
    Ok(())
}

fn marked<'a>(list: &'a mut [Value], marks: &'a [bool]) -> impl Iterator<Item = &'a mut Value> {
    list.iter_mut().zip(marks).filter(|(_, mark)| **mark).map(|(value, _)| value)
}

/// The value a filter of `eq` and `and` describes.
fn equals(filter: &Filter) -> Option<Object> {
    match filter {
        Filter::And(left, right) => {
            let mut both = equals(left)?;
            both.extend(equals(right)?);
            Some(both)
        }
        Filter::Compare(path, Op::Eq, value) => {
            Some([(path.name.clone(), value.clone())].into_iter().collect())
        }
        Filter::Compare(..) | Filter::Or(..) | Filter::Not(..) | Filter::Present(_) | Filter::Values(..) => {
            None
        }
    }
}
