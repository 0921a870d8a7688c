//! Simulated SCIM providers, for tests, the demo and the tester. Never part of the plugin.
//!
//! Written from the providers' documentation and RFC 7643/7644 alone, and sharing no code with the client:
//! two authors do not make the same mistake. Deterministic: seed, clock and requests decide every byte.

mod aws;
mod clock;
mod edit;
mod fault;
mod filter;
mod generic;
mod github;
mod http;
mod ids;
mod json;
mod members;
mod patch;
mod path;
mod salesforce;
mod schema;
mod settings;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod token;
#[cfg(target_arch = "wasm32")]
mod wasm;

pub use http::{Request, Response};

use serde_json::Value;

/// A provider, and everything it holds.
pub struct Simulator {
    provider: Provider,
    now: u64,
}

enum Provider {
    Aws(Box<aws::Aws>),
    Generic(Box<generic::Generic>),
    GitHub(Box<github::GitHub>),
    Salesforce(Box<salesforce::Salesforce>),
}

/// The kinds there are, as `Simulator::new` takes them.
const KINDS: &[&str] = &["aws", "generic", "github", "github-enterprise", "salesforce"];

impl Simulator {
    /// A new, empty provider.
    ///
    /// `kind`: one of `KINDS`. `options`: `{"url", "token", "basic": {"username", "password"}, "seed", "switches":
    /// {..}, "app": {"appId", "clientId", "installationId"}, "oauth": {"clientId", "clientSecret", "refreshToken",
    /// "subject", "username", "password"}}`, all optional. An unknown kind, field, switch or value is an error that lists the
    /// known ones.
    pub fn new(kind: &str, options: &Value) -> Result<Simulator, String> {
        let provider = match kind {
            "aws" => Provider::Aws(Box::new(aws::Aws::new(settings::Settings::read(
                options,
                aws::DEFAULT_URL,
                aws::SWITCHES,
            )?)?)),
            "generic" => Provider::Generic(Box::new(generic::Generic::new(settings::Settings::read(
                options,
                generic::DEFAULT_URL,
                generic::SWITCHES,
            )?)?)),
            "github" => Provider::GitHub(Box::new(github::GitHub::new(
                settings::Settings::read(options, github::ORGANIZATION_URL, github::ORGANIZATION)?,
                false,
            )?)),
            "github-enterprise" => Provider::GitHub(Box::new(github::GitHub::new(
                settings::Settings::read(options, github::ENTERPRISE_URL, github::ENTERPRISE)?,
                true,
            )?)),
            "salesforce" => Provider::Salesforce(Box::new(salesforce::Salesforce::new(
                settings::Settings::read(options, salesforce::DEFAULT_URL, salesforce::SWITCHES)?,
            )?)),
            other => return Err(format!("unknown provider `{other}`, known are {}", KINDS.join(", "))),
        };
        Ok(Simulator { provider, now: 0 })
    }

    /// One request, answered. `now`: milliseconds since the epoch, for `meta`, throttling and expiry.
    pub fn handle(&mut self, request: &Request, now: u64) -> Response {
        self.now = now;
        match &mut self.provider {
            Provider::Aws(aws) => aws.handle(request, now),
            Provider::Generic(generic) => generic.handle(request, now),
            Provider::GitHub(github) => github.handle(request, now),
            Provider::Salesforce(salesforce) => salesforce.handle(request, now),
        }
    }

    /// Everything the provider holds, `{"Users": [..], "Groups": [..]}` in creation order, with what the wire
    /// never shows (members, `profileUrl`, ..). `github` has `Members` and `Invitations` too, and each user `github`
    /// with state and login.
    pub fn snapshot(&self) -> Value {
        match &self.provider {
            Provider::Aws(aws) => aws.store().snapshot(),
            Provider::Generic(generic) => generic.store().snapshot(),
            Provider::GitHub(github) => github.snapshot(self.now),
            Provider::Salesforce(salesforce) => salesforce.store().snapshot(),
        }
    }

    /// An administrator's edit behind the client's back. One of `{"create": {"type": "User" | "Group",
    /// "resource": {..}}}` (answers the resource with its id), `{"set": {"id", "attributes": {..}}}` (null
    /// removes), `{"delete": {"id"}}`, `{"join": {"group", "user"}}`, `{"leave": {"group", "user"}}`.
    ///
    /// `github` also takes `{"saml": {"login", "nameId" | "objectId"}}` (somebody completes SAML; answers `{"linked",
    /// "id"?, "reason"?}`), `{"member": {"login", "nameId"?}}` and `{"removeMember": {"login"}}`;
    /// `github-enterprise` takes `{"account": {"login"}}` (an account there was before SCIM). Both take
    /// `{"revoke": {}}`, which ends every token the App was issued.
    ///
    /// With a token endpoint also `{"revoke": "tokens" | "refreshTokens"}` and `{"rotate": "clientSecret" |
    /// "refreshToken", "to": ".."}`; of salesforce `{"licences": {name: count}}` and `{"confirm": {"id"}}` (a changed
    /// email). The provider's own rules do not apply. Stamped with the time of the last request.
    pub fn edit(&mut self, edit: &Value) -> Result<Value, String> {
        let now = self.now;
        match &mut self.provider {
            Provider::Aws(aws) => edit::apply(aws.store_mut(), edit, now),
            Provider::Generic(generic) => match generic.tokens_mut().edit(edit) {
                Some(done) => done,
                None => edit::apply(generic.store_mut(), edit, now),
            },
            Provider::GitHub(github) => github.edit(edit, now),
            Provider::Salesforce(salesforce) => match salesforce.edit(edit, now) {
                Some(done) => done,
                None => edit::apply(salesforce.store_mut(), edit, now),
            },
        }
    }

    /// The switches of a kind: `{name: {"values": [..], "default", "about", "source"}}`; a number has
    /// `"values": [examples]` and `"type": "number"`. An unknown kind has none.
    pub fn switches(kind: &str) -> Value {
        match kind {
            "aws" => settings::describe(aws::SWITCHES),
            "generic" => settings::describe(generic::SWITCHES),
            "github" => settings::describe(github::ORGANIZATION),
            "github-enterprise" => settings::describe(github::ENTERPRISE),
            "salesforce" => settings::describe(salesforce::SWITCHES),
            _ => Value::Object(serde_json::Map::new()),
        }
    }
}
