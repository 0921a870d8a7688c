#!/usr/bin/env bash
# Installs what is missing of the tools that no lock file of ours installs. `tools.sh` checks Node, Python,
# openssl, Redis and the browsers; `tools.sh fuzz` sees to a compiler of C++ (libFuzzer is built from source);
# `tools.sh target T` adds a Rust target; `tools.sh bindgen V HOME` and `tools.sh deny V HOME` build the commands of
# wasm-bindgen and cargo-deny of that version.
set -euo pipefail

debian() { # packages: installs them as root on Debian; elsewhere says the one line to run
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing $*"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
  else
    echo "missing: $*. On Debian: sudo apt-get install -y $*" >&2
    exit 1
  fi
}

case "${1:-}" in
"")
  command -v node >/dev/null || { echo "Node 20.19 or later is needed: https://nodejs.org" >&2; exit 1; }
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a < 20 || (a === 20 && b < 19)) { console.error(`Node 20.19 or later is needed, this is ${process.version}`); process.exit(1); }'
  command -v python3 >/dev/null || debian python3 python3-venv
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed" >&2; exit 1; }
  python3 -c 'import ensurepip, venv' 2>/dev/null || debian python3-venv
  command -v openssl >/dev/null || debian openssl
  command -v redis-server >/dev/null || debian redis-server
  command -v chromium >/dev/null || debian chromium
  command -v firefox-esr >/dev/null || debian firefox-esr
  ;;
fuzz)
  command -v c++ >/dev/null || debian g++
  ;;
target)
  command -v rustup >/dev/null || { echo "Rust is needed, by rustup: https://rustup.rs" >&2; exit 1; }
  rustup target list --installed | grep -qx "$2" || rustup target add "$2"
  ;;
bindgen)
  # Without --locked: the lock file of wasm-bindgen-cli names a version that its registry lacks.
  echo "setup: building wasm-bindgen $2, once (about three minutes)"
  cargo install --quiet wasm-bindgen-cli --version "$2" --root "$3"
  ;;
deny)
  echo "setup: building cargo-deny $2, once (about four minutes)"
  cargo install --quiet --locked cargo-deny --version "$2" --root "$3"
  ;;
*) echo "unknown: $1" >&2; exit 2 ;;
esac
