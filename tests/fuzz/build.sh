#!/usr/bin/env bash
# Builds the targets, instrumented, with the stable compiler. `--target` keeps the flags from build scripts.
set -euo pipefail
cd "$(dirname "$0")"
host=$(rustc -vV | sed -n 's/^host: //p')
passes="-Cpasses=sancov-module"
for option in level=4 inline-8bit-counters pc-table trace-compares; do
  passes+=" -Cllvm-args=-sanitizer-coverage-$option"
done
RUSTFLAGS="$passes" cargo build --quiet --locked --release --target "$host" --target-dir ../../target/fuzz
echo "../../target/fuzz/$host/release"
