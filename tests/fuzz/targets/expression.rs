//! Expressions: each ends, within bounds of time and memory, and the same way every time.
#![no_main]

use std::sync::OnceLock;
use std::time::Duration;

use scimhook::expression::{Expression, Fault, Work};
use scimhook_fuzz::{bounded, parts, planted};
use serde_json::{Value, json};

/// A user who makes work: long texts, lists at their bound, maps.
fn user() -> &'static Value {
    static USER: OnceLock<Value> = OnceLock::new();
    USER.get_or_init(|| {
        let map: serde_json::Map<String, Value> = (0..1000).map(|n| (format!("k{n}"), json!(n))).collect();
        json!({
            "id": "u-1", "email": "amara@corp.example", "age": 36, "score": 2.5, "active": true, "none": null,
            "groups": ["eng", "ops"], "l": vec!["abcdefgh"; 1000], "s": "x".repeat(60_000), "n": "1".repeat(60_000),
            "m": map, "tags": [{ "k": "x", "v": 1 }, { "k": "y" }]
        })
    })
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let parts = parts(data);
    let text = &parts[0];
    let given = parts.get(1).and_then(|text| serde_json::from_str(text).ok());
    let user = given.as_ref().unwrap_or(user());
    let run = || -> Result<Result<Value, String>, Fault> {
        let expression = Expression::compile(text, &["user", "application", "event"])?;
        Ok(expression.evaluate(&[("event", user), ("application", user), ("user", user)], &Work::default()))
    };
    let result = bounded(MOST_BYTES, MOST, run);
    match &result {
        Ok(Ok(value)) => {
            assert!(value.to_string().len() <= 8 * 64 * 1024);
            planted(value[1].as_str().unwrap_or(""));
        }
        Ok(Err(message)) => assert!(!message.is_empty()),
        Err(fault) => assert!(!fault.message.is_empty()),
    }
    assert_eq!(result, run());
});

/// All the work that an expression may do, with the checks and counters of this build.
const MOST: Duration = Duration::from_secs(6);
/// What it may make, some of it twice for a moment.
const MOST_BYTES: usize = 128 << 20;
