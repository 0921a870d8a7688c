//! Checks a document against the table of fields: types, names, ranges. What needs more than one field to tell is
//! found later, by the parts that build on what passed here.

use serde_json::{Map, Value};

use super::fields::{Field, Kind, Of, Shape, Tagged, server_types};
use super::placeholder::{is_placeholder, left_in, marked, placeholder};
use super::url;
use crate::expression::nearest::{list, nearest};
use crate::json::write;
use crate::problem::{Problem, pointer};

/// Checks `value` and what is in it.
pub(super) fn check(value: &Value, kind: &'static Kind, path: &str, problems: &mut Vec<Problem>) {
    match (kind, value) {
        (Kind::Text, Value::String(_)) | (Kind::Bool, Value::Bool(_)) => {}
        (Kind::Word, Value::String(text)) => word(text, path, problems),
        (Kind::Id, Value::String(text)) => id(text, path, problems),
        (Kind::Url, Value::String(text)) => address(text, path, problems),
        // Compiled, and looked at closely, where they are built.
        (Kind::Expression, Value::String(_)) | (Kind::Source, _) | (Kind::Rename, Value::Object(_)) => {}
        (Kind::Json, _) => left_in(value, path, problems),
        (Kind::Whole { min, max }, Value::Number(_)) => number(value, *min, *max, path, problems),
        (Kind::Enum(values), Value::String(text)) => one_of(text, values, path, problems),
        (Kind::ServerType, Value::String(text)) => server_type(text, path, problems),
        (Kind::Secret, Value::String(_) | Value::Object(_)) => secret(value, path, problems),
        (Kind::Object(shape), Value::Object(object)) => fields(object, shape, path, problems),
        (Kind::Tagged(tagged), Value::Object(object)) => variant(object, tagged, path, problems),
        (Kind::List(of), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                check(item, of, &pointer(path, &index.to_string()), problems);
            }
        }
        (Kind::Table(of), Value::Object(object)) => {
            for (name, value) in object {
                check(value, of, &pointer(path, name), problems);
            }
        }
        _ => problems.push(wrong_type(expected(kind), value, path)),
    }
}

/// A value of a type that is not taken there. Says the types and nothing of the value.
#[cold]
#[inline(never)]
pub(super) fn wrong_type(expected: &str, found: &Value, path: &str) -> Problem {
    Problem::error(path, "wrong-type", format!("expected {expected}, found {}", kind_of(found)))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text
        | Kind::Word
        | Kind::Id
        | Kind::Url
        | Kind::Expression
        | Kind::Enum(_)
        | Kind::ServerType => "a string",
        Kind::Bool => "a boolean",
        Kind::Whole { .. } => "a whole number",
        Kind::Secret => "a string or `{ \"secret\": name }`",
        Kind::Source => "a property path, `{ \"expression\": text }` or a list of these",
        Kind::Json => "a JSON value",
        Kind::Object(_) | Kind::Tagged(_) | Kind::Rename | Kind::Table(_) => "an object",
        Kind::List(_) => "a list",
    }
}

/// Configuration input for a message: in backticks, at a length that can be read.
pub(super) fn quote(text: &str) -> String {
    if text.is_empty() {
        return "an empty string".to_owned();
    }
    let clean: String =
        text.chars().map(|c| if c.is_control() || c == '`' { '\u{FFFD}' } else { c }).collect();
    if clean.chars().count() <= 80 {
        format!("`{clean}`")
    } else {
        format!("`{}…`", clean.chars().take(79).collect::<String>())
    }
}

fn fields(object: &Map<String, Value>, shape: &'static Shape, path: &str, problems: &mut Vec<Problem>) {
    for (name, value) in object {
        let at = pointer(path, name);
        match shape.field(name) {
            Some(field) => check(value, &field.kind, &at, problems),
            None => problems.push(unknown(name, shape, &at)),
        }
    }
    for field in shape.all().filter(|field| field.required && !object.contains_key(field.name)) {
        problems.push(missing(shape.name, field, path));
    }
}

#[cold]
#[inline(never)]
fn missing(whose: &str, field: &Field, path: &str) -> Problem {
    let message = format!("`{}` is missing in {}", field.name, spoken(whose));
    Problem::error(pointer(path, field.name), "missing-field", message)
        .help(field.about.trim_end_matches('.'))
}

#[cold]
#[inline(never)]
fn unknown(name: &str, shape: &'static Shape, at: &str) -> Problem {
    // The budget is one for all servers, so that it cannot be set for one (C5).
    if name == "budgetMs" && shape.name == "ServerPolicy" {
        return Problem::error(at, "misplaced", "`budgetMs` holds for a whole run, not for one server")
            .help("move it to the top-level `policy`, or set `requestTimeoutMs` here");
    }
    let known = || shape.all().map(|field| field.name);
    let help = match nearest(name, known()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known here: {}", list(known())),
    };
    Problem::error(at, "unknown-field", format!("{} is not a field of {}", quote(name), spoken(shape.name)))
        .help(help)
}

/// A shape's name for people.
fn spoken(name: &str) -> String {
    match name {
        "Config" => "the configuration".to_owned(),
        "Server" => "a server".to_owned(),
        "Application" => "an application".to_owned(),
        "Policy" | "ServerPolicy" => "`policy`".to_owned(),
        "GroupSync" => "`groups`".to_owned(),
        "DeprovisionLimit" => "`deprovisionLimit`".to_owned(),
        "Breaker" => "`breaker`".to_owned(),
        _ => "`authentication`".to_owned(),
    }
}

fn variant(object: &Map<String, Value>, tagged: &'static Tagged, path: &str, problems: &mut Vec<Problem>) {
    let at = pointer(path, tagged.tag);
    let known: Vec<&str> = tagged.variants.iter().map(|variant| variant.tag).collect();
    match object.get(tagged.tag) {
        None => {
            let message = format!("`{}` is missing in `authentication`", tagged.tag);
            problems
                .push(Problem::error(at, "missing-field", message).help(format!("one of {}", list(known))));
        }
        Some(Value::String(tag)) => match tagged.variants.iter().find(|variant| variant.tag == tag) {
            Some(variant) => match variant.of {
                Of::Shape(shape) => fields(object, shape, path, problems),
                Of::Tagged(tagged) => self::variant(object, tagged, path, problems),
            },
            None => one_of(tag, &known, &at, problems),
        },
        Some(other) => problems.push(wrong_type("a string", other, &at)),
    }
}

fn one_of(text: &str, values: &[&str], path: &str, problems: &mut Vec<Problem>) {
    if !values.contains(&text) {
        let help = match nearest(text, values.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`? one of {}", list(values.iter().copied())),
            None => format!("one of {}", list(values.iter().copied())),
        };
        problems
            .push(Problem::error(path, "bad-value", format!("{} is not taken here", quote(text))).help(help));
    }
}

fn server_type(text: &str, path: &str, problems: &mut Vec<Problem>) {
    let known: Vec<&str> = server_types().collect();
    one_of(text, &known, path, problems);
}

fn word(text: &str, path: &str, problems: &mut Vec<Problem>) {
    if text.is_empty() {
        problems.push(Problem::error(path, "bad-value", "an empty string says nothing here"));
    }
    placeholder(text, text, path, problems);
}

fn id(text: &str, path: &str, problems: &mut Vec<Problem>) {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > 32 || text.starts_with('-') || !text.chars().all(fits) {
        problems.push(
            Problem::error(path, "bad-id", format!("{} is not an id", quote(text)))
                .help("1 to 32 lower-case letters, digits and hyphens, not beginning with a hyphen"),
        );
    }
}

fn address(text: &str, path: &str, problems: &mut Vec<Problem>) {
    if let Some(found) = marked(text) {
        placeholder(found, found, path, problems);
    } else if let Err(bad) = url::check(text) {
        problems.push(Problem::error(path, bad.code, bad.message).help(bad.help));
    }
}

fn number(value: &Value, min: u64, max: u64, path: &str, problems: &mut Vec<Problem>) {
    let double = value.as_f64().unwrap_or(f64::NAN);
    if double.fract() != 0.0 {
        problems.push(wrong_type("a whole number", value, path));
    } else if whole(value).is_none_or(|number| number < min || number > max) {
        let range = if min == max { format!("{min}") } else { format!("{min} to {max}") };
        problems.push(
            Problem::error(path, "out-of-range", format!("`{}` is out of range", write::json(value)))
                .help(range),
        );
    }
}

/// A whole number, also where it is written as `2.0`.
pub(super) fn whole(value: &Value) -> Option<u64> {
    let double = || value.as_f64().filter(|d| d.fract() == 0.0 && (0.0..9e15).contains(d)).map(|d| d as u64);
    value.as_u64().or_else(double)
}

/// Messages about secrets say nothing of their text (S1).
fn secret(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    match value {
        Value::String(text) if text.is_empty() => {
            problems.push(Problem::error(path, "bad-value", "an empty secret"));
        }
        Value::String(text) if is_placeholder(text) => {
            problems.push(Problem::error(
                path,
                "placeholder",
                "a placeholder is left where a secret belongs",
            ));
        }
        Value::String(text) => {
            problems.push(
                Problem::warning(path, "literal-secret", "a secret in clear in the configuration")
                    .help("write `{ \"secret\": name }` and let the host resolve the name"),
            );
            // A short secret cannot be told from other text when messages are scrubbed of it (S1).
            if text.chars().count() < 6 {
                problems.push(Problem::warning(path, "short-secret", "a secret of fewer than 6 characters"));
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                let at = pointer(path, name);
                match (name.as_str(), value) {
                    ("secret", Value::String(name)) if name.is_empty() => {
                        problems.push(Problem::error(at, "bad-value", "an empty name of a secret"));
                    }
                    ("secret", Value::String(_)) => {}
                    ("secret", other) => problems.push(wrong_type("a string", other, &at)),
                    _ => problems.push(
                        Problem::error(
                            at,
                            "unknown-field",
                            format!("{} is not a field of a secret", quote(name)),
                        )
                        .help("known here: `secret`"),
                    ),
                }
            }
            if !object.contains_key("secret") {
                problems.push(Problem::error(
                    pointer(path, "secret"),
                    "missing-field",
                    "`secret` is missing",
                ));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
    }
}
