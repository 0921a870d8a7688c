//! Secrets: a type that cannot be printed, compared or serialised, and one greppable way out (law 5).

use std::fmt;

/// A credential. `Debug` hides it; there is no `Display`, `PartialEq` or `Serialize`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a credential in.
    pub fn new(value: impl Into<String>) -> Self {
        Secret(value.into())
    }

    /// No credential.
    pub const fn none() -> Self {
        Secret(String::new())
    }

    /// The only way out. Call it where a request is written, and where provider text is scrubbed of it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where a secret comes from: the configuration itself, or a name the host resolves.
#[derive(Clone, Debug)]
pub enum SecretValue {
    /// Written in the configuration; earns a warning there.
    Literal(Secret),
    /// Resolved by `host.secret(name)` when it is first needed.
    Named(String),
}
