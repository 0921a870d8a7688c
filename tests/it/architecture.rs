//! Laws 1 and 5 and the order of layers, held by reading the source.

use std::path::{Path, PathBuf};

/// From the bottom up: a module uses only those before it.
const LAYERS: &[&str] = &[
    "planted",
    "time",
    "secret",
    "encode",
    "digest",
    "json",
    "table",
    "problem",
    "join",
    "scim",
    "http",
    "provider",
    "expression",
    "event",
    "config",
    "outcome",
    "mapping",
    "link",
    "drift",
    "redact",
    "retry",
    "plan",
    "port",
    "breaker",
    "flight",
    "core",
    "auth",
    "flow",
    "run",
    "explain",
    "probe",
    "plugin",
    "wasm",
];

/// What a pure core has no use for.
const IMPURE: &[&str] = &[
    "std::time",
    "SystemTime",
    "Instant::",
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "println!",
    "eprintln!",
    "dbg!",
    "js_sys",
    "web_sys",
    "rand::",
    "HashMap",
    "HashSet",
];

/// Files beyond the size that a reader takes in, each with its reason at its top.
const LONGEST: usize = 500;

struct File {
    path: PathBuf,
    /// `flow`, `wasm`, `plan`: the module at the root of the crate.
    module: String,
    /// Without comments, and without the tests at the bottom.
    code: String,
    text: String,
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap();
                let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                let is_test = path.file_stem().is_some_and(|stem| stem.to_str().unwrap().ends_with("tests"));
                let body = if is_test { "" } else { text.split("#[cfg(test)]\nmod tests {").next().unwrap() };
                let code = body
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .collect::<Vec<_>>()
                    .join("\n");
                files.push(File { module: first.trim_end_matches(".rs").to_owned(), code, text, path });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 40, "the source was read");
    files
}

fn core_files() -> Vec<File> {
    sources().into_iter().filter(|file| file.module != "sim" && file.module != "lib").collect()
}

#[test]
fn lower_layers_never_use_higher_ones() {
    let rank = |module: &str| LAYERS.iter().position(|layer| *layer == module);
    let mut wrong = Vec::new();
    for file in core_files() {
        let own = rank(&file.module).unwrap_or_else(|| panic!("{} has no layer", file.module));
        for used in file.code.split("crate::").skip(1) {
            let used: Vec<String> = match used.strip_prefix('{') {
                Some(list) => {
                    list.split('}').next().unwrap().split(',').map(|part| name(part.trim())).collect()
                }
                None => vec![name(used)],
            };
            for used in used {
                if rank(&used).is_some_and(|other| other > own) {
                    wrong.push(format!("{} uses {used}", file.path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn name(path: &str) -> String {
    path.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()
}

#[test]
fn the_core_is_pure() {
    for file in core_files() {
        for word in IMPURE {
            assert!(!file.code.contains(word), "{} uses {word}", file.path.display());
        }
        assert!(
            file.module == "wasm" || !file.code.contains("wasm_bindgen"),
            "{} knows JavaScript",
            file.path.display()
        );
    }
}

#[test]
fn the_simulators_share_no_code_with_the_client() {
    for file in sources().into_iter().filter(|file| file.module == "sim") {
        let foreign = file.code.split("crate::").skip(1).find(|used| !used.starts_with("sim"));
        assert!(
            foreign.is_none(),
            "{} uses crate::{}",
            file.path.display(),
            foreign.unwrap_or("").lines().next().unwrap_or("")
        );
    }
}

#[test]
fn a_difference_between_providers_is_a_line_in_its_file() {
    for file in core_files().into_iter().filter(|file| file.module != "provider" && file.module != "config") {
        for word in [
            "\"aws\"",
            "\"github",
            "\"salesforce\"",
            "\"generic\"",
            "provider.kind ==",
            "provider::AWS",
            "provider::GENERIC",
        ] {
            assert!(
                !file.code.contains(word),
                "{} asks which provider it talks to: {word}",
                file.path.display()
            );
        }
    }
}

#[test]
fn a_secret_is_revealed_in_few_places() {
    let mut places: Vec<String> = core_files()
        .into_iter()
        .filter(|file| file.module != "secret" && file.code.contains(".reveal()"))
        .map(|file| file.path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string())
        .collect();
    places.sort();
    assert_eq!(
        places,
        [
            // Where a header or a form is written, and what of it is taken out of provider text.
            "src/auth/header.rs",
            "src/auth/mod.rs",
            "src/auth/request.rs",
            // Where a literal secret is measured.
            "src/config/authentication.rs",
            // Where one is compared with another, or measured.
            "src/flow/credential.rs",
            "src/flow/mint.rs",
            "src/flow/token.rs",
            // Where a key goes to `host.sign` and a new secret to `host.saveSecret`.
            "src/wasm/outputs.rs",
        ]
    );
}

#[test]
fn files_are_small() {
    let mut lengths = Vec::new();
    for file in sources() {
        let lines = file.text.lines().count();
        lengths.push(lines);
        let reasoned = file.text.starts_with("//! Long because");
        assert!(
            lines <= LONGEST || reasoned,
            "{} has {lines} lines and no reason at its top",
            file.path.display()
        );
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median < 200, "the median file has {median} lines");
}

/// What says in the simulation what should be must not be what is asked: it knows the client by its border alone.
#[test]
fn the_simulation_shares_no_code_with_what_decides() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulate");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        seen += 1;
        for used in text.split("scimhook::").skip(1) {
            let used = name(used);
            assert!(
                ["http", "plugin", "port", "sim", "planted"].contains(&used.as_str()),
                "{} uses {used}",
                path.display()
            );
        }
    }
    assert!(seen > 8, "the simulation was read");
}
