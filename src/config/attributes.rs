//! The mapping of one server: attributes, static attributes over them, and what the provider cannot take (D3, C2).

use serde_json::{Map, Value};

use super::placeholder::marked;
use super::shape::quote;
use super::source::{self, source};
use super::{Attribute, Origin, Source};
use crate::digest;
use crate::expression::nearest::list;
use crate::json;
use crate::problem::{Problem, pointer};
use crate::provider::{Check, Dialect, Provider};
use crate::scim::path::Path;
use crate::table::take;

/// Builds the mapping of the server at `server`.
pub(super) fn attributes(
    object: &Map<String, Value>,
    provider: &'static Provider,
    server: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Attribute> {
    let mut mapping = Mapping { entries: Vec::new(), problems };
    let given = |field: &str| object.get(field).and_then(Value::as_object);
    match given("attributes") {
        Some(table) => mapping.add(table, Origin::Attributes, &pointer(server, "attributes")),
        None => mapping.add_template(provider.template.attributes, Origin::Template, server),
    }
    let from = mapping.entries.len();
    if let Some(table) = given("staticAttributes") {
        mapping.add(table, Origin::StaticAttributes, &pointer(server, "staticAttributes"));
    }
    mapping.check_duplicates();
    mapping.give_way(from);
    mapping.add_static_template(provider.template.static_attributes, server);
    mapping.check_conflicts();
    if provider.dialect.external_id {
        mapping.add_external_id(server);
    }
    mapping.check_required(provider, server);
    mapping.check_refused(&provider.dialect);
    if let (Some(check), Some(url)) = (provider.dialect.check, object.get("url").and_then(Value::as_str)) {
        mapping.check_values(check, url);
    }
    mapping.entries.into_iter().filter_map(Entry::finish).collect()
}

struct Mapping<'p> {
    entries: Vec<Entry>,
    problems: &'p mut Vec<Problem>,
}

struct Entry {
    path: Path,
    /// `None`: its problems are known, and its place is taken all the same.
    source: Option<Source>,
    text: String,
    origin: Origin,
    at: String,
    required: bool,
    refused: Option<Problem>,
}

impl Entry {
    fn finish(self) -> Option<Attribute> {
        let key = self.path.to_string();
        let Entry { path, source, text, origin, required, refused, .. } = self;
        let tag = digest::tag(&key);
        Some(Attribute { path, key, tag, source: source?, text, origin, required, refused })
    }

    /// Whether the value of this one contains that of the other.
    fn covers(&self, other: &Path) -> bool {
        let (a, b) = (&self.path, other);
        a.same_top(b) && a.sub.is_none() && (a.filter.is_empty() || a.same_filter(b)) && !a.same(b)
    }
}

// Those apart from their caller say what few types have, and would be compiled at start for all.
impl Mapping<'_> {
    fn add(&mut self, table: &Map<String, Value>, origin: Origin, at: &str) {
        for (key, value) in table {
            let at = pointer(at, key);
            match Path::parse(key) {
                Ok(path)
                    if path.schema.is_none()
                        && path.filter.is_empty()
                        && path.sub.is_some()
                        && is_list(&path) =>
                {
                    let message = format!("{} does not say which value of the list", quote(key));
                    let help = format!(
                        "such as `{}[type eq \"work\"].{}`",
                        path.attribute,
                        path.sub.unwrap_or_default()
                    );
                    self.problems.push(Problem::error(at, "bad-path", message).help(help));
                }
                Ok(path) => self.entry(path, value, origin, at),
                Err(error) => {
                    let message = format!("{} is not a SCIM attribute path: {error}", quote(key));
                    let help = "such as `userName`, `name.givenName` or `emails[type eq \"work\"].value`";
                    self.problems.push(Problem::error(at, "bad-path", message).help(help));
                }
            }
        }
    }

    fn entry(&mut self, path: Path, value: &Value, origin: Origin, at: String) {
        let top = path.top().into_owned();
        if let Some((_, why)) = RESERVED.iter().find(|(name, _)| top.eq_ignore_ascii_case(name)) {
            self.problems.push(Problem::error(
                at,
                "reserved-path",
                format!("`{top}` cannot be mapped: {why}"),
            ));
            return;
        }
        let source = match origin {
            Origin::StaticAttributes => Some(Source::Static(value.clone())),
            Origin::Attributes | Origin::Template => source(value, &at, self.problems),
        };
        let text = source::text(value);
        self.entries.push(Entry { path, source, text, origin, at, required: false, refused: None });
    }

    fn add_template(&mut self, table: &[(&str, &str)], origin: Origin, at: &str) {
        for (key, text) in table {
            if let (Ok(path), Some(value)) = (Path::parse(key), json::value(text)) {
                self.entry(path, &value, origin, at.to_owned());
            }
        }
    }

    /// The type's static attributes, under those of the configuration.
    fn add_static_template(&mut self, table: &[(&str, &str)], at: &str) {
        for (key, text) in table {
            // What a template cannot know is for the configuration to say (C5).
            if marked(text).is_some() {
                continue;
            }
            if let (Ok(path), Some(value)) = (Path::parse(key), json::value(text)) {
                let taken = |entry: &Entry| entry.path.same(&path) || entry.covers(&path);
                if !self.entries.iter().any(taken) {
                    let source = Some(Source::Static(value));
                    let (text, origin, at) = ((*text).to_owned(), Origin::Template, at.to_owned());
                    self.entries.push(Entry {
                        path,
                        source,
                        text,
                        origin,
                        at,
                        required: false,
                        refused: None,
                    });
                }
            }
        }
    }

    /// Two keys of one table that are the same path: names are case-insensitive.
    fn check_duplicates(&mut self) {
        let mut index = 0;
        while let Some(entry) = self.entries.get(index) {
            let before = self.entries.iter().take(index);
            match before
                .into_iter()
                .find(|other| other.origin == entry.origin && other.path.same(&entry.path))
            {
                Some(other) => {
                    let message = format!(
                        "{} is mapped twice, here and as {}",
                        quote(&entry.path.to_string()),
                        quote(&other.path.to_string())
                    );
                    self.problems.push(Problem::error(&entry.at, "duplicate-path", message));
                    self.entries.remove(index);
                }
                None => index += 1,
            }
        }
    }

    /// Attributes give way to static attributes, which begin at `from`: the same path always, a part of it where only
    /// the template says so.
    fn give_way(&mut self, from: usize) {
        let statics = self.entries.split_off(from.min(self.entries.len()));
        self.entries.retain(|entry| {
            !statics.iter().any(|over| {
                over.path.same(&entry.path) || (entry.origin == Origin::Template && over.covers(&entry.path))
            })
        });
        self.entries.extend(statics);
    }

    /// A value and a part of it, both mapped: which of them would win is nobody's guess.
    fn check_conflicts(&mut self) {
        for (index, entry) in self.entries.iter().enumerate() {
            let conflict = self.entries.iter().take(index).find(|other| {
                let mixed = other.path.same_top(&entry.path)
                    && other.path.filter.is_empty() != entry.path.filter.is_empty();
                mixed || other.covers(&entry.path) || entry.covers(&other.path)
            });
            if let Some(other) = conflict {
                let message = format!(
                    "{} and {} overlap",
                    quote(&entry.path.to_string()),
                    quote(&other.path.to_string())
                );
                self.problems.push(
                    Problem::error(&entry.at, "conflicting-path", message)
                        .help("map the whole, or its parts"),
                );
            }
        }
    }

    /// externalId is `user.id` unless mapped, also when `attributes` is given (D3).
    fn add_external_id(&mut self, at: &str) {
        let mapped = self.entries.iter().any(|entry| entry.path.top().eq_ignore_ascii_case("externalId"));
        if !mapped {
            self.add_template(&[("externalId", r#""id""#)], Origin::Template, at);
        }
    }

    /// What the type cannot do without (C3).
    fn check_required(&mut self, provider: &Provider, server: &str) {
        let required = provider.dialect.required;
        for key in required {
            let Ok(path) = Path::parse(key) else { continue };
            let is_it = |entry: &Entry| entry.path.same(&path) || entry.covers(&path);
            // Of a list any value will do; the first is it.
            let in_it = |entry: &Entry| path.sub.is_none() && entry.path.same_top(&path);
            let valued = |entry: &Entry| in_it(entry) && entry.path.sub.as_deref() == Some("value");
            let mut entries = self.entries.iter();
            let place = entries
                .clone()
                .position(is_it)
                .or_else(|| entries.clone().position(valued))
                .or_else(|| entries.position(in_it));
            match place.and_then(|place| self.entries.get_mut(place)) {
                Some(entry) => entry.required = true,
                None => {
                    let message = format!("`{key}` is required by this type and mapped to nothing");
                    let help = format!("required: {}", list(required.iter().copied()));
                    let is_static = provider.template.static_attributes.iter().any(|(name, _)| name == key);
                    let table = if is_static { "staticAttributes" } else { "attributes" };
                    self.problems
                        .push(Problem::error(pointer(server, table), "missing-required", message).help(help));
                }
            }
        }
    }

    /// What can be said of values before there is a user.
    #[inline(never)]
    fn check_values(&mut self, check: Check, url: &str) {
        let fixed = |entry: &Entry| matches!(&entry.source, Some(Source::Static(value)) if !has_mark(value));
        let whole = |entry: &&Entry| {
            self.entries.iter().all(|other| !other.path.same_top(&entry.path) || fixed(other))
        };
        let entries: Vec<&Entry> = self.entries.iter().filter(whole).collect();
        let values: Vec<(&Path, &Value)> = entries
            .iter()
            .filter_map(|entry| match &entry.source {
                Some(Source::Static(value)) => Some((&entry.path, value)),
                _ => None,
            })
            .collect();
        let Some(fault) = check(url, &values) else { return };
        let at = entries
            .iter()
            .find(|entry| entry.path.to_string() == fault.key)
            .map_or(String::new(), |entry| entry.at.clone());
        self.problems.push(Problem::error(at, "bad-value", fault.message));
    }

    /// What the provider is known to refuse is left out, with a warning (C2).
    #[inline(never)]
    fn check_refused(&mut self, dialect: &Dialect) {
        for entry in &mut self.entries {
            let keeps = |name: &str| name.eq_ignore_ascii_case(&entry.path.top());
            if !dialect.accepted.is_empty() && !dialect.accepted.iter().any(|name| keeps(name)) {
                let message =
                    format!("{} is left out: the provider does not keep it", quote(&entry.path.to_string()));
                let help = format!("it keeps {}", list(dialect.accepted.iter().copied()));
                entry.refused = Some(Problem::warning(&entry.at, "refused-attribute", message).help(help));
                continue;
            }
            for (key, why) in dialect.refused {
                let Ok(refused) = Path::parse(key) else { continue };
                if !refused.same_top(&entry.path) {
                    continue;
                }
                let whole = refused.sub.is_none();
                let sub = |name: &Option<String>| name.as_deref().map(str::to_ascii_lowercase);
                if whole || sub(&refused.sub) == sub(&entry.path.sub) {
                    let message = format!("{} is left out: {why}", quote(&entry.path.to_string()));
                    entry.refused = Some(Problem::warning(&entry.at, "refused-attribute", message));
                } else if let (None, Some(Source::Static(value)), Some(name)) =
                    (&entry.path.sub, &mut entry.source, &refused.sub)
                    && strip(value, name)
                {
                    let message =
                        format!("`{name}` in {} is left out: {why}", quote(&entry.path.to_string()));
                    self.problems.push(Problem::warning(&entry.at, "refused-attribute", message));
                }
            }
        }
        for name in dialect.single {
            self.keep_one(name);
        }
        let found = self.entries.iter().filter_map(|entry| entry.refused.clone());
        self.problems.extend(found);
    }

    /// Of several values of an attribute that takes one, the work one stays, else the first.
    #[inline(never)]
    fn keep_one(&mut self, name: &str) {
        let Ok(top) = Path::parse(name) else { return };
        let ours = |entry: &&Entry| entry.path.same_top(&top) && entry.refused.is_none();
        let work = |entry: &&Entry| entry.path.filter.iter().any(|(_, value)| value == "work");
        let Some(kept) = self.entries.iter().filter(ours).find(work).or(self.entries.iter().find(ours))
        else {
            return;
        };
        let kept = kept.path.clone();
        for entry in &mut self.entries {
            let several =
                matches!(&entry.source, Some(Source::Static(Value::Array(items))) if items.len() > 1);
            if ours(&&*entry) && (several || !entry.path.same_filter(&kept)) {
                let why = format!("`{name}` takes one value");
                let message = format!("{} is left out: {why}", quote(&entry.path.to_string()));
                let problem = Problem::warning(&entry.at, "refused-attribute", message);
                entry.refused = Some(if several { problem } else { problem.help(format!("kept: `{kept}`")) });
            }
        }
    }
}

/// Whether a placeholder is left anywhere in a value; that has a problem of its own.
fn has_mark(value: &Value) -> bool {
    match value {
        Value::String(text) => marked(text).is_some(),
        Value::Array(items) => items.iter().any(has_mark),
        Value::Object(members) => members.values().any(has_mark),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether an attribute of the core schema holds a list (RFC 7643 section 4.1.2).
fn is_list(path: &Path) -> bool {
    const LISTS: [&str; 9] = [
        "emails",
        "phoneNumbers",
        "addresses",
        "ims",
        "photos",
        "groups",
        "entitlements",
        "roles",
        "x509Certificates",
    ];
    LISTS.iter().any(|name| name.eq_ignore_ascii_case(&path.attribute))
}

/// Takes a sub-attribute out of a value or each of its elements; whether there was one.
fn strip(value: &mut Value, name: &str) -> bool {
    match value {
        Value::Object(object) => {
            let mut found = false;
            while let Some(key) = object.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned() {
                found = take(object, &key).is_some();
            }
            found
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| strip(item, name) | found),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Attributes that are never mapped.
const RESERVED: [(&str, &str); 4] = [
    ("active", "it follows `user.active` and the application's condition"),
    ("id", "the provider assigns it"),
    ("meta", "the provider writes it"),
    ("schemas", "it follows from the attributes"),
];
