//! Outputs as one JSON array. Written by hand where the hot path goes: a result is JSON already.

use serde_json::{Value, json};

use crate::http::Request;
use crate::port::{Condition, Output};

/// The array, in the order in which it is to be carried out.
pub fn write(outputs: &[Output]) -> String {
    let mut text = String::from("[");
    for output in outputs {
        if text.len() > 1 {
            text.push(',');
        }
        match output {
            Output::Done(run, result) => {
                text.push_str("{\"t\":\"done\",\"run\":");
                text.push_str(&run.to_string());
                text.push_str(",\"result\":");
                text.push_str(result);
                text.push('}');
            }
            other => text.push_str(&one(other).to_string()),
        }
    }
    text.push(']');
    text
}

fn one(output: &Output) -> Value {
    match output {
        Output::Send(call, request) => send(*call, request),
        Output::Cancel(call) => json!({ "t": "cancel", "call": call }),
        Output::Secret(call, name) => json!({ "t": "secret", "call": call, "name": name }),
        Output::Load(call, key) => json!({ "t": "load", "call": call, "key": key }),
        Output::Store(call, key, value, condition) => {
            let options = match condition {
                Condition::Always => json!({}),
                Condition::Absent => json!({ "ifVersion": null }),
                Condition::Version(version) => json!({ "ifVersion": version }),
            };
            json!({ "t": "store", "call": call, "key": key, "value": value, "options": options })
        }
        Output::Erase(call, key) => json!({ "t": "erase", "call": call, "key": key }),
        Output::Enqueue(call, job) => json!({ "t": "enqueue", "call": call, "job": job }),
        Output::Log(record) => json!({ "t": "log", "record": record }),
        Output::Wait(until) => json!({ "t": "wait", "until": until }),
        Output::Done(run, _) => json!({ "t": "done", "run": run }),
    }
}

/// The one place where a credential is written out (law 5).
fn send(call: u32, request: &Request) -> Value {
    let headers: serde_json::Map<String, Value> =
        request.headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let mut output = json!({ "t": "send", "call": call, "method": request.method, "url": request.url, "headers": headers });
    if let (Some(body), Some(output)) = (&request.body, output.as_object_mut()) {
        output.insert("body".into(), json!(body));
    }
    output
}
