//! Discovery (serviceproviderconfig.html, listresourcetypes.html, listschemas.html). It misleads, as AWS's does.

use serde_json::{Value, json};

use super::rules::UNSUPPORTED;
use crate::sim::schema::{self, ENTERPRISE, GROUP, LIST, USER};
use crate::sim::settings::Settings;
use crate::sim::store::Kind;

/// Bulk is unsupported and still has numbers; cursors are not announced.
pub fn config(settings: &Settings) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "documentationUri": "https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-idp.html",
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "OAuth Bearer Token",
            "description": "Authentication scheme using the OAuth Bearer Token Standard",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "documentationUri": "https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html",
            "primary": true
        }],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 1, "maxPayloadSize": 1_048_576},
        "filter": {"supported": true, "maxResults": settings.number("maxResults")},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": false}
    })
}

/// The enterprise extension says `required: true`, which it is not.
pub fn resource_types() -> Value {
    let schema = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    list(vec![
        json!({"schemas": [schema], "id": "User", "name": "User", "endpoint": "/Users",
               "description": "User Account", "schema": USER,
               "schemaExtensions": [{"schema": ENTERPRISE, "required": true}],
               "meta": {"resourceType": "ResourceType", "location": "/scim/v2/ResourceTypes/User"}}),
        json!({"schemas": [schema], "id": "Group", "name": "Group", "endpoint": "/Groups",
               "description": "Group", "schema": GROUP,
               "meta": {"resourceType": "ResourceType", "location": "/scim/v2/ResourceTypes/Group"}}),
    ])
}

/// The three schemas.
pub fn all() -> Value {
    list([USER, GROUP, ENTERPRISE].iter().filter_map(|urn| one(urn)).collect())
}

/// One schema.
pub fn one(urn: &str) -> Option<Value> {
    let (name, attributes) = match urn {
        USER => ("User", schema::attributes(Kind::User)),
        GROUP => ("Group", schema::attributes(Kind::Group)),
        ENTERPRISE => ("EnterpriseUser", schema::extension(Kind::User, urn)?.1),
        _ => return None,
    };
    let kept = attributes.iter().filter(|a| a.name != "externalId" && !UNSUPPORTED.contains(&a.name));
    // All strings caseExact false; displayName of groups not unique on paper.
    let mut described: Vec<Value> =
        kept.map(|attribute| crate::sim::generic::schemas::describe(attribute, false)).collect();
    described.iter_mut().filter(|attribute| attribute["name"] == "addresses").for_each(|addresses| {
        if let Some(subs) = addresses.get_mut("subAttributes").and_then(Value::as_array_mut) {
            subs.retain(|sub| sub["name"] != "primary");
        }
    });
    Some(json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": urn, "name": name,
                "description": name, "attributes": described,
                "meta": {"resourceType": "Schema", "location": format!("/v2/Schemas/{urn}")}}))
}

fn list(resources: Vec<Value>) -> Value {
    json!({"schemas": [LIST], "totalResults": resources.len(), "itemsPerPage": resources.len(), "startIndex": 1,
           "Resources": resources})
}
