//! The simulators for JavaScript: mostly JSON text across the boundary.

use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;

use super::{Request, Simulator};

/// A simulated provider.
#[wasm_bindgen]
pub struct Sim {
    simulator: Simulator,
}

#[wasm_bindgen]
impl Sim {
    /// `options_json`: see `Simulator::new`.
    #[wasm_bindgen(constructor)]
    pub fn new(kind: &str, options_json: &str) -> Result<Sim, JsError> {
        let options: Value = serde_json::from_str(options_json).map_err(JsError::from)?;
        Ok(Sim { simulator: Simulator::new(kind, &options).map_err(|message| JsError::new(&message))? })
    }

    /// `headers_json`: `[[name, value], ..]`. `now`: milliseconds. Answers status, headers as they came in, and body.
    pub fn handle(
        &mut self,
        method: &str,
        url: &str,
        headers_json: &str,
        body: Option<String>,
        now: f64,
    ) -> Vec<JsValue> {
        let request = Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: serde_json::from_str(headers_json).unwrap_or_default(),
            body,
        };
        let response = self.simulator.handle(&request, now.max(0.0) as u64);
        // Apart: a body within JSON would be escaped here and read twice there.
        let headers = serde_json::to_string(&response.headers).unwrap_or_default();
        vec![response.status.into(), headers.into(), response.body.into()]
    }

    /// See `Simulator::snapshot`.
    pub fn snapshot(&self) -> String {
        self.simulator.snapshot().to_string()
    }

    /// See `Simulator::edit`.
    pub fn edit(&mut self, edit_json: &str) -> Result<String, JsError> {
        let edit: Value = serde_json::from_str(edit_json).map_err(JsError::from)?;
        let done = self.simulator.edit(&edit).map_err(|message| JsError::new(&message))?;
        Ok(done.to_string())
    }

    /// See `Simulator::switches`.
    pub fn switches(kind: &str) -> String {
        let none = Value::Object(Map::new());
        let switches = Simulator::switches(kind);
        if switches.is_null() { none.to_string() } else { switches.to_string() }
    }
}
