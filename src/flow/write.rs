//! Writing a user: create, change, turn off, delete.

use serde_json::{Map, Value};

use super::call::Stop;
use super::pretend::CREATED_USER;
use super::{Assume, Sending, Visit, pathless};
use crate::drift::holds;
use crate::encode::percent;
use crate::http::{Body, Call, Reply};
use crate::json::json;
use crate::link::Changes;
use crate::outcome::{Class, Failure};
use crate::plan::Owner;
use crate::problem::Problem;
use crate::provider::UpdateForm;
use crate::scim::patch::{self, Operation};
use crate::scim::path::Path;
use crate::scim::{message, resource};
use crate::table::{object, take};

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
    /// It exists already; what was said of it, where that was heard.
    Duplicate(Option<Box<Failure>>),
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

impl Change<'_> {
    /// The paths that change, those that are gone first.
    fn paths(&self) -> impl Iterator<Item = Path> {
        self.removed().chain(self.set())
    }

    /// The paths that are gone.
    pub(super) fn removed(&self) -> impl Iterator<Item = Path> {
        self.changes.removed.iter().filter_map(|key| Path::parse(key).ok())
    }

    /// The paths that hold something else.
    pub(super) fn set(&self) -> impl Iterator<Item = Path> {
        self.changes.set.iter().filter_map(|key| Path::parse(key).ok())
    }
}

impl Visit<'_> {
    /// The whole resource.
    pub fn resource(&self, active: bool) -> Value {
        let mut user =
            resource::user(self.desired.iter().map(|(attribute, value)| (&attribute.path, value)), active);
        if let Value::Object(user) = &mut user {
            (self.server.provider.dialect.complete)(user);
        }
        user
    }

    /// Creates the account; `before` says how often that was tried in this run.
    pub async fn create(&self, before: u32) -> Result<Created, Stop> {
        let body = self.resource(true);
        let call =
            Call::new("create", "POST", "/Users").body(body.clone()).assume(json!({ "id": CREATED_USER }));
        let reply = self.call_after(call, before).await?;
        let exists = matches!(self.assume, Assume::Differs | Assume::ByName | Assume::Inactive);
        if self.sending == Sending::Nothing && exists {
            return Ok(Created::Duplicate(None));
        }
        if reply.is_success() {
            let shown = reply.json().filter(|_| reply.status == 200);
            return Ok(match shown.is_some_and(|user| self.was_there_before(user)) {
                true => Created::Duplicate(None),
                false => Created::Account(reply.json().and_then(message::id)),
            });
        }
        let stop = self.refused(&reply, Some(&body));
        if stop.failure.class == Class::Conflict {
            Ok(Created::Duplicate(Some(stop.failure)))
        } else {
            Err(stop)
        }
    }

    /// Whether the account in the answer to a create is not the one that was sent: instead of a refusal, some answer 200
    /// and what is there already, be it another's.
    fn was_there_before(&self, user: &Value) -> bool {
        let whole = message::id(user).is_some() && resource::member(user, "userName").is_some();
        let differs = || !crate::drift::drift(self.desired, None, user, self.server).is_empty();
        whole && (self.owner_of(user) == Owner::Foreign || differs())
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
        // From the form the server is known to take; the next one only while that is in doubt (H1, R3).
        let path = format!("/Users/{}", percent(change.id));
        let known = self.learned(|learned| learned.update.at);
        let (mut refused, mut remember, mut read) = (None, false, None);
        let forms = self.server.provider.dialect.update;
        let put: &[UpdateForm] = if self.server.provider.dialect.put { &[UpdateForm::Put] } else { &[] };
        for (at, form) in forms.iter().chain(put).enumerate().skip(known) {
            // Without PATCH there is PUT, whatever the list says.
            let patches = self.learned(|learned| learned.patch);
            let is_for_it = if at < forms.len() { patches || *form == UpdateForm::Put } else { !patches };
            if !is_for_it {
                continue;
            }
            if change.remote.or(read.as_ref()).is_none() && self.needs_look(&change, *form) {
                read = self.read(change.id).await?;
                if read.is_none() {
                    return Ok(Written::Gone);
                }
            }
            let (method, body, features) = self.written(*form, &change, change.remote.or(read.as_ref()))?;
            if refused.as_ref().is_some_and(|(_, earlier)| *earlier == body) {
                continue;
            }
            let reply =
                self.call(Call::new(change.purpose, method, path.as_str()).body(body.clone())).await?;
            let unproven = features & !self.learned(|learned| learned.update.proven);
            match reply.status {
                _ if reply.is_success() && matches!(reply.body, Body::Unreadable) => {
                    return Err(self.garbled());
                }
                _ if reply.is_success() => {
                    self.learned(|learned| {
                        // What was only taken to work proves nothing.
                        learned.update.proven |= if self.sending == Sending::Live { features } else { 0 };
                        if remember {
                            learned.update.at = at;
                        }
                    });
                    self.say_what_was_not_taken(&reply, &change);
                    return Ok(Written::Done(names));
                }
                404 | 410 => return Ok(Written::Gone),
                405 | 501 if *form != UpdateForm::Put && !put.is_empty() => {
                    self.learned(|learned| learned.patch = false)
                }
                400 if is_of_form(&reply, features, unproven) => {
                    // A value path that selects nothing says so of this account.
                    remember |= unproven != 0
                        && crate::retry::error_of(&reply).scim_type.as_deref() != Some("noTarget");
                }
                _ => {
                    let (reply, body) = refused.unwrap_or((reply, body));
                    return Err(self.refused(&reply, Some(&body)));
                }
            }
            refused.get_or_insert((reply, body));
        }
        Err(match refused {
            Some((reply, body)) => self.refused(&reply, Some(&body)),
            None => Stop::failed(self.unreadable()),
        })
    }

    /// A success may mean that some of it was ignored; where the answer shows the account, that is told.
    fn say_what_was_not_taken(&self, reply: &Reply, change: &Change<'_>) {
        let dialect = &self.server.provider.dialect;
        let (true, Some(user)) = (dialect.answers_whole, reply.json()) else { return };
        if message::id(user).as_deref() != Some(change.id) {
            return;
        }
        let wanted = self.desired.iter().filter(|(attribute, _)| change.changes.set.contains(&attribute.key));
        for (attribute, value) in wanted {
            let found = resource::find(user, &attribute.path);
            let more = found.and_then(|found| (dialect.leaves)(&attribute.path, value, found));
            let why = match more {
                Some(why) => why,
                None if holds(user, &attribute.path, value, dialect) => continue,
                None => "its answer shows another value",
            };
            let message = format!("`{}` did not apply the change of `{}`", self.server.id, attribute.key);
            self.warn(Problem::warning("", "not-applied", message).help(why));
        }
    }

    /// Whether a form writes more than what changes, so that the rest must be known.
    fn needs_look(&self, change: &Change<'_>, form: UpdateForm) -> bool {
        let in_list = |path: &Path| {
            // Of one value there is no rest.
            let single = self.server.provider.dialect.single;
            let ours = self.server.provider.dialect.sole_writer;
            let mut whole = single.iter().chain(ours);
            !path.filter.is_empty() && !whole.any(|name| name.eq_ignore_ascii_case(&path.attribute))
        };
        match form {
            UpdateForm::Paths => false,
            UpdateForm::Lists | UpdateForm::PathlessOwn | UpdateForm::PathlessChanged => {
                change.paths().any(|path| in_list(&path))
            }
            UpdateForm::Tops | UpdateForm::Pathless => change
                .paths()
                .any(|path| path.sub.is_some() || path.schema.is_some() || !path.filter.is_empty()),
            UpdateForm::Put => true,
        }
    }

    /// A change in one form: method, body, and the features of PATCH it makes use of.
    fn written(
        &self,
        form: UpdateForm,
        change: &Change<'_>,
        remote: Option<&Value>,
    ) -> Result<(&'static str, Value, u8), Stop> {
        let operations = match form {
            UpdateForm::Lists if self.needs_look(change, form) => {
                operations(change, &Value::Object(self.merged(remote, change)?), form)
            }
            UpdateForm::Paths | UpdateForm::Lists => operations(change, &self.resource(true), form),
            UpdateForm::Tops => {
                let tops = self.tops(change, remote)?.into_iter();
                let one = |(name, value): (String, Value)| {
                    if value.is_null() { Operation::remove(name) } else { Operation::replace(name, value) }
                };
                tops.map(one).collect()
            }
            UpdateForm::Pathless => vec![Operation::replace_all(Value::Object(self.tops(change, remote)?))],
            UpdateForm::PathlessOwn | UpdateForm::PathlessChanged => {
                let full = match remote {
                    Some(_) if self.needs_look(change, form) => Value::Object(self.merged(remote, change)?),
                    _ => self.resource(true),
                };
                pathless::operations(change, &full, form, &self.server.provider.dialect)
            }
            UpdateForm::Put => {
                let mut merged = self.merged(remote, change)?;
                merged.extend(change.active.map(|active| ("active".into(), Value::Bool(active))));
                list_schemas(&mut merged);
                return Ok(("PUT", Value::Object(merged), 0));
            }
        };
        Ok(("PATCH", patch::body(&operations), patch::features(&operations)))
    }

    /// What changes, by attribute and extension: each as a whole, null for one that is gone.
    fn tops(&self, change: &Change<'_>, remote: Option<&Value>) -> Result<Map<String, Value>, Stop> {
        let mut merged = self.merged(remote, change)?;
        let mut tops: Map<String, Value> =
            object(change.active.map(|active| ("active".into(), Value::Bool(active))));
        let gone = change.changes.removed.len();
        for (index, path) in change.paths().enumerate() {
            // What is complex may be merged with what is there (RFC 7644 section 3.5.2.3): what is gone has to be said.
            if path.filter.is_empty() && index < gone {
                resource::place(&mut merged, &path, &Value::Null);
            }
            let name = path.schema.unwrap_or(path.attribute);
            let value = merged.get(&name).cloned().unwrap_or_default();
            tops.insert(name, value);
        }
        Ok(tops)
    }

    /// The account as it should be: what is there, with our changes.
    fn merged(&self, remote: Option<&Value>, change: &Change<'_>) -> Result<Map<String, Value>, Stop> {
        let whole = remote.cloned().unwrap_or_else(|| self.resource(true));
        let Value::Object(mut merged) = whole else { return Err(Stop::failed(self.unreadable())) };
        // RFC 7644 section 3.5.1: read-only values are ignored, where they are not refused. `id` stays: AWS's PUT
        // wants it (DG/putuser.html).
        take(&mut merged, "meta");
        take(&mut merged, "groups");
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
        (self.server.provider.dialect.complete)(&mut merged);
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
            // A page in between says nothing of the account.
            _ if matches!(reply.body, Body::Unreadable) && reply.is_success() => Err(self.garbled()),
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
        Path::parse(key).map_or(true, |path| self.server.updates_carry(&path))
    }
}

/// Whether a 400 may be about the form of a PATCH and not about what it says (RFC 7644 table 9): while a feature it
/// makes use of was never taken, or where a value path may have selected nothing.
fn is_of_form(reply: &Reply, features: u8, unproven: u8) -> bool {
    match crate::retry::error_of(reply).scim_type.as_deref() {
        Some("invalidPath" | "invalidSyntax") => unproven != 0,
        Some("noTarget") => patch::selects(features),
        None => unproven != 0 || patch::selects(features),
        Some(_) => false,
    }
}

/// PATCH operations for a change, one an attribute. `full` is the account as it should be.
fn operations(change: &Change<'_>, full: &Value, form: UpdateForm) -> Vec<Operation> {
    let mut operations = Operations { full, change, done: Vec::new(), list: Vec::new() };
    if let Some(active) = change.active {
        operations.list.push(Operation::replace("active", json!(active)));
    }
    for key in change.changes.removed.iter().chain(&change.changes.set) {
        let Ok(path) = Path::parse(key) else { continue };
        let removed = change.changes.removed.contains(key);
        if path.filter.is_empty() {
            operations.plain(key, &path, removed);
        } else if form == UpdateForm::Paths {
            operations.selected(key, &path, removed);
        } else {
            operations.whole(&path);
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
                    self.list.push(Operation::add(path.top(), json!([element.clone()])));
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
        let top = path.whole();
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
    let mut schemas = match take(root, "schemas") {
        Some(Value::Array(schemas)) => schemas,
        Some(schema @ Value::String(_)) => vec![schema],
        _ => vec![json!(resource::USER)],
    };
    for urn in root.keys().filter(|key| key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")))
    {
        if !schemas.iter().any(|known| known.as_str().is_some_and(|known| known.eq_ignore_ascii_case(urn))) {
            schemas.push(json!(urn.as_str()));
        }
    }
    root.insert("schemas".into(), Value::Array(schemas));
}
