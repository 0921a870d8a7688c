#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::wildcard_enum_match_arm, reason = "tests")]

use super::super::tests::with;
use super::super::{parse, validate};
use super::*;

/// The part of JSON Schema that [`config_schema`] uses.
fn valid(value: &Value, schema: &Value, root: &Value) -> bool {
    let Value::Object(rules) = schema else { panic!("{schema}") };
    rules.iter().all(|(rule, limit)| match rule.as_str() {
        "$ref" => {
            let target = root.pointer(limit.as_str().unwrap().trim_start_matches('#')).unwrap();
            valid(value, target, root)
        }
        "type" => match limit.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            other => panic!("{other}"),
        },
        "enum" => limit.as_array().unwrap().contains(value),
        "pattern" => value
            .as_str()
            .is_none_or(|text| regex_lite::Regex::new(limit.as_str().unwrap()).unwrap().is_match(text)),
        "minLength" => {
            value.as_str().is_none_or(|text| text.chars().count() as u64 >= limit.as_u64().unwrap())
        }
        "maxLength" => {
            value.as_str().is_none_or(|text| text.chars().count() as u64 <= limit.as_u64().unwrap())
        }
        "minimum" => value.as_f64().is_none_or(|number| number >= limit.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= limit.as_f64().unwrap()),
        "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= limit.as_u64().unwrap()),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| valid(item, limit, root))),
        "required" => {
            limit.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
        }
        "properties" => limit
            .as_object()
            .unwrap()
            .iter()
            .all(|(name, rule)| value.get(name).is_none_or(|v| valid(v, rule, root))),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let known = |name: &str| rules.get("properties").is_some_and(|known| known.get(name).is_some());
            object
                .iter()
                .filter(|(name, _)| !known(name))
                .all(|(_, v)| limit.as_bool().unwrap_or_else(|| valid(v, limit, root)))
        }),
        "oneOf" => limit.as_array().unwrap().iter().filter(|rule| valid(value, rule, root)).count() == 1,
        "$schema" | "$defs" | "description" | "title" | "format" => true,
        other => panic!("{other}"),
    })
}

/// Whether the parser finds fault with a document's shape, as against what takes more than one field to tell.
fn well_formed(document: &Value) -> bool {
    let beyond = [
        "bad-path",
        "duplicate-path",
        "reserved-path",
        "conflicting-path",
        "missing-required",
        "unknown-server",
        "duplicate-id",
        "placeholder",
        "unsupported-authentication",
        "bad-private-key",
        "unknown-variable",
        "bad-expression",
        "unknown-function",
    ];
    !validate(document).iter().any(|problem| problem.is_error() && !beyond.contains(&problem.code))
}

#[track_caller]
fn agree(document: &Value, schema: &Value) {
    let problems = validate(document);
    // A pattern can only come near to what the parser says of URLs.
    if !problems.iter().any(|problem| ["bad-url", "not-https"].contains(&problem.code)) {
        assert_eq!(valid(document, schema, schema), well_formed(document), "{document:#}\n{problems:#?}");
    }
}

/// Values of every kind, among them valid ones of every field.
fn values() -> Vec<Value> {
    let mut values = vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1),
        json!(1.5),
        json!(2.0),
        json!(600_000),
        json!(1e18),
        json!([]),
        json!({}),
        json!([1]),
        json!(["x"]),
        json!([""]),
        json!({ "x": 1 }),
        json!({ "x": "y" }),
        json!({ "x": "" }),
        json!(""),
        json!("x"),
        json!("Xy"),
        json!("https://a.example"),
        json!({ "secret": "n" }),
        json!({ "secret": "" }),
        json!({ "secret": "n", "x": 1 }),
        json!({ "expression": "user.x" }),
        json!({ "expression": 1 }),
        json!({ "expression": "user.x", "x": "y" }),
        json!([["x"], { "expression": "user.x" }]),
        json!({ "title": "x" }),
        json!({ "title": { "expression": "user.x" } }),
        json!({ "title": [] }),
        json!({ "title": "a." }),
        json!({ "mode": "add" }),
        json!({ "count": 1, "windowMs": 1 }),
        json!({ "failures": 1, "coolDownMs": 1 }),
        json!({ "failures": 1 }),
        json!({ "scheme": "accessToken", "accessToken": "literal" }),
        json!({ "scheme": "basic", "username": "u", "password": "literal" }),
        json!({ "scheme": "accessToken", "accessToken": "literal", "username": "u" }),
        json!({ "scheme": "basic" }),
    ];
    let words = [
        "live",
        "shadow",
        "off",
        "add",
        "mirror",
        "allow",
        "deny",
        "denyFirst",
        "never",
        "sameExternalId",
        "unowned",
        "deactivate",
        "delete",
        "none",
        "ignore",
        "aws",
        "generic",
        "accessToken",
        "basic",
    ];
    values.extend(words.map(Value::from));
    values
}

/// Where an object of each shape stands in a document.
fn walk(shape: &'static Shape, at: &str, visit: &mut dyn FnMut(&str, &'static Shape)) {
    visit(at, shape);
    for field in shape.all() {
        let at = format!("{at}/{}", field.name);
        match field.kind {
            Kind::Object(shape) => walk(shape, &at, visit),
            Kind::List(Kind::Object(shape)) => walk(shape, &format!("{at}/0"), visit),
            _ => {}
        }
    }
}

#[test]
fn schema_and_parser_agree_on_every_field() {
    let schema = config_schema();
    agree(&with("/version", json!(1)), &schema);
    let mut places = Vec::new();
    walk(&CONFIG, "", &mut |at, shape| {
        places.push((format!("{at}/unheardOf"), None));
        places.extend(shape.all().map(|field| (format!("{at}/{}", field.name), Some(field))));
    });
    for name in ["scheme", "accessToken", "username", "password"] {
        places.push((format!("/servers/0/authentication/{name}"), None));
    }
    let mut good = 0;
    for (place, field) in &places {
        let mut taken = false;
        for value in values() {
            let document = with(place, value);
            agree(&document, &schema);
            taken |= well_formed(&document);
        }
        // A limit or breaker has two required fields, so that one alone is never taken.
        let halves =
            place.contains("/deprovisionLimit/") || place.contains("/breaker/") || place.contains("/groups/");
        assert!(taken || field.is_none() || halves, "{place}: no valid value was tried");
        good += usize::from(taken);
    }
    assert!(places.len() > 50 && good > 35, "{} {good}", places.len());
}

#[test]
fn schema_and_parser_agree_inside_limits_and_groups() {
    let schema = config_schema();
    for (place, base) in [
        ("/policy/breaker", json!({ "failures": 1, "coolDownMs": 1 })),
        ("/servers/0/policy/deprovisionLimit", json!({ "count": 1, "windowMs": 1 })),
        (
            "/servers/0/groups",
            json!({ "mode": "off", "include": [], "exclude": [], "rename": {}, "create": true }),
        ),
        (
            "/servers/0/authentication",
            json!({ "scheme": "basic", "username": "u", "password": { "secret": "p" } }),
        ),
        (
            "/servers/0/authentication",
            json!({
                "scheme": "oauth2", "grant": "clientCredentials", "tokenUrl": "https://id.example/t", "clientId": "c",
                "clientSecret": { "secret": "s" }, "clientAuthentication": "body", "scope": "a b",
            }),
        ),
        (
            "/servers/0/authentication",
            json!({
                "scheme": "oauth2", "grant": "refreshToken", "tokenUrl": "https://id.example/t", "clientId": "c",
                "refreshToken": { "secret": "r" }, "clientSecret": { "secret": "s" }, "clientAuthentication": "basic",
            }),
        ),
        (
            "/servers/0/authentication",
            json!({
                "scheme": "oauth2", "grant": "jwtBearer", "tokenUrl": "https://id.example/t", "clientId": "c",
                "privateKey": { "secret": "k" }, "subject": "s", "audience": "a", "keyId": "i",
            }),
        ),
        (
            "/servers/0/authentication",
            json!({
                "scheme": "oauth2", "grant": "password", "tokenUrl": "https://id.example/t", "clientId": "c",
                "clientSecret": { "secret": "s" }, "username": "u", "password": { "secret": "p" },
            }),
        ),
    ] {
        for name in base.as_object().unwrap().keys() {
            for value in values() {
                let mut object = base.clone();
                object[name] = value;
                agree(&with(place, object), &schema);
            }
        }
    }
}

#[test]
fn every_field_is_in_the_schema_with_its_description() {
    let schema = config_schema();
    let mut count = 0;
    walk(&CONFIG, "", &mut |at, shape| {
        let found = if shape.name == "Config" { &schema } else { &schema["$defs"][shape.name] };
        let known: Vec<&str> = found["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected: Vec<&str> = shape.all().map(|field| field.name).collect();
        expected.sort_unstable();
        assert_eq!(known, expected, "{at}");
        assert_eq!(found["additionalProperties"], json!(false), "{at}");
        for name in known {
            assert!(found["properties"][name]["description"].as_str().unwrap().len() > 5, "{at}/{name}");
            count += 1;
        }
    });
    assert!(count > 45, "{count}");
    // A schema is itself a document that the parser reads without complaint about its text.
    assert!(parse(&schema.to_string()).is_err());
}

#[test]
fn only_schemes_that_a_type_takes_are_offered() {
    let schema = config_schema();
    let schemes: Vec<&str> = schema["$defs"]["Authentication"]["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["$ref"].as_str().unwrap())
        .collect();
    let types =
        ["AccessToken", "Basic", "ClientCredentials", "RefreshToken", "JwtBearer", "Password", "GithubApp"];
    assert_eq!(schemes, types.map(|name| format!("#/$defs/{name}")));
}

/// `UPDATE_SCHEMA=1` writes it.
#[test]
fn the_package_holds_this_schema() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/pkg/config-schema.js");
    let text = serde_json::to_string(&config_schema()).unwrap();
    let text = text.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${");
    let whole = format!(
        "// Written by `UPDATE_SCHEMA=1 cargo test package_holds` from src/config/schema.rs.\nexport const schema = `{text}`;\n"
    );
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(file, &whole).unwrap();
    }
    assert!(std::fs::read_to_string(file).is_ok_and(|held| held == whole), "run it with UPDATE_SCHEMA=1");
}
