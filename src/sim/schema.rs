//! The attributes of users and groups as data (RFC 7643 4.1, 4.2, 4.3, 8.7).

use super::store::Kind;

/// Core user schema.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// Core group schema.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// Enterprise user extension.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The message a list travels in.
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The message an error travels in.
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// The message a PATCH travels in.
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Type of a value (RFC 7643 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `string`, and `reference` and `binary`, which travel as strings.
    Text,
    /// `boolean`
    Boolean,
    /// `complex`
    Complex,
}

/// What may be done with an attribute, in words of RFC 7643 section 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `readWrite`
    ReadWrite,
    /// `readOnly`
    ReadOnly,
    /// `writeOnly`, never returned
    WriteOnly,
}

/// One attribute.
#[derive(Debug)]
pub struct Attribute {
    /// In its canonical case.
    pub name: &'static str,
    /// Type of (each of) its values.
    pub kind: Type,
    /// Whether there can be several values.
    pub many: bool,
    /// Whether there must be one.
    pub required: bool,
    /// Who may change and see it.
    pub access: Access,
    /// Whether case counts when it is compared.
    pub exact: bool,
    /// Sub-attributes of a complex one.
    pub subs: &'static [Attribute],
}

const fn text(name: &'static str) -> Attribute {
    let access = Access::ReadWrite;
    Attribute { name, kind: Type::Text, many: false, required: false, access, exact: false, subs: &[] }
}
const fn exact(name: &'static str) -> Attribute {
    Attribute { exact: true, ..text(name) }
}
const fn boolean(name: &'static str) -> Attribute {
    Attribute { kind: Type::Boolean, ..text(name) }
}
const fn required(attribute: Attribute) -> Attribute {
    Attribute { required: true, ..attribute }
}
const fn read_only(attribute: Attribute) -> Attribute {
    Attribute { access: Access::ReadOnly, ..attribute }
}
const fn complex(name: &'static str, subs: &'static [Attribute]) -> Attribute {
    Attribute { kind: Type::Complex, subs, ..text(name) }
}
const fn many(name: &'static str, subs: &'static [Attribute]) -> Attribute {
    Attribute { many: true, ..complex(name, subs) }
}

const VALUES: &[Attribute] =
    &[text("value"), text("display"), text("type"), boolean("primary"), exact("$ref")];

/// RFC 7643 4.1.
static USER_ATTRIBUTES: &[Attribute] = &[
    exact("externalId"),
    required(text("userName")),
    complex(
        "name",
        &[
            text("formatted"),
            text("familyName"),
            text("givenName"),
            text("middleName"),
            text("honorificPrefix"),
            text("honorificSuffix"),
        ],
    ),
    text("displayName"),
    text("nickName"),
    exact("profileUrl"),
    text("title"),
    text("userType"),
    text("preferredLanguage"),
    text("locale"),
    text("timezone"),
    boolean("active"),
    Attribute { access: Access::WriteOnly, ..text("password") },
    many("emails", VALUES),
    many("phoneNumbers", VALUES),
    many("ims", VALUES),
    many("photos", VALUES),
    many(
        "addresses",
        &[
            text("formatted"),
            text("streetAddress"),
            text("locality"),
            text("region"),
            text("postalCode"),
            text("country"),
            text("type"),
            boolean("primary"),
        ],
    ),
    read_only(many("groups", &[exact("value"), exact("$ref"), text("display"), text("type")])),
    many("entitlements", VALUES),
    many("roles", VALUES),
    many("x509Certificates", VALUES),
];

/// RFC 7643 4.2.
static GROUP_ATTRIBUTES: &[Attribute] = &[
    exact("externalId"),
    required(text("displayName")),
    many("members", &[exact("value"), exact("$ref"), text("type"), text("display")]),
];

/// RFC 7643 4.3.
static ENTERPRISE_ATTRIBUTES: &[Attribute] = &[
    text("employeeNumber"),
    text("costCenter"),
    text("organization"),
    text("division"),
    text("department"),
    complex("manager", &[exact("value"), exact("$ref"), read_only(text("displayName"))]),
];

/// RFC 7643 3.1: what every resource has and no client sets.
static COMMON_ATTRIBUTES: &[Attribute] = &[
    read_only(exact("id")),
    read_only(complex(
        "meta",
        &[
            exact("resourceType"),
            exact("created"),
            exact("lastModified"),
            exact("location"),
            exact("version"),
        ],
    )),
    Attribute { many: true, ..exact("schemas") },
];

/// The attributes of a kind, without the common ones.
pub fn attributes(kind: Kind) -> &'static [Attribute] {
    match kind {
        Kind::User => USER_ATTRIBUTES,
        Kind::Group => GROUP_ATTRIBUTES,
    }
}

/// The schema of a kind.
pub fn core(kind: Kind) -> &'static str {
    match kind {
        Kind::User => USER,
        Kind::Group => GROUP,
    }
}

/// The extension of this URN, if the kind has it.
pub fn extension(kind: Kind, urn: &str) -> Option<(&'static str, &'static [Attribute])> {
    (kind == Kind::User && urn.eq_ignore_ascii_case(ENTERPRISE))
        .then_some((ENTERPRISE, ENTERPRISE_ATTRIBUTES))
}

/// The attribute of this name in any case.
pub fn named(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// A core or common attribute.
pub fn top(kind: Kind, name: &str) -> Option<&'static Attribute> {
    named(attributes(kind), name).or_else(|| named(COMMON_ATTRIBUTES, name))
}
