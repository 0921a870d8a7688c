//! Attribute paths: where a value goes (RFC 7644 section 3.5.2 figure 7, names in full as section 3.10 has them).

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::filter::{self, Scanner};

/// `schema:attribute[filter].sub`, of which only the attribute must be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// URN of an extension; `None` for the core user schema, also where the text spelled it out.
    pub schema: Option<String>,
    /// The attribute's name, as written.
    pub attribute: String,
    /// `name eq value` terms joined by `and`; empty: none.
    pub filter: Vec<(String, Value)>,
    /// The sub-attribute's name, as written.
    pub sub: Option<String>,
}

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// What was expected: lower case, no final period.
    pub message: String,
    /// Byte offset.
    pub at: usize,
}

impl PathError {
    pub(super) fn new(message: impl Into<String>, at: usize) -> Self {
        PathError { message: message.into(), at }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.message, self.at + 1)
    }
}

impl Path {
    /// Reads a path, all of it.
    pub fn parse(text: &str) -> Result<Path, PathError> {
        let (schema, start) = schema(text)?;
        let mut scanner = Scanner { text, at: start };
        let attribute = scanner.name()?;
        let mut filter = Vec::new();
        if scanner.take('[') {
            filter = scanner.terms()?;
            if !scanner.take(']') {
                return Err(PathError::new("expected `and` or `]`", scanner.at));
            }
        }
        let sub = if scanner.take('.') { Some(scanner.name()?) } else { None };
        scanner.end(match (filter.is_empty(), &sub) {
            (_, Some(_)) => "nothing more",
            (true, None) => "`[`, `.`",
            (false, None) => "`.`",
        })?;
        Ok(Path { schema, attribute, filter, sub })
    }

    /// Whether both name the same place: names and URNs are case-insensitive (RFC 7643 section 2.1).
    pub fn same(&self, other: &Path) -> bool {
        let name = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            (None, Some(_)) | (Some(_), None) => false,
        };
        self.same_top(other) && name(&self.sub, &other.sub) && self.same_filter(other)
    }

    /// The path of the attribute in which this one lies.
    pub fn whole(&self) -> Path {
        Path { filter: Vec::new(), sub: None, ..self.clone() }
    }

    /// The path of what this one names, without regard to which value of a list.
    pub fn unselected(&self) -> Path {
        match self.filter.is_empty() {
            true => self.clone(),
            false => self.whole(),
        }
    }

    /// Whether both lie in the same top-level attribute.
    pub fn same_top(&self, other: &Path) -> bool {
        self.top().eq_ignore_ascii_case(&other.top())
    }

    /// Whether both pick the same element of a multi-valued attribute, or neither picks.
    pub fn same_filter(&self, other: &Path) -> bool {
        self.filter.len() == other.filter.len()
            && self.filter.iter().all(|(name, value)| {
                other.filter.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
            })
    }

    /// The attribute without filter and sub-attribute: `emails`, `urn:...:User:manager`.
    pub fn top(&self) -> Cow<'_, str> {
        match &self.schema {
            Some(schema) => Cow::Owned(format!("{schema}:{}", self.attribute)),
            None => Cow::Borrowed(&self.attribute),
        }
    }

    /// The path without its filter: `emails.value`.
    pub fn unfiltered(&self) -> Cow<'_, str> {
        match &self.sub {
            Some(sub) => Cow::Owned(format!("{}.{sub}", self.top())),
            None => self.top(),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.top())?;
        if !self.filter.is_empty() {
            write!(f, "[{}]", filter::print(&self.filter))?;
        }
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

/// The schema URN in front, if there is one, and where the rest begins. A URN ends at the last colon before a filter:
/// it holds dots of its own (`2.0`).
fn schema(text: &str) -> Result<(Option<String>, usize), PathError> {
    if !text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) {
        return Ok((None, 0));
    }
    let plain = text.split('[').next().unwrap_or("");
    let (urn, _) = plain.rsplit_once(':').unwrap_or(("", ""));
    if let Some(at) = urn.find(|c: char| !(c.is_ascii_alphanumeric() || ":-._~+%/".contains(c))) {
        return Err(PathError::new("expected a schema URN", at));
    }
    let last = urn.rsplit(':').next().unwrap_or("");
    let name = plain.get(urn.len() + 1..).unwrap_or("");
    // `urn:...:enterprise:2.0:User` is a schema alone: a version and the name of a resource type, which begins with a
    // capital. An attribute may follow a version all the same (Salesforce's `urn:...:extension:1.0:alias`).
    let version = last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if urn.len() < 8 || last.is_empty() || (version && name.starts_with(|c: char| c.is_ascii_uppercase())) {
        return Err(PathError::new("expected `:` and an attribute name after the schema URN", plain.len()));
    }
    let core = urn.eq_ignore_ascii_case(CORE_USER);
    Ok(((!core).then(|| urn.to_owned()), urn.len() + 1))
}

/// RFC 7643 section 8.7.1.
const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )]

    use proptest::prelude::*;

    use super::*;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    #[track_caller]
    fn check(text: &str, schema: Option<&str>, attribute: &str, filter: &str, sub: Option<&str>) {
        let path = Path::parse(text).unwrap();
        let found = (
            path.schema.as_deref(),
            path.attribute.as_str(),
            filter::print(&path.filter),
            path.sub.as_deref(),
        );
        assert_eq!(found, (schema, attribute, filter.to_owned(), sub), "{text}");
        assert_eq!(Path::parse(&path.to_string()), Ok(path), "{text}");
    }

    #[track_caller]
    fn refuse(text: &str, at: usize) {
        assert_eq!(Path::parse(text).map_err(|error| error.at), Err(at), "{text}");
    }

    #[track_caller]
    fn same(a: &str, b: &str, expected: bool) {
        assert_eq!(Path::parse(a).unwrap().same(&Path::parse(b).unwrap()), expected, "{a} {b}");
    }

    #[test]
    fn the_forms() {
        check("userName", None, "userName", "", None);
        check("name.givenName", None, "name", "", Some("givenName"));
        check("manager.$ref", None, "manager", "", Some("$ref"));
        check(r#"emails[type eq "work"].value"#, None, "emails", r#"type eq "work""#, Some("value"));
        check(r#"addresses[type eq "work"]"#, None, "addresses", r#"type eq "work""#, None);
        check(
            r#"emails[type eq "a.b:c]" and primary eq true].value"#,
            None,
            "emails",
            r#"type eq "a.b:c]" and primary eq true"#,
            Some("value"),
        );
        check(&format!("{ENTERPRISE}:department"), Some(ENTERPRISE), "department", "", None);
        check(&format!("{ENTERPRISE}:manager.value"), Some(ENTERPRISE), "manager", "", Some("value"));
        check("urn:ietf:params:scim:schemas:core:2.0:User:userName", None, "userName", "", None);
        check(
            "URN:ietf:params:scim:schemas:core:2.0:user:name.givenName",
            None,
            "name",
            "",
            Some("givenName"),
        );
        check("constructor", None, "constructor", "", None);
    }

    #[test]
    fn no_path() {
        refuse("", 0);
        refuse("__proto__", 0);
        refuse("1a", 0);
        refuse("a$b", 0);
        refuse("user name", 4);
        refuse("name.", 5);
        refuse("name.given.more", 10);
        refuse("emails[]", 7);
        refuse(r#"emails[type eq "work""#, 21);
        refuse(r#"emails[type eq "work"]value"#, 22);
        refuse(r#"emails[type sw "work"]"#, 12);
        refuse(r#"emails.value[type eq "work"]"#, 12);
        refuse(r#"a[b eq "c"][d eq "e"]"#, 11);
        refuse("urn:", 4);
        refuse(ENTERPRISE, ENTERPRISE.len());
        refuse(&format!("{ENTERPRISE}:"), ENTERPRISE.len() + 1);
        refuse("urn:a b:c:d", 5);
        refuse("é", 0);
    }

    #[test]
    fn the_same_place() {
        same("userName", "USERNAME", true);
        same("userName", "urn:ietf:params:scim:schemas:core:2.0:User:username", true);
        same("name", "name.givenName", false);
        same(r#"emails[type eq "work"].value"#, r#"Emails[Type eq "work"].Value"#, true);
        same(r#"emails[type eq "work"].value"#, r#"emails[type eq "home"].value"#, false);
        same(r#"a[b eq 1 and c eq 2]"#, r#"a[c eq 2 and b eq 1]"#, true);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            schema in proptest::option::of("urn:[a-z]{2,8}:[A-Za-z]{1,5}"),
            attribute in "[A-Za-z][A-Za-z0-9_-]{0,9}",
            filter in proptest::collection::vec(("[a-z]{1,5}", any::<String>()), 0..3),
            sub in proptest::option::of("[A-Za-z][A-Za-z0-9_-]{0,9}"),
        ) {
            let filter = filter.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
            let path = Path { schema, attribute, filter, sub };
            prop_assert_eq!(Path::parse(&path.to_string()), Ok(path));
        }

        #[test]
        fn no_text_panics(text in any::<String>(), tail in r#"[a-c"\\ eqand\]\[:.]{0,20}"#) {
            let _ = Path::parse(&text);
            let _ = Path::parse(&format!("urn:{tail}"));
            let _ = Path::parse(&format!("a[{tail}"));
        }
    }
}
