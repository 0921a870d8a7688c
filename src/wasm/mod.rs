//! What JavaScript sees: a narrow door, and conversions; decides nothing. The module imports nothing to reach out with:
//! the host's loop hands everything in and carries everything out. `pkg/engine.js` is the other side of the door.
//!
//! Texts lie in the module's memory and everything else is a number, so that there are few kinds of exports. V8 compiles
//! a wrapper for every signature among them before a module can be used, which for an export a call was a third of the
//! time that compiling took; and texts that the glue of wasm-bindgen hands over are copied and freed one by one.

mod outputs;

use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::http::{REPLY_HEADERS, Response};
use crate::plugin::{Options, Plugin, What};
use crate::port::{Input, Loss};
use crate::problem::Problem;
use crate::table::Texts;
use crate::{config, event, json, provider};

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// What can be asked for. Behind each: the texts that go with it (`?`: may be left out), and what the two numbers of
/// [`Engine::call`] are.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Call {
    /// Version of the package and of the records it writes.
    Version,
    /// Checks a configuration, which is given, without a plugin: problems.
    Validate,
    /// A server type's template; nothing where there is no such type: the type.
    Template,
    /// The support matrix.
    Capabilities,
    /// The reply headers that mean something.
    ReplyHeaders,
    /// Makes the plugin: configuration, options.
    Make,
    /// Starts a run: event, options?; the run, and a random number between 0 and 1.
    PostAuthentication,
    /// As above.
    Lifecycle,
    /// As above, with a job.
    Resume,
    /// As above.
    Explain,
    /// As above, with a server's id.
    Probe,
    /// As above, with `{"userId","serverId"}`.
    Forget,
    /// An answer of a provider: headers, body?; the call, and the status.
    Reply,
    /// No answer: why; the call.
    Lost,
    /// A record of the store: value?, version?; the call.
    Loaded,
    /// Whether a write took place: the call, and 1 or 0.
    Stored,
    /// A callback of the host failed: the call.
    Broken,
    /// A secret: itself; the call.
    Secret,
    /// A signature: its bytes; the call.
    Signature,
    /// The time was reached.
    Time,
    /// Stops a run: the run.
    Abort,
    /// Where each server stands.
    Status,
    /// The plugin's warnings.
    Warnings,
}

/// A plugin and its door.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engine {
    plugin: Option<Plugin>,
    heard: Heard,
    said: String,
}

#[wasm_bindgen]
impl Engine {
    /// With no plugin behind it yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Room for a text of at most so many bytes, to be written there and handed over by [`Engine::take`].
    pub fn room(&mut self, bytes: usize) -> *mut u8 {
        self.heard.room(bytes)
    }

    /// So many bytes of the room were written: a text of the next call.
    pub fn take(&mut self, bytes: usize) {
        self.heard.take(bytes);
    }

    /// Does what is asked for with the texts taken since the last call. Gives how many bytes long the answer is, which
    /// lies at [`Engine::said`] until the next call and is JSON; below zero: as many, and they are JSON of problems.
    pub fn call(&mut self, call: Call, number: u32, now: f64, value: f64) -> i32 {
        let answered = answer(&mut self.plugin, &self.heard, call, number, now as u64, value);
        self.heard.forget();
        let refused = answered.is_err();
        self.said = answered.unwrap_or_else(|problems| to_text(&problems));
        let length = i32::try_from(self.said.len()).unwrap_or_default();
        if refused { -length } else { length }
    }

    /// Where the last answer lies.
    pub fn said(&self) -> *const u8 {
        self.said.as_ptr()
    }
}

/// What the host wrote: texts, one behind the other.
#[derive(Default)]
struct Heard {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// What the room for texts keeps from one call to the next, in bytes. Most fit; a large one does not stay for ever.
const ROOM_KEPT: usize = 64 * 1024;

impl Heard {
    fn end(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    fn room(&mut self, bytes: usize) -> *mut u8 {
        let begin = self.end();
        let end = begin.saturating_add(bytes);
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes.as_mut_ptr().wrapping_add(begin)
    }

    fn take(&mut self, bytes: usize) {
        self.ends.push(self.end().saturating_add(bytes));
    }

    fn bytes(&self, which: usize) -> Option<&[u8]> {
        let end = *self.ends.get(which)?;
        let begin = which.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        Some(self.bytes.get(begin..end).unwrap_or_default())
    }

    /// What is no UTF-8 the host did not write: it is read as nothing.
    fn text(&self, which: usize) -> Option<&str> {
        self.bytes(which).map(|bytes| std::str::from_utf8(bytes).unwrap_or_default())
    }

    fn forget(&mut self) {
        self.ends.clear();
        if self.bytes.len() > ROOM_KEPT {
            self.bytes = Vec::new();
        }
    }
}

fn answer(
    plugin: &mut Option<Plugin>,
    heard: &Heard,
    call: Call,
    number: u32,
    now: u64,
    value: f64,
) -> Result<String, Vec<Problem>> {
    let text = |which| heard.text(which).unwrap_or_default();
    let what = match call {
        Call::PostAuthentication => What::PostAuthentication,
        Call::Lifecycle => What::Lifecycle,
        Call::Resume => What::Resume,
        Call::Explain => What::Explain,
        Call::Probe => What::Probe,
        Call::Forget => What::Forget,
        Call::Reply => return fed(plugin, reply(number, value, text(0), heard.text(1)), now),
        Call::Lost => return fed(plugin, Input::Lost(number, loss(text(0))), now),
        Call::Loaded => {
            let record = heard.text(0).map(|value| (value, heard.text(1)));
            return fed(plugin, Input::Loaded(number, record), now);
        }
        Call::Stored => return fed(plugin, Input::Stored(number, value != 0.0), now),
        Call::Broken => return fed(plugin, Input::Lost(number, Loss::Broken), now),
        Call::Secret => return fed(plugin, Input::Secret(number, text(0)), now),
        Call::Signature => {
            return fed(plugin, Input::Signature(number, heard.bytes(0).unwrap_or_default()), now);
        }
        Call::Time => return fed(plugin, Input::Time, now),
        Call::Abort => return fed(plugin, Input::Abort(number), now),
        Call::Make => {
            *plugin = Some(Plugin::new(text(0), text(1))?);
            return Ok(String::new());
        }
        Call::Status => return Ok(to_text(&made(plugin)?.status(now))),
        Call::Warnings => return Ok(to_text(made(plugin)?.warnings())),
        Call::Validate => return Ok(validate(text(0))),
        Call::Template => return Ok(template(text(0))),
        Call::Capabilities => return Ok(capabilities()),
        Call::ReplyHeaders => return Ok(to_text(&REPLY_HEADERS)),
        Call::Version => return Ok(to_text(env!("CARGO_PKG_VERSION"))),
    };
    let plugin = made(plugin)?;
    let options = heard.text(1).map(Options::read).unwrap_or_default();
    plugin.start(number, what, text(0), options, now, value)?;
    Ok(outputs::write(&plugin.poll()))
}

/// The plugin; a host that asks before it made one is told so.
fn made(plugin: &mut Option<Plugin>) -> Result<&mut Plugin, Vec<Problem>> {
    plugin.as_mut().ok_or_else(|| vec![Problem::error("", "internal", "there is no plugin yet")])
}

fn fed(plugin: &mut Option<Plugin>, input: Input<'_>, now: u64) -> Result<String, Vec<Problem>> {
    let plugin = made(plugin)?;
    plugin.handle(input, now);
    Ok(outputs::write(&plugin.poll()))
}

fn reply<'a>(call: u32, status: f64, headers: &str, body: Option<&str>) -> Input<'a> {
    // The host stops reading there; a host of another make may not (H6).
    if body.is_some_and(|body| body.len() > event::MAX_BYTES) {
        return Input::Lost(call, Loss::TooLong);
    }
    let headers = Texts::read(headers).unwrap_or_default();
    Input::Reply(call, Response { status: status as u16, headers, body: body.map(str::to_owned) })
}

fn loss(why: &str) -> Loss {
    match why {
        "too-long" => Loss::TooLong,
        "bad-shape" | "unreadable" => Loss::BadShape,
        "aborted" => Loss::Aborted,
        _ => Loss::Transport,
    }
}

// Apart from the calls of a login, with which they would be compiled at start.

#[inline(never)]
fn validate(config: &str) -> String {
    to_text(&config::parse(config).map_or_else(|problems| problems, |(_, warnings)| warnings))
}

#[inline(never)]
fn template(kind: &str) -> String {
    config::template(kind).map(|template| to_text(&template)).unwrap_or_default()
}

#[inline(never)]
fn capabilities() -> String {
    let row = |provider: &&provider::Provider| {
        let mut row = json::of(&provider.capabilities);
        if let Value::Object(row) = &mut row {
            row.insert("type".into(), provider.kind.into());
            row.insert("name".into(), provider.name.into());
        }
        row
    };
    to_text(&Value::Array(provider::PROVIDERS.iter().map(row).collect()))
}

fn to_text<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
