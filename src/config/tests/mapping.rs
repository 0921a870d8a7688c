//! What is mapped, and what is not.

use super::*;

/// A generic server's `attributes` of userName and what is given.
fn attributes(more: Value) -> Value {
    let mut config = with("/servers/0/type", json!("generic"));
    put(&mut config, "/servers/0/attributes", json!({ "userName": "email" }));
    for (key, value) in more.as_object().unwrap() {
        config["servers"][0]["attributes"][key] = value.clone();
    }
    config
}

#[track_caller]
fn attribute(more: Value, expected: &[(&str, &str)]) {
    let found = validate(&attributes(more));
    let found: Vec<_> =
        found.iter().map(|p| (p.code, p.path.strip_prefix("/servers/0/attributes").unwrap())).collect();
    assert_eq!(found, expected);
}

#[test]
fn attribute_paths() {
    attribute(json!({ "emails[type eq \"work\"": "email" }), &[("bad-path", "/emails[type eq \"work\"")]);
    attribute(
        json!({ "active": "x", "urn:ietf:params:scim:schemas:core:2.0:User:Meta": "x" }),
        &[
            ("reserved-path", "/active"),
            ("reserved-path", "/urn:ietf:params:scim:schemas:core:2.0:User:Meta"),
        ],
    );
    attribute(json!({ "title": "a", "Title": "b" }), &[("duplicate-path", "/title")]);
    attribute(json!({ "name": "a", "name.givenName": "b" }), &[("conflicting-path", "/name.givenName")]);
    attribute(json!({ "emails.value": "a" }), &[("bad-path", "/emails.value")]);
    attribute(
        json!({ "emails": "a", "emails[type eq \"work\"].value": "b" }),
        &[("conflicting-path", "/emails[type eq \"work\"].value")],
    );
    attribute(json!({ "groups": "groups" }), &[("refused-attribute", "/groups")]);
    attribute(json!({ "emails[type eq \"work\"].value": "a", "emails[type eq \"home\"].value": "b" }), &[]);
}

#[test]
fn sources() {
    attribute(json!({ "title": ["job.title", { "expression": "user.title" }, ["a"]] }), &[]);
    attribute(json!({ "title": 5 }), &[("wrong-type", "/title")]);
    attribute(json!({ "title": [] }), &[("bad-value", "/title")]);
    attribute(json!({ "title": "a..b" }), &[("bad-value", "/title")]);
    attribute(json!({ "title": "" }), &[("bad-value", "/title")]);
    attribute(json!({ "title": "<property>" }), &[("placeholder", "/title")]);
    attribute(json!({ "title": "user.title" }), &[("looks-like-expression", "/title")]);
    attribute(
        json!({ "title": ["a", { "expresion": "x" }] }),
        &[("missing-field", "/title/1/expression"), ("unknown-field", "/title/1/expresion")],
    );
    attribute(json!({ "title": { "expression": "nope()" } }), &[("unknown-function", "/title/expression")]);
}

#[test]
fn attributes_replace_the_template_and_static_ones_win() {
    let config = attributes(json!({}));
    let (config, _) = parse(&config.to_string()).unwrap();
    assert_eq!(
        mapped(&config),
        [
            ("userName".into(), "email".into(), Origin::Attributes),
            ("externalId".into(), "id".into(), Origin::Template)
        ]
    );
    let (config, _) = parse(&attributes(json!({ "externalId": "number" })).to_string()).unwrap();
    assert_eq!(mapped(&config).len(), 2);
    let config = fine(
        "/servers/0/staticAttributes",
        json!({ "displayName": "x", "name": { "givenName": "a", "familyName": "b" } }),
    );
    let found = mapped(&config);
    assert_eq!(found.iter().filter(|a| a.2 == Origin::StaticAttributes).count(), 2);
    assert!(!found.iter().any(|a| a.0.starts_with("name.")), "{found:?}");
    assert!(config.servers[0].attributes.iter().filter(|a| a.required).count() == 3);
    let mut config = attributes(json!({ "title": "job" }));
    put(&mut config, "/servers/0/staticAttributes", json!({ "TITLE": "boss" }));
    let (config, _) = parse(&config.to_string()).unwrap();
    assert_eq!(mapped(&config)[1], ("TITLE".into(), "\"boss\"".replace('"', ""), Origin::StaticAttributes));
}

#[test]
fn what_a_type_requires_and_refuses() {
    check(
        with("/servers/0/attributes", json!({ "userName": "email", "displayName": "x" })),
        &[
            (
                "missing-required",
                "/servers/0/attributes",
                "`name.givenName` is required by this type and mapped to nothing",
            ),
            (
                "missing-required",
                "/servers/0/attributes",
                "`name.familyName` is required by this type and mapped to nothing",
            ),
        ],
    );
    let more =
        json!({ "ims": "x", "emails[type eq \"work\"].display": "y", "emails[type eq \"home\"].value": "z" });
    let mut config = base();
    let template = template("aws").unwrap();
    put(&mut config, "/servers/0/attributes", template["attributes"].clone());
    for (key, value) in more.as_object().unwrap() {
        config["servers"][0]["attributes"][key] = value.clone();
    }
    check(
        config.clone(),
        &[
            (
                "refused-attribute",
                "/servers/0/attributes/emails[type eq \"home\"].value",
                "`emails[type eq \"home\"].value` is left out: `emails` takes one value",
            ),
            (
                "refused-attribute",
                "/servers/0/attributes/emails[type eq \"work\"].display",
                "`emails[type eq \"work\"].display` is left out: AWS does not support `display`",
            ),
            ("refused-attribute", "/servers/0/attributes/ims", "`ims` is left out: AWS does not support it"),
        ],
    );
    let (config, _) = parse(&config.to_string()).unwrap();
    assert_eq!(config.servers[0].attributes.iter().filter(|a| a.refused.is_some()).count(), 3);
    let statics = json!({ "roles[type eq \"x\"]": { "value": "admin", "display": "Admin" } });
    let (config, problems) = parse(&with("/servers/0/staticAttributes", statics).to_string()).unwrap();
    assert_eq!((problems.len(), problems[0].code), (1, "refused-attribute"));
    let role = config.servers[0].attributes.iter().find(|a| a.key.starts_with("roles")).unwrap();
    assert!(matches!(&role.source, Source::Static(value) if *value == json!({ "value": "admin" })));
    let two = json!({ "phoneNumbers": [{ "value": "1" }, { "value": "2" }] });
    one("/servers/0/staticAttributes", two, "refused-attribute", "/servers/0/staticAttributes/phoneNumbers");
    one(
        "/servers/0/staticAttributes",
        json!({ "title": "<title>" }),
        "placeholder",
        "/servers/0/staticAttributes/title",
    );
}
