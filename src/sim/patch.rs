//! PATCH operations on one resource (RFC 7644 3.5.2), by the schema. The caller works on a copy: atomic.

mod values;

use serde_json::Value;

use super::fault::Fault;
use super::json::{Object, get, take, text, unassigned};
use super::path::PatchPath;
use super::schema::{self, Access, Attribute, PATCH_OP, Type};
use super::store::Kind;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `add`
    Add,
    /// `remove`
    Remove,
    /// `replace`
    Replace,
}

/// One operation as it arrived.
#[derive(Debug, Clone)]
pub struct Operation {
    /// In any case.
    pub verb: Verb,
    /// As written.
    pub op: String,
    /// As written.
    pub path: Option<String>,
    /// Absent and null are different.
    pub value: Option<Value>,
}

/// Reads a PatchOp message.
pub fn read(body: &Object, schemas_required: bool) -> Result<Vec<Operation>, Fault> {
    let bad = |detail: &str| Fault::bad("invalidSyntax", detail);
    let schemas = get(body, "schemas").and_then(Value::as_array);
    let declared = schemas.is_some_and(|list| list.iter().any(|schema| schema == PATCH_OP));
    if schemas_required && !declared {
        return Err(bad("`schemas` must hold the PatchOp URN"));
    }
    let list = get(body, "Operations").and_then(Value::as_array).filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| bad("`Operations` is missing or empty"))?;
    list.iter()
        .map(|operation| {
            let operation = operation.as_object().ok_or_else(|| bad("an operation must be an object"))?;
            let op = text(operation, "op").ok_or_else(|| bad("`op` is missing"))?;
            let verb = match op.to_ascii_lowercase().as_str() {
                "add" => Verb::Add,
                "remove" => Verb::Remove,
                "replace" => Verb::Replace,
                _ => return Err(bad("`op` must be add, remove or replace")),
            };
            let path = match get(operation, "path") {
                Some(Value::String(path)) => Some(path.clone()),
                None | Some(Value::Null) => None,
                Some(_) => return Err(Fault::bad("invalidPath", "`path` must be a string")),
            };
            Ok(Operation { verb, op: op.to_owned(), path, value: get(operation, "value").cloned() })
        })
        .collect()
}

/// What a server is lenient about.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Unknown attributes are dropped silently instead of refused.
    pub ignore_unknown: bool,
    /// Read-only attributes are dropped silently instead of refused.
    pub ignore_read_only: bool,
    /// `"true"` and `"False"` are booleans.
    pub boolean_strings: bool,
    /// A value filter that matches nothing is fine for `remove`.
    pub remove_nothing: bool,
    /// `add` to a value filter of `eq` that matches nothing makes the value.
    pub add_makes: bool,
}

/// Where an operation lands.
struct Place {
    extension: Option<&'static str>,
    attribute: &'static Attribute,
    sub: Option<&'static Attribute>,
    path: Option<PatchPath>,
}

/// Applies one operation to the attributes of a resource.
pub fn apply(kind: Kind, resource: &mut Object, operation: &Operation, rules: &Rules) -> Result<(), Fault> {
    let value = operation.value.as_ref();
    match (&operation.path, operation.verb) {
        (None, Verb::Remove) => Err(Fault::bad("noTarget", "`remove` needs a path")),
        (None, verb) => {
            let all = value.and_then(Value::as_object);
            let all = all.ok_or_else(|| Fault::bad("invalidValue", "without a path `value` is an object"))?;
            all.iter().try_for_each(|(name, value)| member(kind, resource, verb, name, value, rules))
        }
        (Some(path), verb) => {
            if let Some((urn, _)) = schema::extension(kind, path) {
                return match value {
                    Some(value) if verb != Verb::Remove => member(kind, resource, verb, urn, value, rules),
                    Some(_) | None => {
                        resource.remove(urn);
                        Ok(())
                    }
                };
            }
            match place(kind, path)? {
                Some(place) => set(resource, &place, verb, value, rules),
                None if rules.ignore_unknown => Ok(()),
                None => Err(Fault::bad("invalidPath", format!("no attribute `{path}`"))),
            }
        }
    }
}

/// One member of a value without path.
fn member(
    kind: Kind,
    resource: &mut Object,
    verb: Verb,
    name: &str,
    value: &Value,
    rules: &Rules,
) -> Result<(), Fault> {
    if let Some((urn, attributes)) = schema::extension(kind, name) {
        let inside =
            value.as_object().ok_or_else(|| Fault::bad("invalidValue", "an extension is an object"))?;
        for (name, value) in inside {
            match schema::named(attributes, name) {
                Some(attribute) => {
                    let place = Place { extension: Some(urn), attribute, sub: None, path: None };
                    set(resource, &place, verb, Some(value), rules)?;
                }
                None if rules.ignore_unknown => {}
                None => return Err(Fault::bad("invalidPath", format!("no attribute `{name}`"))),
            }
        }
        return Ok(());
    }
    if name.eq_ignore_ascii_case("schemas") {
        return Ok(());
    }
    let place = if name.contains(':') || !name.contains(['.', '[']) { place(kind, name)? } else { None };
    match place {
        Some(place) => set(resource, &place, verb, Some(value), rules),
        None if rules.ignore_unknown => Ok(()),
        None => Err(Fault::bad("invalidPath", format!("no attribute `{name}`"))),
    }
}

/// Finds a path in the schema: nothing if there is no such attribute, a fault if it is no path.
fn place(kind: Kind, text: &str) -> Result<Option<Place>, Fault> {
    let path = PatchPath::parse(text);
    let path = path.ok_or_else(|| Fault::bad("invalidPath", format!("`{text}` is no path")))?;
    let (extension, attribute) = match &path.attribute.urn {
        Some(urn) if urn.eq_ignore_ascii_case(schema::core(kind)) => {
            (None, schema::top(kind, &path.attribute.name))
        }
        Some(urn) => match schema::extension(kind, urn) {
            Some((urn, attributes)) => (Some(urn), schema::named(attributes, &path.attribute.name)),
            None => (None, None),
        },
        None => (None, schema::top(kind, &path.attribute.name)),
    };
    let Some(attribute) = attribute else { return Ok(None) };
    let sub = match &path.attribute.sub {
        None => None,
        Some(name) => match schema::named(attribute.subs, name) {
            None => return Ok(None),
            found => found,
        },
    };
    if path.filter.is_some() && !attribute.many {
        return Err(Fault::bad(
            "invalidPath",
            format!("`{}` has one value, a filter finds none", attribute.name),
        ));
    }
    Ok(Some(Place { extension, attribute, sub, path: Some(path) }))
}

fn set(
    resource: &mut Object,
    place: &Place,
    verb: Verb,
    value: Option<&Value>,
    rules: &Rules,
) -> Result<(), Fault> {
    let attribute = place.attribute;
    let locked = |a: &Attribute| a.access == Access::ReadOnly;
    if locked(attribute) || place.sub.is_some_and(locked) {
        return if rules.ignore_read_only {
            Ok(())
        } else {
            Err(Fault::bad("mutability", format!("`{}` is read-only", attribute.name)))
        };
    }
    // Clearing with `replace` null or `[]` is a removal (RFC 7643 2.5).
    let cleared = verb == Verb::Replace && value.is_some_and(unassigned);
    let verb = if cleared { Verb::Remove } else { verb };
    if verb != Verb::Remove && value.is_none() {
        return Err(Fault::bad("invalidValue", "`value` is missing"));
    }
    let value = value.unwrap_or(&Value::Null);
    if verb == Verb::Remove && attribute.required {
        return Err(Fault::bad("mutability", format!("`{}` is required", attribute.name)));
    }
    let home = match place.extension {
        None => &mut *resource,
        Some(urn) => {
            match resource.entry(urn).or_insert_with(|| Value::Object(Object::new())).as_object_mut() {
                Some(home) => home,
                None => return Ok(()),
            }
        }
    };
    change(home, place, verb, value, rules)?;
    if let Some(urn) = place.extension
        && resource.get(urn).is_some_and(unassigned)
    {
        resource.remove(urn);
    }
    Ok(())
}

fn change(home: &mut Object, place: &Place, verb: Verb, value: &Value, rules: &Rules) -> Result<(), Fault> {
    let attribute = place.attribute;
    let filter = place.path.as_ref().and_then(|path| path.filter.as_ref());
    if attribute.many && (filter.is_some() || place.sub.is_some()) {
        return values::change(home, attribute, filter, place.sub, verb, value, rules);
    }
    match (place.sub, verb) {
        (Some(sub), Verb::Remove) => {
            if let Some(inside) = home.get_mut(attribute.name).and_then(Value::as_object_mut) {
                inside.remove(sub.name);
            }
        }
        (Some(sub), Verb::Add | Verb::Replace) => {
            let value = fit(sub, value, rules)?;
            let inside = home.entry(attribute.name).or_insert_with(|| Value::Object(Object::new()));
            if let Some(inside) = inside.as_object_mut() {
                inside.insert(sub.name.to_owned(), value);
            }
        }
        (None, Verb::Remove) => {
            home.remove(attribute.name);
        }
        (None, Verb::Add) if attribute.many => values::append(home, attribute, value, rules)?,
        (None, Verb::Add | Verb::Replace) => {
            let value = fit(attribute, value, rules)?;
            // A complex attribute's sub-attributes are set one by one (RFC 7644 3.5.2.1, 3.5.2.3).
            match (home.get_mut(attribute.name).and_then(Value::as_object_mut), value) {
                (Some(old), Value::Object(new)) => old.extend(new),
                (_, value) => {
                    home.insert(attribute.name.to_owned(), value);
                }
            }
        }
    }
    if home.get(attribute.name).is_some_and(unassigned) {
        home.remove(attribute.name);
    }
    Ok(())
}

/// `value` as the attribute keeps it: canonical names, right types, no nulls; or invalidValue.
pub fn fit(attribute: &'static Attribute, value: &Value, rules: &Rules) -> Result<Value, Fault> {
    if !attribute.many {
        return fit_one(attribute, value, rules);
    }
    let wrong = || Fault::bad("invalidValue", format!("`{}` must be a list", attribute.name));
    let list = value.as_array().ok_or_else(wrong)?;
    let list = list.iter().map(|item| fit_one(attribute, item, rules)).collect::<Result<Vec<_>, _>>()?;
    let primaries = list.iter().filter(|item| item.get("primary") == Some(&Value::Bool(true))).count();
    if primaries > 1 {
        return Err(Fault::bad("invalidValue", format!("`{}` has more than one primary", attribute.name)));
    }
    Ok(Value::Array(list))
}

/// One value of the attribute.
pub fn fit_one(attribute: &'static Attribute, value: &Value, rules: &Rules) -> Result<Value, Fault> {
    let wrong = |what: &str| Fault::bad("invalidValue", format!("`{}` must be {what}", attribute.name));
    match attribute.kind {
        Type::Text if value.is_string() => Ok(value.clone()),
        Type::Text => Err(wrong("a string")),
        Type::Boolean => match value.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("true") if rules.boolean_strings => Ok(Value::Bool(true)),
            Some("false") if rules.boolean_strings => Ok(Value::Bool(false)),
            None if value.is_boolean() => Ok(value.clone()),
            Some(_) | None => Err(wrong("a boolean")),
        },
        Type::Complex => {
            let mut rest = value.as_object().cloned().ok_or_else(|| wrong("an object"))?;
            let mut out = Object::new();
            for sub in attribute.subs {
                match take(&mut rest, sub.name) {
                    None | Some(Value::Null) => {}
                    Some(_) if sub.access == Access::ReadOnly => {}
                    Some(value) => {
                        out.insert(sub.name.to_owned(), fit_one(sub, &value, rules)?);
                    }
                }
            }
            match rest.keys().next() {
                Some(name) if !rules.ignore_unknown => {
                    Err(Fault::bad("invalidValue", format!("no attribute `{}.{name}`", attribute.name)))
                }
                Some(_) | None => Ok(Value::Object(out)),
            }
        }
    }
}
