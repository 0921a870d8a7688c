//! Outputs as one JSON array, written as text: on the hot path a `Value` in between costs more than what it holds.

use serde::Serialize;

use crate::encode::base64;
use crate::http::Request;
use crate::port::{Condition, Output};

/// The array, in the order in which it is to be carried out.
pub fn write(outputs: &[Output]) -> String {
    let mut text = String::from("[");
    for output in outputs {
        if text.len() > 1 {
            text.push(',');
        }
        one(&mut text, output);
        text.push('}');
    }
    text.push(']');
    text
}

fn one(text: &mut String, output: &Output) {
    match output {
        Output::Send(call, request) => {
            begin(text, "send", "call", *call);
            send(text, request);
        }
        Output::Cancel(call) => begin(text, "cancel", "call", *call),
        Output::Secret(call, name) => {
            begin(text, "secret", "call", *call);
            member(text, "name", name);
        }
        Output::SaveSecret(call, name, secret) => {
            begin(text, "saveSecret", "call", *call);
            member(text, "name", name);
            member(text, "value", secret.reveal());
        }
        Output::Sign(call, key, data) => {
            begin(text, "sign", "call", *call);
            member(text, "key", key.reveal());
            member(text, "data", &base64(data.as_bytes()));
        }
        Output::Load(call, key) => {
            begin(text, "load", "call", *call);
            member(text, "key", key);
        }
        Output::Store(call, key, value, condition) => {
            begin(text, "store", "call", *call);
            member(text, "key", key);
            member(text, "value", value);
            match condition {
                Condition::Always => raw(text, "options", "{}"),
                Condition::Absent => raw(text, "options", "{\"ifVersion\":null}"),
                Condition::Version(version) => {
                    raw(text, "options", "{\"ifVersion\":");
                    text.push_str(&json(version));
                    text.push('}');
                }
            }
        }
        Output::Erase(call, key) => {
            begin(text, "erase", "call", *call);
            member(text, "key", key);
        }
        Output::Enqueue(call, job) => {
            begin(text, "enqueue", "call", *call);
            raw(text, "job", &json(job));
        }
        Output::Log(record) => {
            text.push_str("{\"t\":\"log\"");
            raw(text, "record", &json(record));
        }
        Output::Wait(until) => {
            text.push_str("{\"t\":\"wait\"");
            raw(text, "until", &json(until));
        }
        Output::Done(run, result) => {
            begin(text, "done", "run", *run);
            raw(text, "result", result);
        }
    }
}

/// Where a credential is written out (law 5); above, a key for the host to sign with, and a secret for it to keep.
fn send(text: &mut String, request: &Request) {
    member(text, "method", request.method);
    member(text, "url", &request.url);
    if let Some(body) = &request.body {
        member(text, "body", body);
    }
    raw(text, "headers", "");
    let mut before = '{';
    for (name, value) in &request.headers {
        text.push(before);
        before = ',';
        text.push_str(&json(*name));
        text.push(':');
        text.push_str(&json(value));
    }
    text.push_str(if before == '{' { "{}" } else { "}" });
}

/// `{"t":"cancel","call":1`, to be closed by whoever began.
fn begin(text: &mut String, kind: &str, whose: &str, number: u32) {
    text.push_str("{\"t\":\"");
    text.push_str(kind);
    text.push('"');
    raw(text, whose, &number.to_string());
}

fn member(text: &mut String, name: &str, value: &str) {
    raw(text, name, &json(value));
}

/// A member that is JSON already; names here need no escapes.
fn raw(text: &mut String, name: &str, json: &str) {
    text.reserve(name.len() + json.len() + 8);
    text.push_str(",\"");
    text.push_str(name);
    text.push_str("\":");
    text.push_str(json);
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
