//! What a server's type knows better than its configuration.

use super::*;

#[test]
fn addresses_of_another_api_are_found() {
    let wrong = |kind: &str, url: &str, is_error: bool| {
        let problems = validate(&of_type(kind, json!({ "url": url })));
        let [problem] = problems.as_slice() else { panic!("{kind} {url}: {problems:?}") };
        assert_eq!((problem.code, problem.path.as_str()), ("wrong-address", "/servers/0/url"), "{url}");
        assert_eq!(problem.is_error(), is_error, "{url}");
    };
    wrong("github", "https://api.github.com/scim/v2/enterprises/acme", true);
    wrong("github", "https://github.com/orgs/acme", true);
    wrong("github", "https://api.github.com/scim/v2/organizations", true);
    wrong("github", "https://api.github.com/scim/v2/organizations/acme/Users", true);
    wrong("github", "https://proxy.acme.test/github", false);
    wrong("github-enterprise", "https://api.github.com/scim/v2/organizations/acme", true);
    wrong("github-enterprise", "https://acme.ghe.com/scim/v2/enterprises/acme", true);
    wrong("github-enterprise", "https://api.acme.ghe.com/scim/v2/enterprises/other", true);
    wrong("salesforce", "https://acme.my.salesforce.com/services/scim/v1", true);
    wrong("salesforce", "https://acme.lightning.force.com/services/scim/v2", true);
    wrong("salesforce", "https://login.salesforce.com/services/scim/v2", true);
    wrong("salesforce", "https://na1.salesforce.com/services/scim/v2", false);
    check(
        of_type("github-enterprise", json!({ "url": "https://api.acme.ghe.com/scim/v2/enterprises/acme" })),
        &[],
    );
    check(of_type("github-enterprise", json!({ "url": "https://git.acme.test/api/v3/scim/v2" })), &[]);
}

#[test]
fn entitlements_at_salesforce_hold_one_profile() {
    let of = |entitlements: Value| of_type("salesforce", json!({ "staticAttributes": entitlements }));
    let one = |config: Value, code: &str, path: &str| {
        let found: Vec<_> = validate(&config).into_iter().map(|p| (p.code, p.path)).collect();
        assert_eq!(found, [(code, path.to_owned())].map(|(code, path)| (code, path)), "{config}");
    };
    check(
        of(json!({ "entitlements": [{ "value": "00e000000000001" }, { "value": "0PS000000000001AAA" }] })),
        &[],
    );
    one(of(json!({})), "missing-required", "/servers/0/staticAttributes");
    let at = "/servers/0/staticAttributes/entitlements";
    one(of(json!({ "entitlements": [{ "value": "00D000000000001AAA" }] })), "bad-value", at);
    one(of(json!({ "entitlements": [{ "value": "0PS000000000001AAA" }] })), "bad-value", at);
    one(
        of(json!({ "entitlements": [{ "value": "00e000000000001AAA" }, { "value": "00e000000000002AAA" }] })),
        "bad-value",
        at,
    );
    one(
        of(json!({ "entitlements": [{ "value": "<profile-id>" }] })),
        "placeholder",
        &format!("{at}/0/value"),
    );
}

#[test]
fn what_a_type_knows_better() {
    let one = |kind: &str, fields: Value, code: &str, path: &str| {
        let problems = validate(&of_type(kind, fields));
        let found: Vec<_> = problems.iter().map(|p| (p.code, p.path.as_str(), p.is_error())).collect();
        assert_eq!(found, [(code, path, false)], "{kind}");
    };
    one("github", json!({ "groups": { "mode": "add" } }), "unsupported-groups", "/servers/0/groups/mode");
    let delete = json!({ "policy": { "deprovision": "delete" } });
    one("github-enterprise", delete.clone(), "irreversible-delete", "/servers/0/policy/deprovision");
    one("salesforce", delete, "no-delete", "/servers/0/policy/deprovision");
    let adopt = json!({ "policy": { "adopt": "sameExternalId" } });
    one("salesforce", adopt, "adopts-nothing", "/servers/0/policy/adopt");
    let app = json!({ "scheme": "githubApp", "appId": "1", "installationId": "2", "privateKey": { "secret": "k" } });
    let elsewhere = json!({ "url": "https://git.acme.test/api/v3/scim/v2", "authentication": app });
    one("github-enterprise", elsewhere, "other-host", "/servers/0/authentication/apiUrl");
    let attributes = json!({ "userName": "email", "name.familyName": "lastName", "emails[type eq \"work\"].value": "email",
                             "name.middleName": "middleName" });
    let refused = json!({ "attributes": attributes });
    one("salesforce", refused, "refused-attribute", "/servers/0/attributes/name.middleName");
}
