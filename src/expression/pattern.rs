//! Regular expressions of `matches`, within bounds of time and memory.

use regex_lite::{Regex, RegexBuilder};

use super::MAX_TEXT;
use super::meter::{Failure, Meter};
use super::value::Val;

#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// Bytes that it is compiled to, about.
    size: usize,
}

impl Pattern {
    pub(super) fn compile(text: &str, meter: Meter<'_>) -> Result<Pattern, Failure> {
        if text.len() <= MAX_TEXT {
            // The crate does not say how large a pattern is once its `{n}` are written out: the limit is doubled until
            // it fits in.
            let mut size = LEAST;
            while size <= MOST {
                meter.make(size + text.len() * PARSED)?;
                if let Ok(regex) = RegexBuilder::new(text).size_limit(size).build() {
                    return Ok(Pattern { regex, size });
                }
                size *= 2;
            }
        }
        Err(Failure::new("not a regular expression in `matches`"))
    }

    pub(super) fn matches<'a>(&self, text: &str, meter: Meter<'_>) -> Result<Val<'a>, Failure> {
        if text.len() > MAX_MATCHED {
            return Err(Failure::new("a string too long for `matches`"));
        }
        // Each byte may be held against each state.
        meter.step((text.len() + 1) * self.size / STATES)?;
        Ok(Val::Bool(self.regex.is_match(text)))
    }
}

/// Smallest size of a pattern that is told from others, in bytes.
const LEAST: usize = 1024;
/// Largest, some thousand states.
const MOST: usize = 64 * 1024;
/// What a byte of the text costs to read, in bytes made.
const PARSED: usize = 16;
/// Bytes of a pattern that a step goes through.
const STATES: usize = 64;
/// Longest string for `matches`, in bytes: 64 times the longest e-mail address.
const MAX_MATCHED: usize = 16 * 1024;
