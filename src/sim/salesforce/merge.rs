//! What was asked for, put into what is stored: an empty text or list clears.

use serde_json::Value;

use crate::sim::json::{Object, items, text};

/// Merges a resource into another. Phones are kept by type: one comes a request, three are read (section 5.1).
pub fn merge(into: &mut Object, from: &Object) {
    for (name, value) in from {
        if let Some(inside) = value.as_object() {
            let mut home = into.remove(name).and_then(|home| home.as_object().cloned()).unwrap_or_default();
            merge(&mut home, inside);
            if !home.is_empty() {
                into.insert(name.clone(), Value::Object(home));
            }
        } else if name == "phoneNumbers" && !items(from, name).is_empty() {
            let mut all = items(into, name).to_vec();
            for phone in items(from, name).iter().filter_map(Value::as_object) {
                add_phone(&mut all, phone);
            }
            into.insert(name.clone(), Value::Array(all));
        } else if value == "" || value.as_array().is_some_and(Vec::is_empty) {
            into.remove(name);
        } else {
            into.insert(name.clone(), value.clone());
        }
    }
}

fn add_phone(all: &mut Vec<Value>, phone: &Object) {
    let kind = text(phone, "type").unwrap_or("work").to_ascii_lowercase();
    // Phone, MobilePhone and Fax are the fields there are.
    if !["work", "mobile", "fax"].contains(&kind.as_str()) {
        return;
    }
    all.retain(|old| old.get("type").and_then(Value::as_str) != Some(kind.as_str()));
    if let Some(number) = text(phone, "value") {
        all.push(serde_json::json!({"type": kind, "value": number}));
    }
}
