// S1, S2: a secret is in requests and nowhere else, a profile's value in requests, jobs and `explain`. Every secret and
// every value holds a word that nothing else holds, and everything that hosts are given is searched for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ScimHook, ScimHookError, validate } from "../../pkg/index.js";
import { createHost } from "../../pkg/host.js";
import { AMARA, DEPARTMENT, configOf, openStore, scene, server } from "./scene.mjs";

/** Part of every secret, and of every value. Whole texts are longer and differ. */
const SECRET = "zeisig";
const VALUE = "kanari";

const SECRETS = { token: "Zeisig.token-7fQ2x", password: 'Zeisig:pass "word" 9', pepper: "Zeisig/pepper~42" };
const BASIC = Buffer.from(`client-1:${SECRETS.password}`).toString("base64");

const profile = (n = "") => ({
  id: `u-4711${n}`,
  email: `kanari.mail${n}@kanari.example`,
  firstName: `Kanari-given${n}`,
  lastName: `O'Kanari "family" \\ ${n}`,
  phone: `+49 kanari ${n}`,
  title: `Kanari\ttitle ü${n}`,
  department: `kanari & department %${n}`,
  number: `kanari-number${n}`,
  address: { city: `Kanari-city${n}`, street: `Kanari street 7\nkanari second line${n}` },
  unmapped: [`kanari-unmapped${n}`],
  groups: [],
});

const KINDS = {
  "a named token": { type: "aws", authentication: { scheme: "accessToken", accessToken: { secret: "token" } } },
  "a literal token": { type: "aws", authentication: { scheme: "accessToken", accessToken: SECRETS.token } },
  "a named password": { type: "generic", authentication: { scheme: "basic", username: "client-1", password: { secret: "password" } } },
  "a literal password": { type: "generic", authentication: { scheme: "basic", username: "client-1", password: SECRETS.password } },
};

function serverOf({ type, authentication }, more) {
  const base = server(type, { authentication, ...more });
  return {
    ...base,
    attributes: {
      ...base.attributes,
      nickName: { expression: "event.device" },
      'addresses[type eq "work"].locality': "address.city",
      'addresses[type eq "work"].streetAddress': "address.street",
      [DEPARTMENT.replace("department", "employeeNumber")]: "number",
    },
  };
}

/** Everything that was handed out while `play` ran; `jobs` apart, since they hold the event. */
function watch(kind, { host = {}, config, ...more } = {}) {
  const seen = { outcomes: [], logs: [], errors: [], statuses: [], store: [], warnings: [] };
  const jobs = [];
  const store = openStore();
  const sent = [];
  const world = scene({
    servers: [serverOf(kind, config)],
    secrets: SECRETS,
    pepper: SECRETS.pepper,
    state: {
      get: (key) => (seen.store.push(key), store.get(key)),
      put: (key, value, options) => (seen.store.push(key, value), store.put(key, value, options)),
      delete: (key) => (seen.store.push(key), store.delete(key)),
    },
    log: (record) => seen.logs.push(record),
    enqueue: (job) => void jobs.push(job),
    ...more,
    fetch: (inner) => {
      const outer = more.fetch?.(inner) ?? inner;
      return (url, init) => {
        sent.push({ url, headers: init.headers, body: init.body });
        return outer(url, init);
      };
    },
    ...host,
  });
  seen.warnings.push(world.hook.warnings, validate(world.config));
  const keep = async (what) => {
    try {
      const outcome = structuredClone(await what());
      seen.outcomes.push(outcome);
      for (const one of outcome?.servers ?? []) {
        if (one.job) jobs.push(one.job);
        delete one.job;
      }
      seen.statuses.push(world.hook.status());
      return outcome;
    } catch (error) {
      seen.errors.push(error.message, error.stack, String(error.cause), error.problems, { ...error });
      seen.statuses.push(world.hook.status());
      if (!(error instanceof ScimHookError)) throw error;
      return error;
    }
  };
  const event = (user) => ({ id: "e-1", application: { id: "console", note: "kanari-application" }, device: "kanari-device", user });
  return {
    ...world, seen, jobs, sent, keep,
    login: (user, options) => keep(() => world.hook.postAuthentication(event(user), options)),
    event,
    /** Nothing that was handed out holds a canary; the requests do. */
    check({ requests = true } = {}) {
      clean(seen, [SECRET, VALUE]);
      for (const { event, ...rest } of jobs) clean(rest, [SECRET, VALUE]);
      clean(jobs, [SECRET]);
      if (!requests) return;
      const header = kind.type === "aws" ? `Bearer ${SECRETS.token}` : `Basic ${BASIC}`;
      assert.ok(sent.length > 0 && sent.every(({ headers }) => headers.Authorization === header), "requests hold the secret");
      assert.ok(JSON.stringify(sent).includes("kanari.mail"), "requests hold the profile");
    },
  };
}

/** Fails with the place of the first canary. */
function clean(value, words, at = "") {
  if (value !== null && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) {
      clean(name, words, `${at}/${name} (the name)`);
      clean(inner, words, `${at}/${name}`);
    }
    return;
  }
  const text = String(value);
  // Whatever may have been encoded on the way.
  const forms = [text, text.replace(/[A-Za-z0-9+/_-]{16,}={0,2}/g, (run) => Buffer.from(run, "base64").toString("latin1"))];
  for (const form of forms) {
    const found = words.find((word) => form.toLowerCase().includes(word));
    assert.equal(found, undefined, `a canary at ${at}: ${text.slice(0, 400)}`);
  }
}

const reply = (status, body, headers = {}) => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const isCreate = (url, init) => init.method === "POST" && String(url).endsWith("/Users");

/** What a provider that gives everything back may say of a request: something by name. */
function echoes(url, init, { type }) {
  const { Authorization } = init.headers;
  const secret = SECRETS[type === "aws" ? "token" : "password"];
  const request = `${init.method} ${url} HTTP/1.1\r\n${Object.entries(init.headers).map((pair) => pair.join(": ")).join("\r\n")}\r\n\r\n${init.body ?? ""}`;
  const [, credential] = Authorization.split(" ");
  const body = init.body ? JSON.parse(init.body) : {};
  return {
    "the whole request": { detail: request },
    "the header": { detail: `unknown: ${Authorization}` },
    "the credential": { detail: `bad credential '${credential}'.` },
    "the secret": { message: `not ${secret}.` },
    "the secret twice, in capitals": { message: `${secret}${secret}`.toUpperCase() },
    "the secret in JSON": { message: JSON.stringify({ secret }) },
    "the body": { detail: init.body ?? "" },
    "the body, in capitals": { detail: (init.body ?? "").toUpperCase() },
    "the URL": { detail: `not found: ${url}` },
    "the URL, decoded": { detail: `not found: ${decodeURIComponent(url)}` },
    "every value, one a time": { detail: Object.values(body).flat().map((value) => (typeof value === "object" ? Object.values(value).join(" ") : value)).join("; ") },
    "a value that was not in this request": { detail: "kanari-device is unknown" },
    "a list of errors": [{ errorCode: "BAD", message: request }],
    "OAuth's form": { error: "invalid", error_description: request },
  };
}

for (const [name, kind] of Object.entries(KINDS)) {
  const on = (title, play) => test(`${name}: ${title}`, play);

  on("created, unchanged, updated, grouped, deactivated, reactivated, rechecked, forgotten", async () => {
    let later = 0;
    const world = watch(kind, { host: { now: () => Date.now() + later }, config: { groups: { mode: "mirror" } } });
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
    assert.deepEqual(results, ["created", "unchanged", "updated", "updated", "deactivated", "reactivated", "unchanged", "deactivated"]);
    await world.keep(() => world.hook.forget(user.id));
    assert.ok(world.seen.store.length > 8 && world.seen.logs.length > 16);
    world.check();
  });

  on("adopted, conflicts, and a find that shows somebody else", async () => {
    const world = watch(kind);
    const there = (user, more) => ({ userName: user.email, active: true, displayName: "kanari there", name: { givenName: "kanari", familyName: "kanari" }, ...more });
    world.sim.edit({ create: { type: "User", resource: there(profile("a")) } });
    world.sim.edit({ create: { type: "User", resource: there(profile("b"), { externalId: "kanari-other" }) } });
    const found = [await world.login(profile("a")), await world.login(profile("b"))].map(({ servers: [{ result, reason }] }) => `${result} ${reason}`);
    assert.deepEqual(found, ["adopted adopted", "conflict owned-by-another"]);
    world.check();
  });

  for (const what of Object.keys(echoes("http://x", { method: "GET", headers: { Authorization: "x y" } }, kind))) {
    on(`a provider that gives back ${what}`, async () => {
      for (const status of [400, 403, 404, 409, 422, 429, 500, 503]) {
        const world = watch(kind, { policy: { budgetMs: 300, retries: 0 }, fetch: () => async (url, init) => reply(status, echoes(url, init, kind)[what]) });
        const { servers: [outcome] } = await world.login(profile());
        assert.ok(outcome.error || outcome.result === "conflict", `${status}: ${outcome.result}`);
        world.check();
      }
      let echo = false;
      const fetch = (inner) => async (url, init) => (echo && init.method !== "GET" ? reply(400, echoes(url, init, kind)[what]) : inner(url, init));
      const world = watch(kind, { fetch, config: { groups: { mode: "mirror" } } });
      await world.login({ ...profile(), groups: ["readers"] });
      echo = true;
      const { servers: [outcome] } = await world.login({ ...profile("x"), id: profile().id, groups: ["readers"] });
      assert.equal(outcome.result, "failed");
      const { servers: [grouped] } = await world.login({ ...profile(), groups: ["other"] });
      assert.deepEqual(grouped.groups.map(({ result }) => result), ["failed", "failed"]);
      world.check();
    });
  }

  on("a provider that gives back the URL of a look-up", async () => {
    const nobody = { totalResults: 0, Resources: [] };
    const said = [];
    const fetch = () => async (url, init) => {
      if (init.method === "POST") return reply(409, { scimType: "uniqueness" });
      if (!url.includes("kanari")) return reply(200, nobody);
      said.push(url);
      return reply(404, { detail: `nothing at ${url.slice(url.indexOf("?"))}, that is ${decodeURIComponent(url)}` });
    };
    const world = watch(kind, { fetch });
    await world.login(profile());
    assert.equal(said.length, 1, "the second look-up is by userName");
    world.check();
  });

  // Words are taken for codes where they look like one; a secret or a value may look like one too.
  for (const field of ["scimType", "errorCode", "code", "error"]) {
    on(`a provider that gives a secret or a value back as \`${field}\``, async () => {
      for (const word of [SECRETS.token, "Kanari-given", "kanari-number"]) {
        const world = watch(kind, { policy: { retries: 0 }, fetch: () => async () => reply(400, { [field]: word, detail: "no" }) });
        await world.login(profile());
        // What is not our secret is a word like any other.
        if (kind.type === "aws" || word !== SECRETS.token) world.check();
      }
    });
  }

  on("a provider that gives the credential back as the id of the request", async () => {
    const fetch = (inner) => async (url, init) => {
      const answer = await inner(url, init);
      const headers = Object.fromEntries(answer.headers);
      const [, credential] = init.headers.Authorization.split(" ");
      const id = { "x-amzn-requestid": credential, "x-request-id": credential, "x-github-request-id": credential };
      return new Response(answer.body, { status: answer.status, headers: { ...headers, ...id } });
    };
    const world = watch(kind, { fetch });
    assert.equal((await world.login(profile())).servers[0].result, "created");
    world.check();
  });

  on("401", async () => {
    const world = watch(kind, { fetch: () => async (url, init) => reply(401, { detail: `bad ${init.headers.Authorization}` }, { "WWW-Authenticate": init.headers.Authorization }) });
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
      const world = watch(kind, { fetch, policy: { budgetMs: 400, retries: 1 } });
      const { servers: [outcome] } = await world.login(profile());
      assert.deepEqual([outcome.result, outcome.error.class], ["deferred", "unavailable"], way);
      world.check();
    }
  });

  on("a provider that hangs, and a run that is aborted", async () => {
    const world = watch(kind, { fetch: () => () => new Promise(() => {}), policy: { budgetMs: 100, retries: 0 } });
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
    const secret = SECRETS[kind.type === "aws" ? "token" : "password"];
    const echoing = watch(kind, { fetch: () => async (url, init) => reply(500, { detail: `${init.headers.Authorization} ${secret}` }), policy: { retries: 0 } });
    await echoing.keep(() => echoing.hook.probe(kind.type));
    const told = await echoing.hook.explain(echoing.event(user), { read: true });
    clean(told, [SECRET]);
    clean([echoing.seen, echoing.jobs], [SECRET]);
  });
}

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
    assert.equal(problems.length, Object.values(kind.authentication).includes(SECRETS[kind.type === "aws" ? "token" : "password"]) ? 1 : 0);
  }
});

test("the search finds canaries", () => {
  const found = (value, words = [SECRET, VALUE]) => assert.throws(() => clean(value, words), /a canary at/);
  found({ a: [{ b: SECRETS.token }] });
  found({ [profile().email]: 1 });
  found(`Basic ${BASIC}`);
  found(encodeURIComponent(profile().email));
  found(JSON.stringify({ x: profile().lastName }));
  clean({ ok: ["created", 1, null, undefined, AMARA] }, [SECRET, VALUE]);
});
