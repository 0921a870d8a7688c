import assert from "node:assert/strict";
import test from "node:test";
import { createHost, memoryStore } from "../../../pkg/host.js";
import { ScimHook } from "../../../pkg/index.js";
import { bundled } from "./bundle.mjs";
import { configOf, login, parts, servers, told } from "./scene.mjs";

const { World, BEGINNING } = await bundled("engine/world.ts");
const world = () => new World(parts);
const all = Object.keys(servers);
const fault = (kind, which = "first", retryAfter = 1) => ({ all: { fault: { kind, which, retryAfter } } });

test("every provider takes the made-up credentials, wherever its tokens come from", async () => {
  const report = await world().run(configOf(), login(), {});
  assert.deepEqual(told(report), all.map((name) => `${servers[name].id} created first-access`));
  assert.ok(report.exchanges.every(({ end, status }) => end === "answered" && status < 300));
  assert.ok(report.exchanges.every(({ purpose }) => purpose !== undefined), "each exchange has its purpose from the outcome");
  assert.equal(report.outcome.servers.flatMap(({ requests }) => requests).length, report.exchanges.length);
});

test("the second press sends nothing", async () => {
  const one = world();
  await one.run(configOf(), login(), {});
  const again = await one.run(configOf(), login(), {});
  assert.deepEqual(told(again), all.map((name) => `${servers[name].id} unchanged fresh`));
  assert.ok(again.held.some(({ key }) => key.startsWith("u/aws/")), "the link is still there");
  assert.deepEqual([again.press, again.exchanges, again.records, again.providers.flatMap(({ changes }) => changes)], [2, [], [], []]);
});

test("the same presses give the same bytes, also after a reset", async () => {
  const play = async (one) => {
    const told = [];
    for (const setup of [fault("lost", "create"), fault("throttle", "every"), { elapsedMs: 8 * 86_400_000 }, fault("hang")]) {
      told.push(await one.run(configOf(), login({ lastName: `L${told.length}` }), setup));
    }
    return JSON.stringify(told);
  };
  const one = world();
  const first = await play(one);
  await one.reset();
  assert.equal(await play(one), first);
  assert.equal(await play(world()), first);
});

test("another seed gives other ids", async () => {
  const ids = async (seed) => (await world().run(configOf(["aws"]), login(), { seed })).outcome.servers[0].remoteId;
  assert.equal(await ids(1), await ids(1));
  assert.notEqual(await ids(1), await ids(2));
});

test("what Explain says is what the package says", async () => {
  for (const config of [configOf(), configOf(["aws"], { policy: { adopt: "never" } })]) {
    const hook = new ScimHook(config, createHost({ fetch: () => assert.fail("nothing is sent"), state: memoryStore(), secrets: () => "x", now: () => BEGINNING, random: () => 0.5 }));
    const plain = await hook.explain(login());
    hook.free();
    assert.equal(JSON.stringify(await world().explain(config, login())), JSON.stringify(plain));
  }
});

test("what Run sends is what Explain said of a first login", async () => {
  const one = world();
  const { servers: explained } = await one.explain(configOf(["aws"]), login());
  const { exchanges } = await one.run(configOf(["aws"]), login(), {});
  const create = explained[0].requests.find(({ purpose }) => purpose === "create");
  assert.deepEqual(JSON.parse(exchanges.find(({ purpose }) => purpose === "create").body), create.body);
});

test("Explain may know what Run remembers, and does not by default", async () => {
  const one = world();
  await one.run(configOf(["aws"]), login(), {});
  const result = async (options) => (await one.explain(configOf(["aws"]), login(), options)).servers[0].result;
  assert.equal(await result({ remembered: true }), "unchanged");
  assert.equal(await result(), "created");
});

test("a hang of every request ends with the budget, at once", async () => {
  const began = performance.now();
  const report = await world().run(configOf(), login(), fault("hang", "every"));
  assert.ok(performance.now() - began < 2_000, "made-up time is not waited for");
  assert.ok(report.tookMs <= report.budgetMs + 50 && report.tookMs > report.budgetMs / 2, `${report.tookMs}`);
  assert.ok(report.exchanges.every(({ end }) => end === "cut"));
  assert.ok(report.outcome.servers.every(({ result }) => result === "deferred"));
});

test("what was left is taken up as a job", async () => {
  const one = world();
  const cut = await one.run(configOf(["aws"]), login(), fault("error", "every"));
  assert.deepEqual(told(cut), ["aws deferred unavailable"]);
  assert.equal(cut.jobs.length, 1);
  const done = await one.resume(configOf(["aws"]), {});
  assert.deepEqual(told(done), ["aws created first-access"]);
  assert.equal(done.jobs.length, 0);
  assert.deepEqual((await one.resume(configOf(["aws"]), {})).problems.map(({ code }) => code), ["no-job"]);
});

test("a wait the provider asks for is kept to the millisecond", async () => {
  const { exchanges } = await world().run(configOf(["github"]), login(), fault("throttle", "create", 2));
  const [refused, taken] = exchanges;
  assert.deepEqual([refused.status, taken.status], [429, 201]);
  assert.equal(taken.startedAt, refused.endedAt + 2_000);
});

test("a reply that is lost leaves the account, which is found and not made twice", async () => {
  const { exchanges, providers, outcome } = await world().run(configOf(["aws"]), login({ groups: [] }), fault("lost", "create"));
  assert.deepEqual(exchanges.map(({ purpose, end }) => `${purpose} ${end}`), ["create lost", "find answered"]);
  assert.equal(providers[0].after.Users.length, 1);
  assert.equal(outcome.servers[0].result, "adopted");
});

test("latency is the time from request to reply", async () => {
  const { exchanges } = await world().run(configOf(["aws"]), login(), { all: { latencyMs: 300 } });
  assert.ok(exchanges.every(({ startedAt, endedAt }) => endedAt - startedAt === 300));
});

test("what runs side by side is side by side", async () => {
  const { exchanges } = await world().run(configOf(["aws", "github", "basic"]), login(), {});
  assert.equal(exchanges.filter(({ startedAt }) => startedAt === 0).length, 5, "three creates and two look-ups at once");
});

const accounts = [
  ["ours", "aws adopted adopted"],
  ["unowned", "aws adopted adopted"],
  ["another", "aws conflict owned-by-another"],
  ["deactivated", "aws reactivated was-inactive"],
];
for (const [account, expected] of accounts) {
  test(`an account that is there already: ${account}`, async () => {
    const report = await world().run(configOf(["aws"]), login(), { all: { account } });
    assert.deepEqual(told(report), [expected]);
    assert.match(report.notes[0], /^aws: /);
  });
}

test("what was changed there is seen when it is looked at again", async () => {
  const one = world();
  await one.run(configOf(["aws"]), login(), {});
  const trusted = await one.run(configOf(["aws"]), login(), { all: { account: "renamed" } });
  assert.deepEqual(told(trusted), ["aws unchanged fresh"]);
  assert.match(trusted.notes.at(-1), /trusted until/);
  const looked = await one.run(configOf(["aws"]), login(), { elapsedMs: 8 * 86_400_000 });
  assert.deepEqual(told(looked), ["aws updated drifted"]);
  assert.deepEqual(looked.providers[0].changes[0].lines, [{ path: "name.familyName", before: '"Changed-There"', after: '"Okafor"' }]);
});

test("a dial of one server leaves the others alone", async () => {
  const setup = { servers: { github: { fault: { kind: "error", which: "every", retryAfter: 0 } } } };
  assert.deepEqual(told(await world().run(configOf(["aws", "github"]), login(), setup)), ["aws created first-access", "github deferred unavailable"]);
});

test("a switch changes the provider, and begins with an empty one", async () => {
  const one = world();
  await one.run(configOf(["aws"]), login(), {});
  const report = await one.run(configOf(["aws"]), login(), { servers: { aws: { switches: { createReply: "empty" } } } });
  assert.equal(report.press, 1);
  assert.deepEqual(report.exchanges.map(({ purpose }) => purpose).filter((purpose) => !purpose.startsWith("group")), ["create", "find"]);
});

test("a changed mapping keeps accounts and links; another address does not", async () => {
  const one = world();
  const aws = (change) => JSON.stringify({ servers: [{ ...servers.aws, ...change }], applications: [{ id: "console", servers: ["aws"] }] });
  await one.run(aws({}), login({ title: "Pilot" }), {});
  const mapped = await one.run(aws({ attributes: { ...servers.aws.attributes, title: "title" } }), login({ title: "Pilot" }), {});
  assert.deepEqual(told(mapped), ["aws updated profile-changed"]);
  const moved = await one.run(aws({ url: "https://scim.us-east-1.amazonaws.com/t2/scim/v2" }), login(), {});
  assert.deepEqual([moved.press, ...told(moved)], [1, "aws created first-access"]);
});

test("no value of a secret is shown", async () => {
  const clear = { ...servers.basic, id: "clear", url: "https://clear.example/v2", authentication: { scheme: "basic", username: "robot", password: "canary-in-clear" } };
  const config = JSON.stringify({ servers: [...Object.values(servers), clear], applications: [{ id: "console", servers: [...Object.values(servers).map(({ id }) => id), "clear"] }] });
  const report = await world().run(config, login(), {});
  assert.ok(told(report).every((line) => line.endsWith("first-access")), told(report).join());
  const text = JSON.stringify(report);
  assert.doesNotMatch(text, /made-up-|canary-in-clear/);
  const tokens = report.exchanges.filter(({ purpose }) => purpose === "token");
  assert.equal(tokens.length, 4);
  assert.ok(tokens.every(({ reply }) => /"(access_)?token":"…"/.test(reply)), "issued tokens are cut too");
  assert.doesNotMatch(text, new RegExp(Buffer.from("robot:canary-in-clear").toString("base64")));
});

test("Salesforce's ids stay those of the configuration", async () => {
  const report = await world().run(configOf(["salesforce"]), login(), {});
  assert.match(JSON.stringify(report.providers), /00eKj00000abcdeIAA/);
  assert.doesNotMatch(JSON.stringify(report), /00e000000000001AAA/);
  assert.match(report.notes.join(), /for a profile it has/);
});

test("servers of one address share a provider, which is said", async () => {
  const other = { ...servers.aws, id: "again" };
  const config = JSON.stringify({ servers: [servers.aws, other], applications: [{ id: "console", servers: ["aws", "again"] }] });
  const report = await world().run(config, login({ groups: [] }), {});
  assert.equal(report.providers.length, 1);
  assert.match(report.notes.join(), /again: same address as aws/);
  assert.ok(report.exchanges.some(({ server }) => server === "again"));
});

test("a lifecycle event goes its own way", async () => {
  const one = world();
  await one.run(configOf(["aws"]), login(), {});
  const { user } = JSON.parse(login());
  const left = await one.run(configOf(["aws"]), JSON.stringify({ type: "user.disabled", user }), {});
  assert.deepEqual([left.kind, ...told(left)], ["lifecycle", "aws deactivated user-disabled"]);
  assert.deepEqual(left.providers[0].changes[0].lines, [{ path: "active", before: "true", after: "false" }]);
});

const bad = [
  ["a configuration that is not JSON", "{", login(), "config"],
  ["a configuration that is null", "null", login(), "config"],
  ["a configuration with placeholders", JSON.stringify({ servers: [{ id: "s", url: "https://x.my.salesforce.com/services/scim/v2", ...parts().ScimHook && JSON.parse(JSON.stringify(servers.salesforce).replaceAll("00eKj00000abcdeIAA", "<profile-id>")) }], applications: [] }), login(), "config"],
  ["an event that is not JSON", configOf(["aws"]), "{", "event"],
  ["an event of an unknown type", configOf(["aws"]), '{"type":"bogus"}', "event"],
  ["an event that is a list", configOf(["aws"]), "[]", "event"],
];
for (const [what, config, event, of] of bad) {
  test(`${what} is told, and the next press works`, async () => {
    const one = world();
    for (const failed of [await one.run(config, event, {}), await one.explain(config, event)]) {
      assert.equal(failed.of, of);
      assert.ok(failed.problems.length > 0 && failed.problems.every(({ message }) => typeof message === "string"));
    }
    assert.deepEqual(told(await one.run(configOf(["aws"]), login(), {})), ["aws created first-access"]);
  });
}

test("200 servers are explained and run within seconds", async () => {
  const many = Array.from({ length: 200 }, (_, at) => ({ ...servers.basic, id: `s${at}`, url: `https://s${at}.example/v2` }));
  const config = JSON.stringify({ servers: many, applications: [{ id: "console", servers: many.map(({ id }) => id) }] });
  const one = world();
  let began = performance.now();
  assert.equal((await one.explain(config, login())).servers.length, 200);
  const explained = performance.now() - began;
  began = performance.now();
  const report = await one.run(config, login(), {});
  const ran = performance.now() - began;
  assert.ok(report.outcome.servers.every(({ result }) => result === "created"));
  assert.ok(explained < 5_000 && ran < 15_000, `${explained} ms, ${ran} ms`);
});

test("presses that come at once are made one after the other", async () => {
  const one = world();
  const reports = await Promise.all([1, 2, 3].map(() => one.run(configOf(["aws"]), login(), {})));
  assert.deepEqual(reports.map(({ press, exchanges }) => [press, exchanges.length > 0]), [[1, true], [2, false], [3, false]]);
});
