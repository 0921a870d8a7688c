//! What the run as a whole must have reached.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{self, KINDS};

#[derive(Default)]
pub struct Coverage {
    pub seeds: u64,
    pub runs: u64,
    pub results: BTreeMap<String, u64>,
    pub reasons: BTreeMap<String, u64>,
    pub classes: BTreeMap<String, u64>,
    pub settings: BTreeSet<(String, String, String)>,
    pub faults: BTreeMap<String, u64>,
    /// What the model left open at the end, by reason, and what it checked.
    pub open: BTreeMap<&'static str, u64>,
    pub checked: u64,
}

const RESULTS: &str =
    "created adopted updated reactivated unchanged deactivated deleted skipped deferred conflict failed";

/// Of the rules' tables D and R.
const REASONS: &str = "fresh groups-changed rechecked drifted profile-changed updates-off first-access found adopted \
    owned-by-another adoption-off ambiguous taken-elsewhere was-inactive reactivation-off not-entitled user-disabled \
    user-deleted already-inactive deprovision-off superseded in-progress no-account off shadow budget-spent throttled \
    unavailable circuit-open aborted too-early held group-renamed group-deleted no-group group-not-managed \
    group-deprovisioning-off";

/// Table F but `internal`.
const CLASSES: &str =
    "profile credentials forbidden rejected conflict not-found throttled unavailable timeout protocol";

impl Coverage {
    pub fn outcome(&mut self, server: &Value) {
        let word = |value: &Value| value.as_str().unwrap_or("").to_owned();
        *self.results.entry(word(&server["result"])).or_default() += 1;
        *self.reasons.entry(word(&server["reason"])).or_default() += 1;
        let groups = server["groups"].as_array().into_iter().flatten();
        for error in
            groups.map(|group| &group["error"]).chain([&server["error"]]).filter(|error| error.is_object())
        {
            *self.classes.entry(word(&error["class"])).or_default() += 1;
        }
    }

    pub fn add(&mut self, other: Coverage) {
        self.seeds += other.seeds;
        self.runs += other.runs;
        self.checked += other.checked;
        self.settings.extend(other.settings);
        for (to, from) in [
            (&mut self.results, other.results),
            (&mut self.reasons, other.reasons),
            (&mut self.classes, other.classes),
            (&mut self.faults, other.faults),
        ] {
            for (word, count) in from {
                *to.entry(word).or_default() += count;
            }
        }
        for (reason, count) in other.open {
            *self.open.entry(reason).or_default() += count;
        }
    }

    /// What was never reached.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for (what, words, seen) in [
            ("result", RESULTS, &self.results),
            ("reason", REASONS, &self.reasons),
            ("class", CLASSES, &self.classes),
        ] {
            let absent = words.split_whitespace().filter(|word| !seen.contains_key(*word));
            missing.extend(absent.map(|word| format!("{what} {word}")));
            // A list that does not know a word is out of date. A failure's reason is its class.
            let known = |word: &str| {
                words.split_whitespace().chain(CLASSES.split_whitespace()).any(|one| one == word)
            };
            let strange = seen.keys().filter(|word| !known(word));
            missing.extend(strange.map(|word| format!("(the list has no such {what}) {word}")));
        }
        for kind in KINDS {
            for (name, values) in model::switches(kind) {
                for value in values {
                    if !self.settings.contains(&(kind.to_owned(), name.clone(), value.clone())) {
                        missing.push(format!("switch {kind} {name}={value}"));
                    }
                }
            }
        }
        missing
    }

    pub fn print(&self) {
        let table = |title: &str, rows: Vec<(String, u64)>| {
            println!("{title}:");
            for line in rows.chunks(6) {
                let cells: Vec<String> = line.iter().map(|(word, count)| format!("{word} {count}")).collect();
                println!("  {}", cells.join(", "));
            }
        };
        let rows =
            |map: &BTreeMap<String, u64>| map.iter().map(|(word, count)| (word.clone(), *count)).collect();
        table("results", rows(&self.results));
        table("reasons", rows(&self.reasons));
        table("failure classes", rows(&self.classes));
        table("faults", rows(&self.faults));
        let all = KINDS.iter().flat_map(|kind| model::switches(kind)).map(|(_, values)| values.len());
        println!("switch settings: {} of {}", self.settings.len(), all.sum::<usize>());
        println!("at the end: {} accounts compared with the model; left open:", self.checked);
        for (reason, count) in &self.open {
            println!("  {count}: {reason}");
        }
    }
}
