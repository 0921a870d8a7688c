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
mod http;
mod ids;
mod json;
mod patch;
mod path;
mod salesforce;
mod schema;
mod settings;
mod store;
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
    Salesforce(Box<salesforce::Salesforce>),
}

/// The kinds there are, as `Simulator::new` takes them.
const KINDS: [&str; 3] = ["aws", "generic", "salesforce"];

impl Simulator {
    /// A new, empty provider.
    ///
    /// `kind`: `aws`, `generic` or `salesforce`. `options`: `{"url", "token", "basic": {"username", "password"},
    /// "seed", "switches": {..}, "oauth": {"clientId", "clientSecret", "refreshToken", "subject", "username",
    /// "password"}}`, all optional. An unknown kind, field, switch or value is an error that lists the
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
            Provider::Salesforce(salesforce) => salesforce.handle(request, now),
        }
    }

    /// Everything the provider holds, `{"Users": [..], "Groups": [..]}` in creation order, with what the wire
    /// never shows (members, `profileUrl`, ..).
    pub fn snapshot(&self) -> Value {
        self.store().snapshot()
    }

    /// An administrator's edit behind the client's back. One of `{"create": {"type": "User" | "Group",
    /// "resource": {..}}}` (answers the resource with its id), `{"set": {"id", "attributes": {..}}}` (null
    /// removes), `{"delete": {"id"}}`, `{"join": {"group", "user"}}`, `{"leave": {"group", "user"}}`.
    /// With a token endpoint also `{"revoke": "tokens" | "refreshTokens"}` and `{"rotate": "clientSecret" |
    /// "refreshToken", "to": ".."}`; of salesforce `{"licences": {name: count}}` and `{"confirm": {"id"}}` (a changed
    /// email). The provider's own rules do not apply. Stamped with the time of the last request.
    pub fn edit(&mut self, edit: &Value) -> Result<Value, String> {
        let now = self.now;
        let own = match &mut self.provider {
            Provider::Aws(_) => None,
            Provider::Generic(generic) => generic.tokens_mut().edit(edit),
            Provider::Salesforce(salesforce) => salesforce.edit(edit, now),
        };
        if let Some(done) = own {
            return done;
        }
        edit::apply(self.store_mut(), edit, now)
    }

    /// The switches of a kind: `{name: {"values": [..], "default", "about", "source"}}`; a number has
    /// `"values": [examples]` and `"type": "number"`. An unknown kind has none.
    pub fn switches(kind: &str) -> Value {
        match kind {
            "aws" => settings::describe(aws::SWITCHES),
            "generic" => settings::describe(generic::SWITCHES),
            "salesforce" => settings::describe(salesforce::SWITCHES),
            _ => Value::Object(serde_json::Map::new()),
        }
    }

    fn store(&self) -> &store::Store {
        match &self.provider {
            Provider::Aws(aws) => aws.store(),
            Provider::Generic(generic) => generic.store(),
            Provider::Salesforce(salesforce) => salesforce.store(),
        }
    }

    fn store_mut(&mut self) -> &mut store::Store {
        match &mut self.provider {
            Provider::Aws(aws) => aws.store_mut(),
            Provider::Generic(generic) => generic.store_mut(),
            Provider::Salesforce(salesforce) => salesforce.store_mut(),
        }
    }
}
