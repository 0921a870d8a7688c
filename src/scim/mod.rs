//! SCIM 2.0 as RFC 7643 and RFC 7644 have it, and nothing else: this folder knows no provider.

pub mod filter;
pub mod message;
pub mod patch;
pub mod path;
pub mod resource;
