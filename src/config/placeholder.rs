//! `<placeholders>`: what a template cannot know, and nobody may leave (C5).

use serde_json::Value;

use super::shape::quote;
use crate::problem::{Problem, pointer};

/// Placeholders left anywhere in a value.
pub(super) fn left_in(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    match value {
        Value::String(text) => placeholder(text, text, path, problems),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                left_in(item, &pointer(path, &index.to_string()), problems);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                left_in(member, &pointer(path, name), problems);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An error if `text` is a placeholder of a template that nobody filled in (C5).
pub(super) fn placeholder(text: &str, shown: &str, path: &str, problems: &mut Vec<Problem>) {
    if is_placeholder(text) {
        problems.push(
            Problem::error(path, "placeholder", format!("the placeholder {} is left", quote(shown)))
                .help("put the value for your provider in its place"),
        );
    }
}

/// `<words-like-this>`, as templates write what they cannot know.
pub(super) fn is_placeholder(text: &str) -> bool {
    marked(text) == Some(text)
}

/// The first placeholder within a text.
pub(super) fn marked(text: &str) -> Option<&str> {
    let fits = |inner: &str| {
        inner.starts_with(|c: char| c.is_ascii_alphabetic())
            && inner.chars().all(|c| c.is_ascii_alphanumeric() || " -_.".contains(c))
    };
    text.match_indices('<').find_map(|(start, _)| {
        let end = start + text.get(start..)?.find('>')?;
        fits(text.get(start + 1..end)?).then(|| text.get(start..=end)).flatten()
    })
}
