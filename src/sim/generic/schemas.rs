//! Discovery (RFC 7643 5, 6, 7; RFC 7644 4).

use serde_json::{Value, json};

use crate::sim::schema::{self, Access, Attribute, ENTERPRISE, GROUP, LIST, Type, USER};
use crate::sim::settings::Settings;
use crate::sim::store::Kind;

/// An attribute as `/Schemas` describes it. `exact`: whether the schema tells case sensitivity apart.
pub fn describe(attribute: &'static Attribute, exact: bool) -> Value {
    let (kind, returned) = match (attribute.kind, attribute.access) {
        (Type::Text, Access::WriteOnly) => ("string", "never"),
        (Type::Text, Access::ReadWrite | Access::ReadOnly) => ("string", "default"),
        (Type::Boolean, _) => ("boolean", "default"),
        (Type::Complex, _) => ("complex", "default"),
    };
    let mutability = match attribute.access {
        Access::ReadWrite => "readWrite",
        Access::ReadOnly => "readOnly",
        Access::WriteOnly => "writeOnly",
    };
    let mut out = json!({"name": attribute.name, "type": kind, "multiValued": attribute.many,
                         "description": attribute.name, "required": attribute.required,
                         "mutability": mutability, "returned": returned,
                         "uniqueness": if attribute.name == "userName" { "server" } else { "none" }});
    if let Some(object) = out.as_object_mut() {
        if attribute.kind == Type::Text {
            object.insert("caseExact".to_owned(), Value::Bool(exact && attribute.exact));
        }
        if !attribute.subs.is_empty() {
            let subs = attribute.subs.iter().map(|sub| describe(sub, exact)).collect();
            object.insert("subAttributes".to_owned(), Value::Array(subs));
        }
    }
    out
}

/// `/ServiceProviderConfig`
pub fn config(settings: &Settings) -> Value {
    let scheme = |kind: &str, name: &str, primary: bool| json!({"type": kind, "name": name, "description": name, "primary": primary});
    let bearer = settings.token.is_some().then(|| scheme("oauthbearertoken", "OAuth Bearer Token", true));
    let basic = settings.basic.is_some().then(|| scheme("httpbasic", "HTTP Basic", settings.token.is_none()));
    let schemes: Vec<Value> = bearer.into_iter().chain(basic).collect();
    let claims = settings.is("discovery", "overclaims");
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": claims || settings.is("patch", "supported")},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": claims || settings.is("filters", "honoured"),
                   "maxResults": settings.number("maxResults")},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": claims || !settings.is("etag", "off")},
        "authenticationSchemes": schemes,
        "meta": {"resourceType": "ServiceProviderConfig",
                 "location": format!("{}/ServiceProviderConfig", settings.url)}
    })
}

/// `/ResourceTypes`, or one of them.
pub fn resource_types(settings: &Settings) -> Vec<Value> {
    let make = |kind: Kind, extensions: Value| {
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": kind.name(),
               "name": kind.name(), "endpoint": format!("/{}", kind.endpoint()), "schema": schema::core(kind),
               "schemaExtensions": extensions,
               "meta": {"resourceType": "ResourceType",
                        "location": format!("{}/ResourceTypes/{}", settings.url, kind.name())}})
    };
    let mut types = vec![make(Kind::User, json!([{"schema": ENTERPRISE, "required": false}]))];
    if settings.is("groups", "yes") {
        types.push(make(Kind::Group, json!([])));
    }
    types
}

/// `/Schemas`
pub fn all(settings: &Settings) -> Vec<Value> {
    let make = |urn: &str, name: &str, attributes: &'static [Attribute]| {
        let described: Vec<Value> = attributes.iter().map(|attribute| describe(attribute, true)).collect();
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": urn, "name": name,
               "description": name, "attributes": described,
               "meta": {"resourceType": "Schema", "location": format!("{}/Schemas/{urn}", settings.url)}})
    };
    let mut list = vec![make(USER, "User", schema::attributes(Kind::User))];
    if settings.is("groups", "yes") {
        list.push(make(GROUP, "Group", schema::attributes(Kind::Group)));
    }
    if let Some((urn, attributes)) = schema::extension(Kind::User, ENTERPRISE) {
        list.push(make(urn, "EnterpriseUser", attributes));
    }
    list
}

/// A list of everything.
pub fn list(resources: Vec<Value>) -> Value {
    json!({"schemas": [LIST], "totalResults": resources.len(), "itemsPerPage": resources.len(), "startIndex": 1,
           "Resources": resources})
}
