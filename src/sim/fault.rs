//! Why a request was refused.

/// A refusal, before a provider has dressed it up as an error body.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// HTTP status.
    pub status: u16,
    /// RFC 7644 Table 9; empty where there is none.
    pub scim_type: &'static str,
    /// For humans.
    pub detail: String,
}

impl Fault {
    /// A fault without `scimType`.
    pub fn new(status: u16, detail: impl Into<String>) -> Fault {
        Fault { status, scim_type: "", detail: detail.into() }
    }

    /// A 400 with `scimType` (RFC 7644 Table 9).
    pub fn bad(scim_type: &'static str, detail: impl Into<String>) -> Fault {
        Fault { status: 400, scim_type, detail: detail.into() }
    }
}
