//! A server that follows RFC 7643 and RFC 7644, until a switch says otherwise.

mod gate;
mod groups;
mod list;
mod patching;
mod reply;
mod rules;
pub mod schemas;
mod show;
mod switches;
mod write;

pub use switches::SWITCHES;

use serde_json::Value;

use super::fault::Fault;
use super::http::{Request, Response, Target};
use super::ids::Ids;
use super::settings::Settings;
use super::store::{Kind, Record, Store};
use super::table::{Index, by};
use super::token::{Dialect, TokenServer};

/// Where a simulator is that was given no URL.
pub const DEFAULT_URL: &str = "https://scim.example.test/scim/v2";

/// One server.
pub struct Generic {
    settings: Settings,
    store: Store,
    tokens: TokenServer,
    ids: Ids,
    /// The second that is counted, and the requests in it.
    second: (u64, u64),
}

/// What is unique, or mostly asked for.
static INDEXES: &[Index] = &[
    by(Kind::User, "userName"),
    by(Kind::User, "externalId"),
    by(Kind::User, "displayName"),
    by(Kind::User, "emails"),
    by(Kind::Group, "displayName"),
    by(Kind::Group, "externalId"),
];

/// A reply in the making. Null is no body.
pub struct Done {
    status: u16,
    body: Value,
    /// The record the reply is about, for `Location` and `ETag`.
    about: Option<(Kind, String)>,
}

impl Done {
    fn new(status: u16, body: Value) -> Done {
        Done { status, body, about: None }
    }
}

type Answer = Result<Done, Fault>;

impl Generic {
    /// An empty server.
    pub fn new(settings: Settings) -> Result<Generic, String> {
        let ids = Ids::new(settings.seed);
        let tokens = TokenServer::new(&settings, Dialect::Plain)?;
        Ok(Generic { settings, store: Store::new(INDEXES), tokens, ids, second: (0, 0) })
    }

    /// Its token endpoint, to edit.
    pub fn tokens_mut(&mut self) -> &mut TokenServer {
        &mut self.tokens
    }

    /// What it holds.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What it holds, to edit.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// One request, answered.
    pub fn handle(&mut self, request: &Request, now: u64) -> Response {
        let target = Target::parse(&request.url);
        if let Some(response) = self.tokens.answer(request, &target, &self.settings, now) {
            return response;
        }
        let answer = self
            .admit(request, &target, now)
            .and_then(|segments| self.route(request, &target, &segments, now));
        match answer {
            Ok(done) => self.respond(done),
            Err(fault) => self.refuse(&fault, now),
        }
    }

    fn route(&mut self, request: &Request, target: &Target, segments: &[String], now: u64) -> Answer {
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method.to_ascii_uppercase();
        let (endpoint, rest) = segments.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        let kind = match endpoint {
            "Users" => Kind::User,
            "Groups" if self.settings.is("groups", "501") => {
                return Err(Fault::new(501, "Groups: not implemented"));
            }
            "Groups" if !self.settings.is("groups", "404") => Kind::Group,
            "ServiceProviderConfig" | "ResourceTypes" | "Schemas" => {
                return self.discover(&method, target, endpoint, rest);
            }
            _ => return Err(Fault::new(404, "no such endpoint")),
        };
        match (method.as_str(), rest) {
            ("GET", []) => self.list(kind, target),
            ("POST", []) => {
                self.check_media(request)?;
                self.create(kind, &write::body(request)?, now)
            }
            ("GET", [id]) => self.get(kind, id, request, target),
            ("PUT", [id]) => self.put(kind, id, request, now),
            ("PATCH", [id]) => self.patch(kind, id, request, now),
            ("DELETE", [id]) => self.delete(kind, id, request, now),
            (_, [] | [_]) => Err(Fault::new(405, "method not allowed")),
            _ => Err(Fault::new(404, "no such endpoint")),
        }
    }

    /// Filters on discovery are 403 (RFC 7644 4).
    fn discover(&self, method: &str, target: &Target, endpoint: &str, rest: &[&str]) -> Answer {
        if method != "GET" {
            return Err(Fault::new(405, "method not allowed"));
        }
        if target.parameter("filter").is_some() {
            return Err(Fault::new(403, "discovery cannot be filtered"));
        }
        let all = match endpoint {
            "ResourceTypes" => schemas::resource_types(&self.settings),
            "Schemas" => schemas::all(&self.settings),
            _ if rest.is_empty() => return Ok(Done::new(200, schemas::config(&self.settings))),
            _ => Vec::new(),
        };
        match rest {
            [] => Ok(Done::new(200, schemas::list(all))),
            [id] => {
                let found = all.into_iter().find(|one| one.get("id").and_then(Value::as_str) == Some(id));
                found.map(|one| Done::new(200, one)).ok_or_else(|| Fault::new(404, format!("no `{id}`")))
            }
            _ => Err(Fault::new(404, "no such endpoint")),
        }
    }

    /// The record a URL names.
    fn find(&self, kind: Kind, id: &str) -> Result<&Record, Fault> {
        let found = self.store.find(kind, id).filter(|record| self.visible(record));
        found.ok_or_else(|| Fault::new(404, format!("{} `{id}` not found", kind.name())))
    }

    fn visible(&self, record: &Record) -> bool {
        let inactive = record.attributes.get("active") == Some(&Value::Bool(false));
        !(record.kind == Kind::User && inactive && self.settings.is("inactiveUsers", "hidden"))
    }

    fn fresh_id(&mut self) -> String {
        match self.settings.value("idForm") {
            "number" => self.ids.number().to_string(),
            "awkward" => format!("id {}/\"ä\"+?#", self.ids.number()),
            _ => self.ids.uuid(),
        }
    }
}
