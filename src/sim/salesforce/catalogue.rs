//! Which attributes there are to filter by and to choose (sheet sections 5.3, 5.4): names in exact case.

use super::Salesforce;
use super::read::ALIAS;
use crate::sim::path::AttributePath;
use crate::sim::schema::{ENTERPRISE, USER};

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Listed {
    /// `/Users`
    Users,
    /// `/Groups`
    Groups,
    /// `/Entitlements`
    Entitlements,
    /// `/Roles`
    Roles,
}

/// How an attribute may be named.
#[derive(Debug, PartialEq)]
pub enum Name {
    /// By itself, or with this sub-attribute.
    Fits(AttributePath),
    /// Only with a sub-attribute.
    Complex,
    /// Not at all.
    Unsupported,
}

type Complex = (&'static str, &'static [&'static str]);

const META: Complex = ("meta", &["resourceType", "created", "lastModified", "version", "location"]);
const USER_SIMPLE: [&str; 12] = [
    "id",
    "externalId",
    "userName",
    "displayName",
    "nickName",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "emailEncodingKey",
    "active",
];
const USER_COMPLEX: [Complex; 3] = [
    ("name", &["formatted", "familyName", "givenName"]),
    ("addresses", &["streetAddress", "locality", "region", "postalCode", "country"]),
    META,
];
/// These stand for their `value`.
const USER_MANY: [Complex; 6] = [
    ("emails", &["value"]),
    ("phoneNumbers", &["value", "type"]),
    ("photos", &["value"]),
    ("entitlements", &["value"]),
    ("groups", &["value"]),
    ("roles", &["value"]),
];
const ENTERPRISE_SIMPLE: [&str; 4] = ["employeeNumber", "division", "department", "organization"];
const ENTERPRISE_COMPLEX: [Complex; 2] =
    [("manager", &["value"]), ("delegatedApprover", &["delegatedApproverId"])];
const OTHER_SIMPLE: [&str; 3] = ["id", "displayName", "type"];
const OTHER_MANY: [Complex; 1] = [("members", &["value", "type"])];

impl Salesforce {
    /// Looks a name up.
    pub(super) fn name(&self, listed: Listed, text: &str) -> Name {
        let Some(path) = AttributePath::parse(text) else { return Name::Unsupported };
        let urn = path.urn.as_deref().filter(|urn| *urn != USER);
        let (simple, complex, many): (&[&str], &[Complex], &[Complex]) = match (listed, urn) {
            (Listed::Users, None) => (&USER_SIMPLE, &USER_COMPLEX, &USER_MANY),
            (Listed::Users, Some(ENTERPRISE)) => (&ENTERPRISE_SIMPLE, &ENTERPRISE_COMPLEX, &[]),
            (Listed::Users, Some(ALIAS)) => (&["alias"], &[], &[]),
            (Listed::Users, Some(urn)) if urn == self.org.custom_urn() => {
                let known = self.org.custom_fields.contains(&path.name) && path.sub.is_none();
                return if known { Name::Fits(path) } else { Name::Unsupported };
            }
            (_, None) => (&OTHER_SIMPLE, &[META], &OTHER_MANY),
            (_, Some(_)) => return Name::Unsupported,
        };
        let of = |list: &[Complex]| list.iter().find(|(name, _)| *name == path.name).map(|(_, subs)| *subs);
        let fits = match (&path.sub, of(complex), of(many)) {
            (None, Some(_), _) => return Name::Complex,
            (None, None, many) => many.is_some() || simple.contains(&path.name.as_str()),
            (Some(sub), complex, many) => complex.or(many).is_some_and(|subs| subs.contains(&sub.as_str())),
        };
        if fits { Name::Fits(path) } else { Name::Unsupported }
    }
}
