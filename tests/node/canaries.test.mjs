// S1, S2: a secret is in requests and nowhere else, a profile's value in requests, jobs and `explain`. Every secret and
// every value holds a word that nothing else holds, and everything that hosts are given is searched for it. Providers
// that repeat what they were sent are in canaries-echo.test.mjs.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ScimHook, ScimHookError, validate } from "../../pkg/index.js";
import { createHost } from "../../pkg/host.js";
import { KEY_LINES, KINDS, SECRET, SECRETS, VALUE, clean, profile, reply, secretOf, serverOf, watch } from "./canary.mjs";
import { AMARA, configOf, server } from "./scene.mjs";

for (const [name, kind] of Object.entries(KINDS)) describe(name, { concurrency: 2 }, () => {
  const on = (title, play) => test(title, play);

  on("created, unchanged, updated, grouped, deactivated, reactivated, rechecked, forgotten", async () => {
    let later = 0;
    // Both go by one clock: an assertion says when it was made.
    const now = () => Date.now() + later;
    const world = watch(kind, { host: { now }, clock: now, policy: { budgetMs: 10_000 }, config: { groups: { mode: "mirror" } } });
    const results = [];
    const next = async (play) => results.push((await play)?.servers?.[0].result);
    const user = profile();
    await next(world.login(user));
    await next(world.login(user));
    await next(world.login({ ...profile("b"), id: user.id, groups: ["readers"] }));
    await next(world.login({ ...profile("b"), id: user.id, title: undefined, groups: [] }));
    await next(world.login({ ...user, active: false }));
    await next(world.login(user));
    later = 8 * 86_400_000;
    await next(world.login(user));
    await next(world.keep(() => world.hook.lifecycle({ type: "user.deleted", user })));
    // A GitHub organisation forgets who left, and has no updates by itself.
    const back = kind.type === "github" ? "created" : "reactivated";
    assert.deepEqual(results, ["created", "unchanged", "updated", kind.type.startsWith("github") ? "unchanged" : "updated", "deactivated", back, "unchanged", "deactivated"]);
    await world.keep(() => world.hook.forget(user.id));
    const [records, lines] = kind.type === "github" ? [6, 12] : [8, 16];
    assert.ok(world.seen.store.length > records && world.seen.logs.length > lines);
    world.check();
  });

  on("adopted, conflicts, and a find that shows somebody else", async () => {
    const world = watch(kind);
    const there = (user, more) => ({ userName: user.email, active: true, displayName: "kanari there", name: { givenName: "kanari", familyName: "kanari" }, ...more });
    world.sim.edit({ create: { type: "User", resource: there(profile("a")) } });
    world.sim.edit({ create: { type: "User", resource: there(profile("b"), { externalId: "kanari-other" }) } });
    const found = [await world.login(profile("a")), await world.login(profile("b"))].map(({ servers: [{ result, reason }] }) => `${result} ${reason}`);
    assert.equal(found[0], "adopted adopted");
    // At Salesforce externalId is the federation id, and says nothing of who owns an account.
    if (kind.type !== "salesforce") assert.equal(found[1], "conflict owned-by-another");
    world.check();
  });

  on("401", async () => {
    const world = watch(kind, { fetch: () => async (url, init) => reply(401, { detail: `bad ${init.headers.Authorization} ${init.body}` }, { "WWW-Authenticate": init.headers.Authorization }) });
    const { servers: [outcome] } = await world.login(profile());
    assert.deepEqual([outcome.result, outcome.error.class], ["failed", "credentials"]);
    world.check();
  });

  on("throttled, and taken up again", async () => {
    const world = watch(kind);
    world.sim.fault({ throttle: { retryAfter: 30 }, times: Infinity });
    const { servers: [outcome] } = await world.login(profile());
    assert.deepEqual([outcome.result, outcome.reason], ["deferred", "throttled"]);
    assert.ok(JSON.stringify(world.jobs).includes("kanari.mail"), "a job holds its event");
    const { servers: [early] } = await world.keep(() => world.hook.resume(world.jobs[0]));
    assert.deepEqual([early.result, early.reason], ["deferred", "too-early"]);
    world.check();
  });

  on("redirects and pages that are no SCIM", async () => {
    for (const [status, more] of [[302, { location: `https://kanari.example/${SECRETS.token}` }], [200, {}], [201, {}]]) {
      const world = watch(kind, { fetch: () => async (url, init) => reply(status, `<html>${init.body} ${init.headers.Authorization}</html>`, more) });
      const { servers: [outcome] } = await world.login(profile());
      assert.deepEqual([outcome.result, outcome.error.class], ["failed", "protocol"]);
      world.check();
    }
  });

  on("a fetch that fails with the request in its error", async () => {
    const cause = (url, init) => Object.assign(new Error(`${url} ${init.headers.Authorization} ${init.body}`), { code: SECRETS.token });
    const ways = {
      throwing: () => (url, init) => {
        throw cause(url, init);
      },
      rejecting: () => (url, init) => Promise.reject(cause(url, init)),
      "rejecting with a text": () => (url, init) => Promise.reject(`${init.headers.Authorization} ${init.body}`),
      "giving a response that throws": () => async (url, init) => ({
        status: 200,
        headers: { get: () => null },
        text: () => Promise.reject(cause(url, init)),
      }),
    };
    for (const [way, fetch] of Object.entries(ways)) {
      const world = watch(kind, { fetch, policy: { budgetMs: 4000, retries: 1 } });
      const { servers: [outcome] } = await world.login(profile());
      assert.deepEqual([outcome.result, outcome.error.class], ["deferred", "unavailable"], way);
      world.check();
    }
  });

  on("a provider that hangs, and a run that is aborted", async () => {
    const world = watch(kind, { fetch: () => () => new Promise(() => {}), policy: { budgetMs: 500, retries: 0 } });
    const { servers: [hung] } = await world.login(profile());
    assert.deepEqual([hung.result, hung.reason], ["deferred", "budget-spent"]);
    const { servers: [aborted] } = await world.login(profile(), { signal: AbortSignal.abort(new Error(SECRETS.token)) });
    assert.deepEqual([aborted.result, aborted.reason], ["deferred", "aborted"]);
    world.check();
  });

  on("a store that throws, and one that gives rubbish", async () => {
    const bad = () => {
      throw new Error(`${SECRETS.token} ${SECRETS.password} ${profile().email}`);
    };
    const rubbish = async () => ({ value: `${SECRETS.token} kanari`, version: "kanari" });
    for (const state of [{ get: bad, put: bad, delete: bad }, { get: rubbish, put: async () => "kanari", delete: bad }]) {
      const world = watch(kind, { host: { state } });
      assert.equal((await world.login(profile())).servers[0].result, "created");
      await world.keep(() => world.hook.forget(profile().id));
      world.check();
    }
  });

  on("callbacks that throw secrets", async () => {
    const bad = () => {
      throw new Error(`${SECRETS.token} ${SECRETS.password} kanari`);
    };
    const ways = { throws: bad, rejects: async () => bad(), "gives an object": () => ({ secret: SECRETS.token }), "gives nothing": () => undefined };
    for (const [way, secrets] of Object.entries(ways)) {
      const world = watch(kind, { host: { secret: secrets, enqueue: bad }, policy: { budgetMs: 300 } });
      const { servers: [outcome] } = await world.login(profile());
      const literal = name.includes("literal");
      const unknown = way === "gives nothing" ? "credentials" : "unavailable";
      assert.equal(outcome.error?.class, literal ? undefined : unknown, way);
      world.check({ requests: literal });
    }
  });

  on("events that are misuse", async () => {
    const world = watch(kind);
    const user = profile();
    const cyclic = { ...user };
    cyclic.self = cyclic;
    const wrong = [
      { application: "console", user: { ...user, id: "" } },
      { application: "console", user: { ...user, active: "kanari", groups: "kanari" } },
      { application: "console", user: { ...user, groups: [{ name: 7, kanari: "kanari" }, ["kanari"], ""] } },
      { application: ["kanari"], user },
      { application: "console", type: "kanari", user },
      { application: "console", occurredAt: "kanari", id: { kanari: 1 }, user },
      { application: "console", user: "kanari" },
      { application: "console", user: cyclic },
      { application: "console", user: { ...user, toJSON: () => { throw new Error("kanari"); } } },
      '{"user": kanari',
      `"${"kanari".repeat(200_000)}"`,
      `${"[".repeat(1000)}"kanari"${"]".repeat(1000)}`,
      '"kanari"',
    ];
    for (const event of wrong) {
      const error = await world.keep(() => world.hook.postAuthentication(event));
      assert.deepEqual([error.code, error.problems.length > 0], ["event", true], JSON.stringify(world.seen.outcomes.at(-1)));
    }
    for (const job of [{ version: 1, server: "kanari", event: { user } }, { version: "kanari" }, { version: 1, server: kind.type, createdAt: 1, notBefore: 1, attempt: 1, event: { type: "kanari", user } }]) {
      assert.equal((await world.keep(() => world.hook.resume(job))).code, "event");
    }
    world.check({ requests: false });
  });

  on("profiles that the provider cannot take", async () => {
    const world = watch(kind);
    const user = profile();
    for (const wrong of [{ email: `kanari mail\n@x${" ".repeat(200)}` }, { email: undefined }, { email: ["kanari"] }, { firstName: { kanari: "kanari" } }, { email: "kanari".repeat(500) }]) {
      await world.login({ ...user, ...wrong });
    }
    world.check({ requests: false });
    const condition = "user.address.city.size() > user.number";
    const failing = new ScimHook(
      { ...configOf([serverOf(kind)]), applications: [{ id: "console", servers: [kind.type], condition }] },
      createHost({ fetch: world.sims[0].fetch, secrets: SECRETS, log: (record) => world.seen.logs.push(record) }),
    );
    const { servers: [outcome] } = await world.keep(() => failing.postAuthentication(world.event(user)));
    assert.deepEqual([outcome.result, outcome.error.class], ["failed", "profile"]);
    world.check({ requests: false });
  });

  on("explain holds the profile, and no secret; probe holds neither", async () => {
    const world = watch(kind, { config: { groups: { mode: "mirror" } } });
    const user = { ...profile(), groups: ["readers"] };
    for (const read of [false, true]) {
      const told = await world.hook.explain(world.event(user), { read });
      clean(told, [SECRET]);
      assert.ok(JSON.stringify(told).includes("kanari.mail"));
      assert.ok(told.servers[0].requests.length > 0);
    }
    await world.login(user);
    clean(await world.hook.explain(world.event({ ...user, title: "Kanari 2" }), { read: true }), [SECRET]);
    await world.keep(() => world.hook.probe(kind.type));
    world.check();
    const secret = secretOf(kind) ?? "";
    const echoing = watch(kind, { fetch: () => async (url, init) => reply(500, { detail: `${init.headers.Authorization} ${secret}` }), policy: { retries: 0 } });
    await echoing.keep(() => echoing.hook.probe(kind.type));
    const told = await echoing.hook.explain(echoing.event(user), { read: true });
    clean(told, [SECRET]);
    clean([echoing.seen, echoing.jobs], [SECRET]);
  });
});

test("configurations that are wrong say nothing of a secret", () => {
  const aws = server("aws", { authentication: { scheme: "accessToken", accessToken: "Zeisig token\r\nX: zeisig" } });
  const wrong = [
    configOf([{ ...aws, url: "https://zeisig:zeisig@scim.example/?zeisig#zeisig" }]),
    configOf([{ ...aws, url: "https://scim.example/zeisig zeisig" }]),
    configOf([{ ...aws, authentication: { scheme: "accessToken", accessToken: ["zeisig"] } }]),
    configOf([{ ...aws, authentication: { scheme: "accessToken", accessToken: { secret: ["zeisig"] } } }]),
    configOf([{ ...aws, authentication: { scheme: "basic", username: "u", password: "zeisig" } }]),
    configOf([{ ...aws, authentication: { scheme: "basic", username: "u:v", password: "zeisig\u0000" } }]),
    configOf([{ ...aws, authentication: { scheme: "oauth2", grant: "password", clientSecret: "zeisig", password: "zeisig" } }]),
    configOf([{ ...aws, authentication: { scheme: "githubApp", privateKey: "-----BEGIN zeisig" } }]),
    configOf([{ ...aws, authentication: { scheme: "accessToken", accessToken: "zeisig", accesstoken: "zeisig" } }]),
    configOf([{ ...aws, authentication: "zeisig" }]),
    configOf([aws]),
    `{ "servers": [{ "authentication": { "accessToken": "zeisig" }, zeisig`,
    { servers: [aws, { self: 1n, token: "zeisig" }], applications: [] },
  ];
  for (const config of wrong) {
    const problems = validate(config);
    assert.ok(problems.some(({ severity }) => severity === "error"));
    clean(problems, [SECRET]);
    assert.throws(() => new ScimHook(config, createHost({ fetch })), (error) => {
      clean([error.message, error.stack, String(error.cause), error.problems, { ...error }], [SECRET]);
      return error instanceof ScimHookError && error.code === "config";
    });
  }
  // A literal that can be used is warned of, and not quoted.
  for (const kind of Object.values(KINDS)) {
    const problems = validate(configOf([serverOf(kind)]));
    clean(problems, [SECRET]);
    assert.equal(problems.filter(({ code }) => code === "literal-secret").length, kind.literal ? 1 : 0);
  }
});

test("the search finds canaries", () => {
  const found = (value, words = [SECRET, VALUE]) => assert.throws(() => clean(value, words), /a canary at/);
  found({ a: [{ b: SECRETS.token }] });
  found({ [profile().email]: 1 });
  found(`Basic ${Buffer.from(`client-1:${SECRETS.password}`).toString("base64")}`);
  found(encodeURIComponent(profile().email));
  found(JSON.stringify({ x: profile().lastName }));
  clean({ ok: ["created", 1, null, undefined, AMARA] }, [SECRET, VALUE]);
});
