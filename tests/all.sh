#!/usr/bin/env bash
# Everything that must hold, in the order in which it fails fastest. Any failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "formatting and lints"
cargo fmt --check
cargo fmt --check --manifest-path tests/fuzz/Cargo.toml
cargo clippy --quiet --locked --all-targets --features sim,planted -- -D warnings

step "supply chain"
tests/supply.sh

step "Rust: units, properties, cases, counts, architecture"
cargo test --quiet --locked --features sim

step "simulated worlds, and ten planted bugs that they must find"
make --no-print-directory simulate SEEDS=20000 PLANT=all

step "JavaScript: package, driver, cases through wasm, simulated providers"
node --test --test-reporter=spec tests/node/*.test.mjs

step "independent SCIM servers and judges"
node --test --test-reporter=spec tests/live/*.test.mjs

step "load: 5 000 logins of 500 people at three servers, 200 in flight, one request in a hundred going wrong"
# A tenth of `make load`. Providers, plugin and script share one thread: what does not end in time on a slow machine is
# deferred, and the next logins finish it.
LOGINS=5000 IN_FLIGHT=200 make --no-print-directory load

step "fuzzing: a planted panic found in each target, then 20 s each"
tests/fuzz/run.sh planted
tests/fuzz/run.sh 20

step "demo"
make --no-print-directory demo >/dev/null
node tests/demo/check.mjs

step "config tester: its modules, and the page in Chromium and Firefox"
tests/browser/run.sh
