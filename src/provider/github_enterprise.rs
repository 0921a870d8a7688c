//! GitHub Enterprise with managed users: on github.com, under a host of its own (GHE.com), or as a server (GHES).
//! E is <https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim>, A is
//! <https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/>.

use serde_json::{Map, Value};

use super::github::{COMMON, split};
use super::{
    Capabilities, Deletion, Dialect, GroupsMode, MemberForm, Provider, Support, Template, Updates, UrlFault,
    ValueFault,
};
use crate::scim::path::Path;
use crate::table::insert_by_key;

const OPT_IN: &str = "off until `groups.mode` is set; a group grants nothing until it is linked to a team";

/// `type: "github-enterprise"`.
pub static GITHUB_ENTERPRISE: Provider = Provider {
    kind: "github-enterprise",
    name: "GitHub Enterprise",
    dialect: Dialect {
        // E, examples: `add` and `remove` take a list under `path: "members"`; the RFC's value path is not shown.
        add_member: &[MemberForm::Add],
        remove_member: &[MemberForm::RemoveList],
        // E: a list of groups with their members can be slow.
        group_query: "excludedAttributes=members&",
        // E: all of these; `externalId` is the link to the identity provider's object.
        required: &["userName", "externalId", "displayName", "emails"],
        // E: the core schema alone, without its other attributes.
        accepted: &["externalId", "userName", "displayName", "name", "emails", "roles"],
        // A/provisioning-user-accounts-with-scim/deprovisioning-and-reinstating-users.
        deletion: Deletion::Irreversible(
            "the account is suspended for ever, its name and e-mail are taken away, and nothing brings it back",
        ),
        check_url: enterprise_url,
        check: Some(check),
        complete,
        agrees: same_roles,
        ..COMMON
    },
    template: Template {
        authentication: r#"{"scheme":"accessToken","accessToken":{"secret":"github-enterprise-access-token"}}"#,
        attributes: &[
            // A/iam-configuration-reference/username-considerations: equals the SAML NameID; the login is made from it.
            ("userName", r#"["userName","email"]"#),
            ("name.givenName", r#""firstName""#),
            ("name.familyName", r#""lastName""#),
            ("displayName", r#"["displayName",{"expression":"user.firstName + ' ' + user.lastName"}]"#),
            (r#"emails[type eq "work"].value"#, r#""email""#),
        ],
        static_attributes: &[],
        groups: GroupsMode::Off,
        updates: Updates::On,
    },
    capabilities: Capabilities {
        create_user: Support::YES,
        create_group: Support::asked(OPT_IN),
        assign_user_to_group: Support::asked(OPT_IN),
        update_profile: Support::YES,
        deactivate_user: Support { note: Some("suspends the account"), ..Support::YES },
        remove_user_from_group: Support::asked("needs `groups.mode: \"mirror\"`"),
        delete_group: Support::asked("needs `groups.mode: \"mirror\"` and a `group.deleted` event"),
        authentication: &["accessToken", "githubApp"],
    },
};

fn enterprise_url(url: &str) -> Option<UrlFault> {
    let (host, path) = split(url);
    let fault = |certain, message, help| Some(UrlFault { certain, message, help });
    let shapes = "write `https://api.github.com/scim/v2/enterprises/<enterprise>`, \
                  `https://api.<name>.ghe.com/scim/v2/enterprises/<name>` or `https://<host>/api/v3/scim/v2`";
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    // E: "api.SUBDOMAIN.ghe.com", and the enterprise is called as the subdomain is.
    let residence = host.strip_suffix(".ghe.com").map(|name| (name, name.strip_prefix("api.")));
    match (residence, segments.as_slice()) {
        _ if host == "github.com" => fault(true, "this is GitHub's web site, not its API", shapes),
        (Some((_, None)), _) => fault(true, "this is the web site of an enterprise, not its API", shapes),
        (Some((_, Some(name))), ["scim", "v2", "enterprises", slug]) if !slug.eq_ignore_ascii_case(name) => {
            fault(true, "the enterprise is not the one of the host", "on GHE.com both have the same name")
        }
        (_, ["scim", "v2", "enterprises", _]) | (None, ["api", "v3", "scim", "v2"]) => None,
        // A, GHES before 3.8 and again in the reference.
        (None, ["api", "v3", "scim", "v2", "enterprises", _]) => None,
        (_, ["scim", "v2", "organizations", ..]) => fault(
            true,
            "this is the address of an organisation, not of an enterprise",
            "take `type: \"github\"`, or `https://api.github.com/scim/v2/enterprises/<enterprise>`",
        ),
        _ => fault(
            host == "api.github.com",
            "this does not look like the SCIM address of an enterprise",
            shapes,
        ),
    }
}

/// A/username-considerations: 39 characters with `_` and a shortcode of 3 to 8, so at most this many before it.
const LOGIN_CHARS: usize = 35;
/// The same page: on GHE.com.
const RESIDENT_LOGIN_CHARS: usize = 30;
/// The same page: without a shortcode, on a server of one's own.
const SERVER_LOGIN_CHARS: usize = 39;

/// The login that GitHub makes of `userName`: it is refused there if it is not one (A/username-considerations).
fn check(url: &str, values: &[(&Path, &Value)]) -> Option<ValueFault> {
    let (_, name) =
        values.iter().find(|(path, _)| path.sub.is_none() && path.top().eq_ignore_ascii_case("userName"))?;
    let (host, path) = split(url);
    let most = match () {
        () if path.starts_with("/api/v3") => SERVER_LOGIN_CHARS,
        () if host.ends_with(".ghe.com") => RESIDENT_LOGIN_CHARS,
        () => LOGIN_CHARS,
    };
    let message = |why: String| {
        Some(ValueFault {
            key: "userName".to_owned(),
            message: format!(
                "`userName` gives a login that GitHub refuses: {why}; GitHub makes it of what comes before `@`, \
                 with `-` for whatever is no letter or digit"
            ),
        })
    };
    let login = login(name.as_str()?);
    match login.chars().count() {
        _ if login.starts_with('-') || login.ends_with('-') => {
            message("it begins or ends with `-`".to_owned())
        }
        _ if login.contains("--") => message("it has two `-` in a row".to_owned()),
        0 => message("it is empty".to_owned()),
        chars if chars > most => message(format!("it has {chars} characters, at most {most} fit")),
        _ => None,
    }
}

/// What GitHub makes of a `userName`.
fn login(name: &str) -> String {
    let local = name.split('@').next().unwrap_or("");
    let local = local.rsplit('\\').next().unwrap_or("");
    // Guests of Entra: `first_home.example#EXT#`.
    let local = local.split("#EXT#").next().unwrap_or("");
    local.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// E: every e-mail needs `type` and `primary`; roles are written as the enumeration has them.
fn complete(user: &mut Map<String, Value>) {
    if let Some(Value::Array(emails)) = user.get_mut("emails") {
        let primary =
            emails.iter().position(|email| email.get("primary") == Some(&Value::Bool(true))).unwrap_or(0);
        for (index, email) in emails.iter_mut().enumerate() {
            if let Value::Object(email) = email {
                email.entry("type").or_insert_with(|| "work".into());
                email.entry("primary").or_insert(Value::Bool(index == primary));
            }
        }
    }
    if let Some(Value::Array(roles)) = user.get_mut("roles") {
        for role in roles {
            if let Some(Value::String(value)) = role.get_mut("value") {
                *value = role_name(value);
            }
        }
    }
}

/// A role as the enumeration has it: `billing_manager` for `Billing Manager`, which older documents had.
fn role_name(value: &str) -> String {
    value.to_ascii_lowercase().replace(' ', "_")
}

/// Roles are compared as they are written: GitHub's own examples have `User`, its enumeration `user`
/// (rest-api-description #6644).
fn same_roles(path: &Path, wanted: &Value, found: &Value) -> Option<bool> {
    let spelled = |value: &Value| value.as_str().map(role_name);
    let names = |list: &Value| {
        let of = |item: &Value| spelled(item.get("value").unwrap_or(item));
        let mut names = Vec::new();
        for item in list.as_array()? {
            insert_by_key(&mut names, of(item), Clone::clone);
        }
        Some(names)
    };
    match (path.top().eq_ignore_ascii_case("roles"), names(wanted), names(found)) {
        (false, ..) => None,
        (true, Some(wanted), Some(found)) => Some(wanted == found),
        (true, ..) => spelled(wanted).map(|wanted| Some(wanted) == spelled(found)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may")]

    use serde_json::json;

    use super::*;

    #[track_caller]
    fn fits(url: &str, name: &str, expected: Option<&str>) {
        let path = Path::parse("userName").unwrap();
        let found = check(url, &[(&path, &json!(name))]).map(|fault| fault.message);
        assert_eq!(found.is_some(), expected.is_some(), "{name}: {found:?}");
        if let (Some(found), Some(expected)) = (found, expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn a_login_is_made_of_the_user_name() {
        assert_eq!(login("rin.sato@acme.test"), "rin-sato");
        assert_eq!(login(r"ACME\Rin"), "Rin");
        assert_eq!(login("rin_home.test#EXT#@acme.test"), "rin-home-test");
    }

    #[test]
    fn a_login_that_github_refuses_is_found_before_sending() {
        let (shared, resident, own) = (
            "https://api.github.com/scim/v2/enterprises/acme",
            "https://api.acme.ghe.com/scim/v2/enterprises/acme",
            "https://git.acme.test/api/v3/scim/v2",
        );
        fits(shared, "rin.sato@acme.test", None);
        fits(shared, ".rin@acme.test", Some("begins or ends"));
        fits(shared, "rin..sato@acme.test", Some("two `-`"));
        fits(shared, "@acme.test", Some("empty"));
        fits(shared, &"a".repeat(36), Some("at most 35"));
        fits(resident, &"a".repeat(31), Some("at most 30"));
        fits(own, &"a".repeat(39), None);
        fits(own, &"a".repeat(40), Some("at most 39"));
    }
}
