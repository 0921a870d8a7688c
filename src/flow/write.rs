//! Writing a user: create, change, turn off, delete.

use serde_json::{Map, Value, json};

use super::Visit;
use super::call::Stop;
use super::pretend::CREATED_USER;
use crate::encode::percent;
use crate::http::{Body, Call, Reply};
use crate::link::Changes;
use crate::problem::Problem;
use crate::provider::{UpdateForm, ValueForm};
use crate::scim::patch::{self, Operation};
use crate::scim::path::Path;
use crate::scim::{message, resource};

/// What became of a write.
#[derive(Debug)]
pub enum Written {
    /// It was done: SCIM paths written.
    Done(Vec<String>),
    /// The provider does not know the id.
    Gone,
}

/// What became of a create.
#[derive(Debug)]
pub enum Created {
    /// With this id; `None` where the reply does not say.
    Account(Option<String>),
    /// It exists already.
    Duplicate,
}

/// A change of an account.
pub struct Change<'a> {
    /// The provider's id of it.
    pub id: &'a str,
    /// `RequestRecord.purpose`.
    pub purpose: &'static str,
    /// Attributes to write.
    pub changes: Changes,
    /// `active`, if it is written.
    pub active: Option<bool>,
    /// The account as the provider has it, where this run has read it.
    pub remote: Option<&'a Value>,
    /// Attribute paths that the account is known to hold.
    pub held: Vec<String>,
}

impl Visit<'_> {
    /// The whole resource.
    pub fn resource(&self, active: bool) -> Value {
        resource::user(self.desired.iter().map(|(attribute, value)| (&attribute.path, value)), active)
    }

    /// Creates the account; `before` says how often that was tried in this run.
    pub async fn create(&self, before: u32) -> Result<Created, Stop> {
        let body = self.resource(true);
        let call =
            Call::new("create", "POST", "/Users").body(body.clone()).assume(json!({ "id": CREATED_USER }));
        let reply = self.call_after(call, before).await?;
        if reply.is_success() {
            return Ok(Created::Account(reply.json().and_then(message::id)));
        }
        let stop = self.refused(&reply, Some(&body));
        if stop.failure.class == crate::outcome::Class::Conflict { Ok(Created::Duplicate) } else { Err(stop) }
    }

    /// Changes it: by PATCH, or where that is not to be had by GET, merge and PUT (H1).
    pub async fn change(&self, change: Change<'_>) -> Result<Written, Stop> {
        let change = Change { changes: self.sendable(&change.changes), ..change };
        let mut names: Vec<String> =
            change.changes.set.iter().chain(&change.changes.removed).cloned().collect();
        if change.active.is_some() {
            names.push("active".to_owned());
        }
        if names.is_empty() {
            return Ok(Written::Done(names));
        }
        if self.server.provider.dialect.update == UpdateForm::Patch && self.learned(|learned| learned.patch) {
            match self.patch(&change).await? {
                Some(Written::Done(_)) => return Ok(Written::Done(names)),
                Some(Written::Gone) => return Ok(Written::Gone),
                None => self.learned(|learned| learned.patch = false),
            }
        }
        Ok(match self.put(&change).await? {
            Written::Done(_) => Written::Done(names),
            Written::Gone => Written::Gone,
        })
    }

    /// `None` where the server has no PATCH.
    async fn patch(&self, change: &Change<'_>) -> Result<Option<Written>, Stop> {
        let full = self.resource(true);
        let documented = self.server.provider.dialect.values;
        if documented == ValueForm::Path && !self.learned(|learned| learned.value_paths) {
            return self.patch_lists(change).await;
        }
        let operations = operations(change, &full, documented);
        let (reply, body) = match self.send_patch(change, &operations).await? {
            Sent::Done(written) => return Ok(written),
            Sent::Refused(reply, body) => (reply, body),
        };
        if reply.status != 400 || !operations.iter().any(Operation::has_value_path) {
            return Err(self.refused(&reply, Some(&body)));
        }
        // A value path that selects nothing says so of this account; any other 400 may mean the form.
        if crate::retry::error_of(&reply).scim_type.as_deref() != Some("noTarget") {
            self.learned(|learned| learned.value_paths = false);
        }
        self.patch_lists(change).await
    }

    /// Without value paths: a list is replaced as a whole, with what of it is not ours kept; so it is read first.
    async fn patch_lists(&self, change: &Change<'_>) -> Result<Option<Written>, Stop> {
        let mut keys = change.changes.set.iter().chain(&change.changes.removed);
        let in_lists = keys.any(|key| Path::parse(key).is_ok_and(|path| !path.filter.is_empty()));
        let read = match change.remote {
            None if in_lists => match self.read(change.id).await? {
                Some(read) => Some(read),
                None => return Ok(Some(Written::Gone)),
            },
            _ => None,
        };
        let full = match change.remote.or(read.as_ref()) {
            Some(remote) => Value::Object(self.merged(remote, change)?),
            None => self.resource(true),
        };
        let operations = operations(change, &full, ValueForm::Whole);
        match self.send_patch(change, &operations).await? {
            Sent::Done(written) => Ok(written),
            Sent::Refused(reply, body) => Err(self.refused(&reply, Some(&body))),
        }
    }

    async fn send_patch(&self, change: &Change<'_>, operations: &[Operation]) -> Result<Sent, Stop> {
        let body = patch::body(operations);
        let path = format!("/Users/{}", percent(change.id));
        let reply = self.call(Call::new(change.purpose, "PATCH", path).body(body.clone())).await?;
        Ok(match reply.status {
            _ if reply.is_success() && matches!(reply.body, Body::Unreadable) => {
                return Err(Stop::failed(self.unreadable()));
            }
            _ if reply.is_success() => Sent::Done(Some(Written::Done(Vec::new()))),
            404 | 410 => Sent::Done(Some(Written::Gone)),
            405 | 501 => Sent::Done(None),
            _ => Sent::Refused(reply, body),
        })
    }

    async fn put(&self, change: &Change<'_>) -> Result<Written, Stop> {
        let path = format!("/Users/{}", percent(change.id));
        let remote = match change.remote {
            Some(remote) => remote.clone(),
            None => match self.read(change.id).await? {
                Some(remote) => remote,
                None => return Ok(Written::Gone),
            },
        };
        let mut merged = self.merged(&remote, change)?;
        if let Some(active) = change.active {
            merged.insert("active".into(), Value::Bool(active));
        }
        let body = Value::Object(merged);
        let reply = self.call(Call::new(change.purpose, "PUT", path).body(body.clone())).await?;
        match reply.status {
            _ if reply.is_success() => Ok(Written::Done(Vec::new())),
            404 | 410 => Ok(Written::Gone),
            _ => Err(self.refused(&reply, Some(&body))),
        }
    }

    /// The account as it should be: what is there, with our changes.
    fn merged(&self, remote: &Value, change: &Change<'_>) -> Result<Map<String, Value>, Stop> {
        let Value::Object(mut merged) = remote.clone() else { return Err(Stop::failed(self.unreadable())) };
        // RFC 7644 section 3.5.1: read-only values are ignored, where they are not refused. `id` stays: AWS's PUT
        // wants it (DG/putuser.html).
        merged.remove("meta");
        merged.remove("groups");
        for key in &change.changes.removed {
            if let Ok(gone) = Path::parse(key) {
                resource::remove(&mut merged, &gone);
            }
        }
        for (attribute, value) in
            self.desired.iter().filter(|(attribute, _)| change.changes.set.contains(&attribute.key))
        {
            resource::place(&mut merged, &attribute.path, value);
        }
        resource::mark_primary(&mut merged);
        list_schemas(&mut merged);
        Ok(merged)
    }

    /// Reads the account. `None` where the provider does not know the id.
    pub async fn read(&self, id: &str) -> Result<Option<Value>, Stop> {
        let call =
            Call::new("read", "GET", format!("/Users/{}", percent(id))).assume(self.assumed_account(id));
        let reply = self.call(call).await?;
        match (reply.status, &reply.body) {
            (404 | 410, _) => Ok(None),
            // Another account's, or nobody's, is no answer: what is written next goes to the id that it names.
            (_, Body::Json(user)) if reply.is_success() && message::id(user).as_deref() == Some(id) => {
                Ok(Some(user.clone()))
            }
            _ if reply.is_success() => Err(Stop::failed(self.unreadable())),
            _ => Err(self.refused(&reply, None)),
        }
    }

    /// Deletes the account; one that is not there is deleted.
    pub async fn delete(&self, id: &str) -> Result<(), Stop> {
        let reply = self.call(Call::new("delete", "DELETE", format!("/Users/{}", percent(id)))).await?;
        match reply.status {
            404 | 410 => Ok(()),
            _ if reply.is_success() => Ok(()),
            _ => Err(self.refused(&reply, None)),
        }
    }

    /// What of some changes the provider takes in an update; the rest is left out with a warning.
    pub fn sendable(&self, changes: &Changes) -> Changes {
        let keep = |key: &&String| {
            let takes = self.is_updatable(key);
            if !takes {
                self.warn(
                    Problem::warning(
                        "",
                        "not-updatable",
                        format!("`{}` cannot change `{key}` of an existing account", self.server.id),
                    )
                    .help("it was left out of the update"),
                );
            }
            takes
        };
        Changes {
            set: changes.set.iter().filter(keep).cloned().collect(),
            removed: changes.removed.iter().filter(keep).cloned().collect(),
        }
    }

    /// Whether an update can carry an attribute.
    pub fn is_updatable(&self, key: &str) -> bool {
        let top = Path::parse(key).map_or_else(|_| key.to_owned(), |path| path.top().into_owned());
        !self.server.provider.dialect.not_updatable.iter().any(|name| name.eq_ignore_ascii_case(&top))
    }
}

/// What became of a PATCH.
enum Sent {
    /// It was done, or the account is gone; `None`: the server has no PATCH.
    Done(Option<Written>),
    /// It was refused: the reply, and what was sent.
    Refused(Reply, Value),
}

/// PATCH operations for a change, one an attribute. `full` is the account as it should be.
fn operations(change: &Change<'_>, full: &Value, form: ValueForm) -> Vec<Operation> {
    let mut operations = Operations { full, change, done: Vec::new(), list: Vec::new() };
    if let Some(active) = change.active {
        operations.list.push(Operation::replace("active", json!(active)));
    }
    for key in change.changes.removed.iter().chain(&change.changes.set) {
        let Ok(path) = Path::parse(key) else { continue };
        let removed = change.changes.removed.contains(key);
        match (path.filter.is_empty(), form) {
            (true, _) => operations.plain(key, &path, removed),
            (false, ValueForm::Path) => operations.selected(key, &path, removed),
            (false, ValueForm::Whole) => operations.whole(&path),
        }
    }
    operations.list
}

/// Gathers operations; an element or an attribute written as a whole is written once.
struct Operations<'a> {
    full: &'a Value,
    change: &'a Change<'a>,
    done: Vec<String>,
    list: Vec<Operation>,
}

impl Operations<'_> {
    fn plain(&mut self, key: &str, path: &Path, removed: bool) {
        match resource::find(self.full, path) {
            Some(value) if !removed => self.list.push(Operation::replace(key, value.clone())),
            _ => self.list.push(Operation::remove(key)),
        }
    }

    /// Inside an element selected by a filter.
    fn selected(&mut self, key: &str, path: &Path, removed: bool) {
        let element = Path { sub: None, ..path.clone() };
        let wanted = resource::find(self.full, &element);
        let held = match self.change.remote {
            Some(remote) => resource::find(remote, &element).is_some(),
            None => self
                .change
                .held
                .iter()
                .filter_map(|key| Path::parse(key).ok())
                .any(|held| held.same_top(path) && held.same_filter(path)),
        };
        match wanted {
            Some(element) if !held => {
                let place = Path { sub: None, ..path.clone() }.to_string();
                if self.first(&place) {
                    self.list.push(Operation::add(path.top(), json!([element])));
                }
            }
            None => {
                if self.first(&element.to_string()) {
                    self.list.push(Operation::remove(element.to_string()));
                }
            }
            Some(_) => self.plain(key, path, removed),
        }
    }

    /// The attribute with all its values.
    fn whole(&mut self, path: &Path) {
        let top = Path { filter: Vec::new(), sub: None, ..path.clone() };
        if self.first(&top.to_string()) {
            self.plain(&top.to_string(), &top, false);
        }
    }

    fn first(&mut self, place: &str) -> bool {
        let first = !self.done.iter().any(|done| done == place);
        self.done.push(place.to_owned());
        first
    }
}

/// `schemas` names every extension that is there (RFC 7643 section 3).
fn list_schemas(root: &mut Map<String, Value>) {
    let mut schemas = match root.remove("schemas") {
        Some(Value::Array(schemas)) => schemas,
        Some(schema @ Value::String(_)) => vec![schema],
        _ => vec![json!(resource::USER)],
    };
    for urn in root.keys().filter(|key| key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")))
    {
        if !schemas.iter().any(|known| known.as_str().is_some_and(|known| known.eq_ignore_ascii_case(urn))) {
            schemas.push(json!(urn));
        }
    }
    root.insert("schemas".into(), Value::Array(schemas));
}
