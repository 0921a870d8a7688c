//! What happens behind the client's back: an administrator, another program, a console.

use serde_json::{Value, json};

use super::json::{Object, text};
use super::store::{Kind, Store, whole};

/// Applies one edit, see `Simulator::edit`.
pub fn apply(store: &mut Store, edit: &Value, now: u64) -> Result<Value, String> {
    let known = "known are create, set, delete, join, leave";
    let Some((name, what)) = edit.as_object().filter(|o| o.len() == 1).and_then(|o| o.iter().next()) else {
        return Err(format!("an edit has one member, {known}"));
    };
    let Some(what) = what.as_object() else { return Err(format!("`{name}` must be an object")) };
    match name.as_str() {
        "create" => create(store, what, now),
        "set" => set(store, what, now),
        "delete" => {
            let id = need(what, "id")?;
            let kind = store.kind_of(id).ok_or_else(|| format!("no resource `{id}`"))?;
            store.remove(kind, id);
            Ok(Value::Null)
        }
        "join" | "leave" => {
            let (group, user) = (need(what, "group")?, need(what, "user")?);
            if store.kind_of(user).is_none() {
                return Err(format!("no resource `{user}`"));
            }
            let record = store.find_mut(Kind::Group, group).ok_or_else(|| format!("no group `{group}`"))?;
            if name == "join" {
                record.join(user);
            } else {
                record.leave(user);
            }
            record.touch(now);
            Ok(whole(record))
        }
        other => Err(format!("unknown edit `{other}`, {known}")),
    }
}

fn create(store: &mut Store, what: &Object, now: u64) -> Result<Value, String> {
    let kind = match need(what, "type")? {
        "User" => Kind::User,
        "Group" => Kind::Group,
        other => return Err(format!("unknown type `{other}`, known are User, Group")),
    };
    let mut resource = what.get("resource").and_then(Value::as_object).cloned().unwrap_or_default();
    let id = match resource.remove("id") {
        Some(Value::String(id)) => id,
        Some(_) | None => (1..)
            .map(|n: u64| format!("0ddba11e-0000-4000-8000-{n:012x}"))
            .find(|id| store.kind_of(id).is_none())
            .unwrap_or_default(),
    };
    if store.kind_of(&id).is_some() {
        return Err(format!("`{id}` is taken"));
    }
    resource.retain(|name, value| !["meta", "schemas"].contains(&name.as_str()) && !value.is_null());
    if let Some(members) = resource.remove("members") {
        resource.insert("members".to_owned(), members_of(&members)?);
    }
    Ok(whole(&store.add(kind, id, resource, now)))
}

fn set(store: &mut Store, what: &Object, now: u64) -> Result<Value, String> {
    let id = need(what, "id")?;
    let attributes = what.get("attributes").and_then(Value::as_object).ok_or("`set` needs `attributes`")?;
    let kind = store.kind_of(id).ok_or_else(|| format!("no resource `{id}`"))?;
    let record = store.find_mut(kind, id).ok_or_else(|| format!("no resource `{id}`"))?;
    for (name, value) in attributes {
        match name.as_str() {
            "id" | "meta" | "schemas" => return Err(format!("`{name}` cannot be set")),
            "members" if !value.is_null() => {
                record.attributes.insert(name.clone(), members_of(value)?);
            }
            _ if value.is_null() => {
                record.attributes.remove(name);
            }
            _ => {
                record.attributes.insert(name.clone(), value.clone());
            }
        }
    }
    record.touch(now);
    Ok(whole(record))
}

/// Members as the store keeps them: `[{"value": id}]`.
fn members_of(value: &Value) -> Result<Value, String> {
    let wrong = "members must be a list of {\"value\": id}";
    let list = value.as_array().ok_or(wrong)?;
    let ids = list.iter().map(|member| member.get("value").and_then(Value::as_str).ok_or(wrong));
    Ok(Value::Array(ids.map(|id| id.map(|id| json!({"value": id}))).collect::<Result<_, _>>()?))
}

fn need<'a>(what: &'a Object, name: &str) -> Result<&'a str, String> {
    text(what, name).ok_or_else(|| format!("`{name}` is missing"))
}
