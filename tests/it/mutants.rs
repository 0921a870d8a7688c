//! Whether `tests/mutants.json` still fits: what of `make mutants` needs no compiler.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::cases;

fn mutants() -> Vec<Value> {
    serde_json::from_str(include_str!("../mutants.json")).unwrap()
}

#[test]
fn every_mutant_applies() {
    let mut wrong = Vec::new();
    for mutant in mutants() {
        let text = |name: &str| mutant[name].as_str().unwrap().to_owned();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(text("file"));
        let found = std::fs::read_to_string(path).unwrap_or_default().matches(&text("find")).count();
        if found != 1 || text("find") == text("replace") {
            wrong.push(format!(
                "{} in {}: found {found} times: {}",
                text("what"),
                text("file"),
                text("find")
            ));
        }
    }
    assert!(wrong.is_empty(), "find other text that stands once:\n{}", wrong.join("\n"));
}

#[test]
fn every_test_of_a_mutant_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for mutant in mutants() {
        let tests = mutant["tests"].as_array();
        assert!(tests.is_some() != mutant["cases"].is_array(), "cases or tests: {mutant}");
        for test in tests.into_iter().flatten() {
            let (file, name) = test.as_str().unwrap().split_once("::").unwrap();
            let text = std::fs::read_to_string(folder.join(format!("{file}.rs"))).unwrap();
            assert!(text.contains(&format!("\nfn {name}()")), "no test {test}");
        }
    }
}

#[test]
fn every_case_has_a_mutant_of_its_rule() {
    let mut listed = BTreeSet::new();
    for mutant in mutants() {
        for name in mutant["cases"].as_array().into_iter().flatten() {
            listed.insert((name.as_str().unwrap().to_owned(), mutant["rule"].as_str().unwrap().to_owned()));
        }
    }
    let there: BTreeSet<(String, String)> = cases::all()
        .into_iter()
        .map(|(name, case)| (name, case["rule"].as_str().unwrap().to_owned()))
        .collect();
    let without: Vec<_> = there.difference(&listed).collect();
    assert!(without.is_empty(), "no mutant disables the rule of these cases: {without:#?}");
    let unknown: Vec<_> = listed.difference(&there).collect();
    assert!(
        unknown.is_empty() || std::env::var_os("CASE").is_some(),
        "no such case, or another rule: {unknown:#?}"
    );
}
