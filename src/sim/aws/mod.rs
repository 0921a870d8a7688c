//! AWS IAM Identity Center, as its SCIM developer guide and user guide describe it, and as clients report it.

mod filter;
mod gate;
mod group;
mod list;
mod patch_group;
mod patch_user;
mod reply;
mod rules;
mod schemas;
mod switches;
mod user;

pub use switches::SWITCHES;

use serde_json::Value;

use super::clock;
use super::fault::Fault;
use super::http::{Request, Response, Target};
use super::ids::Ids;
use super::json::Object;
use super::settings::Settings;
use super::store::{Kind, Record, Store};
use super::table::{Index, by};

/// Region and tenant of a simulator that was given none. A tenant looks like a UUID and is none.
pub const DEFAULT_URL: &str =
    "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2";

/// One directory.
pub struct Aws {
    settings: Settings,
    store: Store,
    ids: Ids,
    prefix: String,
    reads: gate::Bucket,
    writes: gate::Bucket,
    /// Milliseconds until a throttled request may pass.
    wait: u64,
}

/// What is unique, or asked for.
static INDEXES: &[Index] = &[
    by(Kind::User, "userName"),
    by(Kind::User, "externalId"),
    by(Kind::User, "emails"),
    by(Kind::Group, "displayName"),
    by(Kind::Group, "externalId"),
];

/// Status and body; null is no body.
type Answer = Result<(u16, Value), Fault>;

impl Aws {
    /// An empty directory. The URL needs a tenant and a path behind it.
    pub fn new(settings: Settings) -> Result<Aws, String> {
        let path = Target::parse(&settings.url).path;
        if path.split('/').filter(|segment| !segment.is_empty()).count() < 2 {
            return Err(
                "option `url` of aws needs a tenant and a path: https://host/<tenant>/scim/v2".to_owned()
            );
        }
        let mut ids = Ids::new(settings.seed);
        let prefix =
            if settings.is("idForm", "prefixed") { format!("{}-", ids.ten_hex()) } else { String::new() };
        let (reads, writes) = (gate::Bucket::new(), gate::Bucket::new());
        Ok(Aws { settings, store: Store::new(INDEXES), ids, prefix, reads, writes, wait: 0 })
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
        let request_id = self.ids.uuid();
        let target = Target::parse(&request.url);
        let answer = self
            .admit(request, &target, now)
            .and_then(|segments| self.route(request, &target, &segments, now));
        match answer {
            Ok((status, body)) => reply::respond(status, &body, &request_id, now),
            Err(fault) => {
                let generic = self.settings.is("generic400Detail", "true");
                let mut response = reply::error(&fault, generic, &request_id, now);
                if fault.status == 429 {
                    let value = match self.settings.value("retryAfter") {
                        "seconds" => Some(self.wait.div_ceil(1000).to_string()),
                        "date" => Some(clock::http(now + self.wait + 999)),
                        _ => None,
                    };
                    response.headers.extend(value.map(|value| ("Retry-After".to_owned(), value)));
                }
                response
            }
        }
    }

    /// The operations of supported-apis.html.
    fn route(&mut self, request: &Request, target: &Target, segments: &[String], now: u64) -> Answer {
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method.to_ascii_uppercase();
        match (method.as_str(), segments.as_slice()) {
            ("POST", ["Users"]) => self.create_user(&body(request)?, now),
            ("GET", ["Users"]) => self.list(Kind::User, target, now),
            ("GET", ["Users", id]) => Ok((200, self.show(self.readable(Kind::User, id, now)?))),
            ("PUT", ["Users", id]) => self.put_user(id, &body(request)?, now),
            ("PATCH", ["Users", id]) => self.patch_user(id, &body(request)?, now),
            ("POST", ["Groups"]) => self.create_group(&body(request)?, now),
            ("GET", ["Groups"]) => self.list(Kind::Group, target, now),
            ("GET", ["Groups", id]) => self.get_group(id, now),
            ("PUT", ["Groups", _]) => Err(Fault::new(
                self.settings.status("putGroup"),
                if self.settings.is("putGroup", "404") { "Not Found" } else { "Operation is not supported." },
            )),
            ("PATCH", ["Groups", id]) => self.patch_group(id, &body(request)?, now),
            ("DELETE", ["Users", id]) => self.delete(Kind::User, id),
            ("DELETE", ["Groups", id]) => self.delete(Kind::Group, id),
            ("GET", ["ServiceProviderConfig"]) => Ok((200, schemas::config(&self.settings))),
            ("GET", ["ResourceTypes"]) => Ok((200, schemas::resource_types())),
            ("GET", ["Schemas"]) => Ok((200, schemas::all())),
            ("GET", ["Schemas", urn]) => {
                schemas::one(urn).map(|schema| (200, schema)).ok_or_else(|| reply::not_found("Schema"))
            }
            // /Me, /Bulk, /.search: not there at all (limitations.html).
            _ => Err(Fault::new(404, "Not Found")),
        }
    }

    fn delete(&mut self, kind: Kind, id: &str) -> Answer {
        if self.store.remove(kind, id) { Ok((204, Value::Null)) } else { Err(reply::not_found(kind.name())) }
    }

    fn fresh_id(&mut self) -> String {
        format!("{}{}", self.prefix, self.ids.aws())
    }

    /// A resource that can be read by now (ssosync #42: 404 right after creation).
    fn readable(&self, kind: Kind, id: &str, now: u64) -> Result<&Record, Fault> {
        let found = self.store.find(kind, id).filter(|record| self.visible(record, now));
        found.ok_or_else(|| reply::not_found(kind.name()))
    }

    fn visible(&self, record: &Record, now: u64) -> bool {
        record.created + self.settings.number("readDelay") <= now
    }

    /// A resource as the wire shows it.
    fn show(&self, record: &Record) -> Value {
        match record.kind {
            Kind::User => user::show(record),
            Kind::Group => group::show(record),
        }
    }
}

/// The JSON object in a body.
fn body(request: &Request) -> Result<Object, Fault> {
    let value: Option<Value> = serde_json::from_str(request.body.as_deref().unwrap_or("")).ok();
    match value {
        Some(Value::Object(object)) => Ok(object),
        Some(_) | None => Err(Fault::new(400, reply::INVALID_JSON)),
    }
}
