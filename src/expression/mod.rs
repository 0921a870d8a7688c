//! Expressions (stub, being written).

use serde_json::Value;

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable kebab-case word.
    pub code: &'static str,
    /// One lower-case sentence without a final period.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {}

impl Expression {
    /// Compiles `text` over `variables`.
    pub fn compile(_text: &str, _variables: &[&str]) -> Result<Expression, Fault> {
        Ok(Expression {})
    }

    /// Evaluates over `scope`.
    pub fn evaluate(&self, _scope: &[(&str, &Value)]) -> Result<Value, String> {
        Ok(Value::Null)
    }
}
