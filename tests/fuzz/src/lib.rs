//! What the targets share: a host in which whatever a provider, a store or a configuration says is played to its end,
//! and the promises that hold whatever they say.

mod memory;
mod world;

pub use memory::{bounded, cpu};
pub use world::{Answer, World, script};

use std::sync::OnceLock;

use scimhook::problem::Problem;
use serde_json::Value;

/// Parts of an input. 0xFF stands in no UTF-8, so it parts what mutations leave of texts.
pub fn parts(data: &[u8]) -> Vec<String> {
    data.split(|byte| *byte == 0xFF).map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

/// A panic of our own, to prove that a target finds one: where `FUZZ_PLANTED` is set, a word that comes out of the crate
/// with anything but small letters, digits and hyphens in it ends the run. The seed's is not like that.
#[inline(never)]
pub fn planted(word: &str) {
    static ON: OnceLock<bool> = OnceLock::new();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !word.bytes().all(plain) && *ON.get_or_init(|| std::env::var_os("FUZZ_PLANTED").is_some()) {
        panic!("planted");
    }
}

/// Problems are there, and each points into the document, or at what is missing from it.
pub fn check_problems(problems: &[Problem], text: &str) {
    assert!(!problems.is_empty(), "refused without a reason");
    let document = serde_json::from_str::<Value>(text).unwrap_or_default();
    let twice = problems.iter().any(|problem| problem.code == "duplicate-field");
    for problem in problems {
        let path = &problem.path;
        assert!(path.is_empty() || path.starts_with('/'), "no pointer: {problem:?}");
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let there = document.pointer(path).or(document.pointer(parent)).is_some();
        assert!(there || twice, "points nowhere: {problem:?}");
        assert!(!problem.message.is_empty() && !problem.code.is_empty(), "{problem:?}");
    }
}
