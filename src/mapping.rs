//! From an event's user to what the account should hold (D3): attributes, then static attributes over them.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value;

use crate::config::{Attribute, Server, Source};
use crate::event::Event;
use crate::outcome::{Class, Failure};
use crate::problem::Problem;
use crate::scim::path::Path;
use crate::table::object;

/// What the account should hold: one entry an attribute that has a value, in the mapping's order.
pub struct Desired<'a> {
    /// The mapping.
    pub attributes: &'a [Attribute],
    /// Index into the mapping, and the value.
    pub values: Vec<(usize, Cow<'a, Value>)>,
    /// What an expression could not say.
    pub warnings: Vec<Problem>,
    /// Why a write of the resource is not possible; deactivating may still be.
    pub missing: Option<Box<Failure>>,
}

impl<'a> Desired<'a> {
    /// For events that are about nobody.
    pub fn nobody() -> Self {
        Desired { attributes: &[], values: Vec::new(), warnings: Vec::new(), missing: None }
    }

    /// The value of a SCIM path, if the mapping gives one.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.iter().find(|(attribute, _)| attribute.key.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// The text of a SCIM path, if the mapping gives one.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// Attributes and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'a Attribute, &Value)> {
        self.values.iter().filter_map(|(index, value)| Some((self.attributes.get(*index)?, value.as_ref())))
    }
}

/// One mapped attribute for `explain`.
pub struct Traced<'a> {
    /// The attribute.
    pub attribute: &'a Attribute,
    /// What came out.
    pub value: Option<Cow<'a, Value>>,
    /// Why nothing did, or why it is not sent.
    pub problem: Option<Problem>,
}

/// Evaluates the mapping.
pub fn evaluate<'a>(server: &'a Server, event: &'a Event) -> Desired<'a> {
    if event.user.is_none() {
        return Desired::nobody();
    }
    let scope = Scope::new(event);
    let mut desired =
        Desired { attributes: &server.attributes, values: Vec::new(), warnings: Vec::new(), missing: None };
    desired.values.reserve(server.attributes.len());
    for (index, attribute) in server.attributes.iter().enumerate() {
        if attribute.refused.is_some() {
            continue;
        }
        match value(server, attribute, &scope) {
            Ok(Some(value)) => desired.values.push((index, value)),
            Ok(None) if attribute.required => desired.fail(missing(attribute)),
            Ok(None) => {}
            Err(Fault::Limit(message)) => desired.fail(Failure::new(Class::Profile, message)),
            Err(Fault::Expression(message)) if attribute.required => {
                desired.fail(failing(attribute, &message))
            }
            Err(Fault::Expression(message)) => desired.warnings.push(Problem::warning(
                pointer(attribute),
                "expression-failed",
                format!("`{}` was left out: {message}", attribute.key),
            )),
        }
    }
    if let (Some(check), None) = (server.provider.dialect.check, &desired.missing) {
        let values: Vec<(&Path, &Value)> =
            desired.iter().map(|(attribute, value)| (&attribute.path, value)).collect();
        if let Some(fault) = check(&server.url, &values) {
            desired.fail(Failure::new(Class::Profile, fault.message));
        }
    }
    desired
}

/// Evaluates the mapping, keeping what became of every attribute.
pub fn trace<'a>(server: &'a Server, event: &'a Event) -> Vec<Traced<'a>> {
    let scope = Scope::new(event);
    let traced = server.attributes.iter().map(|attribute| {
        let (value, problem) = match value(server, attribute, &scope) {
            Ok(None) if attribute.required => (
                None,
                Some(Problem::error(pointer(attribute), "missing-required", missing(attribute).message)),
            ),
            Ok(value) => (value, None),
            Err(Fault::Limit(message)) => (None, Some(Problem::error(pointer(attribute), "limit", message))),
            Err(Fault::Expression(message)) if attribute.required => {
                (None, Some(Problem::error(pointer(attribute), "expression-failed", message)))
            }
            Err(Fault::Expression(message)) => {
                (None, Some(Problem::warning(pointer(attribute), "expression-failed", message)))
            }
        };
        Traced { attribute, value, problem: attribute.refused.clone().or(problem) }
    });
    let mut traced: Vec<Traced<'_>> = traced.collect();
    let sound = traced.iter().filter(|row| row.problem.is_none());
    let values: Vec<(&Path, &Value)> =
        sound.filter_map(|row| Some((&row.attribute.path, row.value.as_deref()?))).collect();
    let fault = server.provider.dialect.check.and_then(|check| check(&server.url, &values));
    if let Some(fault) = fault
        && let Some(row) = traced.iter_mut().find(|row| row.attribute.key == fault.key)
    {
        row.problem = Some(Problem::error(pointer(row.attribute), "limit", fault.message));
    }
    traced
}

impl Desired<'_> {
    /// All reasons are told: one missing property is often the cause of the others.
    fn fail(&mut self, failure: Box<Failure>) {
        match &mut self.missing {
            Some(earlier) => {
                earlier.message.push_str("; ");
                earlier.message.push_str(&failure.message);
            }
            None => self.missing = Some(failure),
        }
    }
}

/// What expressions see. Made when the first one asks: most mappings have none.
pub struct Scope<'a> {
    event: &'a Event,
    application: OnceCell<Value>,
}

impl<'a> Scope<'a> {
    /// Of an event.
    pub fn new(event: &'a Event) -> Self {
        Scope { event, application: OnceCell::new() }
    }

    /// Runs an expression over `user`, `application` and `event`.
    pub fn run(&self, expression: &crate::expression::Expression) -> Result<Value, String> {
        let application = self.application.get_or_init(|| self.event.application_object());
        let scope =
            [("user", self.event.user_object()), ("application", application), ("event", self.event.raw())];
        expression.evaluate(&scope, &self.event.work)
    }
}

enum Fault {
    /// An expression failed: whose text is it, never whose value.
    Expression(String),
    /// The provider will not take it, and we do not alter it.
    Limit(String),
}

fn value<'a>(
    server: &Server,
    attribute: &'a Attribute,
    scope: &Scope<'a>,
) -> Result<Option<Cow<'a, Value>>, Fault> {
    let Some(value) = source(&attribute.source, scope)? else { return Ok(None) };
    let dialect = &server.provider.dialect;
    if let Some(limit) = dialect.limits.iter().find(|limit| limit.path.eq_ignore_ascii_case(&attribute.key)) {
        check_limit(limit, &value)?;
        return Ok(Some(value));
    }
    if !dialect.clean_strings || is_clean(&value) {
        return Ok(Some(value));
    }
    Ok(present(Cow::Owned(cleaned(value.into_owned()))))
}

fn source<'a>(source: &'a Source, scope: &Scope<'a>) -> Result<Option<Cow<'a, Value>>, Fault> {
    match source {
        Source::Property(names) => {
            let user = scope.event.profile();
            let found = names.iter().fold(user, |value, name| value?.get(name));
            Ok(found.and_then(|value| present(Cow::Owned(value.value()))))
        }
        Source::Expression(expression) => {
            scope.run(expression).map(|value| present(Cow::Owned(value))).map_err(Fault::Expression)
        }
        Source::FirstOf(sources) => {
            let mut failed = None;
            for one in sources {
                match self::source(one, scope) {
                    Ok(Some(value)) => return Ok(Some(value)),
                    Ok(None) => {}
                    Err(fault) => failed = failed.or(Some(fault)),
                }
            }
            failed.map_or(Ok(None), Err)
        }
        Source::Static(value) => Ok(present(Cow::Borrowed(value))),
    }
}

/// Empty strings, nulls, empty arrays and empty objects are absent, at every depth (RFC 7643 section 2.5).
fn present(value: Cow<'_, Value>) -> Option<Cow<'_, Value>> {
    if is_whole(&value) {
        return Some(value);
    }
    pruned(value.into_owned()).map(Cow::Owned)
}

/// Whether nothing inside is absent.
fn is_whole(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty() && items.iter().all(is_whole),
        Value::Object(members) => !members.is_empty() && members.values().all(is_whole),
    }
}

fn pruned(value: Value) -> Option<Value> {
    let value = match value {
        Value::Array(items) => Value::Array(items.into_iter().filter_map(pruned).collect()),
        Value::Object(members) => Value::Object(object(
            members.into_iter().filter_map(|(name, inner)| Some((name, pruned(inner)?))),
        )),
        whole @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => whole,
    };
    is_whole(&value).then_some(value)
}

fn missing(attribute: &Attribute) -> Box<Failure> {
    Failure::new(
        Class::Profile,
        format!("`{}` is required and its source `{}` gives nothing", attribute.key, attribute.text),
    )
}

fn failing(attribute: &Attribute, message: &str) -> Box<Failure> {
    let text =
        format!("`{}` is required and its source `{}` failed: {message}", attribute.key, attribute.text);
    Failure::new(Class::Profile, text)
}

fn check_limit(limit: &crate::provider::Limit, value: &Value) -> Result<(), Fault> {
    let Some(text) = value.as_str() else { return Ok(()) };
    let chars = text.chars().count();
    if chars > limit.max_chars {
        return Err(Fault::Limit(format!(
            "`{}` has {chars} characters, the provider takes {}",
            limit.path, limit.max_chars
        )));
    }
    if limit.no_whitespace && text.chars().any(|c| c.is_whitespace() || is_control_or_format(c)) {
        return Err(Fault::Limit(format!(
            "`{}` has white space or control characters, which the provider refuses",
            limit.path
        )));
    }
    Ok(())
}

/// Whether a provider takes a text at a SCIM path.
pub fn fits(dialect: &crate::provider::Dialect, path: &str, text: &str) -> bool {
    let mut limits = dialect.limits.iter().filter(|limit| limit.path.eq_ignore_ascii_case(path));
    limits.all(|limit| check_limit(limit, &Value::String(text.to_owned())).is_ok())
}

fn is_clean(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.chars().any(is_control_or_format),
        Value::Array(items) => items.iter().all(is_clean),
        Value::Object(members) => members.values().all(is_clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.chars().filter(|c| !is_control_or_format(*c)).collect()),
        Value::Array(items) => Value::Array(items.into_iter().map(cleaned).collect()),
        Value::Object(members) => {
            Value::Object(object(members.into_iter().map(|(name, inner)| (name, cleaned(inner)))))
        }
        clean @ (Value::Null | Value::Bool(_) | Value::Number(_)) => clean,
    }
}

/// Unicode general categories Cc and Cf (Unicode 16.0, DerivedGeneralCategory.txt).
pub fn is_control_or_format(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control() || FORMAT.iter().any(|(from, to)| (*from..=*to).contains(&u32::from(c)))
}

const FORMAT: &[(u32, u32)] = &[
    (0xAD, 0xAD),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x6DD, 0x6DD),
    (0x70F, 0x70F),
    (0x890, 0x891),
    (0x8E2, 0x8E2),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
];

/// Where in a server an attribute's source stands.
fn pointer(attribute: &Attribute) -> String {
    let part = match attribute.origin {
        crate::config::Origin::StaticAttributes => "/staticAttributes",
        crate::config::Origin::Attributes | crate::config::Origin::Template => "/attributes",
    };
    crate::problem::pointer(part, &attribute.key)
}
