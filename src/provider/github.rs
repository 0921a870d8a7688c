//! A GitHub organisation with SAML single sign-on of its own. An account is a membership by invitation; people keep
//! their personal accounts. D is <https://docs.github.com/en/enterprise-cloud@latest/rest/scim/scim>, R is
//! <https://docs.github.com/en/rest/using-the-rest-api/>.

use serde_json::Value;

use super::{
    Capabilities, Deactivation, Dialect, GroupCreation, GroupsMode, Provider, RFC, Reading, Says, Support,
    Template, UpdateForm, Updates, UrlFault,
};
use crate::http::{Body, Reply};
use crate::scim::message::ErrorBody;
use crate::scim::resource::text;
use crate::time::{Millis, http_date};

const NO_GROUPS: &str = "an organisation has no groups over SCIM; teams are synchronised in GitHub";

/// `type: "github"`.
pub static GITHUB: Provider = Provider {
    kind: "github",
    name: "GitHub organisation",
    dialect: Dialect {
        // D: GitHub deletes the identity with the membership; its id is never answered again.
        deactivation: Deactivation::DropsId,
        group_creation: GroupCreation::Never,
        // D: `userName`, `name.givenName`, `name.familyName` and `emails`.
        required: &["userName", "name.givenName", "name.familyName", "emails"],
        accepted: &["externalId", "userName", "displayName", "name", "emails"],
        ..COMMON
    },
    template: Template {
        authentication: r#"{"scheme":"accessToken","accessToken":{"secret":"github-access-token"}}"#,
        attributes: &[
            // D: must equal the SAML NameID, unless the identity provider is Entra, which matches by externalId.
            ("userName", r#"["userName","email"]"#),
            ("name.givenName", r#""firstName""#),
            ("name.familyName", r#""lastName""#),
            (r#"emails[type eq "work"].value"#, r#""email""#),
        ],
        static_attributes: &[],
        groups: GroupsMode::Off,
        updates: Updates::Off,
    },
    capabilities: Capabilities {
        create_user: Support { note: Some("an invitation, which the person accepts"), ..Support::YES },
        create_group: Support::never(NO_GROUPS),
        assign_user_to_group: Support::never(NO_GROUPS),
        update_profile: Support::asked("needs `policy.updates: true`"),
        deactivate_user: Support {
            note: Some("ends the membership; whoever comes back is invited anew"),
            ..Support::YES
        },
        remove_user_from_group: Support::never(NO_GROUPS),
        delete_group: Support::never(NO_GROUPS),
        authentication: &["accessToken", "githubApp"],
    },
};

/// What organisations and enterprises have in common.
pub(super) const COMMON: Dialect = Dialect {
    // D, OpenAPI: request bodies are `application/json`; the recommended `Accept`.
    content_type: "application/json",
    accept: "application/vnd.github+json",
    // R/rate-limits-for-the-rest-api: make requests serially; reads do no harm.
    writes: 1,
    // D lists no `ServiceProviderConfig`, `Schemas` or `ResourceTypes`.
    discovery: &[],
    // D: a `path` with a filter does not work; its own examples have an object and no path. PUT replaces the whole.
    update: &[UpdateForm::PathlessOwn, UpdateForm::Put],
    // D, EMU: "exactly one system should write"; so there are no other values to keep.
    sole_writer: &["emails", "roles"],
    check_url: organisation_url,
    read,
    ..RFC
};

fn organisation_url(url: &str) -> Option<UrlFault> {
    let (host, path) = split(url);
    let help = "write `https://api.github.com/scim/v2/organizations/<organisation>`";
    let fault = |certain, message| Some(UrlFault { certain, message, help });
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        _ if host == "github.com" => fault(true, "this is GitHub's web site, not its API"),
        ["scim", "v2", "organizations", _] => None,
        ["scim", "v2", "organizations"] => fault(true, "the organisation's name is missing"),
        ["scim", "v2", "organizations", _, ..] => {
            fault(true, "the URL goes on after the organisation's name")
        }
        ["scim", "v2", "enterprises", ..] | ["api", "v3", ..] => Some(UrlFault {
            certain: true,
            message: "this is the address of an enterprise, not of an organisation",
            help: "take `type: \"github-enterprise\"`, or `https://api.github.com/scim/v2/organizations/<organisation>`",
        }),
        _ => fault(host == "api.github.com", "this does not look like the SCIM address of an organisation"),
    }
}

/// Host in lower case, and path, of a URL that was checked.
pub(super) fn split(url: &str) -> (String, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    (authority.split(':').next().unwrap_or("").to_ascii_lowercase(), path)
}

/// R/rate-limits-for-the-rest-api: without `Retry-After`, at least a minute after a secondary limit.
const SECONDARY_WAIT_MS: u64 = 60_000;
/// The reset is told in whole seconds: one more, so that it has passed.
const RESET_MARGIN_MS: u64 = 1_000;

/// What a refusal of GitHub's means.
pub(super) fn read(reply: &Reply, error: &ErrorBody, now: Millis) -> Reading {
    let says = |words: &str| {
        let detail = error.detail.as_deref().unwrap_or("").to_ascii_lowercase();
        words.split('|').any(|word| detail.contains(word))
    };
    match reply.status {
        403 | 429 => match limit_wait(reply, says("secondary rate|abuse"), now) {
            Some(wait) => Reading { says: Says::Throttled, wait: Some(wait), ..Reading::PLAIN },
            None => Reading { why: forbidden(reply, error, says("login attempts")), ..Reading::PLAIN },
        },
        // Seen by Okta's users instead of the documented 409.
        400 if says("already owns|already in use|already taken") => {
            Reading { says: Says::Duplicate, ..Reading::PLAIN }
        }
        // D: 404 is also what a token without permission sees, and who asks the wrong API.
        404 => Reading::because(
            "unknown there, or the token may not see it, or SCIM is not set up under this address",
        ),
        // R/api-versions: of the API's version, not of what was asked for.
        410 => Reading {
            says: Says::Rejected,
            why: Some(
                "the version of the API that is spoken here is retired; a newer scimhook may help".to_owned(),
            ),
            ..Reading::PLAIN
        },
        401 => Reading::because("do not let it try on: GitHub locks out whoever fails too often"),
        _ => Reading::PLAIN,
    }
}

/// How long a limit lasts; `None` where it is none (R).
fn limit_wait(reply: &Reply, secondary: bool, now: Millis) -> Option<Millis> {
    let header = |name: &str| reply.headers.get(name);
    if header("x-ratelimit-remaining") == Some("0") {
        // By their clock, where they tell it.
        let now = header("date").and_then(http_date).unwrap_or(now);
        let reset = header("x-ratelimit-reset").and_then(|reset| reset.trim().parse::<u64>().ok());
        let wait =
            reset.map(|reset| reset.saturating_mul(1000).saturating_sub(now).saturating_add(RESET_MARGIN_MS));
        return Some(wait.unwrap_or(SECONDARY_WAIT_MS));
    }
    let documented = reply
        .json()
        .and_then(|body: &Value| text(body, "documentation_url"))
        .is_some_and(|url| url.contains("secondary-rate-limits"));
    (secondary || documented || reply.status == 429).then_some(SECONDARY_WAIT_MS)
}

/// Why a 403 is one, as far as it says (R/troubleshooting-the-rest-api).
fn forbidden(reply: &Reply, error: &ErrorBody, locked_out: bool) -> Option<String> {
    let permission = reply.headers.get("x-accepted-github-permissions");
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_=;, ".contains(c);
    let why = match (&reply.body, permission) {
        _ if reply.headers.get("x-github-sso").is_some() => {
            "the token is not authorised for the organisation's single sign-on; authorise it where it was made"
        }
        _ if locked_out => "locked out for a while after too many wrong tokens",
        (Body::Unreadable, _) => {
            "an HTML page instead of JSON, as for requests without `User-Agent`: something on the way may remove it"
        }
        (_, Some(needed)) if !needed.is_empty() && needed.chars().all(is_word) => {
            return Some(format!("the token lacks a permission; needed: {needed}"));
        }
        // What it says itself, as of licenses that are used up, is better than a guess.
        _ if error.detail.is_some() => return None,
        _ => "the token lacks a permission, or its owner a role",
    };
    Some(why.to_owned())
}
