//! What differs between providers, as data. One file a provider: its dialect, template and capabilities.
//! Nothing outside this folder asks which provider it talks to; it reads a line of the [`Dialect`].

mod aws;
mod generic;
mod github;
mod github_enterprise;
mod reading;
mod salesforce;

use serde::Serialize;
use serde_json::{Map, Value};

pub use reading::{Reading, Says};

use crate::http::Reply;
use crate::scim::message::ErrorBody;
use crate::scim::path::Path;
use crate::time::Millis;

/// Server types of the configuration, in the order documents list them.
pub static PROVIDERS: [&Provider; 5] = [
    &aws::AWS,
    &github::GITHUB,
    &github_enterprise::GITHUB_ENTERPRISE,
    &salesforce::SALESFORCE,
    &generic::GENERIC,
];

/// All we know of one server type.
#[derive(Debug)]
pub struct Provider {
    /// The `type` of the configuration.
    pub kind: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// How to speak to it.
    pub dialect: Dialect,
    /// What choosing the type fills in.
    pub template: Template,
    /// The support matrix's row.
    pub capabilities: Capabilities,
}

impl Provider {
    /// The provider of a configuration's `type`.
    pub fn of(kind: &str) -> Option<&'static Provider> {
        PROVIDERS.iter().copied().find(|provider| provider.kind == kind)
    }
}

/// How a server speaks SCIM, where servers differ. `RFC` is the standard's own way.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// `Content-Type` of bodies.
    pub content_type: &'static str,
    /// `Accept` of every request.
    pub accept: &'static str,
    /// Requests at once per server (H2).
    pub concurrency: usize,
    /// Writes among them.
    pub writes: usize,
    /// Paths under which the server may describe itself, likeliest first; none: it is not asked.
    pub discovery: &'static [&'static str],
    /// How a user is changed: in the first of these forms, and in the next where a server turns out not to take it.
    pub update: &'static [UpdateForm],
    /// Whether GET, merge and PUT stand in for a missing PATCH.
    pub put: bool,
    /// How a member is put into a group, likewise.
    pub add_member: &'static [MemberForm],
    /// How a member is taken out of a group, likewise.
    pub remove_member: &'static [MemberForm],
    /// How a group is created for a user.
    pub group_creation: GroupCreation,
    /// Query added to list requests, before the filter.
    pub list_query: &'static str,
    /// Query added to list requests for groups, likewise.
    pub group_query: &'static str,
    /// Values of `type` among its groups that are none to join.
    pub not_groups: &'static [&'static str],
    /// Whether filters can hold any text. Otherwise one with `"`, `'` or `\` in it is looked for by what comes before,
    /// and compared here.
    pub filter_escapes: bool,
    /// User attributes that filters can name, of those we look for.
    pub find_by: &'static [&'static str],
    /// Whether externalId is `user.id` unless mapped (D3).
    pub external_id: bool,
    /// SCIM paths a user cannot be written without.
    pub required: &'static [&'static str],
    /// The only attributes it keeps; others are left out with a warning. Empty: any.
    pub accepted: &'static [&'static str],
    /// Attributes (or `attribute.sub`) the provider refuses, and why; left out with a warning.
    pub refused: &'static [(&'static str, &'static str)],
    /// Multi-valued attributes that take one value only.
    pub single: &'static [&'static str],
    /// Multi-valued attributes of which every value is ours: the provider asks for one writer only.
    pub sole_writer: &'static [&'static str],
    /// Attributes that an update cannot carry; left out of it with a warning.
    pub not_updatable: &'static [&'static str],
    /// More of them, where updates are limited ([`Updates::Limited`]).
    pub limited: &'static [&'static str],
    /// Attributes in which a change of case is none.
    pub caseless: &'static [&'static str],
    /// Extensions of which each attribute is written by its full name, in an operation of its own (PATCH without
    /// paths): how their URNs begin. Empty: none.
    pub flat_schemas: &'static str,
    /// Attributes taken away under another name, by an operation of its own (PATCH without paths).
    pub bare_removals: &'static [(&'static str, &'static str)],
    /// Attributes that never come back, so that a look cannot compare them.
    pub not_returned: &'static [&'static str],
    /// What a value must keep to, checked before anything is sent.
    pub limits: &'static [Limit],
    /// Removes control and format characters (Unicode Cc and Cf) from strings.
    pub clean_strings: bool,
    /// What a deactivation leaves behind.
    pub deactivation: Deactivation,
    /// What a deletion does.
    pub deletion: Deletion,
    /// Whether an update's answer shows what was taken, so that what was not earns a warning.
    pub answers_whole: bool,
    /// What is wrong with a server's URL: for another API, or for none.
    pub check_url: fn(&str) -> Option<UrlFault>,
    /// What is wrong with values, before anything is sent: by the server's URL, paths and values.
    pub check: Option<Check>,
    /// Brings a user into the shape the provider asks for.
    pub complete: fn(&mut Map<String, Value>),
    /// Whether what is there says what is wanted, where that is not plain equality.
    pub agrees: fn(&Path, &Value, &Value) -> Option<bool>,
    /// Why what is there after an update holds more than what is wanted, where that is how the provider is.
    pub leaves: fn(&Path, &Value, &Value) -> Option<&'static str>,
    /// What a refusal means, where the status does not say.
    pub read: fn(&Reply, &ErrorBody, Millis) -> Reading,
}

/// Looks at a server's URL, and at paths and values.
pub type Check = fn(&str, &[(&Path, &Value)]) -> Option<ValueFault>;

/// What is wrong with a URL.
#[derive(Clone, Copy, Debug)]
pub struct UrlFault {
    /// Certainly, or only probably.
    pub certain: bool,
    /// What.
    pub message: &'static str,
    /// How to mend it.
    pub help: &'static str,
}

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub struct ValueFault {
    /// SCIM path.
    pub key: String,
    /// What, without the value.
    pub message: String,
}

/// How a user is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateForm {
    /// PATCH with one operation and one `path` an attribute; into a list by a value path, as in
    /// `emails[type eq "work"].value` (RFC 7644 section 3.5.2, figure 7).
    Paths,
    /// The same, but a list is replaced as a whole.
    Lists,
    /// The same, and what is complex, or an extension, is replaced as a whole too.
    Tops,
    /// PATCH with one operation without `path`, its value an object of attributes (RFC 7644 section 3.5.2.3), each as
    /// it should be as a whole.
    Pathless,
    /// The same, of what is complex with all that the mapping gives: what others wrote beside it is not sent.
    PathlessOwn,
    /// The same, of what is complex with what changed alone.
    PathlessChanged,
    /// GET, merge, PUT (RFC 7644 section 3.5.1).
    Put,
}

/// An operation on one member of a group (RFC 7644 sections 3.5.2.1 and 3.5.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberForm {
    /// `add` with `"path": "members"`.
    Add,
    /// `add` without `path`: `"value": {"members": [{"value": "id"}]}`.
    AddPathless,
    /// `remove` with `"path": "members[value eq \"id\"]"`.
    RemovePath,
    /// `remove` with `"path": "members", "value": [{"value": "id"}]`.
    RemoveList,
    /// `add` with `"path": "members", "value": {"members": [{"value": "id"}]}`.
    AddNested,
    /// `remove` in the same way.
    RemoveNested,
}

impl UpdateForm {
    /// Whether it is a PATCH without paths.
    pub const fn is_pathless(self) -> bool {
        matches!(self, UpdateForm::Pathless | UpdateForm::PathlessOwn | UpdateForm::PathlessChanged)
    }
}

/// How a group is created for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupCreation {
    /// With the user in it, as the provider documents; its reply shows no members.
    WithMember,
    /// With the user in it; a reply that does not show it is followed by a join.
    TryMember,
    /// Not at all.
    Never,
}

/// What a deactivation leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deactivation {
    /// The account stays, inactive, under its id.
    KeepsId,
    /// The id is gone; a later login creates anew.
    DropsId,
}

/// What a deletion does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The account is gone.
    Deletes,
    /// The account is gone for good, and more with it.
    Irreversible(&'static str),
    /// There is none: the account is deactivated instead.
    Deactivates(&'static str),
}

/// What a value must keep to. We never shorten or alter it: it is an error instead (D3).
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// SCIM path.
    pub path: &'static str,
    /// Longest, in characters.
    pub max_chars: usize,
    /// Whether white space, control and format characters are refused.
    pub no_whitespace: bool,
}

/// What choosing a server type fills in.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// JSON of `authentication`.
    pub authentication: &'static str,
    /// SCIM path and JSON of its source.
    pub attributes: &'static [(&'static str, &'static str)],
    /// SCIM path and JSON value.
    pub static_attributes: &'static [(&'static str, &'static str)],
    /// `groups.mode` where the configuration says nothing.
    pub groups: GroupsMode,
    /// `policy.updates` where the configuration says nothing.
    pub updates: Updates,
}

/// `groups.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupsMode {
    /// No groups.
    Off,
    /// Create groups and assign the user.
    Add,
    /// Also take the user out of managed groups left.
    Mirror,
}

/// Whether later profile changes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    /// All of them.
    On,
    /// All but [`Dialect::not_updatable`] of the type's limited form.
    Limited,
    /// None but `active`.
    Off,
}

/// One cell of the support matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Whole.
    Yes,
    /// With a catch, said in the note.
    Limited,
    /// Not.
    No,
}

/// What a server type can do, by default and when the configuration asks for it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Support {
    /// Without configuration.
    pub by_default: Level,
    /// When asked for.
    pub on_request: Level,
    /// The catch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

impl Support {
    /// Whole, by default.
    pub const YES: Support = Support { by_default: Level::Yes, on_request: Level::Yes, note: None };

    /// Whole, but only when the configuration asks for it.
    pub const fn asked(note: &'static str) -> Support {
        Support { by_default: Level::No, on_request: Level::Yes, note: Some(note) }
    }

    /// Not to be had.
    pub const fn never(note: &'static str) -> Support {
        Support { by_default: Level::No, on_request: Level::No, note: Some(note) }
    }
}

/// One row of the support matrix.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// Creates an account.
    pub create_user: Support,
    /// Creates a group.
    pub create_group: Support,
    /// Puts a user into a group.
    pub assign_user_to_group: Support,
    /// Sends profile changes.
    pub update_profile: Support,
    /// Turns an account off.
    pub deactivate_user: Support,
    /// Takes a user out of a group.
    pub remove_user_from_group: Support,
    /// Deletes a group.
    pub delete_group: Support,
    /// `authentication.scheme` values that work.
    pub authentication: &'static [&'static str],
}

/// SCIM as RFC 7643 and RFC 7644 have it.
pub const RFC: Dialect = Dialect {
    // RFC 7644 section 3.1: servers must take `application/scim+json`.
    content_type: "application/scim+json",
    accept: "application/scim+json, application/json",
    // The bound of rule H2 where a provider's own documents ask for no other.
    concurrency: 8,
    writes: 8,
    // RFC 7644 section 4.
    discovery: &["/ServiceProviderConfig"],
    // The standard's own way first; then what servers are known to insist on instead.
    // A list in an operation without path is added to by some (SCIMMY) instead of replaced, so that comes late.
    update: &[UpdateForm::Paths, UpdateForm::Lists, UpdateForm::Pathless, UpdateForm::Put],
    put: true,
    add_member: &[MemberForm::Add, MemberForm::AddPathless],
    remove_member: &[MemberForm::RemovePath, MemberForm::RemoveList],
    // Some refuse members here, some drop them.
    group_creation: GroupCreation::TryMember,
    list_query: "",
    group_query: "",
    not_groups: &[],
    filter_escapes: true,
    find_by: &["externalId", "userName"],
    external_id: true,
    required: &["userName"],
    // RFC 7643 section 4.1.2: `groups` is read-only; memberships are changed through the group.
    accepted: &[],
    refused: &[("groups", "memberships are set through `groups` of the server, not as an attribute")],
    single: &[],
    sole_writer: &[],
    not_updatable: &[],
    limited: &[],
    // RFC 7643 section 4.1.1 and 4.1.2: case-insensitive, and known to come back in lower case.
    caseless: &["userName", "emails.value"],
    flat_schemas: "",
    bare_removals: &[],
    // RFC 7643 section 4.1.1: `password` is returned never.
    not_returned: &["password"],
    limits: &[],
    clean_strings: false,
    deactivation: Deactivation::KeepsId,
    deletion: Deletion::Deletes,
    answers_whole: false,
    check_url: |_| None,
    check: None,
    complete: |_| {},
    agrees: |_, _, _| None,
    leaves: |_, _, _| None,
    read: |_, _, _| Reading::PLAIN,
};
