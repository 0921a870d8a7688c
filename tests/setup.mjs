// Makes what the tests need beside Rust: tests/.venv and tests/node_modules, both from pinned lists.
// Safe to call before every run: it does nothing while the pinned lists are those of the last good run.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Runs `make` unless `stamp` says that it succeeded for the same `inputs`. */
function once(what, stamp, inputs, make) {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(input).update("\0");
  const key = hash.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  console.log(`setup: ${what}`);
  rmSync(stamp, { force: true });
  make();
  writeFileSync(stamp, key);
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: here, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (done.error) throw new Error(`${command} cannot be started: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}\n${done.stdout}${done.stderr}`);
  return done.stdout.trim();
}

/** scim2-server asks for Python 3.11. */
function findPython() {
  for (const name of ["python3", "python3.13", "python3.12", "python3.11"]) {
    const probe = spawnSync(name, ["-c", "import sys; print(sys.version); sys.exit(sys.version_info < (3, 11))"], { encoding: "utf8" });
    if (probe.status === 0) return { name, version: probe.stdout.trim() };
  }
  throw new Error("the live tests need Python 3.11 or later with its venv module");
}

const read = (file) => readFileSync(join(here, file));
const python = findPython();

once("Python packages into tests/.venv", join(here, ".venv/.stamp"), [read("requirements.txt"), python.version], () => {
  rmSync(join(here, ".venv"), { recursive: true, force: true });
  run(python.name, ["-m", "venv", ".venv"]);
  run(join(here, ".venv/bin/python"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", "requirements.txt"]);
  run(join(here, ".venv/bin/python"), ["-m", "pip", "check"]);
});

once("npm packages into tests/node_modules", join(here, "node_modules/.stamp"), [read("package-lock.json"), process.version], () => {
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
});
