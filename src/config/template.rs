//! What choosing a server type fills in (C5).

use serde_json::{Map, Value};

use crate::json;
use crate::provider::{GroupsMode, Provider};
use crate::table::object;

/// A server of this type without `id` and `url`: with them, it is valid but for the `<placeholders>` it may hold.
/// `None` for a type that is not built in.
pub fn template(kind: &str) -> Option<Value> {
    let template = &Provider::of(kind)?.template;
    let mut server = Map::new();
    server.insert("type".to_owned(), kind.into());
    server.insert("authentication".to_owned(), parsed(template.authentication));
    server.insert("attributes".to_owned(), table(template.attributes));
    server.insert("staticAttributes".to_owned(), table(template.static_attributes));
    let mode = match template.groups {
        GroupsMode::Off => "off",
        GroupsMode::Add => "add",
        GroupsMode::Mirror => "mirror",
    };
    server.insert("groups".to_owned(), object([("mode".to_owned(), mode.into())]).into());
    // Empty: every default follows the type where it is left unset (D10).
    server.insert("policy".to_owned(), Map::new().into());
    Some(Value::Object(server))
}

fn table(entries: &[(&str, &str)]) -> Value {
    object(entries.iter().map(|(key, text)| ((*key).to_owned(), parsed(text)))).into()
}

/// JSON of ours; a test parses all of it.
fn parsed(text: &str) -> Value {
    json::value(text).unwrap_or_default()
}
