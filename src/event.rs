//! Login and lifecycle events: read once, checked, and kept as they were given.

use std::cell::OnceCell;
use std::fmt;

use serde_json::{Map, Value};

use crate::expression::Work;
use crate::expression::nearest::list;
use crate::json::{Doc, Error, Item, Kind as Json};
use crate::problem::Problem;
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
    /// Where it was read.
    doc: Doc,
    /// Its place there.
    place: usize,
    /// The user's.
    user_place: Option<usize>,
    /// Made when something asks for it: most logins do without.
    raw: OnceCell<Value>,
    /// What expressions about it may do, all together.
    pub work: Work,
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
    pub fn read(doc: Doc) -> Result<Event, Vec<Problem>> {
        let place = doc.root().place();
        Event::within(doc, place)
    }

    /// Reads an event that stands at a place of a document.
    pub fn within(doc: Doc, place: usize) -> Result<Event, Vec<Problem>> {
        let mut reader = Reader { problems: Vec::new() };
        match reader.event(doc.item(place)) {
            Some(parts) if reader.problems.is_empty() => {
                let Parts { kind, id, occurred_at, application, user, group } = parts;
                Ok(Event {
                    kind,
                    id,
                    occurred_at,
                    application,
                    user,
                    group,
                    user_place: doc.item(place).get("user").map(Item::place),
                    doc,
                    place,
                    raw: OnceCell::new(),
                    work: Work::default(),
                })
            }
            _ => Err(reader.problems),
        }
    }

    /// A login of nobody, for conversations that are about a server alone.
    pub fn about_nobody() -> Event {
        Event {
            kind: Kind::Login,
            id: None,
            occurred_at: None,
            application: None,
            user: None,
            group: None,
            doc: Doc::default(),
            place: 0,
            user_place: None,
            raw: OnceCell::new(),
            work: Work::default(),
        }
    }

    /// The event as given.
    pub fn raw(&self) -> &Value {
        self.raw.get_or_init(|| self.doc.item(self.place).value())
    }

    /// Whether two say the same, apart from their ids and times (R7).
    pub fn says_what(&self, other: &Event) -> bool {
        let (Value::Object(one), Value::Object(two)) = (self.raw(), other.raw()) else { return false };
        let own = |name: &&String| !matches!(name.as_str(), "id" | "occurredAt");
        let same = |name: &String| one.get(name) == two.get(name);
        one.keys().chain(two.keys()).filter(own).all(same)
    }

    /// The user as given: where mappings read.
    pub fn profile(&self) -> Option<Item<'_>> {
        self.user_place.map(|place| self.doc.item(place))
    }

    /// `user` for expressions.
    pub fn user_object(&self) -> &Value {
        self.raw().get("user").unwrap_or(&Value::Null)
    }

    /// `application` for expressions: always an object (C5).
    pub fn application_object(&self) -> Value {
        match self.raw().get("application") {
            Some(Value::Object(application)) => Value::Object(application.clone()),
            Some(Value::String(id)) => serde_json::json!({ "id": id }),
            _ => Value::Object(Map::new()),
        }
    }
}

/// JSON within the limits of S4.
pub fn parse(text: &str) -> Result<Doc, Vec<Problem>> {
    let trim = "send only the properties that the mapping reads";
    if text.len() > MAX_BYTES {
        let message = format!("{} bytes are more than the {MAX_BYTES} allowed", text.len());
        return Err(vec![Problem::error("", "too-large", message).help(trim)]);
    }
    Doc::read(text, MAX_DEPTH).map_err(|error| {
        vec![match error {
            Error { too_deep: true, .. } => {
                Problem::error("", "too-deep", format!("nested deeper than {MAX_DEPTH} levels")).help(trim)
            }
            Error { line, column, .. } => {
                Problem::error("", "bad-json", format!("not JSON: line {line}, column {column}"))
            }
        }]
    })
}

/// What an [`Event`] holds beside the document.
struct Parts {
    kind: Kind,
    id: Option<String>,
    occurred_at: Option<Millis>,
    application: Option<String>,
    user: Option<User>,
    group: Option<GroupChange>,
}

/// A pointer that is written out only for a problem: `/user/groups`, `3`, `/name`.
#[derive(Clone, Copy)]
struct At<'a>(&'a str, Option<usize>, &'a str);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        if let Some(index) = self.1 {
            write!(f, "/{index}")?;
        }
        f.write_str(self.2)
    }
}

/// Collects every problem of one event.
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn event(&mut self, event: Item<'_>) -> Option<Parts> {
        if !matches!(event.kind(), Json::Object) {
            return self.wrong(At("", None, ""), "an object", event);
        }
        let kind = self.kind(event.get("type"))?;
        let id = self.text(event.get("id"), At("/id", None, ""));
        let occurred_at = self.moment(event.get("occurredAt"));
        let application = self.application(event.get("application"), kind);
        let (user, group) = if kind.is_group() {
            (None, self.group_change(event.get("group"), kind))
        } else {
            (self.user(event.get("user")), None)
        };
        Some(Parts { kind, id, occurred_at, application, user, group })
    }

    fn kind(&mut self, value: Option<Item<'_>>) -> Option<Kind> {
        let at = At("/type", None, "");
        let word = match given(value) {
            None => "login",
            Some(value) => value.text().or_else(|| self.wrong(at, "a string", value))?,
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

    fn text(&mut self, value: Option<Item<'_>>, at: At<'_>) -> Option<String> {
        let value = given(value)?;
        value.text().or_else(|| self.wrong(at, "a string", value)).map(str::to_owned)
    }

    fn required_text(&mut self, value: Option<Item<'_>>, at: At<'_>, help: &str) -> Option<String> {
        let text = match given(value) {
            None => "",
            Some(value) => value.text().or_else(|| self.wrong(at, "a string", value))?,
        };
        if text.is_empty() {
            let message = "a non-empty string is needed";
            self.problems.push(Problem::error(at.to_string(), "missing-field", message).help(help));
            return None;
        }
        Some(text.to_owned())
    }

    fn moment(&mut self, value: Option<Item<'_>>) -> Option<Millis> {
        let value = given(value)?;
        let number = value.number().or_else(|| self.wrong(At("/occurredAt", None, ""), "a number", value))?;
        // JavaScript may write whole numbers with a fraction of nothing, or measure finer than a millisecond.
        let millis = number.as_u64().or_else(|| number.as_f64().filter(|at| *at >= 0.0).map(|at| at as u64));
        if millis.is_none() {
            self.problems.push(Problem::error("/occurredAt", "out-of-range", "a time before 1970"));
        }
        millis
    }

    fn application(&mut self, value: Option<Item<'_>>, kind: Kind) -> Option<String> {
        let help = "the `id` of an application in the configuration";
        match given(value) {
            Some(application) if matches!(application.kind(), Json::Object) => {
                self.required_text(application.get("id"), At("/application/id", None, ""), help)
            }
            None if kind != Kind::Login => None,
            value => self.required_text(value, At("/application", None, ""), help),
        }
    }

    fn user(&mut self, value: Option<Item<'_>>) -> Option<User> {
        let Some(user) = given(value) else {
            self.problems.push(Problem::error("/user", "missing-field", "an event is about a user"));
            return None;
        };
        if !matches!(user.kind(), Json::Object) {
            return self.wrong(At("/user", None, ""), "an object", user);
        }
        let help = "the platform's stable identifier of the user";
        let id = self.required_text(user.get("id"), At("/user/id", None, ""), help);
        let active = match given(user.get("active")) {
            None => true,
            Some(value) => match value.kind() {
                Json::Bool(active) => active,
                Json::Null | Json::Number(_) | Json::Text(_) | Json::List | Json::Object => {
                    self.wrong(At("/user/active", None, ""), "a boolean", value).unwrap_or(true)
                }
            },
        };
        let groups = given(user.get("groups")).and_then(|groups| self.groups(groups));
        Some(User { id: id?, active, groups })
    }

    fn groups(&mut self, list: Item<'_>) -> Option<Vec<Group>> {
        if !matches!(list.kind(), Json::List) {
            return self.wrong(At("/user/groups", None, ""), "a list", list);
        }
        let mut groups = Vec::new();
        for (index, group) in list.items().enumerate() {
            groups.extend(self.group(group, "/user/groups", Some(index)));
        }
        Some(groups)
    }

    fn group(&mut self, group: Item<'_>, list: &str, index: Option<usize>) -> Option<Group> {
        let at = At(list, index, "");
        match group.kind() {
            Json::Text("") => {
                self.problems.push(Problem::error(at.to_string(), "missing-field", "a group needs a name"));
                None
            }
            Json::Text(name) => Some(Group { id: None, name: name.to_owned() }),
            Json::Object => {
                let id = self.text(group.get("id"), At(list, index, "/id"));
                let name =
                    self.required_text(group.get("name"), At(list, index, "/name"), "the group's name")?;
                Some(Group { id, name })
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::List => {
                self.wrong(at, "a name or an object with `name`", group)
            }
        }
    }

    fn group_change(&mut self, value: Option<Item<'_>>, kind: Kind) -> Option<GroupChange> {
        let Some(object) = value.filter(|group| matches!(group.kind(), Json::Object)) else {
            self.problems.push(Problem::error("/group", "missing-field", "a group event is about a group"));
            return None;
        };
        let group = self.group(object, "/group", None);
        let previous_name = self.text(object.get("previousName"), At("/group/previousName", None, ""));
        if kind == Kind::GroupRenamed && previous_name.as_deref().unwrap_or("").is_empty() {
            self.problems.push(
                Problem::error("/group/previousName", "missing-field", "a renamed group had a name before")
                    .help("the name by which the provider knows it"),
            );
        }
        Some(GroupChange { group: group?, previous_name })
    }

    /// Notes a value of another type than expected; gives nothing.
    fn wrong<T>(&mut self, at: At<'_>, expected: &str, found: Item<'_>) -> Option<T> {
        let found = type_word(found.kind());
        let message = format!("expected {expected}, found {found}");
        self.problems.push(Problem::error(at.to_string(), "wrong-type", message));
        None
    }
}

/// A value that is there and not `null`.
fn given(value: Option<Item<'_>>) -> Option<Item<'_>> {
    value.filter(|value| !value.is_null())
}

/// What JSON calls a value's type.
fn type_word(value: Json<'_>) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::Text(_) => "a string",
        Json::List => "a list",
        Json::Object => "an object",
    }
}

fn words(kinds: &[(&str, Kind)]) -> String {
    list(kinds.iter().map(|(name, _)| *name))
}
