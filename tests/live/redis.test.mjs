// Links in a real Redis: what the store promises, and two processes that log the same thousand people in at once while
// Redis is killed and started again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "redis";
import { ScimHook } from "../../pkg/index.js";
import { createHost } from "../../pkg/host.js";
import { redisStore } from "../../pkg/state/redis.js";
import { start, until } from "./process.mjs";
import { startRedis } from "./redis.mjs";
import { config, user } from "./redis-world.mjs";
import { serveSimulator } from "./simulated.mjs";

let redis;
before(async () => (redis = await startRedis()));
after(() => redis?.stop());

async function connect(t) {
  const client = createClient({ url: redis.url, socket: { reconnectStrategy: 20 } });
  client.on("error", () => {});
  await client.connect();
  t.after(() => client.destroy());
  return client;
}

test("a write happens if the record is still the one that was read", async (t) => {
  const store = redisStore(await connect(t), { prefix: "one:" });
  assert.equal(await store.get("k"), null);
  assert.equal(await store.put("k", "first", { ifVersion: null }), true);
  assert.equal(await store.put("k", "other", { ifVersion: null }), false);
  const first = await store.get("k");
  assert.equal(first.value, "first");
  assert.equal(await store.put("k", "zwei ✓ \u0000\n", { ifVersion: first.version }), true);
  assert.equal(await store.put("k", "third", { ifVersion: first.version }), false);
  assert.equal((await store.get("k")).value, "zwei ✓ \u0000\n");
  assert.equal(await store.put("k", "always"), true);
  const last = await store.get("k");
  await store.delete("k");
  assert.equal(await store.get("k"), null);
  assert.equal(await store.put("k", "x", { ifVersion: last.version }), false, "it is gone");
  assert.equal(await store.put("k", "first", { ifVersion: null }), true);
  assert.equal(await store.put("k", "x", { ifVersion: first.version }), false, "the same text, another record");
  // Somebody else's text under our key has a version too: it can be replaced, by one.
  await redis.ask((client) => client.set("one:odd", "?"));
  const odd = await store.get("odd");
  assert.deepEqual([await store.put("odd", "a", { ifVersion: odd.version }), await store.put("odd", "b", { ifVersion: odd.version })], [true, false]);
});

test("of a hundred writers who read the same record one wins", async (t) => {
  const stores = await Promise.all(Array.from({ length: 4 }, async () => redisStore(await connect(t))));
  await stores[0].put("race", "start");
  for (const ifVersion of [(await stores[0].get("race")).version, null]) {
    if (ifVersion === null) await stores[0].delete("race");
    const won = await Promise.all(Array.from({ length: 100 }, (_, n) => stores[n % 4].put("race", String(n), { ifVersion })));
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal((await stores[1].get("race")).value, String(won.indexOf(true)));
  }
});

test("time to live, by the write or by the store", async (t) => {
  const client = await connect(t);
  const store = redisStore(client, { ttlMs: 60_000 });
  await store.put("a", "x");
  await store.put("b", "x", { ttlMs: 30.5 });
  const [a, b] = [await client.pTTL("scimhook:a"), await client.pTTL("scimhook:b")];
  assert.ok(a > 50_000 && a <= 60_000, `${a}`);
  assert.ok(b > 0 && b <= 31, `${b}`);
  await sleep(50);
  assert.equal(await store.get("b"), null);
  await redisStore(client).put("a", "y");
  assert.equal(await client.pTTL("scimhook:a"), -1, "written anew, it stays");
});

test("a server that does not know the script is told it", async (t) => {
  const client = await connect(t);
  const store = redisStore(client);
  await store.put("s", "1");
  await client.scriptFlush();
  assert.equal(await store.put("s", "2"), true);
  assert.equal((await store.get("s")).value, "2");
  assert.equal(await store.put("s", "3", { ifVersion: null }), false);
});

test("what is no client is refused, and Redis's own complaints are passed on", async (t) => {
  assert.throws(() => redisStore({}), TypeError);
  const client = await connect(t);
  await client.lPush("scimhook:list", "x");
  await assert.rejects(redisStore(client).get("list"), /WRONGTYPE/);
  await assert.rejects(redisStore(client).put("list", "x"), /WRONGTYPE/);
});

/* ------------------------------------------------------------------ two processes */

const USERS = 1000;
const SCIM_TOKEN = "token-of-the-shared-provider";
const worker = fileURLToPath(new URL("redis-worker.mjs", import.meta.url));

async function startWorker(t, scimUrl) {
  const process_ = start("redis-worker", process.execPath, [worker], {
    stdio: ["ignore", "log", "log", "ipc"],
    env: { ...process.env, REDIS_URL: redis.url, SCIM_URL: scimUrl, SCIM_TOKEN, USERS: String(USERS), IN_FLIGHT: "40" },
  });
  t.after(() => process_.stop());
  const said = [];
  process_.child.on("message", (message) => said.push(message));
  await until(process_, "a worker", async () => said.shift());
  return {
    /** Logs everybody in; gives the outcomes, and all that Redis has acknowledged to this process so far. */
    async everybody() {
      process_.child.send("go");
      return until(process_, "a worker", async () => said.shift(), 90_000);
    },
  };
}

const count = (outcomes) => outcomes.reduce((all, { result, reason }) => ({ ...all, [`${result}/${reason}`]: (all[`${result}/${reason}`] ?? 0) + 1 }), {});

test("two processes, the same thousand people at once, Redis killed and started again", { timeout: 180_000 }, async (t) => {
  await redis.ask((client) => client.flushAll());
  const provider = await serveSimulator({ token: SCIM_TOKEN });
  t.after(() => provider.stop());
  const { simulator } = provider;
  const workers = await Promise.all([startWorker(t, provider.url), startWorker(t, provider.url)]);

  const first = Promise.all(workers.map((one) => one.everybody()));
  while (simulator.snapshot().Users.length < USERS * 0.4) await sleep(20);
  const before = simulator.snapshot().Users.length;
  await redis.end("SIGKILL");
  const down = Date.now();
  await sleep(150);
  await redis.begin();
  const outage = Date.now() - down;
  const begun = await first;
  assert.ok(before < USERS, "it was in the middle");

  const outcomes = begun.flatMap((one) => one.outcomes);
  assert.equal(outcomes.length, 2 * USERS);
  assert.deepEqual(outcomes.filter(({ access }) => access !== "allow"), []);
  assert.deepEqual(outcomes.filter(({ error }) => error), [], "nobody's login failed for it");
  const unremembered = outcomes.filter(({ warnings }) => warnings.includes("store-failed")).length;
  assert.ok(unremembered > 0, "the outage was felt");
  for (const { warnings } of outcomes) assert.deepEqual(warnings.filter((code) => code !== "store-failed"), []);
  oneEach(simulator);

  // What Redis said it had written, it still has, or something that came after it.
  const held = await links();
  for (const { written } of begun) {
    for (const key of Object.keys(written)) assert.ok(held.has(key), `${key} was acknowledged, and is gone`);
  }

  // Everybody's next login: by then each has a link, and at no price where Redis had been there to take it.
  const second = await Promise.all(workers.map((one) => one.everybody()));
  const ids = new Map(simulator.snapshot().Users.map(({ externalId, id }) => [externalId, id]));
  for (let n = 0; n < USERS; n++) {
    const both = second.map(({ outcomes: again }) => again[n]);
    for (const { access, error, warnings } of both) assert.deepEqual([access, error, warnings], ["allow", undefined, []]);
    // Of two at the very same moment the older may find that the newer one is about to look: then that one tells.
    const told = both.filter(({ reason }) => reason !== "superseded");
    assert.ok(told.length > 0, `u-${n}: each was said to be older than the other`);
    for (const { remoteId } of told) assert.equal(remoteId, ids.get(`u-${n}`));
  }
  oneEach(simulator);

  // A process that comes later, and that may ask nobody but Redis, knows everybody.
  const client = await connect(t);
  const hook = new ScimHook(config(provider.url), createHost({
    state: redisStore(client),
    secrets: { token: SCIM_TOKEN },
    fetch: () => Promise.reject(new TypeError("nobody is asked")),
  }));
  for (let n = 0; n < USERS; n++) {
    const { servers: [{ result, reason, remoteId }] } = await hook.postAuthentication({ application: "wiki", user: user(n) });
    assert.deepEqual([result, reason, remoteId], ["unchanged", "fresh", ids.get(`u-${n}`)]);
  }
  assert.equal((await links()).size, USERS, "one link each");
  t.diagnostic(`at ${before} accounts Redis was away for ${outage} ms; logins without it ${unremembered}; first ${JSON.stringify(count(outcomes))}; second ${JSON.stringify(count(second.flatMap((one) => one.outcomes)))}; requests ${simulator.requests.length}`);
});

/** Everybody has one account, with what they should have. */
function oneEach(simulator) {
  const { Users } = simulator.snapshot();
  const brief = ({ externalId, userName, name, title, active }) => JSON.stringify([externalId, userName, name.givenName, name.familyName, title, active]);
  const wanted = Array.from({ length: USERS }, (_, n) => user(n)).map(({ id, email, first, last, title }) => JSON.stringify([id, email, first, last, title, true]));
  assert.deepEqual(Users.map(brief).sort(), wanted.sort());
}

/** The keys of the links in Redis. */
async function links() {
  const keys = await redis.ask((client) => client.keys("scimhook:u/*"));
  return new Set(keys.map((key) => key.slice("scimhook:".length)));
}
