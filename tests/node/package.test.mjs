// What is published is what is tested: the packed package, installed into an empty project.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const pkg = join(here, "../../pkg");
const room = mkdtempSync(join(tmpdir(), "scimhook-package-"));
after(() => rmSync(room, { recursive: true, force: true }));

const manifest = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
let packed;

async function run(command, args, options) {
  const { stdout, stderr, code } = await promisify(execFile)(command, args, { cwd: room, encoding: "utf8", ...options }).catch((e) => e);
  assert.ok(!code, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return { stdout: stdout.trim(), stderr: stderr.trim() };
}

/** Runs `code` in a process of its own, in the empty project; gives the JSON it prints. */
async function child(code, { type = "module", flags = [] } = {}) {
  const file = join(room, `${Math.random().toString(36).slice(2)}.${type === "module" ? "mjs" : "cjs"}`);
  writeFileSync(file, code);
  const { stdout, stderr } = await run(process.execPath, [...flags, file]);
  assert.equal(stderr, "", "nothing is warned of");
  return JSON.parse(stdout);
}

before(async () => {
  const { stdout } = await run("npm", ["pack", pkg, "--json", "--pack-destination", room, "--loglevel=error"]);
  [packed] = [JSON.parse(stdout)].flatMap((found) => (Array.isArray(found) ? found : Object.values(found)));
  writeFileSync(join(room, "package.json"), '{ "private": true, "type": "module" }');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", join(room, packed.filename)]);
});

test("everything that runs is in the package, and nothing else", () => {
  const files = packed.files.map(({ path }) => path).sort();
  const wanted = [
    "LICENSE", "README.md", "bundle.js", "core_wasm_base64.js",
    "docs/README.md", "docs/aws.md", "docs/generic.md", "docs/github-enterprise.md", "docs/github.md", "docs/salesforce.md",
    "host.d.ts", "host.js", "index.js", "inline.js", "package.json", "scimhook.d.ts",
    "scimhook_core_bg.wasm", "scimhook_sim.js", "scimhook_sim_bg.wasm", "state/redis.d.ts", "state/redis.js", "testing.d.ts", "testing.js", "workerd.js",
  ];
  assert.deepEqual(files, wanted);
});

test("what is exported exists, and nothing is depended on", () => {
  const targets = Object.values(manifest.exports).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)));
  const files = new Set(packed.files.map(({ path }) => `./${path}`));
  assert.deepEqual(targets.filter((target) => !files.has(target)), []);
  for (const kind of ["dependencies", "optionalDependencies", "scripts"]) assert.equal(manifest[kind], undefined);
  // For those who keep links in Redis, and nobody else: it is not installed, and nothing but `state/redis` is made for it.
  assert.deepEqual([Object.keys(manifest.peerDependencies), manifest.peerDependenciesMeta], [["redis"], { redis: { optional: true } }]);
});

const NAMES = ["ScimHook", "ScimHookError", "capabilities", "configSchema", "template", "validate", "version"];

test("import", async () => {
  const found = await child(`import * as all from "scimhook"; console.log(JSON.stringify([Object.keys(all).sort(), all.version]));`);
  assert.deepEqual(found, [NAMES, manifest.version]);
});

test("require", async () => {
  // Node marks require(esm) with a warning of its own in some versions; what we promise is that it works.
  const flags = ["--disable-warning=ExperimentalWarning"];
  const code = `const all = require("scimhook"); const host = require("scimhook/host");
    console.log(JSON.stringify([Object.keys(all).filter((name) => name !== "module.exports").sort(), all.version, typeof host.createHost]));`;
  assert.deepEqual(await child(code, { type: "commonjs", flags }), [NAMES, manifest.version, "function"]);
});

test("the inline entry, without a file system", async () => {
  const code = `import * as all from "scimhook/inline"; import { createHost } from "scimhook/host";
    console.log(JSON.stringify([Object.keys(all).sort(), all.version]));`;
  assert.deepEqual(await child(code), [NAMES, manifest.version]);
  const text = ["inline.js", "bundle.js", "host.js"].map((name) => readFileSync(join(room, "node_modules/scimhook", name), "utf8")).join("");
  assert.doesNotMatch(text, /from "node:|require\(/);
});

test("both entries in one process are one plugin", async () => {
  const code = `import { ScimHookError as a } from "scimhook"; import { ScimHookError as b, validate } from "scimhook/inline";
    console.log(JSON.stringify([a === b, validate("{").length > 0]));`;
  assert.deepEqual(await child(code), [true, true]);
});

test("the module imports nothing to reach out with", async () => {
  const code = `import { readFileSync } from "node:fs";
    const file = new URL(import.meta.resolve("scimhook/scimhook_core_bg.wasm"));
    console.log(JSON.stringify(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(file))).map(({ name }) => name)));`;
  for (const name of await child(code)) {
    // wasm-bindgen's own: throwing, its table, strings and arrays across the border.
    assert.match(name, /^(__wbg_)?_*(wbindgen|Error|String|new|init|set|wbg)/);
    assert.doesNotMatch(name, /fetch|date|random|crypto|performance|console|timeout|process|window|global/i);
  }
});

const CONFIG = {
  servers: [{
    id: "wiki", type: "generic", url: "https://wiki.example.com/scim/v2",
    authentication: { scheme: "accessToken", accessToken: { secret: "wiki-token" } },
  }],
  applications: [{ id: "wiki", servers: ["wiki"] }],
};
const EVENT = { id: "e1", application: "wiki", user: { id: "42", userName: "ada", email: "ada@example.com", firstName: "Ada", lastName: "Lovelace" } };

/** Logs a user in twice, against a provider that knows how to create. */
const logins = (entry) => `
  import { ScimHook } from ${JSON.stringify(entry)};
  import { createHost, memoryStore } from "scimhook/host";
  const sent = [];
  const fetch = async (url, init) => {
    sent.push([init.method, url, init.headers.authorization ?? init.headers.Authorization]);
    return new Response(JSON.stringify({ ...JSON.parse(init.body), id: "r1" }), { status: 201 });
  };
  const host = createHost({ fetch, secrets: { "wiki-token": "s3cret-token" }, state: memoryStore() });
  const hook = new ScimHook(${JSON.stringify(CONFIG)}, host);
  const first = await hook.postAuthentication(${JSON.stringify(EVENT)});
  const second = await hook.postAuthentication(${JSON.stringify(JSON.stringify(EVENT))});
  const brief = ({ access, servers }) => [access, servers.map(({ result, reason }) => [result, reason])];
  console.log(JSON.stringify([brief(first), brief(second), sent, hook.warnings, hook.status()]));
`;

for (const entry of ["scimhook", "scimhook/inline"]) {
  test(`a login through ${entry}`, async () => {
    assert.deepEqual(await child(logins(entry)), [
      ["allow", [["created", "first-access"]]],
      ["allow", [["unchanged", "fresh"]]],
      [["POST", "https://wiki.example.com/scim/v2/Users", "Bearer s3cret-token"]],
      [],
      [{ server: "wiki", breaker: "closed", inFlight: 0 }],
    ]);
  });
}

test("misuse is an error that says where", async () => {
  const code = `
    import { ScimHook, template, validate } from "scimhook";
    const code = (act) => { try { act(); } catch (e) { return [e.name, e.code, e.problems[0].code]; } };
    const hook = new ScimHook(${JSON.stringify(CONFIG)}, { fetch() { throw new Error("never called"); } });
    const cycle = {}; cycle.a = cycle;
    const late = async (act) => { try { await act(); } catch (e) { return [e.name, e.code, e.problems[0].path]; } };
    console.log(JSON.stringify([
      code(() => new ScimHook({}, {})), code(() => new ScimHook("{", { fetch() {} })), code(() => new ScimHook(cycle, { fetch() {} })),
      code(() => template("okta")), validate(cycle)[0].code, validate(undefined)[0].code, validate(${JSON.stringify(CONFIG)}),
      await late(() => hook.postAuthentication(cycle)), await late(() => hook.postAuthentication({ application: "wiki", user: { id: "" } })),
      await late(() => hook.probe(5)), await late(() => hook.forget()), await late(() => hook.explain({}, { read: 1 })),
      hook.free(), await late(() => hook.postAuthentication(${JSON.stringify(EVENT)})),
    ]));`;
  const found = await child(code);
  assert.deepEqual(found.splice(1, 1)[0].slice(0, 2), ["ScimHookError", "config"]);
  assert.deepEqual(found, [
    ["ScimHookError", "host", "missing-field"], ["ScimHookError", "config", "bad-json"], ["ScimHookError", "config", "unknown-type"],
    "bad-json", "bad-json", [], ["ScimHookError", "event", ""], ["ScimHookError", "event", "/user/id"], ["ScimHookError", "event", ""],
    ["ScimHookError", "event", ""], ["ScimHookError", "event", "/options/read"], null, ["ScimHookError", "host", ""],
  ]);
});

test("the types of the installed package", { timeout: 120_000 }, async () => {
  const modules = join(here, "../node_modules");
  cpSync(join(here, "types"), join(room, "types"), { recursive: true });
  mkdirSync(join(room, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types"]) symlinkSync(join(modules, name), join(room, "node_modules", name));
  await run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", "types"]);
});
