//! Where a mapped value comes from: property path, expression, or the first of a list.

use serde_json::Value;

use super::Source;
use super::placeholder::placeholder;
use super::shape::{quote, wrong_type};
use crate::expression::{Expression, Fault};
use crate::json::write;
use crate::problem::{Problem, pointer};

/// What expressions of a mapping or condition may refer to (C5).
pub(super) const EVENT: [&str; 3] = ["user", "application", "event"];

/// Builds a source. `None` where problems were added.
pub(super) fn source(value: &Value, path: &str, problems: &mut Vec<Problem>) -> Option<Source> {
    match value {
        Value::String(text) => property(text, path, problems),
        Value::Object(object) => {
            for name in object.keys().filter(|name| *name != "expression") {
                let message = format!("{} is not a field of a source", quote(name));
                problems.push(
                    Problem::error(pointer(path, name), "unknown-field", message)
                        .help("known here: `expression`"),
                );
            }
            let at = pointer(path, "expression");
            match object.get("expression") {
                Some(Value::String(text)) => expression(text, &EVENT, &at, problems).map(Source::Expression),
                Some(other) => {
                    problems.push(wrong_type("a string", other, &at));
                    None
                }
                None => {
                    problems.push(Problem::error(at, "missing-field", "`expression` is missing in a source"));
                    None
                }
            }
        }
        Value::Array(items) if items.is_empty() => {
            problems.push(Problem::error(path, "bad-value", "an empty list of sources gives nothing"));
            None
        }
        Value::Array(items) => {
            let sources: Vec<Option<Source>> = items
                .iter()
                .enumerate()
                .map(|(index, item)| source(item, &pointer(path, &index.to_string()), problems))
                .collect();
            sources.into_iter().collect::<Option<Vec<Source>>>().map(Source::FirstOf)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            let expected = "a property path, `{ \"expression\": text }` or a list of these";
            problems.push(wrong_type(expected, value, path));
            None
        }
    }
}

fn property(text: &str, path: &str, problems: &mut Vec<Problem>) -> Option<Source> {
    let before = problems.len();
    placeholder(text, text, path, problems);
    let names: Vec<String> = text.split('.').map(str::to_owned).collect();
    if names.iter().any(String::is_empty) {
        problems.push(
            Problem::error(path, "bad-value", format!("{} is not a property path", quote(text)))
                .help("names with dots between, from the user inwards: `address.city`"),
        );
    } else if text.starts_with("user.") || text.contains(['(', '[', '\'', '"', '+', '?']) {
        problems.push(
            Problem::warning(
                path,
                "looks-like-expression",
                format!("{} is read as a property path", quote(text)),
            )
            .help("an expression is written `{ \"expression\": text }`; a path begins inside the user"),
        );
    }
    let errors = problems.get(before..).is_some_and(|found| found.iter().any(Problem::is_error));
    (!errors).then_some(Source::Property(names))
}

/// Compiles an expression, or says why not.
pub(super) fn expression(
    text: &str,
    variables: &[&str],
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<Expression> {
    match Expression::compile(text, variables) {
        Ok(expression) => Some(expression),
        Err(Fault { code, message, help }) => {
            let problem = Problem::error(path, code, message);
            problems.push(match help {
                Some(help) => problem.help(help),
                None => problem,
            });
            None
        }
    }
}

/// A source as people write it: a property path or an expression's text bare, everything else as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(object) if object.len() == 1 => match object.get("expression") {
            Some(Value::String(text)) => text.clone(),
            Some(_) | None => write::json(value),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            write::json(value)
        }
    }
}
