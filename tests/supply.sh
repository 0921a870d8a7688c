#!/usr/bin/env bash
# What the package is made of: licences, sources and doubles of its crates (deny.toml), lock files that are in step, and
# a package without dependencies of its own. `CARGO_DENY` is the command; `make` builds it once.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo metadata --locked --format-version 1 >/dev/null
cargo metadata --locked --format-version 1 --manifest-path tests/fuzz/Cargo.toml >/dev/null
"${CARGO_DENY:-cargo-deny}" --locked --log-level error check licenses bans sources
for folder in tests www; do
  (cd "$folder" && npm ci --dry-run --ignore-scripts --no-audit --no-fund --silent >/dev/null)
done
node -e '
  const manifest = JSON.parse(require("node:fs").readFileSync("pkg/package.json", "utf8"));
  // What a host may bring along of its own accord is none of ours: peers, all of them optional.
  const peers = Object.keys(manifest.peerDependencies ?? {}).every((name) => manifest.peerDependenciesMeta?.[name]?.optional);
  const found = Object.keys(manifest).filter((name) => /dependencies|scripts/i.test(name) && !(peers && /^peer/.test(name)));
  if (found.length) throw new Error(`pkg/package.json has ${found.join(", ")}`);
  // Every version is written out, and comes with the digest of its archive from the one registry.
  for (const lock of ["tests/package-lock.json", "www/package-lock.json"]) {
    const { packages } = JSON.parse(require("node:fs").readFileSync(lock, "utf8"));
    for (const [name, { resolved, integrity, link }] of Object.entries(packages)) {
      if (name && !link && (!/^sha512-/.test(integrity ?? "") || (resolved && !resolved.startsWith("https://")))) throw new Error(`${lock}: ${name}`);
    }
  }
'
if grep -vnE '^(#.*|[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*|)$' tests/requirements.txt; then
  echo "tests/requirements.txt: a version that is not pinned" >&2
  exit 1
fi
echo "licences, bans, sources and locks are as they should be; advisories are not checked: their database (a git repository) is out of reach from here"
