//! What a setting is played with: configuration, user, and who is there already.

use serde_json::{Value, json};

use super::super::Setting;
use super::MINTING;
use crate::cases::{self, merge};

/// The configuration and the host, as cases have them.
pub fn case(setting: &Setting, story: &str) -> Value {
    let server = match setting.kind {
        "aws" => "aws",
        "github" => "org",
        "github-enterprise" => "emu",
        "salesforce" => "sf",
        _ => "app",
    };
    let store = story != "forgetful";
    let mut case = json!({ "setting": setting.kind, "host": { "store": store, "saveSecret": "works" } });
    case["providers"][server]["switches"] =
        setting.switches.iter().cloned().map(|(n, v)| (n, json!(v))).collect();
    case["providers"][server]["tokenEndpoint"] = json!(MINTING.contains(&story));
    let mut case = cases::setting(&case);
    let mut change = match setting.kind {
        "aws" | "generic" => {
            let phone = if setting.kind == "aws" { "work" } else { "mobile" };
            let phone = format!("phoneNumbers[type eq \"{phone}\"].value");
            json!({ "attributes": { "userName": "login", phone: "mobile" }, "groups": { "mode": "mirror" } })
        }
        "salesforce" => json!({
            "attributes": { "userName": "login", "phoneNumbers[type eq \"work\"].value": "mobile" },
            "groups": { "mode": "mirror" },
        }),
        _ => json!({}),
    };
    if matches!(
        (setting.kind, story),
        ("github", "updating" | "forgetful" | "adopting" | "app") | ("salesforce", "whole")
    ) {
        change["policy"] = json!({ "updates": true });
    }
    if setting.has("auth=basic") {
        change["authentication"] = json!({ "scheme": "basic", "username": "sync", "password": { "secret": "app-token" }, "accessToken": null });
    }
    if setting.has("singleSignOnProfile=00e000000000002AAA") {
        // The profile that the switch is about.
        change["staticAttributes"] = json!({ "entitlements": [{ "value": "00e000000000002AAA", "type": "Profile", "primary": true }] });
    }
    if story == "app" {
        // As the simulation has it where nothing else is said.
        change["authentication"] = json!({
            "scheme": "githubApp", "accessToken": null, "appId": "12345", "installationId": "4242",
            "privateKey": { "secret": "app-key" },
        });
        let key = "-----BEGIN PRIVATE KEY-----\nTUlJQ2FuYXJ5\n-----END PRIVATE KEY-----\n";
        merge(&mut case["host"]["secrets"], &json!({ "app-key": key }));
    }
    if let Some(grant) = grant(story) {
        let url = case["config"]["servers"][0]["url"].as_str().unwrap();
        let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
        let path = if setting.kind == "salesforce" { "/services/oauth2/token" } else { "/oauth/token" };
        change["authentication"] = json!({
            "scheme": "oauth2", "accessToken": null, "tokenUrl": format!("{origin}{path}"),
            "clientId": "client-1", "clientSecret": { "secret": "client-secret" },
        });
        merge(&mut change["authentication"], &grant);
        let secrets = json!({
            "client-secret": "canary: secret/1", "refresh-token": "canary-refresh-1", "password": "canary-pass+word",
        });
        merge(&mut case["host"]["secrets"], &secrets);
    }
    merge(&mut case["config"]["servers"][0], &change);
    case
}

fn grant(story: &str) -> Option<Value> {
    Some(match story {
        "minted" => json!({ "grant": "clientCredentials" }),
        "refreshed" => json!({ "grant": "refreshToken", "refreshToken": { "secret": "refresh-token" } }),
        "password" => {
            json!({ "grant": "password", "username": "sync", "password": { "secret": "password" } })
        }
        _ => return None,
    })
}

/// The user as the platform has it when the story begins.
pub fn user(setting: &Setting, case: &Value) -> Value {
    let mut user = case["event"]["user"].clone();
    merge(
        &mut user,
        &json!({ "login": "Amara.Okafor@corp.example", "displayName": "Amara Okafor", "mobile": "+49 170 1234567" }),
    );
    if setting.kind.starts_with("github") {
        user["userName"] = user["login"].clone();
    }
    // Names that switches are about.
    for (switch, name) in [("takenUserNames", "taken@corp.test"), ("cannotDeactivate", "owner@corp.test")] {
        if setting.has(&format!("{switch}={name}")) {
            user["login"] = json!(name);
        }
    }
    user
}

/// Somebody else, who was there before.
pub fn bystander(setting: &Setting) -> Value {
    let email = json!([{ "value": "bystander@corp.example", "type": "work", "primary": true }]);
    let mut bystander = json!({
        "id": "bystander", "userName": "bystander@corp.example", "displayName": "By Stander", "active": true,
        "name": { "givenName": "By", "familyName": "Stander" }, "externalId": "u-1",
    });
    match setting.kind {
        "github" => bystander["emails"] = email,
        "github-enterprise" => {
            bystander["emails"] = email;
            bystander["userName"] = json!("by.stander@corp.example");
        }
        // Ids are of Salesforce's making; of this profile there are licences enough, unless that is what is tried.
        "salesforce" => {
            bystander = json!({
                "userName": "bystander@corp.example", "active": true, "nickName": "by",
                "name": { "givenName": "By", "familyName": "Stander" },
                "emails": [{ "value": "bystander@corp.example" }],
                "entitlements": [{ "value": "00e000000000001AAA" }],
            });
        }
        _ => {}
    }
    bystander
}
