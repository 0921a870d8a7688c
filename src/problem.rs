//! Findings about what somebody gave us: configuration, events, jobs. A value, never a panic.

use serde::Serialize;

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What was given cannot be used.
    Error,
    /// It can be used, but probably not as meant.
    Warning,
}

/// One finding, with its place and, where known, its cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether it stops us.
    pub severity: Severity,
    /// JSON Pointer (RFC 6901) into what was given.
    pub path: String,
    /// Stable kebab-case word.
    pub code: &'static str,
    /// One lower-case sentence without a final period; configuration input in backticks, never a secret.
    pub message: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Problem {
    /// A finding that stops us.
    pub fn error(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Problem::new(Severity::Error, path.into(), code, message.into())
    }

    /// A finding that does not.
    pub fn warning(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Problem::new(Severity::Warning, path.into(), code, message.into())
    }

    /// Never part of its callers: what runs the first time is compiled whole, and most of it finds nothing.
    #[cold]
    #[inline(never)]
    fn new(severity: Severity, path: String, code: &'static str, message: String) -> Self {
        Problem { severity, path, code, message, help: None }
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        self.helped(help.into())
    }

    #[cold]
    #[inline(never)]
    fn helped(mut self, help: String) -> Self {
        self.help = Some(help);
        self
    }

    /// Whether it stops us.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// One step of a JSON Pointer, escaped as RFC 6901 section 3 says.
pub fn pointer(base: &str, step: &str) -> String {
    format!("{base}/{}", step.replace('~', "~0").replace('/', "~1"))
}
