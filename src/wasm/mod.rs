//! What JavaScript sees. Exports and conversions; decides nothing. The module imports nothing to reach out with: the
//! host's loop hands everything in and carries everything out.

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

/// A plugin, and its way across the border: texts in, a JSON array of outputs back. `pkg/engine.js` wraps it: the two
/// texts of every login (event and link) come in by [`Engine::room`], the others as strings.
#[wasm_bindgen]
pub struct Engine {
    plugin: Plugin,
    input: Vec<u8>,
}

/// What the room for texts keeps from one to the next, in bytes. Most fit; a large one does not stay for ever.
const ROOM_KEPT: usize = 64 * 1024;

#[wasm_bindgen]
impl Engine {
    /// Throws JSON of problems.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str, options: &str) -> Result<Engine, String> {
        Plugin::new(config, options)
            .map(|plugin| Engine { plugin, input: Vec::new() })
            .map_err(|problems| to_text(&problems))
    }

    /// JSON of problems.
    pub fn warnings(&self) -> String {
        to_text(&self.plugin.warnings())
    }

    /// Room for a text of so many bytes: the host writes UTF-8 there and says how much with its next call.
    pub fn room(&mut self, bytes: usize) -> *mut u8 {
        if self.input.len() < bytes {
            self.input.resize(bytes, 0);
        }
        self.input.as_mut_ptr()
    }

    /// Starts a run, of the `written` bytes. Throws JSON of problems.
    pub fn start(
        &mut self,
        run: u32,
        what: &str,
        written: usize,
        options: Option<String>,
        now: f64,
        random: f64,
    ) -> Result<String, String> {
        let what = match what {
            "postAuthentication" => What::PostAuthentication,
            "lifecycle" => What::Lifecycle,
            "resume" => What::Resume,
            "explain" => What::Explain,
            "probe" => What::Probe,
            "forget" => What::Forget,
            _ => return Err(to_text(&[Problem::error("", "bad-value", "no such call")])),
        };
        let options = options.as_deref().map(Options::read).unwrap_or_default();
        let started = self.plugin.start(run, what, text(&self.input, written), options, now as u64, random);
        self.tidy();
        started.map_err(|problems| to_text(&problems))?;
        Ok(self.outputs())
    }

    /// An answer of a provider.
    pub fn reply(&mut self, call: u32, status: u32, headers: &str, body: Option<String>, now: f64) -> String {
        let headers = Texts::read(headers).unwrap_or_default();
        let response = Response { status: u16::try_from(status).unwrap_or(0), headers, body };
        // The host stops reading there; a host of another make may not (H6).
        let input = match &response.body {
            Some(body) if body.len() > event::MAX_BYTES => Input::Lost(call, Loss::TooLong),
            _ => Input::Reply(call, response),
        };
        self.feed(input, now)
    }

    /// No answer.
    pub fn lost(&mut self, call: u32, why: &str, now: f64) -> String {
        let loss = match why {
            "too-long" => Loss::TooLong,
            "bad-shape" | "unreadable" => Loss::BadShape,
            "aborted" => Loss::Aborted,
            _ => Loss::Transport,
        };
        self.feed(Input::Lost(call, loss), now)
    }

    /// A record of the store, of the `written` bytes; `None`: there is none.
    pub fn loaded(&mut self, call: u32, written: Option<usize>, version: Option<String>, now: f64) -> String {
        let record = written.map(|written| (text(&self.input, written), version.as_deref()));
        self.plugin.handle(Input::Loaded(call, record), now as u64);
        self.tidy();
        self.outputs()
    }

    /// Whether a write took place.
    pub fn stored(&mut self, call: u32, ok: bool, now: f64) -> String {
        self.feed(Input::Stored(call, ok), now)
    }

    /// A callback of the host failed.
    pub fn broken(&mut self, call: u32, now: f64) -> String {
        self.feed(Input::Lost(call, Loss::Broken), now)
    }

    /// A secret.
    pub fn secret(&mut self, call: u32, value: &str, now: f64) -> String {
        self.feed(Input::Secret(call, value), now)
    }

    /// A signature.
    pub fn signature(&mut self, call: u32, bytes: &[u8], now: f64) -> String {
        self.feed(Input::Signature(call, bytes), now)
    }

    /// The time was reached.
    pub fn time(&mut self, now: f64) -> String {
        self.feed(Input::Time, now)
    }

    /// Stops a run.
    pub fn abort(&mut self, run: u32, now: f64) -> String {
        self.feed(Input::Abort(run), now)
    }

    /// JSON of where each server stands.
    pub fn status(&self, now: f64) -> String {
        to_text(&self.plugin.status(now as u64))
    }

    fn feed(&mut self, input: Input<'_>, now: f64) -> String {
        self.plugin.handle(input, now as u64);
        self.outputs()
    }

    fn outputs(&mut self) -> String {
        outputs::write(&self.plugin.poll())
    }

    fn tidy(&mut self) {
        if self.input.len() > ROOM_KEPT {
            self.input = Vec::new();
        }
    }
}

/// What the host wrote. What is no UTF-8 it did not write: it is read as nothing.
fn text(input: &[u8], written: usize) -> &str {
    input.get(..written).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Checks a configuration: JSON in, JSON of problems out.
#[wasm_bindgen]
pub fn validate(config: &str) -> String {
    to_text(&match config::parse(config) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    })
}

/// JSON of a server type's template.
#[wasm_bindgen]
pub fn template(kind: &str) -> Option<String> {
    config::template(kind).map(|template| to_text(&template))
}

/// JSON of the support matrix.
#[wasm_bindgen]
pub fn capabilities() -> String {
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

/// Version of the package and of the records it writes.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// JSON of the reply headers that mean something.
#[wasm_bindgen(js_name = replyHeaders)]
pub fn reply_headers() -> String {
    to_text(&REPLY_HEADERS)
}

fn to_text<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
