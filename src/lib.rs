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
//!
//! The loop over the host, in short (JavaScript's is `pkg/driver.js`):
//!
//! ```
//! use scimhook::http::Response;
//! use scimhook::plugin::{Options, Plugin, What};
//! use scimhook::port::{Input, Output};
//!
//! let config = r#"{"servers": [{"id": "app", "type": "generic", "url": "https://scim.example/v2",
//!     "authentication": {"scheme": "accessToken", "accessToken": "only-an-example"}}],
//!     "applications": [{"id": "portal", "servers": ["app"]}]}"#;
//! let event = r#"{"application": "portal", "user": {"id": "7", "userName": "amara"}}"#;
//!
//! let mut plugin = Plugin::new(config, "{}").unwrap();
//! let mut now = 1_770_091_506_000; // milliseconds since the epoch, from the host's clock
//! plugin.start(1, What::PostAuthentication, event, Options::default(), now, 0.5).unwrap();
//! let mut sent = Vec::new();
//! let outcome = 'run: loop {
//!     for output in plugin.poll() {
//!         match output {
//!             Output::Send(call, request) => {
//!                 // A host sends it and comes back later; here the provider knows nobody, and then creates.
//!                 now += 20;
//!                 sent.push(request.method);
//!                 let (status, body) = match request.method {
//!                     "GET" => (200, r#"{"totalResults": 0}"#),
//!                     _ => (201, r#"{"id": "42"}"#),
//!                 };
//!                 let response = Response { status, body: Some(body.into()), ..Response::default() };
//!                 plugin.handle(Input::Reply(call, response), now);
//!             }
//!             Output::Done(_, outcome) => break 'run outcome,
//!             _ => {} // no store, no secrets, no log in this host, and nothing to wait for
//!         }
//!     }
//! };
//! assert!(outcome.contains(r#""result":"created""#) && outcome.contains(r#""durationMs":40"#));
//! // Without a store an account is looked for first.
//! assert_eq!(sent, ["GET", "POST"]);
//! ```

#[cfg(feature = "plugin")]
pub mod auth;
#[cfg(feature = "plugin")]
pub mod breaker;
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
pub mod flight;
#[cfg(feature = "plugin")]
pub mod flow;
#[cfg(feature = "plugin")]
pub mod http;
#[cfg(feature = "plugin")]
pub mod join;
#[cfg(feature = "plugin")]
pub mod json;
#[cfg(feature = "plugin")]
pub mod link;
#[cfg(feature = "plugin")]
pub mod mapping;
#[cfg(feature = "plugin")]
pub mod outcome;
#[cfg(feature = "plugin")]
pub mod plan;
#[cfg(feature = "plugin")]
pub mod planted;
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
