//! Attribute paths: `attr`, `attr.sub`, `attr[filter].sub`, `urn:..:attr` (RFC 7644 3.5.2 figure 7, 3.10).

use super::filter::{self, Filter};

/// Where an attribute is.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributePath {
    /// The URN before the last `:`, as written.
    pub urn: Option<String>,
    /// As written.
    pub name: String,
    /// As written.
    pub sub: Option<String>,
}

impl AttributePath {
    /// Reads `urn:..:name.sub`; nothing for what no attribute can be called.
    pub fn parse(text: &str) -> Option<AttributePath> {
        // A URN contains dots (`2.0`) and colons: the last colon ends it.
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) => (Some(urn.to_owned()), rest),
            None => (None, text),
        };
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        let fits = is_name(name) && sub.is_none_or(is_name) && urn.as_deref() != Some("");
        fits.then(|| AttributePath { urn, name: name.to_owned(), sub: sub.map(str::to_owned) })
    }
}

/// `ATTRNAME`: a letter, then letters, digits, `-`, `_`; `$ref` is one too.
fn is_name(text: &str) -> bool {
    let text = text.strip_prefix('$').unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// The `path` of a PATCH operation.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// The attribute, and the sub-attribute whether or not a filter stands between.
    pub attribute: AttributePath,
    /// The value filter.
    pub filter: Option<Filter>,
}

impl PatchPath {
    /// Reads a path; nothing if it is none.
    pub fn parse(text: &str) -> Option<PatchPath> {
        let Some((before, rest)) = text.split_once('[') else {
            return Some(PatchPath { attribute: AttributePath::parse(text)?, filter: None });
        };
        // The last bracket closes: a quoted value may hold others.
        let (inside, after) = rest.rsplit_once(']')?;
        let mut attribute = AttributePath::parse(before)?;
        let filter = Some(filter::parse(inside).ok()?);
        match after.strip_prefix('.') {
            Some(sub) if is_name(sub) && attribute.sub.is_none() => attribute.sub = Some(sub.to_owned()),
            None if after.is_empty() => {}
            Some(_) | None => return None,
        }
        Some(PatchPath { attribute, filter })
    }
}
