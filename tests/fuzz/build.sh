#!/usr/bin/env bash
# Builds the targets, instrumented, with the stable compiler. `--target` keeps the flags from build scripts.
set -euo pipefail
cd "$(dirname "$0")"
../tools.sh fuzz >&2
host=$(rustc -vV | sed -n 's/^host: //p')
passes="-Cpasses=sancov-module"
# Without comparisons (`trace-compares`), which halve the speed: the texts read here are words, and there is a dictionary.
for option in level=3 inline-8bit-counters pc-table; do
  passes+=" -Cllvm-args=-sanitizer-coverage-$option"
done
RUSTFLAGS="$passes" cargo build --quiet --locked --release --target "$host" --target-dir ../../target/fuzz
echo "../../target/fuzz/$host/release"
