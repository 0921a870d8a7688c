//! The reference: what a provider should hold of a person, once faults have stopped and they have logged in again.
//! Knows the platform's profiles, the configuration and the rules' tables; nothing of how the client gets there.

use std::sync::OnceLock;

use serde_json::Value;

use crate::people::{Person, State};
use crate::setup::{Server, Setup, read_switches};

pub const KINDS: [&str; 5] = ["aws", "generic", "github", "github-enterprise", "salesforce"];

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// One mapped attribute.
pub struct Field {
    /// The platform's property.
    pub property: &'static str,
    path: &'static str,
    /// Kinds that have it in their mapping.
    kinds: &'static [&'static str],
    /// Kinds whose updates leave it out (D10).
    fixed: &'static [&'static str],
}

const ALL: &[&str] = &KINDS;
const fn field(property: &'static str, path: &'static str, kinds: &'static [&'static str]) -> Field {
    Field { property, path, kinds, fixed: &[] }
}

const FIELDS: &[Field] = &[
    Field { fixed: &["salesforce"], ..field("login", "userName", ALL) },
    field("firstName", "name.givenName", ALL),
    field("lastName", "name.familyName", ALL),
    field("displayName", "displayName", &["aws", "generic", "github-enterprise"]),
    field("email", "emails[type eq \"work\"].value", ALL),
    field("title", "title", &["aws", "generic", "salesforce"]),
    field(
        "department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        &["aws", "generic", "salesforce"],
    ),
    Field {
        fixed: &["salesforce"],
        ..field("mobile", "phoneNumbers[type eq \"mobile\"].value", &["aws", "generic", "salesforce"])
    },
];

pub fn fields(kind: &str) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.kinds.contains(&kind))
}

impl Field {
    pub fn path(&self, kind: &str) -> &'static str {
        match (self.property, kind) {
            // AWS and Salesforce have one phone number, of work.
            ("mobile", "aws" | "salesforce") => "phoneNumbers[type eq \"work\"].value",
            _ => self.path,
        }
    }

    /// What an account holds there.
    pub fn held<'a>(&self, account: &'a Value) -> &'a Value {
        static NONE: Value = Value::Null;
        let first = |list: &'a Value, kind: &str| {
            let mut values = list.as_array().into_iter().flatten();
            values
                .find(|value| value["type"] == kind || kind.is_empty())
                .map_or(&NONE, |value| &value["value"])
        };
        match self.property {
            "login" => &account["userName"],
            "firstName" => &account["name"]["givenName"],
            "lastName" => &account["name"]["familyName"],
            "email" => first(&account["emails"], ""),
            "mobile" => first(&account["phoneNumbers"], ""),
            "department" => &account[ENTERPRISE]["department"],
            other => &account[other],
        }
    }
}

/// Switches of a kind, and their values.
type Switches = Vec<(String, Vec<String>)>;

pub fn switches(kind: &str) -> &'static [(String, Vec<String>)] {
    static ALL: OnceLock<Vec<Switches>> = OnceLock::new();
    let all = ALL.get_or_init(|| KINDS.iter().map(|kind| read_switches(kind)).collect());
    &all[KINDS.iter().position(|one| *one == kind).unwrap()]
}

/// What an account of a person should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// There, active, and as the mapping says; groups as the event says.
    Present,
    /// There is none that is active.
    Off,
    /// There is none at all.
    Gone,
    /// The rules leave it open, for this reason.
    Open(&'static str),
}

/// What is to be, of a person at a server.
pub fn expected(setup: &Setup, at: usize, person: &Person) -> Expected {
    let server = &setup.servers[at];
    if server.mode != "live" {
        return Expected::Open("a server that takes no part, or is only watched");
    }
    let entitled = setup.admits(at, person.tier());
    match (person.state, server.deprovision) {
        (State::Active, _) if entitled => Expected::Present,
        (State::Active, _) if server.unentitled == "deactivate" => Expected::Off,
        (State::Active, _) => Expected::Open("not entitled, and nothing is to be done about it"),
        (_, "none") => Expected::Open("leavers are left as they are"),
        (_, "delete") => Expected::Gone,
        (..) if server.kind == "github" => Expected::Gone,
        (..) => Expected::Off,
    }
}

/// Whether later changes of the profile are written.
pub fn updates(server: &Server, field: &Field) -> bool {
    let all = server.updates.unwrap_or(server.kind != "github");
    // Taken without a word and without effect, even where they are asked for (D10).
    all && !field.fixed.contains(&server.kind)
}

/// How an account is told to be this person's.
pub fn is_of(server: &Server, account: &Value, person: &Person) -> bool {
    if server.kind == "salesforce" {
        // externalId is the federation id there (D3).
        let name = account["userName"].as_str().unwrap_or("");
        return person.logins.iter().any(|login| login.eq_ignore_ascii_case(name));
    }
    account["externalId"] == person.id.as_str()
}
