// Disables one rule after another in a copy of the crate and sees which cases notice: a case counts only if disabling
// the rule it names makes it fail. `ONLY=word` runs the mutants that a word is in; `FROM=n` and `TO=n` those of the list
// from the nth to the nth: all of them take more than an hour.
//
// What takes more than one run at a time to notice lists `tests` of `tests/it` instead, which must fail, each.
// Exits 1 if a mutant applies no longer, does not compile, or is not noticed by the cases it lists; and if a case is
// noticed by no mutant of its rule. `tests/it/mutants.rs` checks in every `cargo test` what needs no compiler.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const home = join(root, "target/mutants");
/** Not in the system's folder for such: cargo builds anew what has moved. Everything in it is overwritten. */
const copy = join(home, "crate");
/** A mutant may turn for ever; all cases together take well under a second. */
const PATIENCE_MS = 30_000;

/** A copy in which only what differs is written, so that cargo builds only that. */
function sync(name) {
  const [from, to] = [join(root, name), join(copy, name)];
  if (!statSync(from).isDirectory()) {
    const text = readFileSync(from);
    if (!statSync(to, { throwIfNoEntry: false })?.isFile() || !readFileSync(to).equals(text)) {
      mkdirSync(dirname(to), { recursive: true });
      cpSync(from, to);
    }
    return;
  }
  mkdirSync(to, { recursive: true });
  const names = readdirSync(from);
  for (const gone of readdirSync(to)) if (!names.includes(gone)) rmSync(join(to, gone), { recursive: true });
  for (const inside of names) sync(join(name, inside));
}

const cargo = (args) =>
  spawnSync("cargo", args, {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, CARGO_TARGET_DIR: join(home, "build"), CARGO_PROFILE_DEV_DEBUG: "0", CARGO_INCREMENTAL: "1", RUSTFLAGS: "-Awarnings" },
  });

/** The test program, or what the compiler says. */
function build() {
  const built = cargo(["test", "--locked", "--features", "sim", "--test", "it", "--no-run", "--message-format=json-render-diagnostics"]);
  if (built.status !== 0) return { error: built.stderr };
  const messages = built.stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return { program: messages.find((message) => message.executable && message.target.name === "it").executable };
}

/** Names of the cases that fail. */
function failing(program) {
  const ran = spawnSync(program, ["every_case", "--nocapture"], {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
    env: { ...process.env, CARGO_MANIFEST_DIR: copy, CASES_REPORT: "1", CASE: undefined, UPDATE_CASES: undefined },
  });
  if (ran.error || ran.status !== 0) return { error: ran.error?.code === "ETIMEDOUT" ? "the cases do not end" : ran.stderr };
  return { failed: [...ran.stdout.matchAll(/FAILED ([\w-]+)$/gm)].map(([, name]) => name) };
}

/** Which of these tests pass all the same, or do not end: those of two processes take half a minute. */
function passing(program, tests) {
  const run = (name) =>
    spawnSync(program, ["--exact", name], { cwd: copy, encoding: "utf8", maxBuffer: 1 << 28, timeout: 6 * PATIENCE_MS, killSignal: "SIGKILL", env: { ...process.env, CARGO_MANIFEST_DIR: copy } });
  return tests.filter((name) => [0, null].includes(run(name).status));
}

for (const name of ["Cargo.toml", "Cargo.lock", "src", "tests/it", "tests/cases", "tests/mutants.json"]) sync(name);
// A cdylib is linked at every build, and no case needs it.
const manifest = join(copy, "Cargo.toml");
writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^crate-type = .*$/m, 'crate-type = ["rlib"]'));

const cases = Object.fromEntries(
  readdirSync(join(root, "tests/cases"))
    .filter((file) => file.endsWith(".json"))
    .map((file) => [file.slice(0, -".json".length), JSON.parse(readFileSync(join(root, "tests/cases", file), "utf8")).rule]),
);
const all = JSON.parse(readFileSync(join(root, "tests/mutants.json"), "utf8"));
const { ONLY = "", FROM = 1, TO = all.length } = process.env;
const mutants = all.slice(FROM - 1, TO).filter((mutant) => JSON.stringify(mutant).includes(ONLY));

const before = build();
assert.ok(!before.error, before.error);
assert.deepEqual(failing(before.program), { failed: [] }, "without a mutant, no case may fail");

/** What is wrong with a mutant, and the cases that notice it. */
function judge({ rule, file, find, replace, cases: listed, tests }) {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  const times = text.split(find).length - 1;
  if (times !== 1) return { wrong: `its text stands ${times} times in ${file}: ${find}` };
  writeFileSync(path, text.replace(find, () => replace));
  try {
    const { program, error } = build();
    if (error) return { wrong: `does not compile:\n${error}` };
    if (tests) {
      const passed = passing(program, tests);
      return { failed: tests.filter((name) => !passed.includes(name)), wrong: passed.length > 0 && `not noticed by ${passed.join(", ")}` };
    }
    const ran = failing(program);
    if (ran.error) return { wrong: ran.error };
    if (ran.failed.length === 0) return { wrong: "no case fails" };
    const missed = listed.filter((name) => !ran.failed.includes(name));
    return { failed: ran.failed, wrong: missed.length > 0 && `not noticed by ${missed.join(", ")}`, more: ran.failed.filter((name) => !listed.includes(name) && cases[name] === rule) };
  } finally {
    writeFileSync(path, text);
  }
}

/** `4 cases: a, b, c, ...` */
const short = (names, what = "case") => `${names.length} ${what}${names.length === 1 ? "" : "s"}: ${names.slice(0, 4).join(", ")}${names.length > 4 ? ", ..." : ""}`;
const width = Math.max(...mutants.map(({ rule }) => rule.length));
const counted = new Set();
let noticed = 0;
for (const mutant of mutants) {
  const { failed = [], wrong, more = [] } = judge(mutant);
  console.log(`${mutant.rule.padEnd(width)}  ${mutant.what}: ${short(failed, mutant.tests && "test")}`);
  if (more.length > 0) console.log(`${" ".repeat(width)}  also of this rule: ${more.join(", ")}`);
  if (wrong) console.log(`${" ".repeat(width)}  WRONG: ${wrong}`);
  else noticed += 1;
  for (const name of failed) if (cases[name] === mutant.rule) counted.add(name);
}
const expected = Object.keys(cases).filter((name) => mutants.length === all.length || mutants.some((mutant) => mutant.cases?.includes(name)));
const idle = expected.filter((name) => !counted.has(name));
for (const name of idle) console.log(`WRONG: no mutant of \`${cases[name]}\` is noticed by ${name}`);
console.log(`${mutants.length} mutants, ${noticed} noticed; ${expected.length} cases, ${expected.length - idle.length} count`);
process.exit(noticed === mutants.length && idle.length === 0 ? 0 : 1);
