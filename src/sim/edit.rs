//! What happens behind the client's back: an administrator, another program, a console.

use serde_json::Value;

use super::json::{Object, text};
use super::store::{Kind, Store, members};

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
            if store.find(Kind::Group, group).is_none() {
                return Err(format!("no group `{group}`"));
            }
            if name == "join" {
                store.join(group, user);
            } else {
                store.leave(group, user);
            }
            store.touch(Kind::Group, group, now);
            Ok(shown(store, Kind::Group, group))
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
    let members = take_members(kind, &mut resource)?;
    store.add(kind, id.clone(), resource, now);
    store.set_members(&id, members.as_deref());
    Ok(shown(store, kind, &id))
}

fn set(store: &mut Store, what: &Object, now: u64) -> Result<Value, String> {
    let id = need(what, "id")?;
    let attributes = what.get("attributes").and_then(Value::as_object).ok_or("`set` needs `attributes`")?;
    let kind = store.kind_of(id).ok_or_else(|| format!("no resource `{id}`"))?;
    let mut resource = store.find(kind, id).map(|record| record.attributes.clone()).unwrap_or_default();
    for (name, value) in attributes {
        if ["id", "meta", "schemas"].contains(&name.as_str()) {
            return Err(format!("`{name}` cannot be set"));
        }
        resource.insert(name.clone(), value.clone());
    }
    let members = take_members(kind, &mut resource)?;
    resource.retain(|_, value| !value.is_null());
    store.set(kind, id, resource, now);
    if attributes.contains_key("members") {
        store.set_members(id, members.as_deref());
    }
    Ok(shown(store, kind, id))
}

/// The members of a group go into a list of their own.
fn take_members(kind: Kind, resource: &mut Object) -> Result<Option<Vec<String>>, String> {
    let Some(given) = resource.remove("members").filter(|given| !given.is_null()) else { return Ok(None) };
    let wrong = "members must be a list of {\"value\": id}";
    let list = given.as_array().ok_or(wrong)?;
    let ids = list.iter().map(|member| member.get("value").and_then(Value::as_str).ok_or(wrong));
    let ids: Vec<String> = ids.map(|id| id.map(str::to_owned)).collect::<Result<_, _>>()?;
    match kind {
        Kind::Group => Ok(Some(ids)),
        Kind::User => {
            resource.insert("members".to_owned(), members(ids.iter()));
            Ok(None)
        }
    }
}

fn shown(store: &Store, kind: Kind, id: &str) -> Value {
    store.find(kind, id).map_or(Value::Null, |record| store.whole(record))
}

fn need<'a>(what: &'a Object, name: &str) -> Result<&'a str, String> {
    text(what, name).ok_or_else(|| format!("`{name}` is missing"))
}
