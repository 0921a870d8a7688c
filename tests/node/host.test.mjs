// scimhook/host, and what is checked of hosts and options before the engine sees anything.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { checkHost, checkOptions } from "../../pkg/check.js";
import { ScimHookError } from "../../pkg/errors.js";
import { createHost, memoryStore, sign } from "../../pkg/create-host.js";
import { toJson } from "../../pkg/json.js";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = (type) => keys.privateKey.export({ type, format: "pem" });
const data = new TextEncoder().encode("header.payload");

const verify = async (signature) => {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const spki = keys.publicKey.export({ type: "spki", format: "der" });
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, key, signature, data);
};

for (const [name, text] of [
  ["PKCS#8", pem("pkcs8")],
  ["PKCS#1", pem("pkcs1")],
  ["Windows line ends", pem("pkcs1").replaceAll("\n", "\r\n")],
  ["escaped line breaks, as in environment variables", pem("pkcs8").replaceAll("\n", "\\n")],
  ["text around it", `Bag Attributes\n  a: b\n${pem("pkcs8")}\n`],
]) {
  test(`signs with ${name}`, async () => {
    const signature = await sign(text, data);
    assert.ok(signature instanceof Uint8Array && signature.length === 256);
    assert.equal(await verify(signature), true);
    assert.equal(await verify(await createHost({ fetch() {} }).sign(text, data)), true);
  });
}

for (const size of [1024, 4096]) {
  test(`signs with a PKCS#1 key of ${size} bits`, async () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: size });
    assert.equal((await sign(pair.privateKey.export({ type: "pkcs1", format: "pem" }), data)).length, size / 8);
  });
}

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
for (const [name, text, message] of [
  ["nothing", "", /not PEM/],
  ["no string", undefined, /not PEM/],
  ["a token", "ghp_abcdefabcdef", /not PEM/],
  ["no end", pem("pkcs8").slice(0, -20), /not PEM/],
  ["a damaged body", pem("pkcs8").replace(/[A-Z]/g, (c, i) => (i === 100 ? "!" : c)).replace("\nMII", "\n!MII"), /not base64/],
  ["a cut body", pem("pkcs8").split("\n").toSpliced(5, 4).join("\n"), /not an RSA key/],
  ["a cut PKCS#1 body", pem("pkcs1").split("\n").toSpliced(5, 4).join("\n"), /not an RSA key/],
  ["a public key", keys.publicKey.export({ type: "spki", format: "pem" }), /holds a `PUBLIC KEY`/],
  ["an EC key", ec.export({ type: "sec1", format: "pem" }), /holds a `EC PRIVATE KEY`/],
  ["an EC key in PKCS#8", ec.export({ type: "pkcs8", format: "pem" }), /not an RSA key/],
  ["an encrypted key", keys.privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }), /is encrypted/],
  ["an encrypted key of the old kind", keys.privateKey.export({ type: "pkcs1", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }), /is encrypted/],
]) {
  test(`says what is wrong with a key: ${name}`, async () => {
    await assert.rejects(sign(text, data), (error) => {
      assert.ok(error instanceof ScimHookError);
      assert.equal(error.problems[0].code, "bad-private-key");
      assert.match(error.message, message);
      assert.doesNotMatch(JSON.stringify(error.problems), /MII|ghp_/, "never the key itself");
      return true;
    });
  });
}

test("a memory store compares versions", async () => {
  const store = memoryStore();
  assert.equal(await store.get("a"), null);
  assert.equal(await store.put("a", "1", { ifVersion: "1" }), false, "there is none yet");
  assert.equal(await store.put("a", "1", { ifVersion: null }), true);
  assert.equal(await store.put("a", "2", { ifVersion: null }), false, "there is one by now");
  const first = await store.get("a");
  assert.equal(first.value, "1");
  assert.equal(typeof first.version, "string");
  assert.equal(await store.put("a", "2", { ifVersion: first.version }), true);
  assert.equal(await store.put("a", "3", { ifVersion: first.version }), false);
  assert.equal((await store.get("a")).value, "2");
  assert.equal(await store.put("a", "4"), true);
  await store.delete("a");
  assert.equal(await store.get("a"), null);
  await store.delete("a");
  assert.equal(await store.put("a", "5", { ifVersion: null }), true);
  assert.notEqual((await store.get("a")).version, first.version, "a version never comes back");
});

test("of many writers with one version, one wins", async () => {
  const store = memoryStore();
  await store.put("a", "0");
  const { version } = await store.get("a");
  const won = await Promise.all(Array.from({ length: 20 }, (_, i) => store.put("a", String(i), { ifVersion: version })));
  assert.equal(won.filter(Boolean).length, 1);
});

test("a record lives as long as its ttl", async () => {
  let now = 0;
  const store = memoryStore({ now: () => now });
  await store.put("a", "1", { ttlMs: 100 });
  now = 99;
  assert.equal((await store.get("a")).value, "1");
  now = 100;
  assert.equal(await store.get("a"), null);
  await store.put("b", "1", { ttlMs: 10 });
  now = 110;
  assert.equal(await store.put("b", "2", { ifVersion: null }), true, "what is over is absent");
});

test("beyond maxEntries the record that was unused for longest goes", async () => {
  const store = memoryStore({ maxEntries: 2 });
  await store.put("a", "1");
  await store.put("b", "1");
  await store.get("a");
  await store.put("c", "1");
  const left = [];
  for (const key of ["a", "b", "c"]) if (await store.get(key)) left.push(key);
  assert.deepEqual(left, ["a", "c"]);
});

test("secrets come from a record, by name or as an environment variable", async () => {
  process.env.SCIMHOOK_TEST_TOKEN = "from env";
  const host = createHost({ secrets: { "a-b": "1", C_D: "2" } });
  assert.deepEqual([host.secret("a-b"), host.secret("c-d"), host.secret("e"), host.secret("toString")], ["1", "2", undefined, undefined]);
  assert.equal(createHost({ secrets: process.env }).secret("scimhook-test-token"), "from env");
  assert.equal(await createHost({ secrets: async (name) => name }).secret("x"), "x");
  assert.equal("secret" in createHost(), false, "the environment is not read unless it is given");
});

test("a host has the runtime's fetch, as it is when it is called", async () => {
  const original = globalThis.fetch;
  const host = createHost();
  globalThis.fetch = async (url, init) => [url, init.method];
  try {
    assert.deepEqual(await host.fetch("u", { method: "GET" }), ["u", "GET"]);
  } finally {
    globalThis.fetch = original;
  }
});

test("a host has what it was given and nothing else", () => {
  assert.deepEqual(Object.keys(createHost()).sort(), ["fetch", "sign"]);
  const given = { fetch() {}, state: memoryStore(), now() {}, sleep() {}, random() {}, sign() {}, enqueue() {}, pepper: "p", log() {}, saveSecret() {} };
  const host = createHost({ ...given, secrets: undefined });
  for (const [name, value] of Object.entries(given)) assert.equal(host[name], value);
});

const paths = (act) => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof ScimHookError, String(error));
    return [error.code, ...error.problems.map(({ path, code }) => `${path} ${code}`)];
  }
  return [];
};

for (const [name, host, found] of [
  ["a good one", { fetch() {}, state: null, log: undefined }, []],
  ["nothing", undefined, ["host", " wrong-type"]],
  ["null", null, ["host", " wrong-type"]],
  ["a bare fetch", () => {}, ["host", " wrong-type"]],
  ["no fetch", {}, ["host", "/fetch missing-field"]],
  ["a fetch that is none", { fetch: "https://x" }, ["host", "/fetch wrong-type"]],
  ["everything wrong", { fetch: 1, state: {}, secret: "s", saveSecret: 1, now: 5, sleep: 1, random: 0.5, sign: 1, enqueue: [], pepper: 1, log: console }, [
    "host", "/fetch wrong-type", "/secret wrong-type", "/saveSecret wrong-type", "/now wrong-type", "/sleep wrong-type", "/random wrong-type",
    "/sign wrong-type", "/enqueue wrong-type", "/log wrong-type", "/pepper wrong-type", "/state/get wrong-type", "/state/put wrong-type", "/state/delete wrong-type",
  ]],
  ["a store that is none", { fetch() {}, state: "redis://" }, ["host", "/state wrong-type"]],
]) {
  test(`host: ${name}`, () => assert.deepEqual(paths(() => checkHost(host)), found));
}

test("createHost lists what is wrong", () => {
  assert.deepEqual(paths(() => createHost({ fetch: 1, log: 2 })), ["host", "/fetch wrong-type", "/log wrong-type"]);
  assert.deepEqual(paths(() => createHost({ secrets: "s" })), ["host", "/secrets wrong-type"]);
});

test("options", () => {
  const { signal } = new AbortController();
  assert.deepEqual(checkOptions(undefined), ["{}", undefined]);
  assert.deepEqual(checkOptions(null), ["{}", undefined]);
  assert.deepEqual(checkOptions({ budgetMs: 10.7, signal }), ['{"budgetMs":10}', signal]);
  assert.deepEqual(checkOptions({ budgetMs: Infinity, read: true }), ['{"read":true}', undefined]);
  for (const bad of [-1, NaN, "5", 5n]) assert.deepEqual(paths(() => checkOptions({ budgetMs: bad })), ["event", "/options/budgetMs wrong-type"]);
  assert.deepEqual(paths(() => checkOptions({ signal: {} })), ["event", "/options/signal wrong-type"]);
  assert.deepEqual(paths(() => checkOptions({ read: 1 })), ["event", "/options/read wrong-type"]);
  assert.deepEqual(paths(() => checkOptions(5)), ["event", "/options wrong-type"]);
});

test("what has no JSON form is a problem without a word of it", () => {
  const cycle = {};
  cycle.self = cycle;
  const throws = { toJSON() { throw new Error("secret"); } };
  for (const bad of [cycle, { a: 1n }, undefined, () => {}, Symbol("x"), throws]) {
    assert.deepEqual(paths(() => toJson(bad, "event")), ["event", " bad-json"]);
  }
  assert.equal(toJson("not json", "event"), "not json", "a string is text already; the engine reads it");
  assert.equal(toJson({ a: [1] }, "event"), '{"a":[1]}');
});
