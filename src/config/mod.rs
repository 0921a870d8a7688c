//! The configuration, parsed and checked: holding a [`Config`] proves that it was. Every problem is found in one
//! pass (C1). Raw shapes stay inside this folder.

mod advice;
mod attributes;
mod authentication;
mod document;
mod fields;
pub mod glob;
mod parse;
pub mod pem;
mod placeholder;
mod policy;
#[cfg(not(target_arch = "wasm32"))]
mod schema;
mod server;
mod shape;
mod source;
mod template;
#[cfg(test)]
mod tests;
mod url;

use std::rc::Rc;

use serde_json::Value;

use crate::expression::Expression;
use crate::problem::Problem;
use crate::provider::{GroupsMode, Provider, Updates};
use crate::scim::path::Path;
use crate::secret::SecretValue;
use crate::table::Texts;

pub use parse::{parse, validate};
#[cfg(not(target_arch = "wasm32"))]
pub use schema::config_schema;
pub use template::template;

/// A checked configuration.
#[derive(Debug)]
pub struct Config {
    /// Servers, in the order given.
    pub servers: Vec<Rc<Server>>,
    /// Applications, in the order given.
    pub applications: Vec<Application>,
    /// Total milliseconds one run may spend.
    pub budget_ms: u64,
}

impl Config {
    /// What is to be known where accounts are not remembered: some cannot be told by whose they are (D3).
    pub fn told_by_name(&self) -> Vec<Problem> {
        let servers = self.servers.iter().enumerate();
        let by_name =
            servers.filter(|(_, server)| advice::is_told_by_name(server.provider, &server.attributes));
        by_name
            .map(|(index, server)| {
                let message = format!(
                    "without a store, whose an account is rests on userName at {}",
                    server.provider.name
                );
                Problem::warning(format!("/servers/{index}"), "told-by-name", message)
                    .help("give the host a `state`")
            })
            .collect()
    }
}

/// One service provider's endpoint and how to speak to it.
#[derive(Debug)]
pub struct Server {
    /// Its id in the configuration.
    pub id: String,
    /// What its type knows.
    pub provider: &'static Provider,
    /// Base URL without a trailing slash.
    pub url: String,
    /// How requests prove who sends them.
    pub authentication: Authentication,
    /// What the account should hold: attributes, then static attributes over them (D3).
    pub attributes: Vec<Attribute>,
    /// Which groups, and how.
    pub groups: Groups,
    /// The server's policy over the configuration's over the defaults.
    pub policy: Policy,
    /// Whether it acts.
    pub mode: Mode,
}

impl Server {
    /// Whether an update can carry what stands at a path.
    pub fn updates_carry(&self, path: &Path) -> bool {
        let dialect = &self.provider.dialect;
        let limited = if self.policy.updates == Updates::Limited { dialect.limited } else { &[] };
        let top = path.top();
        !dialect.not_updatable.iter().chain(limited).any(|name| name.eq_ignore_ascii_case(&top))
    }
}

/// `Server.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Acts.
    Live,
    /// Decides and reports, writes nothing.
    Shadow,
    /// Takes part in nothing.
    Off,
}

/// `Server.authentication`.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// `Authorization: Bearer` (RFC 6750 section 2.1).
    AccessToken(SecretValue),
    /// `Authorization: Basic` (RFC 7617).
    Basic {
        /// Before the colon.
        username: String,
        /// After it.
        password: SecretValue,
    },
    /// `Authorization: Bearer` with a token that is asked for first.
    Token(Box<TokenSource>),
}

/// Where tokens come from, and what they are asked for with. A text that is empty was not given.
#[derive(Clone, Debug)]
pub struct TokenSource {
    /// What kind of request it takes.
    pub grant: Grant,
    /// The token endpoint, as it was written.
    pub url: String,
    /// The client's id; for a GitHub App its id or client id.
    pub client_id: String,
    /// Whom the token is for: `sub` of an assertion, or the name of a user with a password.
    pub subject: String,
    /// Who takes the assertion: `aud`.
    pub audience: String,
    /// The id of the key that signs it: `kid`.
    pub key_id: String,
    /// Scopes, with spaces between.
    pub scope: String,
    /// The grant's own secret (a refresh token, a private key, a password), and the client's.
    pub secrets: [Option<SecretValue>; 2],
    /// Where the client's secret goes; `None`: found out.
    pub client_form: Option<ClientForm>,
}

/// What kind of request a token takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 7523 section 2.1.
    JwtBearer,
    /// RFC 6749 section 4.3.
    Password,
    /// A GitHub App's for one of its installations.
    Installation,
}

/// `clientAuthentication` (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientForm {
    /// In the `Authorization` header.
    Basic,
    /// In the body.
    Body,
}

/// One mapped attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Where the value goes.
    pub path: Path,
    /// The path in canonical form: the key of digests, `changed` and `explain`.
    pub key: String,
    /// Stands for the key in the digest of the whole.
    pub tag: String,
    /// Where it comes from.
    pub source: Source,
    /// The source as written in the configuration, for people: `firstName`, the expression's text, or JSON.
    pub text: String,
    /// Which part of the configuration says so.
    pub origin: Origin,
    /// Whether the server type cannot do without it.
    pub required: bool,
    /// Why it is left out of what is sent: the provider is known to refuse it.
    pub refused: Option<Problem>,
}

/// Where a mapped value comes from.
#[derive(Debug)]
pub enum Source {
    /// Property names from the event's user inwards.
    Property(Vec<String>),
    /// CEL over `user`, `application` and `event`.
    Expression(Expression),
    /// The first that gives a non-empty value.
    FirstOf(Vec<Source>),
    /// The same for every user.
    Static(Value),
}

/// Which part of the configuration maps an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// `Server.attributes`.
    Attributes,
    /// `Server.staticAttributes`.
    StaticAttributes,
    /// The server type's template.
    Template,
}

/// `Server.groups`.
#[derive(Debug)]
pub struct Groups {
    /// How far we go.
    pub mode: GroupsMode,
    /// Globs: which are managed.
    pub include: Vec<String>,
    /// Globs: which are not; wins.
    pub exclude: Vec<String>,
    /// Provider name for a platform name.
    pub rename: Rename,
    /// Whether a group that the provider lacks is created.
    pub create: bool,
}

/// `GroupSync.rename`.
#[derive(Debug)]
pub enum Rename {
    /// The same name.
    Same,
    /// A table; what is not in it keeps its name.
    Table(Texts),
    /// CEL over `group`.
    Expression(Expression),
}

/// The policy in force at one server.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What a failure means for the login.
    pub on_failure: OnFailure,
    /// Whether later profile changes are sent.
    pub updates: Updates,
    /// Which existing accounts are taken over.
    pub adopt: Adopt,
    /// Whether an inactive account is turned on again.
    pub reactivate: bool,
    /// What a disabled or deleted user becomes.
    pub deprovision: Deprovision,
    /// Whether a login whose condition no longer holds deactivates.
    pub deactivate_unentitled: bool,
    /// Milliseconds an unchanged account is trusted; 0 is for ever.
    pub recheck_after_ms: u64,
    /// Further tries of one request.
    pub retries: u32,
    /// Longest wait for one answer, in milliseconds.
    pub request_timeout_ms: Option<u64>,
    /// Deactivations and deletions within a window, beyond which further ones are held.
    pub deprovision_limit: Option<DeprovisionLimit>,
    /// When a failing server is left alone.
    pub breaker: Breaker,
}

/// `Policy.deprovisionLimit`.
#[derive(Clone, Copy, Debug)]
pub struct DeprovisionLimit {
    /// So many.
    pub count: u32,
    /// Within so many milliseconds.
    pub window_ms: u64,
}

/// `Policy.breaker`.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    /// Failed runs in a row.
    pub failures: u32,
    /// Milliseconds of rest.
    pub cool_down_ms: u64,
}

/// `Policy.onFailure`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// Let the person in.
    Allow,
    /// Do not.
    Deny,
    /// Do not where they have no account yet.
    DenyFirst,
}

/// `Policy.adopt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adopt {
    /// None.
    Never,
    /// Those that carry our externalId.
    SameExternalId,
    /// Also those that carry none.
    Unowned,
}

/// `Policy.deprovision`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deprovision {
    /// Turned off.
    Deactivate,
    /// Deleted.
    Delete,
    /// Left as it is.
    None,
}

/// Ties an application to the servers that must know its users.
#[derive(Debug)]
pub struct Application {
    /// Its id in the configuration.
    pub id: String,
    /// Its name in the configuration.
    pub name: Option<String>,
    /// Indexes into [`Config::servers`].
    pub servers: Vec<usize>,
    /// Whether it takes part.
    pub enabled: bool,
    /// Who is provisioned: the expression and its text.
    pub condition: Option<(Expression, String)>,
}
