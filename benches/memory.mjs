// Memory after 20 000 and after 100 000 logins of 10 000 users in turn (node --expose-gc). Every user's link is in the
// store from the first round on, so what grows later is not the store; its size is taken off all the same.
import { config, login } from "./event.mjs";
import { instantProvider } from "./provider.mjs";

// The module's memory is nobody's export: it is noted when the module is instantiated.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    if (this.exports.memory) memories.push(this.exports.memory);
  }
};

const { ScimHook } = await import("../pkg/index.js");
const { createHost } = await import("../pkg/host.js");

const USERS = 10_000;
const records = new Map();
let version = 0;
const state = {
  async get(key) {
    return records.get(key) ?? null;
  },
  async put(key, value, { ifVersion } = {}) {
    const held = records.get(key);
    if (ifVersion !== undefined && (held?.version ?? null) !== ifVersion) return false;
    records.set(key, { value: Buffer.from(value).toString(), version: String((version += 1)) });
    return true;
  },
  async delete(key) {
    records.delete(key);
  },
};
const storeBytes = () => [...records].reduce((sum, [key, { value }]) => sum + key.length + value.length, 0);

const hook = new ScimHook(config, createHost({ fetch: instantProvider(), state, secrets: { "wiki-token": "bench-token" } }));
const results = {};
async function logins(from, to) {
  for (let n = from; n < to; n++) {
    const { servers: [{ result }] } = await hook.postAuthentication(login(n % USERS));
    results[result] = (results[result] ?? 0) + 1;
  }
}

async function used() {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  // `external` holds the module's memory as well, which is counted by itself.
  const wasm = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  return { wasm, heap: heapUsed - storeBytes(), external: external - wasm, rss };
}

await logins(0, 20_000);
const after20 = await used();
await logins(20_000, 100_000);
const after100 = await used();
console.log(JSON.stringify({ after20, after100, results, links: records.size }));
