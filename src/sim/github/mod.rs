//! GitHub: organisations that invite, and enterprises with managed users. Written from the provider sheet, whose
//! sections the comments cite.

mod app;
mod enterprise;
mod gate;
mod group;
mod group_patch;
mod jwt;
mod limits;
mod list;
mod login;
mod organization;
mod patching;
mod place;
mod refusal;
mod rules;
mod show;
mod switches;
mod world;

pub use switches::{ENTERPRISE, ORGANIZATION};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::clock;
use super::http::{Request, Response, Target};
use super::ids::Ids;
use super::json::{self, Object};
use super::schema::LIST;
use super::settings::Settings;
use super::store::{Kind, Record, Store};
use super::table::{Index, by};
use place::Place;
use refusal::Refusal;

/// Where a simulated organisation is that was given no URL.
pub const ORGANIZATION_URL: &str = "https://api.github.com/scim/v2/organizations/acme";
/// Where a simulated enterprise is that was given no URL.
pub const ENTERPRISE_URL: &str = "https://api.github.com/scim/v2/enterprises/acme";

/// One organisation or enterprise.
pub struct GitHub {
    settings: Settings,
    place: Place,
    store: Store,
    ids: Ids,
    app: app::App,
    lock: gate::Lock,
    hour: limits::Window,
    minute: limits::Window,
    users: limits::Window,
    added: BTreeMap<String, limits::Window>,
    /// Headers every reply to this request carries.
    headers: Vec<(String, String)>,
    /// Ids made by requests, not by edits: what this integration provisioned (sheet 4.7).
    own: BTreeSet<String>,
    organization: organization::Organization,
    /// Logins GitHub Enterprise Server had before SCIM, to be adopted (sheet 5).
    accounts: Vec<String>,
}

/// What is unique, or asked for.
static INDEXES: &[Index] = &[
    by(Kind::User, "userName"),
    by(Kind::User, "externalId"),
    by(Kind::User, "displayName"),
    by(Kind::User, "emails"),
    Index { kind: Kind::User, name: "login", keys: login::keys },
    by(Kind::Group, "displayName"),
    by(Kind::Group, "externalId"),
];

/// Status and body; null is no body.
type Answer = Result<(u16, Value), Refusal>;

impl GitHub {
    /// An empty organisation, or an empty enterprise.
    pub fn new(settings: Settings, enterprise: bool) -> Result<GitHub, String> {
        Ok(GitHub {
            place: Place::read(&settings.url, enterprise)?,
            ids: Ids::new(settings.seed),
            app: app::App::read(&settings.app, settings.seed)?,
            settings,
            store: Store::new(INDEXES),
            lock: gate::Lock::default(),
            hour: limits::Window::default(),
            minute: limits::Window::default(),
            users: limits::Window::default(),
            added: BTreeMap::new(),
            headers: Vec::new(),
            own: BTreeSet::new(),
            organization: organization::Organization::default(),
            accounts: Vec::new(),
        })
    }

    /// One request, answered.
    pub fn handle(&mut self, request: &Request, now: u64) -> Response {
        let now = self.clock(now);
        let target = Target::parse(&request.url);
        self.headers = vec![("Date".to_owned(), clock::http(now))];
        let apps = self.place.apps(&target).is_some();
        let mut response = match self.answer(request, &target, apps, now) {
            Ok((status, Value::Null)) => Response { status, headers: Vec::new(), body: String::new() },
            Ok((status, body)) => {
                let kind = if apps { "application/json; charset=utf-8" } else { "application/scim+json" };
                let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
                Response { status, headers, body: json::write(&body) }
            }
            Err(refusal) => refusal.write(&self.settings),
        };
        response.headers.append(&mut self.headers);
        response
    }

    /// Everything is judged and stamped by this server's own clock.
    fn clock(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.settings.signed("dateSkewSeconds").saturating_mul(1000))
    }

    /// In the order of sheet 9.
    fn answer(&mut self, request: &Request, target: &Target, apps: bool, now: u64) -> Answer {
        self.check_agent(request)?;
        self.check_lock(now)?;
        if apps {
            return self.exchange(request, target, now);
        }
        let caller = self.authorize(request, now)?;
        let write = !matches!(request.method.to_ascii_uppercase().as_str(), "GET" | "HEAD");
        self.limit(write, now)?;
        self.check_version(request)?;
        let segments = self.place.inside(target).ok_or_else(Refusal::nowhere)?;
        self.permit(&caller, write)?;
        let answer = self.route(request, target, &segments, now);
        self.perhaps_broken(answer)
    }

    fn route(&mut self, request: &Request, target: &Target, segments: &[String], now: u64) -> Answer {
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method.to_ascii_uppercase();
        let (endpoint, rest) = segments.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        let kind = match endpoint {
            "Users" => Kind::User,
            // Organisations have no groups (sheet 3.4).
            "Groups" if self.place.enterprise() => Kind::Group,
            "ServiceProviderConfig" | "ResourceTypes" | "Schemas" => return self.discover(endpoint),
            _ => return Err(Refusal::nowhere()),
        };
        match (kind, method.as_str(), rest) {
            (_, "GET", []) => self.list(kind, target, now),
            (_, "GET", [id]) => Ok((200, self.show(self.find(kind, id)?, Some(target)))),
            (Kind::User, "POST", []) => self.create_user(&body(request)?, now),
            (Kind::User, "PUT", [id]) => self.put_user(id, &body(request)?, now),
            (Kind::User, "PATCH", [id]) => self.patch_user(id, &body(request)?, now),
            (Kind::User, "DELETE", [id]) => self.delete_user(id),
            (Kind::Group, "POST", []) => self.create_group(&body(request)?, now),
            (Kind::Group, "PUT", [id]) => self.put_group(id, &body(request)?, now),
            (Kind::Group, "PATCH", [id]) => self.patch_group(id, &body(request)?, now),
            (Kind::Group, "DELETE", [id]) => {
                self.find(Kind::Group, id)?;
                self.store.remove(Kind::Group, id);
                Ok((204, Value::Null))
            }
            _ => Err(Refusal::nowhere()),
        }
    }

    /// Undocumented (sheet 1).
    fn discover(&self, endpoint: &str) -> Answer {
        match self.settings.value("discoveryEndpoints") {
            "200" if endpoint == "ServiceProviderConfig" => {
                let urn = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
                let (yes, no) = (json!({"supported": true}), json!({"supported": false}));
                Ok((
                    200,
                    json!({"schemas": [urn], "patch": yes, "bulk": no, "changePassword": no, "sort": no,
                           "etag": no, "filter": {"supported": true,
                           "maxResults": self.settings.number("maxCount")}, "authenticationSchemes": []}),
                ))
            }
            "200" => Ok((200, json!({"schemas": [LIST], "totalResults": 0, "Resources": []}))),
            "403" => Err(Refusal::basic(403, "Forbidden")),
            _ => Err(Refusal::nowhere()),
        }
    }

    /// The record a URL names. Shape A for organisations, shape B for enterprises (sheet 2.2).
    fn find(&self, kind: Kind, id: &str) -> Result<&Record, Refusal> {
        let found = self.store.find(kind, id).filter(|record| self.visible(record));
        found.ok_or_else(|| {
            if self.place.enterprise() {
                Refusal::nowhere()
            } else {
                Refusal::scim(404, format!("{} not found", kind.name()))
            }
        })
    }

    /// What another integration made is not seen (sheet 4.7).
    fn visible(&self, record: &Record) -> bool {
        self.settings.is("integrationScopedVisibility", "off")
            || !self.place.enterprise()
            || self.own.contains(&record.id)
    }

    fn create_user(&mut self, body: &Object, now: u64) -> Answer {
        let user = self.read_new_user(body)?;
        if self.place.enterprise() { self.provision(user, now) } else { self.invite(user, now) }
    }

    fn put_user(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let user = self.read_user(body)?;
        self.save_user(id, user, true, now)
    }

    /// A user after PUT or PATCH.
    fn save_user(&mut self, id: &str, user: Object, put: bool, now: u64) -> Answer {
        if self.place.enterprise() {
            self.update_managed(id, user, put, now)
        } else {
            self.update_member(id, user, now)
        }
    }

    fn delete_user(&mut self, id: &str) -> Answer {
        self.find(Kind::User, id)?;
        if self.place.enterprise() {
            self.store.remove(Kind::User, id);
        } else {
            self.remove_identity(id);
        }
        Ok((204, Value::Null))
    }

    /// Stores a user who was checked, and shows it.
    fn store_changed(&mut self, id: &str, user: Object, now: u64) -> Value {
        self.store.replace(Kind::User, id, user, None, now);
        self.stored(Kind::User, id)
    }

    /// A resource as it is now.
    fn stored(&self, kind: Kind, id: &str) -> Value {
        self.store.find(kind, id).map_or(Value::Null, |record| self.show(record, None))
    }

    /// A resource made by a request.
    fn made(&mut self, kind: Kind, attributes: Object, now: u64) -> Record {
        let id = match (kind, self.settings.value("idForm"), self.settings.value("groupIdForm")) {
            (Kind::User, "opaque", _) => self.ids.uuid().replace('-', ""),
            (Kind::Group, _, "number") => self.ids.number().to_string(),
            _ => self.ids.uuid(),
        };
        self.own.insert(id.clone());
        self.store.add(kind, id, attributes, now)
    }
}

/// The JSON object of a body, whatever its media type says (sheet 2.1).
fn body(request: &Request) -> Result<Object, Refusal> {
    match serde_json::from_str(request.body.as_deref().unwrap_or("")) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::scim(400, "Body should be a JSON object")),
        Err(_) => Err(Refusal::scim(400, "Problems parsing JSON")),
    }
}
