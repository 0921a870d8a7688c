//! Salesforce's own SCIM 2.0 endpoint, from its documents, field reports, and the described behaviour of its Apex
//! pilot. Sections are those of the provider sheet. Much of it is a guess: hence the switches.

mod catalogue;
mod check;
mod edit;
mod entitle;
mod filter;
mod gate;
mod group;
mod id;
mod list;
mod merge;
mod operations;
mod org;
mod patch_user;
mod platform;
mod projection;
mod read;
mod reply;
mod schemas;
mod sha1;
mod show;
mod switches;
mod write;

pub use switches::SWITCHES;

use serde_json::{Value, json};

use self::catalogue::Listed;
use self::reply::Refusal;
use super::http::{Request, Response, Target};
use super::ids::Ids;
use super::json::Object;
use super::settings::Settings;
use super::store::{Kind, Record, Store};
use super::table::{Index, by};
use super::token::{Dialect, TokenServer};

/// Where an organization is that was given no URL.
pub const DEFAULT_URL: &str = "https://acme.my.salesforce.com/services/scim/v2";

/// One organization.
pub struct Salesforce {
    settings: Settings,
    store: Store,
    org: org::Org,
    tokens: TokenServer,
    ids: Ids,
    /// The number of the last id made.
    last: u64,
    /// The day that is counted, and the calls in it.
    today: (u64, u64),
}

/// What is unique, or mostly asked for; `licence`: the profile of who is active.
static INDEXES: &[Index] = &[
    by(Kind::User, "userName"),
    by(Kind::User, "externalId"),
    by(Kind::User, "nickName"),
    by(Kind::User, "emails"),
    by(Kind::User, "entitlements"),
    by(Kind::User, "roles"),
    Index { kind: Kind::User, name: "licence", keys: platform::licence },
    by(Kind::Group, "displayName"),
];

/// A reply in the making. Null is no body.
struct Done {
    status: u16,
    body: Value,
    location: Option<String>,
}

impl Done {
    fn new(status: u16, body: Value) -> Done {
        Done { status, body, location: None }
    }
}

type Answer = Result<Done, Refusal>;

impl Salesforce {
    /// An organization without users.
    pub fn new(settings: Settings) -> Result<Salesforce, String> {
        let org = org::Org::new(&settings);
        let dialect = Dialect::Salesforce { organization: org.id.clone(), user: org.running_user.clone() };
        let tokens = TokenServer::new(&settings, dialect)?;
        let mut ids = Ids::new(settings.seed);
        let last = ids.number();
        Ok(Salesforce { settings, store: Store::new(INDEXES), org, tokens, ids, last, today: (0, 0) })
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
        let mut response = match answer {
            Ok(done) => reply::respond(done.status, &done.body, done.location, &self.settings),
            Err(refusal) => {
                let number = self.ids.number();
                let id = format!("{number}-{} ({})", number % 99_991, -((number % 1_999_993) as i64));
                reply::refuse(&refusal, &self.settings, &id)
            }
        };
        if self.settings.is("limitInfoHeader", "present") {
            let usage = format!("api-usage={}/{}", self.today.1, self.settings.number("dailyLimit"));
            response.headers.push(("Sforce-Limit-Info".to_owned(), usage));
        }
        response
    }

    fn route(&mut self, request: &Request, target: &Target, segments: &[String], now: u64) -> Answer {
        // Tunnelled methods (section 1).
        let method =
            request.header("x-http-method-override").filter(|_| request.method.eq_ignore_ascii_case("POST"));
        let method = method.unwrap_or(&request.method).to_ascii_uppercase();
        let (endpoint, rest) =
            segments.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let rest: Vec<String> = rest.iter().map(|id| self.address(id)).collect();
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        match endpoint {
            "Users" => self.users(request, &method, target, &rest, now),
            "Groups" => self.groups(request, &method, target, &rest, now),
            "Entitlements" | "Roles" => {
                let listed = if endpoint == "Roles" { Listed::Roles } else { Listed::Entitlements };
                match (method.as_str(), rest.as_slice()) {
                    ("GET", []) => self.list(listed, target),
                    ("GET", [id]) => self.get(listed, self.one(listed, id), target),
                    _ => Err(Refusal::method()),
                }
            }
            _ if method != "GET" => Err(Refusal::missing()),
            "Me" if self.settings.is("me", "200") && rest.is_empty() => Ok(Done::new(200, self.me())),
            "ServiceProviderConfigs" if rest.is_empty() => Ok(Done::new(200, self.config())),
            "ServiceProviderConfig"
                if self.settings.is("singularDiscovery", "200")
                    && rest.iter().all(|part| part.is_empty()) =>
            {
                Ok(Done::new(200, self.config()))
            }
            "ResourceTypes" | "Schemas" => {
                let all = if endpoint == "Schemas" { self.schemas() } else { self.resource_types() };
                Self::discover(all, &rest).map(|found| Done::new(200, found)).ok_or_else(Refusal::missing)
            }
            _ => Err(Refusal::missing()),
        }
    }

    fn users(&mut self, request: &Request, method: &str, target: &Target, rest: &[&str], now: u64) -> Answer {
        match (method, rest) {
            ("GET", []) => self.list(Listed::Users, target),
            ("POST", []) => self.create_user(&self.body(request)?, now),
            ("GET", [id]) => {
                let shown = self.store.find(Kind::User, id).map(|user| self.show(user));
                self.get(Listed::Users, shown, target)
            }
            ("PUT", [id]) => self.put_user(id, &self.body(request)?, now),
            ("PATCH", [id]) => {
                let body = self.body(request)?;
                self.patch_user(id, Some(&body), now)
            }
            ("DELETE", [id]) => self.delete_user(id, now),
            (_, [] | [_]) => Err(Refusal::method()),
            _ => Err(Refusal::missing()),
        }
    }

    fn groups(
        &mut self,
        request: &Request,
        method: &str,
        target: &Target,
        rest: &[&str],
        now: u64,
    ) -> Answer {
        match (method, rest) {
            ("GET", []) => self.list(Listed::Groups, target),
            ("POST", []) => self.create_group(&self.body(request)?, now),
            ("GET", [id]) => {
                let shown = self.group(id).map(|group| self.show(group));
                self.get(Listed::Groups, shown, target)
            }
            ("PUT", [id]) => self.put_group(id, &self.body(request)?, now),
            ("PATCH", [id]) => {
                let body = self.body(request)?;
                self.patch_group(id, Some(&body), now)
            }
            ("DELETE", [id]) => self.delete_group(id),
            (_, [] | [_]) => Err(Refusal::method()),
            _ => Err(Refusal::missing()),
        }
    }

    /// The JSON object in a body; anything else is an exception nobody caught (section 5.5).
    fn body(&self, request: &Request) -> Result<Object, Refusal> {
        self.check_media(request)?;
        let value: Option<Value> = serde_json::from_str(request.body.as_deref().unwrap_or("")).ok();
        value.and_then(|value| value.as_object().cloned()).ok_or(Refusal::Unknown)
    }

    /// An id in a path as it is stored.
    fn address(&self, id: &str) -> String {
        if self.settings.is("shortIds", "accept") { id::long(id) } else { id.to_owned() }
    }

    /// The next id of a type.
    fn made(&mut self, prefix: &str) -> String {
        self.last += 1;
        id::made(prefix, self.last)
    }

    fn origin(&self) -> String {
        Target::parse(&self.settings.url).origin
    }

    /// The running user, who is in no list of the simulation.
    fn me(&self) -> Value {
        let profile = self.org.profiles.get(1).map_or("", |profile| profile.id.as_str());
        let attributes = json!({"userName": "integration@acme.test", "name": {"familyName": "Integration"},
                                "emails": [{"value": "integration@acme.test"}],
                                "entitlements": [{"value": profile}]});
        let attributes = attributes.as_object().cloned().unwrap_or_default();
        let id = self.org.running_user.clone();
        self.show(&Record {
            sequence: 0,
            kind: Kind::User,
            id,
            attributes,
            created: 0,
            modified: 0,
            version: 1,
        })
    }
}
