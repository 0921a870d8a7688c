//! Discovery (sheet section 2), with the defects it is known for.

use serde_json::{Value, json};

use super::read::ALIAS_2;
use super::{Salesforce, sha1};
use crate::sim::generic::schemas::describe;
use crate::sim::schema::{self, ENTERPRISE, GROUP, LIST, USER};
use crate::sim::store::Kind;

const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const HELP: &str = "https://help.salesforce.com/articleView?id=identity_scim_overview.htm";

/// `multiValued` and `required` are wrong where they are (section 2).
const MISSTATED: [&str; 3] = ["groups", "entitlements", "roles"];
/// RFC attributes there is no field for.
const ABSENT: [&str; 3] = ["ims", "x509Certificates", "profileUrl"];

impl Salesforce {
    /// `/ServiceProviderConfigs`
    pub(super) fn config(&self) -> Value {
        let location = format!("{}/ServiceProviderConfig/", self.settings.url);
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "documentationUri": HELP,
            "patch": {"supported": true},
            "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": true, "maxResults": 200},
            "changePassword": {"supported": true},
            "sort": {"supported": false},
            "etag": {"supported": false},
            "authenticationSchemes": [{
                "type": "oauth2", "name": "OAuth v2.0", "description": "Authentication Scheme using the OAuth Standard",
                "specUri": "https://tools.ietf.org/html/rfc6749", "documentationUri": HELP, "primary": true
            }],
            "meta": {"location": location, "resourceType": "ServiceProviderConfig", "version": sha1::hex(&location)}
        })
    }

    /// `/ResourceTypes`
    pub(super) fn resource_types(&self) -> Vec<Value> {
        let make = |name: &str, endpoint: &str, schema: &str, extensions: Vec<String>| {
            // Text, not truth (section 2).
            let extensions: Vec<Value> =
                extensions.iter().map(|urn| json!({"schema": urn, "required": "false"})).collect();
            json!({"schemas": [RESOURCE_TYPE], "id": name, "name": name, "endpoint": endpoint, "schema": schema,
                   "schemaExtensions": extensions,
                   "meta": {"resourceType": "ResourceType",
                            "location": format!("{}/ResourceTypes/{name}", self.settings.url)}})
        };
        let urn = |name: &str| format!("urn:salesforce:schemas:extension:{name}");
        let user = vec![
            ENTERPRISE.to_owned(),
            self.org.custom_urn(),
            urn("external:1.0"),
            urn("1.0"),
            urn("communities:1.0"),
        ];
        vec![
            make("User", "/Users", USER, user),
            make("Group", "/Groups", GROUP, Vec::new()),
            make("Entitlement", "/Entitlements", &urn("1.0:Entitlement"), Vec::new()),
            make("Role", "/Roles", &urn("1.0:Role"), Vec::new()),
        ]
    }

    /// `/Schemas`
    pub(super) fn schemas(&self) -> Vec<Value> {
        let make = |id: &str, name: &str, attributes: Vec<Value>| {
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": id, "name": name,
                   "description": name, "attributes": attributes})
        };
        let text = |name: &str| {
            json!({"name": name, "type": "string", "multiValued": false, "description": name, "required": false,
                   "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"})
        };
        let kept = |attributes: &'static [schema::Attribute]| -> Vec<Value> {
            let kept = attributes.iter().filter(|attribute| !ABSENT.contains(&attribute.name));
            kept.map(|attribute| describe(attribute, true)).collect()
        };
        let mut user = kept(schema::attributes(Kind::User));
        for attribute in user.iter_mut().filter_map(Value::as_object_mut) {
            let name = attribute.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
            if MISSTATED.contains(&name.as_str()) {
                attribute.insert("required".to_owned(), Value::Bool(true));
            }
            if name == "roles" {
                attribute.insert("multiValued".to_owned(), Value::Bool(false));
            }
        }
        let mut encoding = text("emailEncodingKey");
        if let Some(encoding) = encoding.as_object_mut() {
            encoding.insert("mutability".to_owned(), Value::from("readWriite"));
        }
        user.push(encoding);
        let enterprise = schema::extension(Kind::User, ENTERPRISE).map_or(Vec::new(), |(_, list)| kept(list));
        let custom = self.org.custom_fields.iter().map(|name| text(name)).collect();
        let named = |extra: &str| [text("id"), text("displayName"), text(extra)].to_vec();
        vec![
            make(USER, "User", user),
            make(GROUP, "Group", kept(schema::attributes(Kind::Group))),
            make(ENTERPRISE, "EnterpriseUser", enterprise),
            make(&self.org.custom_urn(), "CustomFields", custom),
            // Written 2.0, answered 1.0 (section 2).
            make(ALIAS_2, "SalesforceUser", vec![text("alias")]),
            make("urn:salesforce:schemas:extension:2.0:Entitlement", "Entitlement", named("type")),
            make("urn:salesforce:schemas:extension:2.0:Role", "Role", named("members")),
        ]
    }

    /// A discovery list, or one of it: by id, or by short name.
    pub(super) fn discover(all: Vec<Value>, rest: &[&str]) -> Option<Value> {
        let is =
            |one: &Value, id: &str| ["id", "name"].iter().any(|key| one.get(key).is_some_and(|v| v == id));
        match rest {
            [] => Some(json!({"schemas": [LIST], "totalResults": all.len(), "Resources": all})),
            [id] => all.into_iter().find(|one| is(one, id)),
            _ => None,
        }
    }
}
