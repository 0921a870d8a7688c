//! Login and lifecycle events: read once, checked, and kept as they were given.

use serde_json::Value;

use crate::problem::{Problem, pointer};
use crate::time::Millis;

/// Largest event or configuration, in bytes (S4).
pub const MAX_BYTES: usize = 1024 * 1024;

/// Deepest nesting (S4).
pub const MAX_DEPTH: usize = 64;

/// An event, checked.
#[derive(Debug)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// The host's correlation id.
    pub id: Option<String>,
    /// When it happened, if the host says so.
    pub occurred_at: Option<Millis>,
    /// The application's id, if it names one.
    pub application: Option<String>,
    /// Whom it is about; `None` for group events.
    pub user: Option<User>,
    /// What it is about, for group events.
    pub group: Option<GroupChange>,
    /// The event as given.
    pub raw: Value,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody signed in.
    Login,
    /// `user.created`
    UserCreated,
    /// `user.updated`
    UserUpdated,
    /// `user.enabled`
    UserEnabled,
    /// `user.disabled`
    UserDisabled,
    /// `user.deleted`
    UserDeleted,
    /// `group.renamed`
    GroupRenamed,
    /// `group.deleted`
    GroupDeleted,
}

/// The words of `type`.
const KINDS: [(&str, Kind); 8] = [
    ("login", Kind::Login),
    ("user.created", Kind::UserCreated),
    ("user.updated", Kind::UserUpdated),
    ("user.enabled", Kind::UserEnabled),
    ("user.disabled", Kind::UserDisabled),
    ("user.deleted", Kind::UserDeleted),
    ("group.renamed", Kind::GroupRenamed),
    ("group.deleted", Kind::GroupDeleted),
];

impl Kind {
    /// Whether it may create an account (D1).
    pub fn may_create(self) -> bool {
        matches!(self, Kind::Login | Kind::UserCreated)
    }

    /// Whether it is about a group.
    pub fn is_group(self) -> bool {
        matches!(self, Kind::GroupRenamed | Kind::GroupDeleted)
    }
}

/// What of a user has a fixed meaning; the rest is read from [`Event::profile`].
#[derive(Debug)]
pub struct User {
    /// The platform's stable identifier.
    pub id: String,
    /// False: switched off at the platform.
    pub active: bool,
    /// Absent: unknown, so nothing is removed.
    pub groups: Option<Vec<Group>>,
}

/// A group as the platform knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The platform's id, if given.
    pub id: Option<String>,
    /// The platform's name.
    pub name: String,
}

/// `LifecycleEvent.group`.
#[derive(Debug)]
pub struct GroupChange {
    /// The group as it is now.
    pub group: Group,
    /// What it was called before.
    pub previous_name: Option<String>,
}

impl Event {
    /// Reads an event that somebody logged in with.
    pub fn login(text: &str) -> Result<Event, Vec<Problem>> {
        let event = Event::read(parse(text)?)?;
        if event.kind == Kind::Login {
            return Ok(event);
        }
        Err(vec![
            Problem::error("/type", "bad-value", "`postAuthentication` takes login events")
                .help("give lifecycle events to `lifecycle`"),
        ])
    }

    /// Reads an event from outside a login.
    pub fn lifecycle(text: &str) -> Result<Event, Vec<Problem>> {
        let event = Event::read(parse(text)?)?;
        if event.kind != Kind::Login {
            return Ok(event);
        }
        Err(vec![
            Problem::error("/type", "bad-value", "`lifecycle` takes lifecycle events").help(format!(
                "`type` is one of {}; give logins to `postAuthentication`",
                words(&KINDS[1..])
            )),
        ])
    }

    /// Reads an event of either sort.
    pub fn read(raw: Value) -> Result<Event, Vec<Problem>> {
        let mut reader = Reader { problems: Vec::new() };
        let event = reader.event(&raw);
        match event {
            Some(event) if reader.problems.is_empty() => Ok(Event { raw, ..event }),
            _ => Err(reader.problems),
        }
    }

    /// The user object as given: where mappings read.
    pub fn profile(&self) -> &Value {
        self.raw.get("user").unwrap_or(&Value::Null)
    }

    /// `application` for expressions: always an object (C5).
    pub fn application_object(&self) -> Value {
        match self.raw.get("application") {
            Some(Value::Object(application)) => Value::Object(application.clone()),
            Some(Value::String(id)) => serde_json::json!({ "id": id }),
            _ => Value::Object(serde_json::Map::new()),
        }
    }
}

/// JSON within the limits of S4.
pub fn parse(text: &str) -> Result<Value, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        return Err(vec![
            Problem::error(
                "",
                "too-large",
                format!("{} bytes are more than the {MAX_BYTES} allowed", text.len()),
            )
            .help("send only the properties that the mapping reads"),
        ]);
    }
    let too_deep = || {
        vec![
            Problem::error("", "too-deep", format!("nested deeper than {MAX_DEPTH} levels"))
                .help("send only the properties that the mapping reads"),
        ]
    };
    match serde_json::from_str::<Value>(text) {
        Ok(value) if depth_within(&value, MAX_DEPTH) => Ok(value),
        Ok(_) => Err(too_deep()),
        // serde_json stops at 128 levels by itself; it has no other way to say so than its text.
        Err(error) if error.to_string().contains("recursion limit") => Err(too_deep()),
        Err(error) => Err(vec![Problem::error(
            "",
            "bad-json",
            format!("not JSON: line {}, column {}", error.line(), error.column()),
        )]),
    }
}

/// Whether nothing nests deeper than `levels`.
fn depth_within(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| depth_within(item, levels - 1)),
        Value::Object(members) => levels > 0 && members.values().all(|item| depth_within(item, levels - 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Collects every problem of one event.
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn event(&mut self, raw: &Value) -> Option<Event> {
        let Some(object) = raw.as_object() else {
            self.wrong("", "an object", raw);
            return None;
        };
        let kind = self.kind(object.get("type"))?;
        let id = self.text(object.get("id"), "/id");
        let occurred_at = self.moment(object.get("occurredAt"));
        let application = self.application(object.get("application"), kind);
        let (user, group) = if kind.is_group() {
            (None, self.group_change(object.get("group"), kind))
        } else {
            (self.user(object.get("user")), None)
        };
        Some(Event { kind, id, occurred_at, application, user, group, raw: Value::Null })
    }

    fn kind(&mut self, value: Option<&Value>) -> Option<Kind> {
        let word = match value {
            None | Some(Value::Null) => "login",
            Some(Value::String(word)) => word,
            Some(other) => {
                self.wrong("/type", "a string", other);
                return None;
            }
        };
        let kind = KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
        if kind.is_none() {
            self.problems.push(
                Problem::error("/type", "bad-value", "unknown event type")
                    .help(format!("one of {}", words(&KINDS))),
            );
        }
        kind
    }

    fn text(&mut self, value: Option<&Value>, path: &str) -> Option<String> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => {
                self.wrong(path, "a string", other);
                None
            }
        }
    }

    fn required_text(&mut self, value: Option<&Value>, path: &str, help: &str) -> Option<String> {
        let text = match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => {
                self.wrong(path, "a string", other);
                return None;
            }
        };
        match text {
            Some(text) if !text.is_empty() => Some(text.clone()),
            _ => {
                self.problems
                    .push(Problem::error(path, "missing-field", "a non-empty string is needed").help(help));
                None
            }
        }
    }

    fn moment(&mut self, value: Option<&Value>) -> Option<Millis> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) => {
                // JavaScript may write whole numbers with a fraction of nothing, or measure finer than a millisecond.
                let millis =
                    number.as_u64().or_else(|| number.as_f64().filter(|at| *at >= 0.0).map(|at| at as u64));
                if millis.is_none() {
                    self.problems.push(Problem::error("/occurredAt", "out-of-range", "a time before 1970"));
                }
                millis
            }
            Some(other) => {
                self.wrong("/occurredAt", "a number", other);
                None
            }
        }
    }

    fn application(&mut self, value: Option<&Value>, kind: Kind) -> Option<String> {
        let help = "the `id` of an application in the configuration";
        match value {
            Some(Value::Object(application)) => {
                self.required_text(application.get("id"), "/application/id", help)
            }
            None | Some(Value::Null) if kind != Kind::Login => None,
            value => self.required_text(value, "/application", help),
        }
    }

    fn user(&mut self, value: Option<&Value>) -> Option<User> {
        let object = match value {
            Some(Value::Object(object)) => object,
            None | Some(Value::Null) => {
                self.problems.push(Problem::error("/user", "missing-field", "an event is about a user"));
                return None;
            }
            Some(other) => {
                self.wrong("/user", "an object", other);
                return None;
            }
        };
        let id =
            self.required_text(object.get("id"), "/user/id", "the platform's stable identifier of the user");
        let active = match object.get("active") {
            None | Some(Value::Null) => true,
            Some(Value::Bool(active)) => *active,
            Some(other) => {
                self.wrong("/user/active", "a boolean", other);
                true
            }
        };
        let groups = match object.get("groups") {
            None | Some(Value::Null) => None,
            Some(Value::Array(groups)) => Some(
                groups
                    .iter()
                    .enumerate()
                    .filter_map(|(n, group)| self.group(group, &format!("/user/groups/{n}")))
                    .collect(),
            ),
            Some(other) => {
                self.wrong("/user/groups", "a list", other);
                None
            }
        };
        Some(User { id: id?, active, groups })
    }

    fn group(&mut self, value: &Value, path: &str) -> Option<Group> {
        match value {
            Value::String(name) if !name.is_empty() => Some(Group { id: None, name: name.clone() }),
            Value::Object(object) => {
                let id = self.text(object.get("id"), &pointer(path, "id"));
                let name =
                    self.required_text(object.get("name"), &pointer(path, "name"), "the group's name")?;
                Some(Group { id, name })
            }
            Value::String(_) => {
                self.problems.push(Problem::error(path, "missing-field", "a group needs a name"));
                None
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                self.wrong(path, "a name or an object with `name`", value);
                None
            }
        }
    }

    fn group_change(&mut self, value: Option<&Value>, kind: Kind) -> Option<GroupChange> {
        let Some(Value::Object(object)) = value else {
            self.problems.push(Problem::error("/group", "missing-field", "a group event is about a group"));
            return None;
        };
        let group = self.group(&Value::Object(object.clone()), "/group");
        let previous_name = self.text(object.get("previousName"), "/group/previousName");
        if kind == Kind::GroupRenamed && previous_name.as_deref().unwrap_or("").is_empty() {
            self.problems.push(
                Problem::error("/group/previousName", "missing-field", "a renamed group had a name before")
                    .help("the name by which the provider knows it"),
            );
        }
        Some(GroupChange { group: group?, previous_name })
    }

    fn wrong(&mut self, path: &str, expected: &str, found: &Value) {
        let found = type_word(found);
        self.problems.push(Problem::error(path, "wrong-type", format!("expected {expected}, found {found}")));
    }
}

/// What JSON calls a value's type.
pub fn type_word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn words(kinds: &[(&str, Kind)]) -> String {
    kinds.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
