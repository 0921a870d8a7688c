//! What must happen before a call: the credential it carries.

pub mod header;
