#!/usr/bin/env bash
# The config tester: its modules in Node, then the page in browsers. `run.sh tests/browser/share` runs that file alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ $# -gt 0 ]; then
  exec node --test --test-reporter=spec "${@/%/.test.mjs}"
fi
node --test --test-reporter=spec www/tests/*/*.test.mjs
# What is measured is measured alone; the rest two by two.
node --test --test-reporter=spec tests/browser/speed.test.mjs
node --test --test-reporter=spec --test-concurrency=2 $(ls tests/browser/*.test.mjs | grep -v speed)
