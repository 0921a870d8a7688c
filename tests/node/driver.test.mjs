// The pump against an engine that is a script: what it is fed, in which order, and what it leaves behind.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createDriver, engineOptions } from "../../pkg/driver.js";
import { ScimHookError } from "../../pkg/errors.js";

const METHODS = ["start", "reply", "lost", "loaded", "stored", "broken", "secret", "signature", "time", "abort"];

const unhandled = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

afterEach(async () => {
  await pause(2);
  assert.deepEqual(unhandled.splice(0), [], "no rejection is left unhandled");
  assert.equal(timers(), 0, "no timer is left");
});

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/**
 * An engine whose answers come from `script`: method -> (...args) => outputs. Without an entry it gives none. `seen` is
 * what it was fed, without the time. Entering it while it is at work throws.
 */
function engine(script, seen = []) {
  let busy = false;
  const fake = {
    seen,
    warnings: () => "[]",
    status: () => "[]",
    free: () => seen.push(["free"]),
  };
  for (const method of METHODS) {
    fake[method] = (...args) => {
      assert.equal(busy, false, "the engine is not entered while it is at work");
      busy = true;
      try {
        seen.push([method, ...(method === "start" ? args.slice(0, 4) : args.slice(0, -1))]);
        return JSON.stringify(script[method]?.(...args) ?? []);
      } finally {
        busy = false;
      }
    };
  }
  return fake;
}

const done = (run, result = { run }) => ({ t: "done", run, result });
const get = (call, more) => ({ t: "send", call, method: "GET", url: `https://x.example/${call}`, headers: {}, ...more });
const wait = (ms) => ({ t: "wait", until: ms === null ? null : Date.now() + ms });
const response = (body, init) => new Response(body, init);

/** A driver over a scripted engine; `go()` starts one run. */
function setUp(script, host = {}, names = ["retry-after", "content-type"]) {
  const fake = engine(script);
  const driver = createDriver(() => fake, host.fetch ? host : { fetch: async () => response("{}"), ...host }, names);
  return { driver, seen: fake.seen, go: (signal, input = "{}") => driver.start("postAuthentication", input, "{}", signal) };
}

/** One run that asks for `output` and ends with whatever comes back; gives what the engine was fed for it. */
async function ask(output, host) {
  const end = () => [done(1)];
  const ends = Object.fromEntries(METHODS.filter((name) => name !== "start").map((name) => [name, end]));
  const { go, seen } = setUp({ ...ends, start: () => [output] }, host);
  await go();
  return seen.slice(1);
}

test("a run goes in with its words and comes out with its result", async () => {
  const { driver, seen } = setUp({ start: (run) => [done(run, { access: "allow" })] });
  assert.deepEqual(await driver.start("probe", "aws", '{"budgetMs":5}'), { access: "allow" });
  assert.deepEqual(seen, [["start", 1, "probe", "aws", '{"budgetMs":5}']]);
});

test("now and random are the host's, and stood in for where they are no numbers", async () => {
  const got = [];
  const script = { start: (...args) => (got.push(args.slice(4)), [done(args[0])]) };
  await setUp(script, { now: () => 1234.9, random: () => 0.25 }).go();
  assert.deepEqual(got.pop(), [1234, 0.25]);
  for (const bad of [() => NaN, () => "5", () => 7n, async () => boom(), () => ({ get then() { return boom(); } }), () => { throw new Error("x"); }, () => {}]) {
    await setUp(script, { now: bad, random: bad }).go();
    const [now, random] = got.pop();
    assert.ok(Math.abs(now - Date.now()) < 1000 && random >= 0 && random < 1);
  }
});

test("the engine is told what the host can do", () => {
  const none = { log: false, store: false, secret: false, saveSecret: false, sign: true, enqueue: false, brief: true };
  assert.deepEqual(JSON.parse(engineOptions({ fetch() {} })), none);
  const host = { pepper: "p", log() {}, state: {}, secret() {}, saveSecret() {}, sign() {}, enqueue() {} };
  const all = { pepper: "p", log: true, store: true, secret: true, saveSecret: true, sign: true, enqueue: true, brief: true };
  assert.deepEqual(JSON.parse(engineOptions(host)), all);
});

test("a refused event rejects with its problems", async () => {
  const problems = [{ severity: "error", path: "/user/id", code: "empty", message: "m" }];
  const thrown = setUp({ start: () => { throw JSON.stringify(problems); } });
  const refused = setUp({ start: (run) => [{ t: "refused", run, code: "host", problems }] });
  await assert.rejects(thrown.go(), (e) => e instanceof ScimHookError && e.code === "event" && e.problems[0].path === "/user/id");
  await assert.rejects(refused.go(), (e) => e.code === "host" && e.problems.length === 1);
});

test("outputs are carried out in their order", async () => {
  const order = [];
  const note = (word, value) => (order.push(word), value);
  const { go } = setUp(
    {
      start: (run) => [
        { t: "log", record: { n: 1 } }, { t: "load", call: 1, key: "k" }, get(2), { t: "secret", call: 3, name: "s" },
        { t: "store", call: 4, key: "k", value: "v" }, { t: "erase", call: 5, key: "k" }, { t: "enqueue", call: 6, job: {} },
        { t: "saveSecret", call: 7, name: "s", value: "v" }, { t: "sign", call: 8, key: "pem", data: "AAEC" },
        { t: "log", record: { n: 2 } }, done(run),
      ],
    },
    {
      log: (record) => note(`log ${record.n}`),
      state: { get: async () => note("get", null), put: async () => note("put", true), delete: async () => note("delete") },
      fetch: async () => note("fetch", response("")),
      secret: () => note("secret", "x"), enqueue: () => note("enqueue"), saveSecret: () => note("saveSecret"),
      sign: async () => note("sign", new Uint8Array(1)),
    },
  );
  await go();
  assert.deepEqual(order, ["log 1", "get", "fetch", "secret", "put", "delete", "enqueue", "saveSecret", "sign", "log 2"]);
});

test("a request goes out as asked, and its reply comes in with the headers the engine reads", async () => {
  let sent;
  const seen = await ask(get(1, { method: "POST", headers: { accept: "x" }, body: "{}" }), {
    fetch: (url, init) => ((sent = [url, init]), response("héllo", { status: 201, headers: { "Retry-After": "1", "X-Other": "2" } })),
  });
  assert.equal(sent[0], "https://x.example/1");
  const { signal, ...init } = sent[1];
  assert.deepEqual(init, { method: "POST", headers: { accept: "x" }, body: "{}", redirect: "manual" });
  assert.ok(signal instanceof AbortSignal);
  assert.deepEqual(seen, [["reply", 1, 201, '{"retry-after":"1","content-type":"text/plain;charset=UTF-8"}', "héllo"]]);
});

const headers = { get: () => null };
const plain = (text, more) => ({ status: 200, headers, text: async () => text, ...more });
const stream = (pull, cancel) => new ReadableStream({ pull, cancel }, { highWaterMark: 0 });

for (const [name, fetch, fed] of [
  ["text() where there is no body", () => plain("a"), ["reply", 1, 200, "{}", "a"]],
  ["text() where the body is null", () => plain("a", { body: null }), ["reply", 1, 200, "{}", "a"]],
  ["the body where there is one", () => plain("a", { body: response("b").body }), ["reply", 1, 200, "{}", "b"]],
  ["no body at all", () => response(null, { status: 204 }), ["reply", 1, 204, "{}", ""]],
  ["a redirect", () => response(null, { status: 307 }), ["reply", 1, 307, "{}", ""]],
  ["a redirect that the runtime hides", () => ({ status: 0, type: "opaqueredirect", headers }), ["reply", 1, 302, "{}", undefined]],
  ["a redirect that was followed all the same", () => plain("a", { redirected: true }), ["reply", 1, 302, "{}", undefined]],
  ["a rejection", () => Promise.reject(new TypeError("fetch failed")), ["lost", 1, "transport"]],
  ["an exception", () => { throw new Error("x"); }, ["lost", 1, "transport"]],
  ["a rejection with nothing", () => Promise.reject(), ["lost", 1, "transport"]],
  ["nothing", () => undefined, ["lost", 1, "bad-shape"]],
  ["a string", () => "200 OK", ["lost", 1, "bad-shape"]],
  ["no status", () => ({ headers, text: async () => "" }), ["lost", 1, "bad-shape"]],
  ["a status in words", () => plain("", { status: "200" }), ["lost", 1, "bad-shape"]],
  ["a status beyond reason", () => plain("", { status: 1e9 }), ["lost", 1, "bad-shape"]],
  ["no headers", () => ({ status: 200, text: async () => "" }), ["lost", 1, "bad-shape"]],
  ["nothing to read", () => ({ status: 200, headers }), ["lost", 1, "bad-shape"]],
  ["a getter that throws", () => ({ get status() { throw new Error("x"); } }), ["lost", 1, "bad-shape"]],
  ["a text that is none", () => plain(5), ["lost", 1, "bad-shape"]],
  ["a text that fails", () => plain("", { text: () => Promise.reject(new Error("x")) }), ["lost", 1, "transport"]],
  ["a body cut short", () => plain("", { body: stream((c) => c.error(new Error("terminated"))) }), ["lost", 1, "transport"]],
  ["a body of strings", () => plain("", { body: stream((c) => c.enqueue("text")) }), ["lost", 1, "unreadable"]],
  ["a body that another reads", () => { const r = response("a"); r.body.getReader(); return r; }, ["lost", 1, "unreadable"]],
  ["a text of 1 MiB", () => plain("a".repeat(1_048_576)), ["reply", 1, 200, "{}", "a".repeat(1_048_576)]],
  ["a longer text", () => plain("a".repeat(1_048_577)), ["lost", 1, "too-long"]],
  ["a text that is longer in bytes", () => plain("€".repeat(400_000)), ["lost", 1, "too-long"]],
  ["bytes that are no UTF-8", () => response(new Uint8Array([0x61, 0xff])), ["reply", 1, 200, "{}", "a\ufffd"]],
]) {
  test(`fetch gives ${name}`, async () => {
    const seen = await ask(get(1), { fetch });
    if (fed[0] === "reply") fed[3] = seen[0][3];
    assert.deepEqual(seen, [fed]);
  });
}

test("a character split over two chunks is one character", async () => {
  const chunks = [new Uint8Array([0xe2, 0x82]), new Uint8Array([0xac])];
  const body = stream((c) => (chunks.length ? c.enqueue(chunks.shift()) : c.close()));
  assert.equal((await ask(get(1), { fetch: () => plain("", { body }) }))[0][4], "€");
});

test("half a character at the end is not lost silently", async () => {
  assert.equal((await ask(get(1), { fetch: () => response(new Uint8Array([0x61, 0xe2, 0x82])) }))[0][4], "a\ufffd");
});

test("reading an endless body stops at 1 MiB, and cancels it", async () => {
  let pulled = 0;
  let cancelled = 0;
  const body = stream((c) => c.enqueue(new Uint8Array((pulled++, 65_536)).fill(32)), () => { cancelled++; });
  assert.deepEqual(await ask(get(1), { fetch: () => plain("", { body }) }), [["lost", 1, "too-long"]]);
  assert.deepEqual([pulled, cancelled], [17, 1]);
});

test("a cancelled request is aborted, and what comes of it is dropped", async () => {
  let signal;
  let answer;
  const { go, seen } = setUp(
    { start: (run) => [get(1), wait(5)], time: () => [{ t: "cancel", call: 1 }, wait(null), done(1)] },
    { fetch: (_, init) => ((signal = init.signal), new Promise((resolve) => { answer = resolve; })) },
  );
  await go();
  assert.equal(signal.aborted, true);
  let cancelled = false;
  answer(plain("", { body: stream(() => {}, () => { cancelled = true; }) }));
  await pause(1);
  assert.deepEqual(seen.map(([what]) => what), ["start", "time"]);
  assert.equal(cancelled, true, "the late reply's connection is freed");
});

test("a cancelled drip is cut off, though its stream knows nothing of the signal", async () => {
  let dripping = true;
  const body = stream(
    async (c) => { await pause(1); if (dripping) c.enqueue(new Uint8Array([32])); },
    () => { dripping = false; },
  );
  const { go } = setUp(
    { start: () => [get(1), wait(20)], time: () => [{ t: "cancel", call: 1 }, done(1)] },
    { fetch: () => plain("", { body }) },
  );
  await go();
  assert.equal(dripping, false);
});

test("a hanging stream is cancelled too", async () => {
  let cancelled = false;
  const { go } = setUp(
    { start: () => [get(1), wait(5)], time: () => [{ t: "cancel", call: 1 }, done(1)] },
    { fetch: () => plain("", { body: stream(() => new Promise(() => {}), () => { cancelled = true; }) }) },
  );
  await go();
  assert.equal(cancelled, true);
});

const load = { t: "load", call: 1, key: "k" };
const store = (get, put, del) => ({ state: { get: get ?? (() => null), put: put ?? (() => true), delete: del ?? (() => {}) } });
const put = (options) => ({ t: "store", call: 1, key: "k", value: "v", ...(options && { options }) });
const boom = () => { throw new Error("x"); };
const reject = () => Promise.reject(new Error("x"));
const broken = ["broken", 1];
const pem = { t: "sign", call: 1, key: "pem", data: "AAEC" };

for (const [name, output, host, fed] of [
  ["get: a record", load, store(async () => ({ value: "v", version: "1" })), ["loaded", 1, "v", "1"]],
  ["get: a record without a version", load, store(() => ({ value: "v" })), ["loaded", 1, "v", undefined]],
  ["get: null", load, store(async () => null), ["loaded", 1, undefined, undefined]],
  ["get: undefined", load, store(() => undefined), ["loaded", 1, undefined, undefined]],
  ["get: a string", load, store(() => "v"), broken],
  ["get: a value that is no string", load, store(() => ({ value: {} })), broken],
  ["get: a version that is no string", load, store(() => ({ value: "v", version: 1 })), broken],
  ["get: a getter that throws", load, store(() => ({ get value() { throw new Error("x"); } })), broken],
  ["get: throws", load, store(boom), broken],
  ["get: rejects", load, store(reject), broken],
  ["get: a promise of another make", load, store(() => ({ then: (ok) => ok({ value: "v" }) })), ["loaded", 1, "v", undefined]],
  ["get: answers twice", load, store(() => ({ then: (ok, no) => (ok(null), no(1), ok(null)) })), ["loaded", 1, undefined, undefined]],
  ["get: `then` throws", load, store(() => ({ get then() { throw new Error("x"); } })), broken],
  ["no store at all", load, {}, broken],
  ["put: true", put(), store(null, async () => true), ["stored", 1, true]],
  ["put: false", put(), store(null, () => false), ["stored", 1, false]],
  ["put: nothing", put(), store(null, () => {}), broken],
  ["put: rejects", put(), store(null, reject), broken],
  ["delete: nothing", { t: "erase", call: 1, key: "k" }, store(), ["stored", 1, true]],
  ["delete: throws", { t: "erase", call: 1, key: "k" }, store(null, null, boom), broken],
  ["enqueue: nothing", { t: "enqueue", call: 1, job: {} }, { enqueue: () => {} }, ["stored", 1, true]],
  ["enqueue: rejects", { t: "enqueue", call: 1, job: {} }, { enqueue: reject }, broken],
  ["secret: a string", { t: "secret", call: 1, name: "s" }, { secret: (name) => `of ${name}` }, ["secret", 1, "of s"]],
  ["secret: nothing", { t: "secret", call: 1, name: "s" }, { secret: async () => undefined }, ["secret", 1, ""]],
  ["secret: a number", { t: "secret", call: 1, name: "s" }, { secret: () => 7 }, broken],
  ["secret: throws", { t: "secret", call: 1, name: "s" }, { secret: boom }, broken],
  ["saveSecret: nothing", { t: "saveSecret", call: 1, name: "s", value: "v" }, { saveSecret: () => {} }, ["stored", 1, true]],
  ["saveSecret: throws", { t: "saveSecret", call: 1, name: "s", value: "v" }, { saveSecret: boom }, broken],
  ["sign: bytes", pem, { sign: async (_, data) => data.map((byte) => byte + 1) }, ["signature", 1, new Uint8Array([1, 2, 3])]],
  ["sign: a buffer", pem, { sign: (_, data) => data.buffer }, ["signature", 1, new Uint8Array([0, 1, 2])]],
  ["sign: no bytes", pem, { sign: () => "AAEC" }, broken],
  ["sign: not given, and no key", pem, {}, broken],
]) {
  test(name, async () => assert.deepEqual(await ask(output, host), [fed]));
}

test("a callback that answers after it was cancelled is not heard", async () => {
  let late;
  const host = store(() => new Promise((resolve) => { late = resolve; }));
  const { go, seen } = setUp({ start: () => [load, wait(5)], time: () => [{ t: "cancel", call: 1 }, done(1)] }, host);
  await go();
  late(null);
  await pause(1);
  assert.deepEqual(seen.map(([what]) => what), ["start", "time"]);
});

test("a store gets its options as the engine gave them", async () => {
  const got = [];
  const host = store(null, (...args) => (got.push(args), true));
  await ask(put({ ifVersion: null, ttlMs: 5 }), host);
  await ask(put({ ifVersion: "7" }), host);
  await ask(put(), host);
  assert.deepEqual(got, [["k", "v", { ifVersion: null, ttlMs: 5 }], ["k", "v", { ifVersion: "7" }], ["k", "v", undefined]]);
});

test("callbacks are called as methods of the host, but the runtime's fetch is not", async () => {
  class Store {
    #value = "v";
    get() { return { value: this.#value }; }
  }
  class Host {
    #secret = "s";
    state = new Store();
    secret() { return this.#secret; }
    fetch() { return plain(this.#secret); }
  }
  assert.deepEqual(await ask(load, new Host()), [["loaded", 1, "v", undefined]]);
  assert.deepEqual(await ask({ t: "secret", call: 1, name: "s" }, new Host()), [["secret", 1, "s"]]);
  assert.deepEqual(await ask(get(1), new Host()), [["reply", 1, 200, "{}", "s"]]);
  const original = globalThis.fetch;
  globalThis.fetch = function () { return plain(this === globalThis ? "unbound" : "as a method"); };
  try {
    assert.equal((await ask(get(1), { fetch: globalThis.fetch }))[0][4], "unbound");
  } finally {
    globalThis.fetch = original;
  }
});

test("a log that throws, rejects or gives nonsense is nobody's concern", async () => {
  for (const log of [boom, reject, () => 5, () => ({ get then() { throw new Error("x"); } }), async () => boom()]) {
    await setUp({ start: (run) => [{ t: "log", record: {} }, done(run)] }, { log }).go();
  }
});

test("the plugin may be called from within any callback", async () => {
  const inner = [];
  let driver;
  const again = () => { if (inner.length < 4) inner.push(driver.start("postAuthentication", "inner", "{}")); };
  const order = [];
  const set = setUp(
    {
      start: (run, _, input) => {
        order.push(`start ${run}`);
        return input === "inner" ? [done(run)] : [{ t: "log", record: {} }, load, get(2), { t: "log", record: {} }];
      },
      loaded: () => [],
      reply: () => [done(1)],
    },
    { log: again, fetch: () => (again(), response("")), state: { get: () => (again(), order.push("get"), null), put() {}, delete() {} } },
  );
  driver = set.driver;
  await set.go();
  await Promise.all(inner);
  assert.equal(inner.length, 4);
  assert.deepEqual(order, ["start 1", "get", "start 2", "start 3", "start 4", "start 5"], "outputs are finished before the next input");
});

test("one timer serves the deadline, and a later one replaces it", async () => {
  const begun = Date.now();
  const { go } = setUp({
    start: () => [wait(10_000), load],
    loaded: () => { assert.equal(timers(), 1); return [wait(20)]; },
    time: () => [wait(null), done(1)],
  }, store());
  await go();
  const took = Date.now() - begun;
  assert.ok(took >= 19 && took < 200, `${took} ms`);
});

test("an armed timer that is early enough is kept, and rings at the later deadline only", async () => {
  const begun = Date.now();
  const { go, seen } = setUp({ start: () => [wait(5), load], loaded: () => [wait(40)], time: () => [done(1)] }, store());
  await go();
  assert.ok(Date.now() - begun >= 39);
  assert.deepEqual(seen.map(([what]) => what), ["start", "loaded", "time"]);
});

test("a deadline that the engine leaves standing after the last run arms nothing", async () => {
  await setUp({ start: (run) => [wait(60_000), done(run)] }).go();
  assert.equal(timers(), 0);
});

test("a deadline beyond what setTimeout takes does not fire at once", async () => {
  const { go, seen } = setUp({ start: () => [wait(2 ** 40), get(1)], reply: () => [done(1)] }, {
    fetch: async () => (await pause(10), response("")),
  });
  await go();
  assert.deepEqual(seen.map(([what]) => what), ["start", "reply"]);
});

test("a clock that stands still does not keep a run for ever", async () => {
  const times = [];
  const until = (ms) => [{ t: "wait", until: 1000 + ms }];
  const { go } = setUp(
    { start: () => until(10), time: (now) => (times.push(now), times.length < 2 ? until(30) : [done(1)]) },
    { now: () => 1000 },
  );
  const begun = Date.now();
  await go();
  assert.deepEqual(times, [1010, 1030]);
  assert.ok(Date.now() - begun < 150);
});

test("a clock put back an hour does not move a deadline by an hour", async () => {
  let back = 0;
  const { go } = setUp(
    { start: (run, w, i, o, now) => [{ t: "wait", until: now + 20 }, load], loaded: (c, v, w, now) => [{ t: "wait", until: now + 10 }], time: () => [done(1)] },
    { now: () => Date.now() - back, ...store(() => { back = 3_600_000; return null; }) },
  );
  const begun = Date.now();
  await go();
  assert.ok(Date.now() - begun < 200);
});

test("a clock put back is believed once nothing is in flight", async () => {
  let now = 9000;
  const times = [];
  const { go } = setUp({ start: (...args) => (times.push(args[4]), [done(args[0])]) }, { now: () => now });
  await go();
  now = 5000;
  await go();
  assert.deepEqual(times, [9000, 5000]);
});

test("the host's sleep is used, and stopped when it is not needed any more", async () => {
  const asked = [];
  const { go } = setUp(
    { start: () => [wait(1000), get(1)], reply: () => [done(1)] },
    {
      fetch: async () => (await pause(10), response("")),
      sleep: (ms, signal) => (asked.push([ms, signal]), new Promise((_, no) => signal.addEventListener("abort", () => no(new Error("aborted"))))),
    },
  );
  await go();
  assert.equal(asked.length, 1);
  assert.ok(asked[0][0] > 900 && asked[0][0] <= 1000);
  assert.equal(asked[0][1].aborted, true);
});

test("a clock that sleeping advances reaches the deadline at once, but not before a ready answer", async () => {
  let now = 1_000_000;
  const host = { now: () => now, sleep: async (ms) => { now += ms; } };
  const script = {
    start: (run, w, i, o, at) => [{ t: "wait", until: at + 250 }, load],
    loaded: (c, v, x, at) => { assert.equal(at, 1_000_000); return [{ t: "wait", until: at + 60_000 }]; },
    time: (at) => { assert.equal(at, 1_060_000); return [done(1)]; },
  };
  const begun = Date.now();
  await setUp(script, { ...host, ...store(async () => null) }).go();
  assert.ok(Date.now() - begun < 200);
});

test("a clock that is moved by hand rings when its sleep does", async () => {
  let now = 1000;
  let wake;
  const { go } = setUp(
    { start: () => [{ t: "wait", until: 6000 }], time: (at) => (assert.equal(at, 6000), [done(1)]) },
    { now: () => now, sleep: () => new Promise((resolve) => { wake = resolve; }) },
  );
  const run = go();
  await pause(5);
  now = 6000;
  wake();
  await run;
});

for (const [name, sleep] of [
  ["resolves early", async () => {}],
  ["gives no promise", () => {}],
  ["rejects", reject],
  ["throws", boom],
  ["hangs", () => new Promise(() => {})],
  ["is late", (ms) => pause(ms + 150)],
]) {
  test(`a sleep that ${name} neither spins nor holds up the deadline`, async () => {
    let calls = 0;
    const { go, seen } = setUp(
      { start: () => [wait(40)], time: () => [done(1)] },
      { sleep: (...args) => (calls++, sleep(...args)) },
    );
    const begun = Date.now();
    await go();
    const took = Date.now() - begun;
    assert.ok(took >= 39 && took < 150, `${took} ms`);
    assert.equal(calls, 1);
    assert.equal(seen.filter(([what]) => what === "time").length, 1);
    await pause(name === "is late" ? 160 : 0); // Its own timer, not ours.
  });
}

test("a signal ends its run, and is let go when the run is over", async () => {
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args) => (listeners++, add(...args));
  signal.removeEventListener = (...args) => (listeners--, remove(...args));
  const { go, seen } = setUp({ start: () => [get(1)], abort: (run) => [{ t: "cancel", call: 1 }, done(run, "aborted")] }, { fetch: () => new Promise(() => {}) });
  const run = go(signal);
  controller.abort();
  assert.equal(await run, "aborted");
  assert.equal(listeners, 0);
  assert.deepEqual(seen, [["start", 1, "postAuthentication", "{}", "{}"], ["abort", 1]]);
});

test("a signal that is aborted already lets nothing out", async () => {
  const sent = [];
  const { go } = setUp(
    { start: () => [get(1), load], abort: (run) => [{ t: "cancel", call: 1 }, { t: "cancel", call: 2 }, { t: "enqueue", call: 3, job: {} }], stored: () => [done(1)] },
    { fetch: () => sent.push("fetch"), state: { get: () => (sent.push("get"), null) }, enqueue: () => { sent.push("job"); } },
  );
  load.call = 2;
  try {
    await go(AbortSignal.abort());
  } finally {
    load.call = 1;
  }
  assert.deepEqual(sent, ["job"]);
});

test("a signal that throws is none", async () => {
  const signal = { get aborted() { throw new Error("x"); }, addEventListener() {} };
  await setUp({ start: () => [get(1)], reply: () => [done(1)] }).go(signal);
});

test("an engine that stops is replaced: its runs are rejected, the next one works", async () => {
  const made = [];
  const signals = [];
  const answers = [];
  const make = () => {
    const first = made.length === 0;
    made.push(engine({
      start: (run, _, input) => {
        if (input === "panic") throw new WebAssembly.RuntimeError("unreachable");
        return first ? [get(1)] : [get(1), load];
      },
      loaded: () => [],
      reply: (call, status) => [done(3, status)],
    }));
    return made.at(-1);
  };
  load.call = 2;
  const driver = createDriver(make, {
    fetch: (_, init) => (signals.push(init.signal), new Promise((resolve) => answers.push(resolve))),
    ...store(),
  }, []);
  const one = driver.start("postAuthentication", "{}", "{}");
  const two = driver.start("postAuthentication", "panic", "{}");
  for (const run of [one, two]) await assert.rejects(run, (e) => e.code === "host" && e.problems[0].code === "internal");
  assert.equal(signals[0].aborted, true);
  const three = driver.start("postAuthentication", "{}", "{}");
  answers[0](plain("", { status: 500 })); // The old engine's call 1 is not the new one's.
  await pause(1);
  answers[1](plain("", { status: 201 }));
  load.call = 1;
  assert.equal(await three, 201);
  assert.deepEqual(made[1].seen.map(([what]) => what), ["start", "loaded", "reply"]);
});

test("an engine that cannot be made again refuses everything afterwards", async () => {
  let made = 0;
  const driver = createDriver(() => {
    if (made++) throw new WebAssembly.RuntimeError("unreachable");
    return engine({ start: () => { throw new WebAssembly.RuntimeError("unreachable"); } });
  }, { fetch() {} }, []);
  for (let i = 0; i < 2; i++) await assert.rejects(driver.start("explain", "{}", "{}"), (e) => e.code === "host" && e.problems[0].code === "internal");
});

test("free ends what is in flight and everything after it, and may be called twice", async () => {
  let signal;
  const { driver, go, seen } = setUp({ start: () => [get(1), wait(60_000)] }, { fetch: (_, init) => ((signal = init.signal), new Promise(() => {})) });
  const run = go();
  driver.free();
  driver.free();
  const isFreed = (e) => e instanceof ScimHookError && e.code === "host" && e.problems[0].code === "freed";
  await assert.rejects(run, isFreed);
  await assert.rejects(go(), isFreed);
  assert.throws(() => driver.status(), isFreed);
  assert.equal(signal.aborted, true);
  assert.equal(seen.filter(([what]) => what === "free").length, 1);
});

test("free from within a callback stops what was still to be carried out", async () => {
  const sent = [];
  const set = setUp({ start: () => [{ t: "log", record: {} }, get(1), load, wait(60_000)] }, {
    log: () => set.driver.free(),
    fetch: () => sent.push("fetch"),
    ...store(() => sent.push("get")),
  });
  await assert.rejects(set.go(), (e) => e.problems[0].code === "freed");
  assert.deepEqual(sent, []);
});
