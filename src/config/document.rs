//! The configuration as text: its bounds, and where in it everything stands.

use serde_json::{Map, Value};

use crate::json::{self, Doc, Error};
use crate::problem::{Problem, pointer};
use crate::table::insert_by_key;

/// Reads the text, within the bounds of rule S4.
pub(super) fn read(text: &str) -> Result<Value, Problem> {
    if text.len() > MAX_BYTES {
        let message = format!("a configuration of {} bytes; at most {MAX_BYTES} are read", text.len());
        return Err(Problem::error("", "too-large", message));
    }
    match Doc::read(text, MAX_DEPTH) {
        Ok(document) => Ok(document.root().value()),
        Err(Error { too_deep: true, .. }) => {
            let message = format!("a configuration of more than {MAX_DEPTH} levels");
            Err(Problem::error("", "too-deep", message))
        }
        Err(Error { reason, line, column, .. }) => {
            let message = format!("not JSON: {reason} at line {line}, column {column}");
            Err(Problem::error("", "bad-json", message))
        }
    }
}

/// 1 MiB.
const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 64;

/// Where each value stands, by its pointer, and the fields that stand twice.
pub(super) struct Order {
    /// Byte offsets.
    places: Map<String, Value>,
    twice: Vec<String>,
}

impl Order {
    /// Of a text that [`read`] took.
    pub(super) fn of(text: &str) -> Order {
        let mut order = Order { places: Map::new(), twice: Vec::new() };
        order.places.insert(String::new(), 0.into());
        // For each open level: its pointer, and for a list the index that comes next.
        let mut open: Vec<(String, Option<usize>)> = Vec::new();
        let mut here = String::new();
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            match byte {
                b'{' => open.push((here.clone(), None)),
                b'[' => {
                    open.push((here.clone(), Some(0)));
                    here = pointer(&here, "0");
                    order.place(&here, at);
                }
                b'}' | b']' => {
                    open.pop();
                }
                b',' => {
                    if let Some((parent, Some(index))) = open.last_mut() {
                        *index += 1;
                        here = pointer(parent, &index.to_string());
                        order.place(&here, at);
                    }
                }
                b'"' => {
                    let end = at + literal(text.get(at..).unwrap_or(""));
                    // In an object, what a colon follows is a field's name.
                    let after = text.get(end..).unwrap_or("").trim_start();
                    if after.starts_with(':')
                        && let Some((parent, None)) = open.last()
                        && let Some(Value::String(name)) = json::value(text.get(at..end).unwrap_or(""))
                    {
                        here = pointer(parent, &name);
                        order.place(&here, at);
                    }
                    at = end - 1;
                }
                _ => {}
            }
            at += 1;
        }
        order
    }

    fn place(&mut self, pointer: &str, at: usize) {
        if self.places.insert(pointer.to_owned(), at.into()).is_some() {
            self.twice.push(pointer.to_owned());
        }
    }

    /// Errors for fields that stand twice: readers of JSON differ in which they take (RFC 8259 section 4).
    pub(super) fn duplicates(&self) -> impl Iterator<Item = Problem> {
        self.twice.iter().map(|path| Problem::error(path, "duplicate-field", "a field that stands twice"))
    }

    /// Sorts into the order of the document; what is missing stands where its parent begins.
    pub(super) fn sort(&self, problems: &mut Vec<Problem>) {
        let place = |problem: &Problem| {
            let mut path = problem.path.as_str();
            loop {
                if let Some(at) = self.places.get(path) {
                    return at.as_u64();
                }
                path = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
        };
        let mut sorted = Vec::new();
        for problem in problems.drain(..) {
            insert_by_key(&mut sorted, (place(&problem), problem), |(place, _)| *place);
        }
        problems.extend(sorted.into_iter().map(|(_, problem)| problem));
    }
}

/// Bytes of the string literal at the start, quotes included.
fn literal(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len().max(1)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )]

    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, message: &str) {
        let problem = read(text).unwrap_err();
        assert_eq!((problem.code, problem.message.as_str(), problem.path.as_str()), (code, message, ""));
    }

    #[test]
    fn bounds() {
        check("{\n  \"a\": ,}", "bad-json", "not JSON: expected value at line 2, column 8");
        check("", "bad-json", "not JSON: EOF while parsing a value at line 1, column 0");
        check(
            &" ".repeat((1 << 20) + 1),
            "too-large",
            "a configuration of 1048577 bytes; at most 1048576 are read",
        );
        check(&"[".repeat(65), "too-deep", "a configuration of more than 64 levels");
        check(&"{\"a\":".repeat(100_000), "too-deep", "a configuration of more than 64 levels");
        assert!(read(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert!(read(&format!("\"{}\"", "[\\\"".repeat(100))).is_ok());
    }

    #[test]
    fn the_order_of_the_document() {
        let text = r#"{ "b": [1, {"x": "}\"", "y": []}, "c:"], "a/~": {"k": null}, "b": 2 }"#;
        let order = Order::of(text);
        let mut problems: Vec<Problem> =
            ["/a~1~0/k", "/b/1/y", "/b/2", "/b/1/x", "/b/0", "/a~1~0/none", "", "/nothing"]
                .map(|path| Problem::error(path, "x", ""))
                .into();
        order.sort(&mut problems);
        let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["", "/nothing", "/b/0", "/b/1/x", "/b/1/y", "/b/2", "/a~1~0/none", "/a~1~0/k"]);
        let twice: Vec<String> = order.duplicates().map(|problem| problem.path).collect();
        assert_eq!(twice, ["/b"]);
    }
}
