// `make bench`: one run prints what an unchanged login costs beside plain JavaScript and SCIMMY, what crossing into the
// module costs, a first login, start-up, sizes and memory. Exit code 1 when a target is missed. `--json` for machines.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { ScimHook } from "../pkg/index.js";
import { createHost, memoryStore } from "../pkg/host.js";
import { createSimulator } from "../pkg/testing.js";
import { config, expressive, people } from "./event.mjs";
import { median, race } from "./measure.mjs";
import { decider, remember, toUser } from "./plain.mjs";
import { instantProvider } from "./provider.mjs";
import { build as scimmyUser } from "./scimmy.mjs";

const json = process.argv.includes("--json");
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const PEOPLE = 500;
const events = people(PEOPLE);
const texts = events.map((event) => JSON.stringify(event));
const at = (i) => i % PEOPLE;

/** A plugin over `fetch` with nothing remembered. */
const hooked = (configuration, fetch) =>
  new ScimHook(configuration, createHost({ fetch, state: memoryStore(), secrets: { "wiki-token": "bench-token" } }));

/** The simulator answers from another WebAssembly module in the same process: no network. */
function simulated() {
  const simulator = createSimulator({ type: "generic", url: config.servers[0].url, token: "bench-token" });
  return (url, init) => simulator.fetch(url, init);
}

/** The three decide the same thing before they are timed. */
async function unchanged() {
  const hook = hooked(config, instantProvider());
  const rich = hooked(expressive, instantProvider());
  const stores = { plain: memoryStore(), scimmy: memoryStore() };
  for (const event of events) {
    await hook.postAuthentication(event);
    await rich.postAuthentication(event);
    await remember(stores.plain, config.servers[0], event);
    await remember(stores.scimmy, config.servers[0], event, scimmyUser);
  }
  const plain = decider(config, stores.plain, toUser);
  const scimmy = decider(config, stores.scimmy, scimmyUser);
  const take = { scimhook: (event) => hook.postAuthentication(event), expressive: (event) => rich.postAuthentication(event), plain, scimmy };
  /** Which members there are, whatever they hold. */
  const shape = (value) => JSON.stringify(value, (_, held) => (held !== null && typeof held === "object" ? (Array.isArray(held) ? held : Object.fromEntries(Object.entries(held).sort())) : typeof held));
  for (const [name, decide] of Object.entries(take)) {
    const outcome = await decide(events[7]);
    const [server] = outcome.servers;
    assert.equal(shape(outcome), shape(await plain(events[7])), `${name} gives an outcome of another shape`);
    assert.deepEqual([server.result, server.reason, server.requests.length], ["unchanged", "fresh", 0], name);
    if (name === "expressive") continue;
    const other = { ...events[7], user: { ...events[7].user, job: { title: "Other" } } };
    if (name !== "scimhook") assert.equal((await decide(other)).servers[0].reason, "profile-changed", name);
  }
  return race({
    scimhook: async (i) => void (await hook.postAuthentication(events[at(i)])),
    text: async (i) => void (await hook.postAuthentication(texts[at(i)])),
    expressive: async (i) => void (await rich.postAuthentication(events[at(i)])),
    plain: async (i) => void (await plain(events[at(i)])),
    scimmy: async (i) => void (await scimmy(events[at(i)])),
  });
}

/**
 * Median microseconds of a first login of a new person whose five groups are known: create and five joins. `provider`
 * makes a fetch; a fresh one is made before its groups grow large, which would be measured with it.
 */
async function first(provider) {
  const times = [];
  for (let batch = 0; batch < 25; batch++) {
    const hook = hooked(config, provider());
    for (const [i, event] of people(30).entries()) {
      const start = performance.now();
      const { servers: [server] } = await hook.postAuthentication(event);
      if (i >= 5 && batch >= 5) times.push((performance.now() - start) * 1000);
      assert.equal(server.result, "created");
    }
    hook.free();
  }
  return median(times);
}

function startUp() {
  const runs = Array.from({ length: 11 }, () => JSON.parse(execFileSync(process.execPath, [here("startup.mjs")], { encoding: "utf8" })));
  const of = (what) => median(runs.map(what));
  return {
    files: of((run) => run.files), compile: of((run) => run.compile), instantiate: of((run) => run.instantiate), construct: of((run) => run.construct),
    total: of(({ compile, instantiate, construct }) => compile + instantiate + construct),
  };
}

const memory = () => JSON.parse(execFileSync(process.execPath, ["--expose-gc", here("memory.mjs")], { encoding: "utf8" }));

const wasm = readFileSync(here("../pkg/scimhook_core_bg.wasm"));
const size = { raw: wasm.length, gzip: gzipSync(wasm, { level: 9 }).length };
const times = await unchanged();
const firstLogin = { instant: await first(instantProvider), simulator: await first(simulated) };
const start = startUp();
const used = memory();

// Eighty thousand logins that each kept one small object (16 bytes) would show as 1.3 MB.
const NOISE = 512 * 1024;
const grown = (used.after100.wasm + used.after100.heap + used.after100.external) - (used.after20.wasm + used.after20.heap + used.after20.external);
const overScimmy = times.scimmy / times.scimhook;
const overPlain = times.scimhook / times.plain;

const targets = [
  { name: "unchanged login, SCIMMY / scimhook", value: overScimmy, limit: "at least 6", ok: overScimmy >= 6 },
  { name: "unchanged login, scimhook / plain JavaScript", value: overPlain, limit: "at most 4", ok: overPlain <= 4 },
  { name: "start-up: compile, instantiate, construct, ms", value: start.total, limit: "at most 15", ok: start.total <= 15 },
  { name: "memory grown from login 20 000 to 100 000, kB", value: grown / 1024, limit: `none (noise up to ${NOISE / 1024})`, ok: grown <= NOISE && used.after100.wasm === used.after20.wasm },
  { name: "module, kB", value: size.raw / 1000, limit: "at most 720", ok: size.raw <= 720_000 },
  { name: "module gzipped, kB", value: size.gzip / 1000, limit: "at most 290", ok: size.gzip <= 290_000 },
];

if (json) {
  console.log(JSON.stringify({ node: process.version, microseconds: { ...times, firstLogin }, start, size, memory: used, targets }, null, 2));
} else {
  const row = (name, value, note = "") => console.log(`  ${name.padEnd(62)}${value.padStart(12)}  ${note}`);
  const us = (value) => `${value.toFixed(1)} us`;
  const mb = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;
  const { after20, after100 } = used;
  console.log(`\nscimhook on Node ${process.version}; medians of interleaved rounds\n`);
  console.log(`unchanged login: event of ${Buffer.byteLength(texts[0])} bytes, 12 attributes, 5 groups`);
  row("plain JavaScript", us(times.plain), "1.0 x");
  row("scimhook, event object in", us(times.scimhook), `${overPlain.toFixed(1)} x plain`);
  row("scimhook, event as JSON text", us(times.text), `the object costs ${(times.scimhook - times.text).toFixed(1)} us more: serialising it`);
  row("scimhook, with a condition and two expressions", us(times.expressive), `${(times.expressive / times.plain).toFixed(1)} x plain`);
  row("SCIMMY", us(times.scimmy), `${overScimmy.toFixed(1)} x scimhook`);
  console.log("\nother");
  row("first login, 6 requests to a provider that answers at once", us(firstLogin.instant));
  row("first login, 6 requests to the simulator (its work included)", us(firstLogin.simulator));
  row("start-up: compile, instantiate", `${(start.compile + start.instantiate).toFixed(1)} ms`);
  row("start-up: construct", `${start.construct.toFixed(1)} ms`);
  row("before it: Node reading the package's files", `${start.files.toFixed(1)} ms`);
  row("module raw / gzip", `${(size.raw / 1000).toFixed(0)} kB`, `${(size.gzip / 1000).toFixed(0)} kB`);
  row("memory after 20 000 logins: module, heap, process", mb(after20.wasm), `${mb(after20.heap)}  ${mb(after20.rss)}`);
  row("memory after 100 000 logins", mb(after100.wasm), `${mb(after100.heap)}  ${mb(after100.rss)}`);
  console.log("\ntargets");
  for (const { name, value, limit, ok } of targets) row(name, value.toFixed(1), `${ok ? "ok  " : "MISS"}  ${limit}`);
  console.log();
}
process.exitCode = targets.every(({ ok }) => ok) ? 0 : 1;
