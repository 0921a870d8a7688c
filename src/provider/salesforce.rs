//! Salesforce. H is <https://help.salesforce.com/s/articleView?id=xcloud.>; what is marked "pilot" is the behaviour of
//! its own published SCIM pilot, which production answers resemble.

use serde_json::{Map, Value};

use super::github::split;
use super::{
    Capabilities, Deletion, Dialect, GroupCreation, GroupsMode, Level, Limit, MemberForm, Provider, RFC,
    Reading, Says, Support, Template, UpdateForm, Updates, UrlFault, ValueFault,
};
use crate::http::Reply;
use crate::scim::message::ErrorBody;
use crate::scim::path::Path;
use crate::scim::resource::member;
use crate::time::Millis;

const NO_NEW_GROUPS: &str = "public groups are made in Salesforce";

/// `type: "salesforce"`.
pub static SALESFORCE: Provider = Provider {
    kind: "salesforce",
    name: "Salesforce",
    dialect: Dialect {
        // Both media types are in use; connectors that were proved in the field send this one.
        content_type: "application/json",
        // H identity_scim_rest_api: the plural of SCIM 1.1. Whether the singular answers is not known.
        discovery: &["/ServiceProviderConfigs", "/ServiceProviderConfig"],
        // H identity_scim_update_users: one `replace` without path, its value an object, of what changes alone. An
        // operation with path and a list as value are known to fail. PUT clears the role, the federation id and every
        // permission set: never.
        update: &[UpdateForm::PathlessChanged],
        put: false,
        // H identity_scim_manage_groups.
        add_member: &[MemberForm::AddNested],
        remove_member: &[MemberForm::RemoveNested],
        group_creation: GroupCreation::Never,
        // Pilot: without `count` a page has ten, and more than 200 is an error.
        list_query: "count=200&",
        group_query: "count=200&",
        // Pilot: lists have queues among public groups.
        not_groups: &["Queue"],
        // Pilot: nothing is unescaped.
        filter_escapes: false,
        // D3 of our rules: externalId is the federation id, which sign-in rests on. Never by itself.
        external_id: false,
        // 409 `REQUIRED_FIELD_MISSING` without any of these.
        required: &["userName", "name.familyName", "emails", "entitlements"],
        refused: &[
            ("name.middleName", "Salesforce rejects it"),
            ("name.honorificPrefix", "Salesforce rejects it"),
            ("name.honorificSuffix", "Salesforce rejects it"),
            ("name.formatted", "Salesforce makes it of the names"),
            ("displayName", "Salesforce makes it of the names"),
            ("userType", "Salesforce does not let it be written"),
            ("profileUrl", "Salesforce does not let it be written"),
            ("photos", "Salesforce does not let them be written"),
            ("groups", "memberships are set through `groups` of the server, not as an attribute"),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
                "Salesforce rejects it",
            ),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
                "Salesforce does not let it be written",
            ),
        ],
        // Pilot: more than one is an error.
        single: &["emails", "phoneNumbers", "addresses", "roles"],
        // Pilot: taken without a word, and without effect; IBM's connector has userName so, too.
        limited: &["userName", "externalId", "phoneNumbers"],
        answers_whole: true,
        // H identity_scim_update_users; the URN ends with the organisation's id.
        flat_schemas: "urn:salesforce:schemas:extension:00D",
        // Pilot: `remove` needs a path, and these are the names it knows.
        bare_removals: &[
            ("name.givenName", "givenName"),
            ("title", "title"),
            ("nickName", "nickName"),
            ("roles", "roles"),
            ("addresses", "addresses"),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "manager"),
        ],
        // The platform's fields `Username` and `FederationIdentifier`.
        limits: &[
            Limit { path: "userName", max_chars: 80, no_whitespace: true },
            Limit { path: "externalId", max_chars: 512, no_whitespace: false },
        ],
        // H identity_scim_deactivate_reactivate_user: there is no deletion; the pilot's DELETE renames, too.
        deletion: Deletion::Deactivates("Salesforce never deletes a user; the account is deactivated"),
        check_url,
        check: Some(check),
        complete,
        agrees,
        leaves,
        read,
        ..RFC
    },
    template: Template {
        authentication: r#"{"scheme":"oauth2","grant":"clientCredentials",
            "tokenUrl":"https://<my-domain>.my.salesforce.com/services/oauth2/token","clientId":"<client-id>",
            "clientSecret":{"secret":"salesforce-client-secret"}}"#,
        attributes: &[
            // In the form of an e-mail address, and unique among all organisations of Salesforce.
            ("userName", r#"["email","userName"]"#),
            ("name.givenName", r#""firstName""#),
            ("name.familyName", r#""lastName""#),
            (r#"emails[type eq "work"].value"#, r#""email""#),
        ],
        static_attributes: &[(
            "entitlements",
            r#"[{"value":"<profile-id>","type":"Profile","primary":true}]"#,
        )],
        groups: GroupsMode::Off,
        updates: Updates::Limited,
    },
    capabilities: Capabilities {
        create_user: Support::YES,
        create_group: Support::never(NO_NEW_GROUPS),
        assign_user_to_group: Support::asked("needs `groups.mode: \"add\"` and a public group of that name"),
        update_profile: Support {
            by_default: Level::Limited,
            on_request: Level::Yes,
            note: Some(
                "all but userName, externalId and phoneNumbers; with `policy.updates: true` all, and what Salesforce \
                 does not apply is told",
            ),
        },
        deactivate_user: Support::YES,
        remove_user_from_group: Support::asked("needs `groups.mode: \"mirror\"`"),
        delete_group: Support::never(NO_NEW_GROUPS),
        authentication: &["accessToken", "oauth2"],
    },
};

fn check_url(url: &str) -> Option<UrlFault> {
    let (host, path) = split(url);
    let help = "write `https://<my-domain>.my.salesforce.com/services/scim/v2`";
    let fault = |certain, message| Some(UrlFault { certain, message, help });
    match path {
        _ if host.ends_with(".lightning.force.com") => {
            fault(true, "this is the web site of Salesforce, not its API")
        }
        "/services/scim/v1" => fault(true, "this is version 1 of SCIM"),
        "/services/scim/v2" if matches!(host.as_str(), "login.salesforce.com" | "test.salesforce.com") => {
            fault(true, "this host signs people in; users are under the organisation's own")
        }
        // Such hosts end with Winter '27.
        "/services/scim/v2" if is_instance(&host) => fault(false, "hosts of instances are being shut down"),
        "/services/scim/v2" => None,
        _ => fault(false, "this does not look like the SCIM address of a Salesforce organisation"),
    }
}

/// `na1.salesforce.com`, and not `acme.my.salesforce.com`.
fn is_instance(host: &str) -> bool {
    host.strip_suffix(".salesforce.com").is_some_and(|name| !name.contains('.'))
}

/// The prefixes of ids tell what they name.
const PROFILE: &str = "00e";
const PERMISSION_SET: &str = "0PS";
const ROLE: &str = "00E";

/// Ids have 18 characters; the first 15 are the same without regard to the checksum (case counts).
const SHORT_ID: usize = 15;

fn is_id(text: &str) -> bool {
    matches!(text.len(), SHORT_ID | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What Salesforce would answer with one 409 for all.
fn check(_: &str, values: &[(&Path, &Value)]) -> Option<ValueFault> {
    let fault =
        |key: &Path, message: &str| Some(ValueFault { key: key.to_string(), message: message.to_owned() });
    let (mut profiles, mut entitlements) = (0, None);
    for (path, value) in values {
        match path.top().to_ascii_lowercase().as_str() {
            "username" if value.as_str().is_some_and(|name| !is_address(name)) => {
                return fault(path, "`userName` must have the form of an e-mail address at Salesforce");
            }
            "entitlements" => {
                entitlements = Some(path);
                for id in ids(path, value) {
                    match id.get(..3) {
                        Some(PROFILE) if is_id(id) => profiles += 1,
                        Some(PERMISSION_SET) if is_id(id) => {}
                        _ => {
                            return fault(
                                path,
                                "an entitlement is the id of a profile (00e...) or of a permission set (0PS...), of 15 \
                                 or 18 characters",
                            );
                        }
                    }
                }
            }
            "roles" if ids(path, value).any(|id| !is_id(id) || !id.starts_with(ROLE)) => {
                return fault(path, "a role is its id (00E...), of 15 or 18 characters");
            }
            _ => {}
        }
    }
    match (entitlements, profiles) {
        (None, _) | (_, 1) => None,
        (Some(path), 0) => fault(path, "one entitlement must be the id of a profile (00e...)"),
        (Some(path), _) => fault(path, "only one entitlement can be a profile (00e...)"),
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// The ids in a value at `entitlements`, `roles`, or a part of theirs.
fn ids<'v>(path: &Path, value: &'v Value) -> impl Iterator<Item = &'v str> {
    let whole = path.sub.as_deref().is_none_or(|sub| sub.eq_ignore_ascii_case("value"));
    let items = match (value.as_array(), whole) {
        (_, false) => &[],
        (Some(items), true) => items.as_slice(),
        (None, true) => std::slice::from_ref(value),
    };
    items.iter().filter_map(|item| item.as_str().or_else(|| item.get("value")?.as_str()))
}

/// H identity_scim_create_users: a profile is the primary entitlement, a permission set is not.
fn complete(user: &mut Map<String, Value>) {
    let Some(Value::Array(entitlements)) = user.get_mut("entitlements") else { return };
    for entitlement in entitlements {
        if let Value::Object(entitlement) = entitlement {
            let profile =
                entitlement.get("value").and_then(Value::as_str).is_some_and(|id| id.starts_with(PROFILE));
            let kind = if profile { "Profile" } else { "Permission Set" };
            entitlement.entry("type").or_insert_with(|| kind.into());
            entitlement.entry("primary").or_insert(Value::Bool(profile));
        }
    }
}

/// Ids are the same in their short and long form. Permission sets are the administrator's as long as the mapping has
/// none: a `replace` with a profile alone leaves them (pilot).
fn agrees(path: &Path, wanted: &Value, found: &Value) -> Option<bool> {
    let top = path.top().to_ascii_lowercase();
    if !["entitlements", "roles"].contains(&top.as_str()) && !top.ends_with(":manager") {
        return None;
    }
    let same = |one: &str, other: &str| {
        one == other || (is_id(one) && is_id(other) && one.get(..SHORT_ID) == other.get(..SHORT_ID))
    };
    let value = |item: &Value| item.as_str().or_else(|| member(item, "value")?.as_str()).map(str::to_owned);
    let list = |items: &Value| {
        let items = items.as_array().map_or(std::slice::from_ref(items), Vec::as_slice);
        items.iter().filter_map(value).collect::<Vec<_>>()
    };
    let (wanted, found) = (list(wanted), list(found));
    let all = wanted.iter().all(|id| found.iter().any(|other| same(id, other)));
    let sets = |ids: &[String]| ids.iter().filter(|id| id.starts_with(PERMISSION_SET)).count();
    Some(all && (sets(&wanted) == 0 || sets(&wanted) == sets(&found)))
}

/// Pilot: a `replace` with a profile alone takes no permission set away, and there is no documented way to.
fn leaves(path: &Path, wanted: &Value, found: &Value) -> Option<&'static str> {
    let has_sets = |value: &Value| ids(path, value).any(|id| id.starts_with(PERMISSION_SET));
    (path.top().eq_ignore_ascii_case("entitlements") && !has_sets(wanted) && has_sets(found)).then_some(
        "Salesforce keeps permission sets where no other is named: an administrator can take them away",
    )
}

/// The day's requests are used up: nothing says when there will be more, so not every login asks.
const LIMIT_WAIT_MS: u64 = 15 * 60_000;

/// Codes that say that it exists already.
const DUPLICATES: [&str; 3] = ["DUPLICATE_USERNAME", "DUPLICATE_COMM_NICKNAME", "DUPLICATE_VALUE"];

/// 409 stands for whatever a POST or PUT may be refused for; the code in the text tells.
fn read(reply: &Reply, error: &ErrorBody, _: Millis) -> Reading {
    let detail = error.detail.as_deref().unwrap_or("");
    let codes: Vec<&str> = error.code.as_deref().into_iter().chain(codes(detail)).collect();
    let has = |code: &str| codes.contains(&code);
    let code = codes.first().map(|code| (*code).to_owned());
    let duplicate = DUPLICATES.iter().find(|code| has(code));
    if let (Some(duplicate), 400..=499) = (duplicate, reply.status) {
        return Reading { says: Says::Duplicate, code: Some((*duplicate).to_owned()), ..Reading::PLAIN };
    }
    let (says, wait, why) = match reply.status {
        403 if has("REQUEST_LIMIT_EXCEEDED") => (
            Says::Throttled,
            Some(LIMIT_WAIT_MS),
            "the organisation has used up its requests of the day; an administrator can see and raise them",
        ),
        403 if has("API_DISABLED_FOR_ORG") => (Says::Status, None, "the organisation's edition has no API"),
        403 => (Says::Status, None, "the running user needs `API Enabled` and `Manage Users` in its profile"),
        401 => (Says::Status, None, "the session ended, or was never one"),
        409 if has("REQUIRED_FIELD_MISSING") && detail.contains("profileid") => {
            (Says::Rejected, None, "an account needs the id of a profile (00e...) among its entitlements")
        }
        400..=499 if has("LICENSE_LIMIT_EXCEEDED") || detail.contains("License Limit Exceeded") => {
            (Says::Rejected, None, "no licence is left for this profile")
        }
        // The text is what is left where the code is not.
        400..=499 if detail.to_ascii_lowercase().contains("duplicate username") => {
            (Says::Duplicate, None, "")
        }
        409 => (Says::Rejected, None, ""),
        // Whatever its status: the request is what it cannot read.
        400..=599 if has("UNKNOWN_EXCEPTION") => {
            (Says::Rejected, None, "Salesforce could not make sense of it")
        }
        _ => (Says::Status, None, ""),
    };
    Reading { says, code, wait, why: (!why.is_empty()).then(|| why.to_owned()) }
}

/// Words in capitals of six letters or more.
fn codes(detail: &str) -> impl Iterator<Item = &str> {
    detail.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| {
        word.len() > 5
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    })
}
