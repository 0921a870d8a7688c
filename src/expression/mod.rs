//! Expressions over an event, in the Common Expression Language (<https://github.com/google/cel-spec>).
//!
//! The `cel` crate reads the text and expands the macros. Evaluation is ours, for four reasons: it borrows the event
//! instead of copying it for every expression, iterates maps in one order on every run (law 3), meters work and memory
//! (law 4), and its errors cannot quote a value of the event (S2). A test holds the two evaluators against each other.

mod compile;
mod evaluate;
mod functions;
mod meter;
pub mod nearest;
mod number;
mod pattern;
#[cfg(test)]
mod tests;
mod value;

use serde_json::Value;

use compile::Node;
pub use meter::Work;

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {
    /// What it refers to, in the order of [`Node::Variable`].
    variables: Vec<String>,
    root: Node,
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `bad-expression`, `unknown-variable`, `unknown-function`, `too-large` or `too-deep`.
    pub code: &'static str,
    /// One lower-case sentence without a final period; parts of the text in backticks.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Expression {
    /// Reads and checks a text that may refer to `variables`. Never panics, whatever the text.
    pub fn compile(text: &str, variables: &[&str]) -> Result<Expression, Fault> {
        let (variables, root) = compile::compile(text, variables)?;
        Ok(Expression { variables, root })
    }

    /// The result over `scope`, as JSON. Only variables that the expression refers to are looked at. An error says the
    /// kind of fault, with names that stand in the expression, and never a value of the scope. What it does is taken from
    /// `work`, and it fails where nothing is left.
    pub fn evaluate(&self, scope: &[(&str, &Value)], work: &Work) -> Result<Value, String> {
        let mut found = Vec::with_capacity(self.variables.len());
        for name in &self.variables {
            match scope.iter().find(|(known, _)| known == name) {
                Some((_, value)) => found.push(*value),
                None => return Err(format!("`{name}` is not known here")),
            }
        }
        evaluate::evaluate(&self.root, &found, work)
    }
}

/// Longest text of an expression, in bytes (S4).
const MAX_TEXT: usize = 4096;
/// Macros inside macros (S4).
const MAX_MACROS: usize = 2;
/// Brackets within brackets: the parser recurses for each, and wasm's stack is 1 MiB.
const MAX_BRACKETS: usize = 40;
/// Nodes on the longest way from the root; a sum of so many terms is one.
const MAX_DEPTH: usize = 128;
/// Question marks in the text: the parser recurses for each.
const MAX_TERNARIES: usize = 64;
/// Elements of a list that a macro takes (S4).
const MAX_LIST: usize = 1000;
/// Bytes of a result: more than any provider takes for one attribute.
const MAX_RESULT: usize = 64 * 1024;
