//! SCIM 2.0 provisioning at login: mapping, deciding, and conversing with providers.
//!
//! Laws:
//!
//! > 1. **The core is pure.** No clock, no randomness, no I/O, no logging: the host does all of it.
//! > 2. **Drain, then feed.** Call [`plugin::Plugin::poll`] until it has no more to hand out; then give it an answer
//! >    or the time.
//! > 3. **Same inputs, same bytes.** Configuration, event, links, clock, chance and the sequence of replies determine
//! >    every byte sent.
//! > 4. **Bad input is a value.** A panic is a bug in this crate, whoever sent the bytes.
//! > 5. **A credential leaves only in a request.**
//! > 6. **Every login ends.** Before its budget, with one outcome per server.

#[cfg(feature = "plugin")]
pub mod auth;
#[cfg(feature = "plugin")]
pub mod config;
#[cfg(feature = "plugin")]
pub mod core;
#[cfg(feature = "plugin")]
pub mod digest;
#[cfg(feature = "plugin")]
pub mod drift;
#[cfg(feature = "plugin")]
pub mod encode;
#[cfg(feature = "plugin")]
pub mod event;
#[cfg(feature = "plugin")]
pub mod explain;
#[cfg(feature = "plugin")]
pub mod expression;
#[cfg(feature = "plugin")]
pub mod flow;
#[cfg(feature = "plugin")]
pub mod http;
#[cfg(feature = "plugin")]
pub mod join;
#[cfg(feature = "plugin")]
pub mod link;
#[cfg(feature = "plugin")]
pub mod mapping;
#[cfg(feature = "plugin")]
pub mod outcome;
#[cfg(feature = "plugin")]
pub mod plan;
#[cfg(feature = "plugin")]
pub mod plugin;
#[cfg(feature = "plugin")]
pub mod port;
#[cfg(feature = "plugin")]
pub mod probe;
#[cfg(feature = "plugin")]
pub mod problem;
#[cfg(feature = "plugin")]
pub mod provider;
#[cfg(feature = "plugin")]
pub mod redact;
#[cfg(feature = "plugin")]
pub mod retry;
#[cfg(feature = "plugin")]
pub mod run;
#[cfg(feature = "plugin")]
pub mod scim;
#[cfg(feature = "plugin")]
pub mod secret;
#[cfg(feature = "plugin")]
pub mod table;
#[cfg(feature = "plugin")]
pub mod time;
#[cfg(all(feature = "plugin", target_arch = "wasm32"))]
mod wasm;

#[cfg(feature = "sim")]
pub mod sim;
