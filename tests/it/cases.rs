//! Runs `tests/cases/*.json`: one behaviour a file. `UPDATE_CASES=1` writes what happens into them; the difference is
//! the review. `CASE=name` runs one. `CASES_REPORT=1` says which fail and nothing else: `tests/mutants.mjs` reads it.

use std::path::{Path, PathBuf};

use scimhook::plugin::{Options, What};
use scimhook::problem::Problem;
use serde_json::{Map, Value, json};

use super::world::World;

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Cases by name, with what they share merged in.
pub fn all() -> Vec<(String, Value)> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().to_str().and_then(|name| name.strip_suffix(".json")).map(str::to_owned)
        })
        .collect();
    names.sort();
    let only = std::env::var("CASE").ok();
    names.retain(|name| only.as_ref().is_none_or(|only| name == only));
    names
        .into_iter()
        .map(|name| {
            let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
            let case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, case)
        })
        .collect()
}

/// A case over the setting it is based on.
pub fn setting(case: &Value) -> Value {
    let mut whole = case.clone();
    if let Some(base) = case["setting"].as_str() {
        let text = std::fs::read_to_string(folder().join(format!("settings/{base}.json"))).unwrap();
        let mut merged: Value = serde_json::from_str(&text).unwrap();
        merge(&mut merged, &whole);
        whole = merged;
    }
    whole
}

/// RFC 7396.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let members = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// What happens in each step.
pub fn play(case: &Value) -> Vec<Value> {
    let whole = setting(case);
    let mut world = match World::new(&whole) {
        Ok(world) => world,
        Err(problems) => return vec![json!({ "problems": problems })],
    };
    let mut previous = Value::Null;
    let mut happened = Vec::new();
    for step in whole["steps"].as_array().unwrap() {
        world.now += step["after"].as_u64().unwrap_or(1000);
        world.set_faults(&step["faults"], &step["store"]);
        world.set_secrets(&step["secrets"]);
        world.requests.clear();
        world.logs.clear();
        world.jobs.clear();
        world.saved.clear();
        if let Some(edits) = step["edit"].as_object() {
            for (provider, edits) in edits {
                let provider = world.providers.iter_mut().find(|one| one.id == *provider).unwrap();
                for edit in edits.as_array().unwrap() {
                    provider.sim.edit(edit).unwrap();
                }
            }
        }
        let options = Options {
            budget_ms: step["options"]["budgetMs"].as_f64(),
            read: step["options"]["read"] == true,
        };
        let mut got = Map::new();
        for (word, what) in WHATS {
            let Some(input) = step.get(word) else { continue };
            let text = match input {
                Value::String(last) if last == "the job" => previous["servers"][0]["job"].to_string(),
                Value::String(text) => text.clone(),
                input => {
                    let mut whole_event = whole["event"].clone();
                    merge(&mut whole_event, input);
                    if *word == "lifecycle" || *word == "forget" || *word == "resume" {
                        input.to_string()
                    } else {
                        whole_event.to_string()
                    }
                }
            };
            let abort = step["abortAfter"].as_u64();
            let result = match abort {
                None => world.play(*what, &text, options),
                Some(after) => world.begin(*what, &text, options).map(|run| {
                    let at = world.now + after;
                    world.until(|world| world.now >= at);
                    world.abort(run);
                    world.until(|world| world.is_done(run));
                    world.take(run).unwrap()
                }),
            };
            got.insert("result".into(), said(result));
        }
        got.insert("requests".into(), json!(world.requests));
        if !world.logs.is_empty() {
            got.insert("logs".into(), json!(world.logs));
        }
        if !world.jobs.is_empty() {
            got.insert("enqueued".into(), json!(world.jobs));
        }
        if !world.saved.is_empty() {
            got.insert("saved".into(), json!(world.saved));
        }
        previous = got.get("result").cloned().unwrap_or_default();
        happened.push(Value::Object(got));
    }
    let store: Map<String, Value> =
        world.store.iter().map(|(key, (value, _))| (key.clone(), readable(value))).collect();
    let providers: Map<String, Value> =
        world.providers.iter().map(|provider| (provider.id.clone(), provider.sim.snapshot())).collect();
    let mut after = json!({ "store": store, "providers": providers });
    if whole["warnings"] == true {
        after["warnings"] = json!(world.plugin.warnings());
    }
    happened.push(after);
    happened
}

const WHATS: &[(&str, What)] = &[
    ("login", What::PostAuthentication),
    ("lifecycle", What::Lifecycle),
    ("resume", What::Resume),
    ("explain", What::Explain),
    ("probe", What::Probe),
    ("forget", What::Forget),
];

fn said(result: Result<Value, Vec<Problem>>) -> Value {
    match result {
        Ok(result) => result,
        Err(problems) => json!({ "problems": problems }),
    }
}

fn readable(record: &str) -> Value {
    serde_json::from_str(record).unwrap_or_else(|_| json!(record))
}

#[test]
fn every_case_happens_as_written() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut failed = Vec::new();
    let cases = all();
    for (name, mut case) in cases {
        let happened = std::panic::catch_unwind(|| play(&case));
        let Ok(happened) = happened else {
            failed.push(format!("{name}: panicked"));
            continue;
        };
        if case["happened"] == json!(happened) {
            continue;
        }
        if update {
            case["happened"] = json!(happened);
            let text = serde_json::to_string_pretty(&case).unwrap();
            std::fs::write(folder().join(format!("{name}.json")), text + "\n").unwrap();
        } else {
            failed.push(format!("{name}: {}", difference(&case["happened"], &json!(happened), "")));
        }
    }
    if std::env::var_os("CASES_REPORT").is_some() {
        for line in failed {
            println!("\nFAILED {}", line.split(':').next().unwrap());
        }
        return;
    }
    assert!(failed.is_empty(), "{} cases differ:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn there_are_at_least_sixty_cases() {
    assert!(std::env::var_os("CASE").is_some() || all().len() >= 60, "{}", all().len());
}

/// The first place where two documents differ.
fn difference(expected: &Value, found: &Value, at: &str) -> String {
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            for name in names {
                if one.get(name) != other.get(name) {
                    let (one, other) =
                        (one.get(name).unwrap_or(&Value::Null), other.get(name).unwrap_or(&Value::Null));
                    return difference(one, other, &format!("{at}/{name}"));
                }
            }
            String::new()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let index = (0..one.len()).find(|index| one[*index] != other[*index]).unwrap_or(0);
            difference(&one[index], &other[index], &format!("{at}/{index}"))
        }
        (expected, found) => {
            let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            format!("{at}: expected {}, found {}", short(expected), short(found))
        }
    }
}
