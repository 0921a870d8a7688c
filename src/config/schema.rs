//! JSON Schema (draft 2020-12) of a configuration, written from the table that the parser checks by. It is the same for
//! every configuration, so the package holds it as text (`pkg/config-schema.js`) and the module is spared the 10 kB
//! that make it; a test holds one to the other.

use serde_json::{Map, Value, json};

use super::fields::{CONFIG, Kind, Of, Shape, Tagged, scheme_is_built, server_types};

/// The schema, for editors. What takes more than one field to tell (names of servers, expressions, paths) is left to
/// the parser.
pub fn config_schema() -> Value {
    let mut definitions = Map::new();
    let mut root = object(&CONFIG, &mut definitions);
    definitions.insert("SecretValue".to_owned(), secret());
    definitions.insert("Source".to_owned(), source());
    if let Value::Object(root) = &mut root {
        root.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        root.insert("title".to_owned(), "scimhook".into());
        root.insert("$defs".to_owned(), definitions.into());
    }
    root
}

fn object(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for field in shape.all() {
        let mut schema = of(&field.kind, definitions);
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), field.about.into());
        }
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<&str> = shape.all().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "description": shape.about,
        "properties": properties,
        "additionalProperties": false,
    });
    if let (Value::Object(schema), false) = (&mut schema, required.is_empty()) {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

fn of(kind: &Kind, definitions: &mut Map<String, Value>) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Word => json!({ "type": "string", "minLength": 1 }),
        Kind::Id => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$" }),
        Kind::Url => {
            json!({ "type": "string", "format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^?#]+$" })
        }
        Kind::Expression => json!({ "type": "string", "maxLength": 4096 }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Whole { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Enum(values) => json!({ "type": "string", "enum": values }),
        Kind::ServerType => json!({ "type": "string", "enum": server_types().collect::<Vec<_>>() }),
        Kind::Secret => json!({ "$ref": "#/$defs/SecretValue" }),
        Kind::Source => json!({ "$ref": "#/$defs/Source" }),
        Kind::Json => json!({}),
        Kind::Rename => {
            json!({ "type": "object", "additionalProperties": { "type": "string", "minLength": 1 } })
        }
        Kind::Object(shape) => {
            if !definitions.contains_key(shape.name) {
                // Reserved first, so that the definitions keep the order of the table.
                definitions.insert(shape.name.to_owned(), Value::Null);
                let schema = object(shape, definitions);
                definitions.insert(shape.name.to_owned(), schema);
            }
            json!({ "$ref": format!("#/$defs/{}", shape.name) })
        }
        Kind::Tagged(tagged) => {
            let schema = json!({ "description": tagged.about, "oneOf": variants(tagged, definitions) });
            definitions.insert(tagged.name.to_owned(), schema);
            json!({ "$ref": format!("#/$defs/{}", tagged.name) })
        }
        Kind::List(item) => json!({ "type": "array", "items": of(item, definitions) }),
        Kind::Table(value) => json!({ "type": "object", "additionalProperties": of(value, definitions) }),
    }
}

/// The variants that some server type takes; those of a tag within a tag stand beside the others.
fn variants(tagged: &Tagged, definitions: &mut Map<String, Value>) -> Vec<Value> {
    let mut found = Vec::new();
    for variant in
        tagged.variants.iter().filter(|variant| tagged.tag != "scheme" || scheme_is_built(variant.tag))
    {
        match variant.of {
            Of::Shape(shape) => found.push(of(&Kind::Object(shape), definitions)),
            Of::Tagged(inner) => found.extend(variants(inner, definitions)),
        }
    }
    found
}

fn secret() -> Value {
    json!({
        "description": "A secret, or better a name that the host resolves.",
        "oneOf": [
            { "type": "string", "minLength": 1 },
            {
                "type": "object",
                "properties": { "secret": { "type": "string", "minLength": 1, "description": "The name." } },
                "required": ["secret"],
                "additionalProperties": false,
            },
        ],
    })
}

fn source() -> Value {
    json!({
        "description": "A dotted path into the event's user; or CEL over user, application and event; or a list, of which \
                        the first that gives a non-empty value is taken.",
        "oneOf": [
            { "type": "string", "pattern": "^[^.]+([.][^.]+)*$" },
            {
                "type": "object",
                "properties": { "expression": { "type": "string", "maxLength": 4096, "description": "CEL." } },
                "required": ["expression"],
                "additionalProperties": false,
            },
            { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/Source" } },
        ],
    })
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
