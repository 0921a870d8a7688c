// Bad input of every sort: each ends in the problem or failure that the rules name, the module works on afterwards, and
// nothing that was remembered is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ScimHook, ScimHookError, validate } from "../../pkg/index.js";
import { createHost } from "../../pkg/host.js";
import { AMARA, configOf, openStore, purposes, scene, server } from "./scene.mjs";

/* ---------------------------------------------------------------- configuration */

const good = () => ({ ...configOf([server("aws"), server("generic")]), policy: {} });

/** A copy with one place changed: a JSON Pointer and a value, or `undefined` to leave it out. */
function put(config, pointer, value) {
  const steps = pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = steps.pop();
  const at = steps.reduce((object, step) => (object[step] ??= {}), config);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return config;
}

/** What `new ScimHook` throws for a configuration; `validate` must find the same. */
function refusal(config) {
  let thrown;
  assert.throws(() => new ScimHook(config, createHost({ fetch })), (error) => {
    thrown = error;
    return error instanceof ScimHookError;
  });
  assert.equal(thrown.code, "config");
  assert.deepEqual(thrown.problems, validate(config));
  for (const { severity, message, path } of thrown.problems) {
    assert.match(severity, /^(error|warning)$/);
    assert.match(message, /^[^A-Z].*[^.]$/s, "one lower-case sentence without a final period");
    assert.match(path, /^(\/|$)/);
  }
  return thrown.problems;
}

const MAIL = '/servers/0/attributes/emails[type eq "work"].value';
const FAULTS = {
  "an unknown field": ["/colour", "red", "unknown-field"],
  "an unknown field of a server": ["/servers/1/ulr", "x", "unknown-field"],
  "an unknown field of a policy": ["/servers/0/policy", { retry: 1 }, "unknown-field", "/servers/0/policy/retry"],
  "an unknown field of groups": ["/servers/0/groups/modus", "add", "unknown-field"],
  "an unknown field of an application": ["/applications/0/server", "aws", "unknown-field"],
  "an unknown field of authentication": ["/servers/0/authentication/token", "x", "unknown-field"],
  "a missing field": ["/servers/0/url", undefined, "missing-field"],
  "servers that are no list": ["/servers", {}, "wrong-type"],
  "a name that is a number": ["/servers/0/name", 5, "wrong-type"],
  "a flag that is a text": ["/applications/0/enabled", "yes", "wrong-type"],
  "a number with a fraction": ["/policy/retries", 1.5, "wrong-type"],
  "a source that is a number": [MAIL, 7, "wrong-type"],
  "a number out of range": ["/policy/budgetMs", 0, "out-of-range"],
  "a word that is not taken": ["/servers/0/mode", "lve", "bad-value"],
  "an http URL": ["/servers/0/url", "http://scim.example/v2", "not-https"],
  "a URL with credentials": ["/servers/0/url", "https://a:b@scim.example/v2", "bad-url"],
  "no URL": ["/servers/0/url", "scim.example", "bad-url"],
  "two servers of one id": ["/servers/1/id", "aws", "duplicate-id"],
  "two applications of one id": ["/applications/1", { id: "console", servers: ["aws"] }, "duplicate-id", "/applications/1/id"],
  "an id that is none": ["/servers/0/id", "Nope!", "bad-id"],
  "an application that names a missing server": ["/applications/0/servers/0", "awss", "unknown-server"],
  "a condition that does not compile": ["/applications/0/condition", "user.active &&", "bad-expression"],
  "a condition that names an unknown variable": ["/applications/0/condition", "usr.active", "unknown-variable"],
  "a mapping that does not compile": [`${MAIL}`, { expression: "user.(" }, "bad-expression", `${MAIL}/expression`],
  "a mapping that names an unknown variable": ["/servers/0/attributes/title", ["title", { expression: "group.name" }], "unknown-variable", "/servers/0/attributes/title/1/expression"],
  "a rename that names an unknown variable": ["/servers/0/groups/rename", { expression: "user.id" }, "unknown-variable", "/servers/0/groups/rename/expression"],
  "an expression of more than 4 KiB": ["/applications/0/condition", `user.active ${"|| user.active ".repeat(400)}`, "too-large"],
  "macros three deep": ["/applications/0/condition", "user.a.all(x, x.all(y, y.all(z, z)))", "too-deep"],
  "a path that does not parse": ['/servers/0/attributes/emails[type eq "work"', "email", "bad-path"],
  "a static path that does not parse": ["/servers/0/staticAttributes", { "a b": 1 }, "bad-path", "/servers/0/staticAttributes/a b"],
  "a path with a slash": ["/servers/0/attributes/x~1y", "email", "bad-path"],
  "a required attribute that is mapped to nothing": ["/servers/0/attributes/userName", undefined, "missing-required", "/servers/0/attributes"],
  "a server's budget": ["/servers/0/policy", { budgetMs: 5 }, "misplaced", "/servers/0/policy/budgetMs"],
  "a placeholder that is left": ["/servers/0/url", "https://<region>.example", "placeholder"],
  "a type that is none": ["/servers/0/type", "awz", "bad-value"],
};

for (const [name, [pointer, value, code, path = pointer]] of Object.entries(FAULTS)) {
  test(`configuration: ${name}`, () => {
    const problems = refusal(put(good(), pointer, value));
    const errors = problems.filter(({ severity }) => severity === "error");
    assert.ok(errors.some((problem) => problem.code === code && problem.path === path), JSON.stringify(errors));
    // As text it is the same.
    assert.deepEqual(validate(JSON.stringify(put(good(), pointer, value))), problems);
  });
}

test("configuration: everything at once is reported at once", () => {
  const combined = ["an unknown field", "an unknown field of a policy", "a flag that is a text", "an http URL", "two servers of one id",
    "an application that names a missing server", "a condition that does not compile", "a mapping that names an unknown variable",
    "a path that does not parse", "a name that is a number"];
  const config = good();
  for (const name of combined) put(config, ...FAULTS[name]);
  const found = refusal(config).map(({ path, code }) => `${path} ${code}`);
  for (const name of combined) {
    const [pointer, , code, path = pointer] = FAULTS[name];
    assert.ok(found.includes(`${path} ${code}`), `${name}: ${found.join("\n")}`);
  }
  assert.equal(new Set(found).size, found.length, "each once");
});

test("configuration: what a provider refuses is a warning, and is left out", async () => {
  const config = good();
  config.servers[0].staticAttributes = { photos: [{ value: "https://x.example/a.png" }] };
  const [warning, ...more] = validate(config);
  assert.deepEqual([warning.severity, warning.code, warning.path, more], ["warning", "refused-attribute", "/servers/0/staticAttributes/photos", []]);
  const world = scene(config);
  assert.deepEqual(world.hook.warnings, [warning]);
  const outcome = await world.login(AMARA);
  assert.deepEqual([outcome.result, "photos" in outcome.sent[0].body], ["created", false]);
  const told = await world.hook.explain({ application: "console", user: AMARA });
  assert.equal(told.servers[0].mapping.find(({ target }) => target === "photos").problem.code, "refused-attribute");
});

test("configuration: what is no configuration", () => {
  const cyclic = good();
  cyclic.self = cyclic;
  const deep = (levels) => JSON.parse("[".repeat(levels) + "]".repeat(levels));
  const wrong = [
    [null, "wrong-type"], [[], "wrong-type"], [7, "wrong-type"], [undefined, "bad-json"], [() => {}, "bad-json"], ["", "bad-json"],
    ["{", "bad-json"], ["[1,]", "bad-json"], [cyclic, "bad-json"], [{ ...good(), n: 1n }, "bad-json"],
    [`{"x":"${"x".repeat(1 << 20)}"}`, "too-large"], [{ ...good(), x: "x".repeat(1 << 20) }, "too-large"],
    ["[".repeat(1000) + "]".repeat(1000), "too-deep"], [{ ...good(), x: deep(1000) }, "too-deep"], ["[".repeat(1_000_000), "too-deep"],
  ];
  for (const [config, code] of wrong) {
    const [problem] = refusal(config);
    assert.deepEqual([problem.severity, problem.code, problem.path], ["error", code, ""]);
  }
  for (const missing of ["/servers", "/applications"]) {
    assert.ok(refusal({}).some(({ path, code }) => path === missing && code === "missing-field"));
  }
  // JSON of just 1 MiB is read.
  const text = JSON.stringify(good());
  assert.deepEqual(validate(text + " ".repeat((1 << 20) - text.length)), []);
  assert.equal(validate(text + " ".repeat((1 << 20) + 1 - text.length))[0].code, "too-large");
});

/* ---------------------------------------------------------------- events */

/** A world in which somebody has signed in, for events that are refused; they leave it as it was. */
async function signedIn() {
  const world = scene({ servers: [server("aws")] });
  const user = { ...AMARA, groups: ["readers"] };
  assert.equal((await world.login(user)).result, "created");
  const before = structuredClone(world.store.records);
  return {
    ...world,
    async refused(event, wanted, method = "postAuthentication") {
      world.sim.clearRequests();
      let thrown;
      await assert.rejects(world.hook[method](event), (error) => {
        thrown = error;
        return error instanceof ScimHookError && error.code === "event";
      });
      assert.deepEqual(thrown.problems.map(({ code, path }) => `${code} ${path}`), wanted);
      assert.deepEqual([world.sim.requests, world.store.records], [[], before]);
      const next = await world.login(user);
      assert.deepEqual([next.result, next.reason, next.requests], ["unchanged", "fresh", []]);
    },
  };
}

const login = (user, more) => ({ application: "console", user, ...more });
const { id: _, ...nobody } = AMARA;
const EVENTS = {
  "no user id": [login(nobody), ["missing-field /user/id"]],
  "an empty user id": [login({ ...AMARA, id: "" }), ["missing-field /user/id"]],
  "a user id that is a number": [login({ ...AMARA, id: 7 }), ["wrong-type /user/id"]],
  "no user": [{ application: "console" }, ["missing-field /user"]],
  "a user that is a text": [login("amara"), ["wrong-type /user"]],
  "a user that is a list": [login([AMARA]), ["wrong-type /user"]],
  "groups that are a text": [login({ ...AMARA, groups: "readers" }), ["wrong-type /user/groups"]],
  "a group that is a number": [login({ ...AMARA, groups: ["a", 7] }), ["wrong-type /user/groups/1"]],
  "a group without a name": [login({ ...AMARA, groups: [{ id: "g" }, ""] }), ["missing-field /user/groups/0/name", "missing-field /user/groups/1"]],
  "active that is a text": [login({ ...AMARA, active: "no" }), ["wrong-type /user/active"]],
  "no application": [{ user: AMARA }, ["missing-field /application"]],
  "an application that is a number": [{ application: 7, user: AMARA }, ["wrong-type /application"]],
  "an application without an id": [{ application: {}, user: AMARA }, ["missing-field /application/id"]],
  "a type that is none": [login(AMARA, { type: "user.renamed" }), ["bad-value /type"]],
  "a type that is a number": [login(AMARA, { type: 3 }), ["wrong-type /type"]],
  "a lifecycle event at a login": [login(AMARA, { type: "user.updated" }), ["bad-value /type"]],
  "a time that is a text": [login(AMARA, { occurredAt: "today" }), ["wrong-type /occurredAt"]],
  "several things": [{ id: 1, application: "console", user: { active: 0, groups: {} } }, ["wrong-type /id", "missing-field /user/id", "wrong-type /user/active", "wrong-type /user/groups"]],
  "an event that is a list": [[], ["wrong-type "]],
  "an event that is null": [null, ["wrong-type "]],
  "no event": [undefined, ["bad-json "]],
  "a function": [() => {}, ["bad-json "]],
  "text that is no JSON": ["{", ["bad-json "]],
  "empty text": ["", ["bad-json "]],
  "half an event": [JSON.stringify(login(AMARA)).slice(0, -9), ["bad-json "]],
  "a BigInt": [login({ ...AMARA, n: 1n }), ["bad-json "]],
  "a cycle": [(() => { const user = { ...AMARA }; user.manager = user; return login(user); })(), ["bad-json "]],
  "a getter that throws": [login({ ...AMARA, get x() { throw new Error("no"); } }), ["bad-json "]],
  "nesting of 1,000, as text": [`{"application":"console","user":{"id":"u","x":${"[".repeat(1000)}${"]".repeat(1000)}}}`, ["too-deep "]],
  "nesting of 1,000": [login({ ...AMARA, x: JSON.parse("[".repeat(1000) + "]".repeat(1000)) }), ["too-deep "]],
  "nesting of 100,000 objects": ['{"a":'.repeat(100_000), ["too-deep "]],
};

for (const [name, [event, wanted]] of Object.entries(EVENTS)) {
  test(`event: ${name}`, async () => (await signedIn()).refused(event, wanted));
}

test("event: lifecycle and resume", async () => {
  const world = await signedIn();
  await world.refused(login(AMARA), ["bad-value /type"], "lifecycle");
  await world.refused({ type: "user.disabled" }, ["missing-field /user"], "lifecycle");
  await world.refused({ version: 1, server: "nope", createdAt: 1, notBefore: 1, attempt: 1, event: login(AMARA) }, ["unknown-server /server"], "resume");
  await world.refused({ version: 2 }, ["bad-job /version"], "resume");
  await world.refused({ version: 1, server: "aws", createdAt: 1, notBefore: 1, attempt: 1, event: login(nobody) }, ["missing-field /event/user/id"], "resume");
});

test("event: 64 levels are read, 65 are not", async () => {
  const nested = (levels) => login({ ...AMARA, groups: ["readers"], x: JSON.parse("[".repeat(levels) + "]".repeat(levels)) });
  const world = await signedIn();
  assert.equal((await world.hook.postAuthentication(nested(62))).servers[0].result, "unchanged");
  await world.refused(nested(63), ["too-deep "]);
});

for (const [name, filler] of [["of one byte", "x"], ["of two bytes", "é"], ["of four bytes", "😀"]]) {
  test(`event: a mebibyte is read, one byte more is not (characters ${name})`, async () => {
    const world = await signedIn();
    const sized = (bytes) => {
      const event = login({ ...AMARA, groups: ["readers"], notes: "" });
      const left = bytes - Buffer.byteLength(JSON.stringify(event));
      const one = Buffer.byteLength(filler);
      event.user.notes = filler.repeat(Math.floor(left / one)) + "x".repeat(left % one);
      assert.equal(Buffer.byteLength(JSON.stringify(event)), bytes);
      return event;
    };
    for (const form of [(event) => event, JSON.stringify]) {
      const { servers: [outcome] } = await world.hook.postAuthentication(form(sized(1 << 20)));
      assert.deepEqual([outcome.result, outcome.requests], ["unchanged", []]);
      await world.refused(form(sized((1 << 20) + 1)), ["too-large "]);
    }
  });
}

test("event: of 10,000 groups 1,000 are managed, with a warning", async () => {
  const world = scene({ servers: [server("aws")], policy: { budgetMs: 120_000 } });
  const groups = Array.from({ length: 10_000 }, (_, n) => `g-${n}`);
  const outcome = await world.login({ ...AMARA, groups });
  // A thousand calls of the store at once may take a busy machine longer than the store is given (R8): that is a warning.
  const codes = outcome.warnings.map(({ code }) => code).filter((code) => code !== "store-failed");
  assert.deepEqual([outcome.result, codes, outcome.groups.length], ["created", ["too-many-groups"], 1000]);
  assert.deepEqual(outcome.groups.filter(({ result }) => result !== "created"), []);
  assert.equal(world.sim.snapshot().Groups.length, 1000);
  const again = await world.login({ ...AMARA, groups });
  assert.deepEqual([again.result, again.reason, again.requests.length], ["unchanged", "fresh", 0]);
  // They are remembered within the bounds of a record.
  for (const [key, { value }] of world.store.records) assert.ok(key.length <= 64 && Buffer.byteLength(value) <= 8192, key);
});

test("event: of 10,000 groups those outside `include` do not count", async () => {
  const world = scene({ servers: [server("aws", { groups: { mode: "add", include: ["aws-*", "g-77"] } })] });
  const groups = [...Array.from({ length: 9_997 }, (_, n) => `g-${n}`), "aws-a", { id: "7", name: "aws-b" }, "bws-c"];
  const outcome = await world.login({ ...AMARA, groups });
  assert.deepEqual([outcome.result, outcome.warnings, outcome.groups.map(({ name }) => name)], ["created", [], ["g-77", "aws-a", "aws-b"]]);
  assert.equal(outcome.sent.length, 7);
});

/* ---------------------------------------------------------------- providers */

const HTML = "<!DOCTYPE html><html><body>Sign in</body></html>";
const LONG = JSON.stringify({ padding: "x".repeat(1 << 20) });
const json = (body, more) => ({ status: 200, headers: { "content-type": "application/scim+json" }, body: JSON.stringify(body), ...more });
const BUDGET = 1000;

/** Replies that nobody can do anything with, at whatever step. */
const RUBBISH = {
  html: { status: 200, headers: { "content-type": "text/html" }, body: HTML },
  "html that says it is SCIM": { status: 200, headers: { "content-type": "application/scim+json" }, body: HTML },
  "truncated JSON": { status: 200, body: '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"4' },
  "two documents": { status: 200, body: '{"id":"1"}{"id":"2"}' },
  "a redirect": { status: 302, headers: { location: "https://login.example/" } },
  "a redirect to itself": { status: 307, headers: { location: "/scim/v2/Users" } },
  "a redirect without a place": { status: 303 },
  "nothing modified": { status: 304 },
  "more than a mebibyte": { status: 200, body: LONG },
};
/** Replies that are rubbish where something is asked for. */
const UNFIT = {
  "an empty body": { status: 200 },
  "white space": { status: 200, body: " \r\n" },
  "no content": { status: 204 },
  "a text": json("ok"),
  "a number": json(42),
  "a list of nothing": json([]),
  null: json(null),
};
const LISTS = {
  "Resources that are a text": json({ schemas: [], totalResults: 1, Resources: "none" }),
  "Resources that are an object": json({ totalResults: 1, Resources: { id: "1" } }),
  "Resources that are a number": json({ totalResults: 1, Resources: 1 }),
  "an object that is no list": json({ error: "session expired" }),
  "an empty object": json({}),
};

const READS = {
  "an object that is no user": json({ error: "session expired" }),
  "an empty object": json({}),
  "an id that is null": json({ id: null, userName: AMARA.email, externalId: AMARA.id }),
  "another account, of nobody's": json({ id: "somebody-else", userName: "zoe@corp.example" }),
  "another account": json({ id: "somebody-else", userName: "zoe@corp.example", externalId: "u-9", active: false }),
};

/** A fetch of which one kind of request is answered by hand, while `dial.reply` is set. */
function byHand(dial) {
  return (inner) => async (url, init) => {
    if (!dial.reply || !dial.match(init.method, new URL(url).pathname.split("/v2")[1])) return inner(url, init);
    dial.hits = (dial.hits ?? 0) + 1;
    const { status, headers, body = "" } = dial.reply;
    return new Response([204, 304].includes(status) ? null : body, { status, headers });
  };
}

const link = (world) => Object.values(world.store.read("u/"))[0];
/** What a change of the title leaves whose answer could not be read: all that was remembered, and no claim about the title. */
const inDoubt = (world, then) => {
  const now = link(world);
  assert.deepEqual(now, { ...then, at: now.at, all: "", d: { ...then.d, title: "" } });
  assert.ok(now.at >= then.at);
};
const LINK = ({ id, s, g = [] }) => ({ id, s, g });

/** Within its budget (R1), whatever the provider does. */
async function timed(play, budget = BUDGET) {
  const began = performance.now();
  const outcome = await play();
  const took = performance.now() - began;
  // R1, and a busy machine.
  assert.ok(took < budget + 50 + 100, `${took} ms`);
  return outcome;
}

const groupOf = (outcome) => outcome.groups.find(({ name }) => name === "other");

/**
 * A step at which a reply may be rubbish. `before` is what was done till then, `user` comes with the bad reply, `fails`
 * says whether it did, and `after` how the next login ends, which is a good one.
 */
const STEPS = {
  create: {
    match: (method, path) => method === "POST" && path === "/Users",
    user: AMARA,
    failure: (outcome) => outcome.error?.class,
    after: ["created"],
  },
  find: {
    match: (method, path) => method === "GET" && path === "/Users",
    storeless: true,
    before: [AMARA],
    user: { ...AMARA, title: "Chief" },
    failure: (outcome) => outcome.error?.class,
    after: ["updated"],
  },
  read: {
    match: (method, path) => method === "GET" && path.startsWith("/Users/"),
    before: [{ ...AMARA, groups: ["readers"] }],
    later: 8 * 86_400_000,
    user: { ...AMARA, groups: ["readers"] },
    failure: (outcome) => outcome.error?.class,
    after: ["unchanged"],
  },
  update: {
    match: (method, path) => method === "PATCH" && path.startsWith("/Users/"),
    before: [{ ...AMARA, groups: ["readers"] }],
    user: { ...AMARA, groups: ["readers"], title: "Chief" },
    failure: (outcome) => outcome.error?.class,
    after: ["updated"],
  },
  "group-find": {
    match: (method, path) => method === "GET" && path === "/Groups",
    before: [{ ...AMARA, groups: ["readers"] }],
    user: { ...AMARA, groups: ["readers", "other"] },
    failure: (outcome) => groupOf(outcome)?.error?.class,
    after: ["unchanged"],
  },
  "group-create": {
    match: (method, path) => method === "POST" && path === "/Groups",
    before: [{ ...AMARA, groups: ["readers"] }],
    user: { ...AMARA, groups: ["readers", "other"] },
    failure: (outcome) => groupOf(outcome)?.error?.class,
    after: ["unchanged"],
  },
  "group-add": {
    match: (method, path) => method === "PATCH" && path.startsWith("/Groups/"),
    before: [{ ...AMARA, id: "u-2", email: "b@corp.example", groups: ["other"] }, { ...AMARA, groups: ["readers"] }],
    user: { ...AMARA, groups: ["readers", "other"] },
    failure: (outcome) => groupOf(outcome)?.error?.class,
    after: ["unchanged"],
  },
  "group-remove": {
    match: (method, path) => method === "PATCH" && path.startsWith("/Groups/"),
    before: [{ ...AMARA, groups: ["readers", "other"] }],
    user: { ...AMARA, groups: ["readers"] },
    failure: (outcome) => groupOf(outcome)?.error?.class,
    after: ["unchanged"],
  },
};

/** Which replies are `protocol` failures at which step. An empty reply to a write that was done is none. */
const rubbishAt = (step) => {
  if (step === "find" || step === "group-find") return { ...RUBBISH, ...UNFIT, ...LISTS };
  if (step === "read") return { ...RUBBISH, ...UNFIT, ...READS };
  if (step === "create" || step === "group-create") return { ...RUBBISH, ...UNFIT };
  return RUBBISH;
};

function stage(type, step, dial) {
  const { storeless, match } = STEPS[step];
  Object.assign(dial, { match, later: 0 });
  const store = openStore();
  const world = scene({
    servers: [server(type, { groups: { mode: "mirror" } })],
    policy: { budgetMs: BUDGET },
    state: storeless ? null : store,
    fetch: byHand(dial),
    now: () => Date.now() + dial.later,
  });
  return { ...world, store };
}

for (const type of ["aws", "generic"]) {
  for (const [step, { before = [], later = 0, user, failure, after }] of Object.entries(STEPS)) {
    for (const [name, reply] of Object.entries(rubbishAt(step))) {
      test(`${type}: ${name} at ${step} is a protocol failure, and the next login goes on`, async () => {
        const dial = {};
        const world = stage(type, step, dial);
        for (const one of before) assert.ok(["created", "unchanged"].includes((await world.login(one)).result));
        const remembered = [...world.store.records.values()].map(({ value }) => value);
        const known = Object.entries(world.store.read("u/"));
        Object.assign(dial, { reply, later });
        const outcome = await timed(() => world.login(user));
        assert.ok(dial.hits > 0, "the reply was given");
        // Whatever a reply names, only what is ours is written to.
        assert.deepEqual(outcome.sent.filter(({ path }) => path.includes("somebody-else")), []);
        assert.equal(failure(outcome), "protocol", JSON.stringify({ ...outcome, sent: 0 }));
        if (step.startsWith("group")) assert.equal(outcome.result, "unchanged", "a group does not undo the account");
        else assert.deepEqual([outcome.result, outcome.reason], ["failed", "protocol"]);
        // What was remembered is there still, or better: the same account, in no group less.
        for (const [key, then] of known) {
          const now = world.store.read("u/")[key];
          assert.deepEqual([now.id, now.s], [then.id, then.s]);
          for (const group of then.g ?? []) assert.ok(now.g.some(([, id]) => id === group[1]), `${group} was forgotten`);
        }
        assert.ok(remembered.length <= world.store.records.size, "no record is lost");
        dial.reply = undefined;
        const next = await timed(() => world.login(user));
        assert.ok(after.includes(next.result), `${next.result} ${next.reason}`);
        assert.deepEqual([next.error, next.groups.filter(({ error }) => error)], [undefined, []]);
        const last = await world.login(user);
        assert.deepEqual([last.result, last.error], ["unchanged", undefined]);
        // One account, and it is as it should be.
        const { Users, Groups } = world.sim.snapshot();
        const mine = Users.filter(({ externalId }) => externalId === user.id);
        assert.deepEqual(mine.map(({ title, active }) => [title, active]), [[user.title, true]]);
        const member = Groups.filter(({ members }) => members.some(({ value }) => value === mine[0].id)).map(({ displayName }) => displayName);
        assert.deepEqual(member.sort(), [...user.groups].sort());
      });
    }
  }

  /* One request that is lost, or that the provider fails at: whatever the run makes of it, nothing is given up for good. */
  const lost = { "is lost before it arrives": { lose: "before" }, "is done and its answer lost": { lose: "after" }, "is answered 500": { status: 500 } };
  for (const [step, { before = [], later = 0, user, failure, match }] of Object.entries(STEPS)) {
    for (const [name, fault] of Object.entries(lost)) {
      test(`${type}: where ${step} ${name}, it is done in the end`, async () => {
        const dial = {};
        const world = stage(type, step, dial);
        for (const one of before) await world.login(one);
        const known = Object.values(world.store.read("u/")).map(LINK);
        dial.later = later;
        world.sim.fault({ match: ({ method, path }) => match(method, path.split("?")[0]), ...fault });
        const outcome = await timed(() => world.login(user));
        const found = failure(outcome);
        if (found !== undefined) assert.deepEqual([found, typeof outcome.job], ["unavailable", "object"], JSON.stringify(outcome.groups));
        for (const then of known) assert.ok(Object.values(world.store.read("u/")).some(({ id, s }) => id === then.id && s === then.s));
        const next = await timed(() => world.login(user));
        assert.deepEqual([next.error, next.groups.filter(({ result }) => !["unchanged", "joined", "created", "left"].includes(result))], [undefined, []]);
        const { Users, Groups } = world.sim.snapshot();
        const mine = Users.filter(({ externalId }) => externalId === user.id);
        assert.deepEqual(mine.map(({ title, active }) => [title, active]), [[user.title, true]]);
        const member = Groups.filter(({ members }) => members.some(({ value }) => value === mine[0].id)).map(({ displayName }) => displayName);
        assert.deepEqual(member.sort(), [...user.groups].sort());
      });
    }
  }

  /* The same for good, until the provider is well again. */
  const unwell = { "loses all": { lose: "before" }, "answers 503 to all": { status: 503 }, "answers nothing to all": { hang: true } };
  for (const [step, { before = [], later = 0, user, failure, match }] of Object.entries(STEPS)) {
    for (const [name, fault] of Object.entries(unwell)) {
      test(`${type}: a provider that ${name} at ${step} defers, and is forgiven`, async () => {
        const dial = {};
        const world = stage(type, step, dial);
        for (const one of before) await world.login(one);
        const known = Object.values(world.store.read("u/")).map(LINK);
        dial.later = later;
        world.sim.fault({ match: ({ method, path }) => match(method, path.split("?")[0]), times: Infinity, ...fault });
        const budgetMs = 250;
        const outcome = await timed(() => world.login(user, { budgetMs }), budgetMs);
        // A last try that the budget cuts short has no answer in time, whatever the earlier ones got.
        const classes = fault.hang ? ["timeout"] : ["unavailable", "timeout"];
        assert.ok(classes.includes(failure(outcome)) && typeof outcome.job === "object", JSON.stringify({ ...outcome, sent: 0 }));
        assert.equal(outcome.result, step.startsWith("group") ? "unchanged" : "deferred");
        for (const then of known) assert.ok(Object.values(world.store.read("u/")).some(({ id, s }) => id === then.id && s === then.s));
        world.sim.clearFaults();
        const next = await timed(() => world.login(user));
        assert.deepEqual([next.error, next.groups.filter(({ error }) => error)], [undefined, []]);
        const last = await world.login(user);
        assert.deepEqual([last.result, world.sim.snapshot().Users.filter(({ externalId }) => externalId === user.id).length], ["unchanged", 1]);
      });
    }
  }

  /* The provider has done it; only its reply is spoilt. */
  for (const body of ["html", "empty", "truncated", "huge"]) {
    test(`${type}: a create whose reply is ${body} makes one account`, async () => {
      const world = scene({ servers: [server(type)], policy: { budgetMs: BUDGET } });
      world.sim.fault({ match: { method: "POST", path: "/Users" }, body });
      const outcome = await timed(() => world.login(AMARA));
      // A look tells (H7); a reply that is too long is a failure, and the next run looks (R4).
      if (body === "huge") assert.deepEqual([outcome.result, outcome.error.class], ["failed", "protocol"]);
      else assert.deepEqual([outcome.result, purposes(outcome)], ["created", ["create", "find"]]);
      const next = await world.login(AMARA);
      assert.ok(["unchanged", "adopted"].includes(next.result), next.result);
      assert.ok(!purposes(next).includes("create"));
      assert.equal(world.sim.snapshot().Users.length, 1);
      assert.equal(LINK(link(world)).s, "live");
    });

    test(`${type}: an update whose reply is ${body} is done, and the link stands`, async () => {
      const world = scene({ servers: [server(type)], policy: { budgetMs: BUDGET } });
      await world.login({ ...AMARA, groups: ["readers"] });
      const then = LINK(link(world));
      world.sim.fault({ match: { method: "PATCH", path: "/Users" }, body });
      const changed = { ...AMARA, groups: ["readers"], title: "Chief" };
      const outcome = await timed(() => world.login(changed));
      if (body === "empty") assert.equal(outcome.result, "updated");
      else assert.deepEqual([outcome.result, outcome.error.class], ["failed", "protocol"]);
      assert.deepEqual(LINK(link(world)), then);
      const next = await world.login(changed);
      assert.equal(next.result, body === "empty" ? "unchanged" : "updated");
      assert.deepEqual([LINK(link(world)), world.sim.snapshot().Users[0].title], [then, "Chief"]);
    });

    test(`${type}: a group whose reply to its creation is ${body} is there once, with the user in it`, async () => {
      const world = scene({ servers: [server(type)], policy: { budgetMs: BUDGET } });
      await world.login(AMARA);
      world.sim.fault({ match: { method: "POST", path: "/Groups" }, body });
      const user = { ...AMARA, groups: ["readers"] };
      await timed(() => world.login(user));
      await world.login(user);
      const last = await world.login(user);
      assert.deepEqual([last.result, last.reason], ["unchanged", "fresh"]);
      assert.deepEqual(world.sim.snapshot().Groups.map(({ members }) => members.length), [1]);
    });
  }

  test(`${type}: the dials' redirect and pages are failures too, and cost no memory`, async () => {
    const world = scene({ servers: [server(type)], policy: { budgetMs: BUDGET, retries: 0 } });
    await world.login(AMARA);
    const then = link(world);
    for (const fault of [{ redirect: true }, { redirect: { status: 308, location: `${world.sim.url}/Users` } }, { status: 200, body: "html" }, { status: 200, body: "truncated" }, { status: 200, body: "huge" }]) {
      world.sim.fault({ match: { method: "PATCH" }, ...fault });
      const outcome = await timed(() => world.login({ ...AMARA, title: "Chief" }));
      assert.deepEqual([outcome.result, outcome.error.class, outcome.sent.length], ["failed", "protocol", 1], JSON.stringify(fault).slice(0, 60));
      if (fault.redirect) assert.deepEqual(link(world), then);
      else inDoubt(world, then);
    }
    assert.equal((await world.login({ ...AMARA, title: "Chief" })).result, "updated");
  });

  test(`${type}: wrong types that can be read are read`, async () => {
    const dial = { match: (method) => method === "POST" || method === "GET" };
    const user = { id: 4711, externalId: AMARA.id, userName: AMARA.email, active: "true", schemas: "urn:ietf:params:scim:schemas:core:2.0:User" };
    const run = async (reply, state) => {
      dial.reply = reply;
      return timed(() => scene({ servers: [server(type)], policy: { budgetMs: BUDGET, retries: 0 }, fetch: byHand(dial), state }).login(AMARA));
    };
    const made = await run(json(user, { status: 201 }));
    assert.deepEqual([made.result, made.remoteId], ["created", "4711"]);
    dial.match = (method) => method === "GET";
    const list = { schemas: "urn:ietf:params:scim:api:messages:2.0:ListResponse", totalResults: "1", itemsPerPage: "1", Resources: [null, "x", 7, {}, user] };
    const found = await run(json(list, { headers: { "content-type": "text/plain" } }), null);
    assert.deepEqual([found.remoteId, found.sent[0].method], ["4711", "PATCH"], "the account was found, and brought up to date");
    // RFC 7644 section 3.12 has `status` a text, many have a number, some leave it out.
    for (const status of ["400", 400, undefined]) {
      for (const schemas of ["urn:ietf:params:scim:api:messages:2.0:Error", ["urn:ietf:params:scim:api:messages:2.0:Error"], 7]) {
        for (const shape of [(error) => error, (error) => [error]]) {
          dial.match = () => true;
          const outcome = await run(json(shape({ schemas, status, scimType: "invalidValue", errorCode: "BAD", detail: "no" }), { status: 400 }));
          const { class: found, status: said, scimType, providerCode } = outcome.error;
          assert.deepEqual([found, said, scimType, providerCode], ["rejected", 400, "invalidValue", "BAD"]);
        }
      }
    }
    for (const body of [{ scimType: 7, detail: ["no"], status: {} }, [], [7], "no", 7, null]) {
      const outcome = await run(json(body, { status: 400 }));
      assert.deepEqual([outcome.result, outcome.error.class], ["failed", "rejected"]);
    }
    for (const [status, wanted] of [[401, "credentials"], [403, "forbidden"], [422, "rejected"], [501, "rejected"], [500, "unavailable"], [502, "unavailable"], [503, "unavailable"], [429, "throttled"]]) {
      for (const body of [HTML, "", "{", LONG.slice(0, 1 << 20)]) {
        assert.equal((await run({ status, body })).error.class, wanted, `${status}`);
      }
    }
  });

  test(`${type}: reading stops at a mebibyte`, async () => {
    const state = openStore();
    let pulled, cancelled;
    const chunk = new TextEncoder().encode(" ".repeat(64 * 1024));
    const endless = () =>
      new ReadableStream({
        pull(controller) {
          pulled += chunk.length;
          controller.enqueue(chunk);
        },
        cancel() {
          cancelled = true;
        },
      });
    const ways = {
      "a Response": () => new Response(endless(), { status: 200 }),
      "anything of its shape": () => ({ status: 200, headers: { get: () => null }, text: () => assert.fail("the stream is read"), body: endless() }),
    };
    const dial = {};
    const fetch = (inner) => async (url, init) => (dial.way ? dial.way() : inner(url, init));
    const world = scene({ servers: [server(type)], policy: { budgetMs: BUDGET }, fetch, state });
    await world.login(AMARA);
    const then = link(world);
    for (const [name, way] of Object.entries(ways)) {
      [pulled, cancelled, dial.way] = [0, false, way];
      const outcome = await timed(() => world.login({ ...AMARA, title: name }));
      assert.deepEqual([outcome.result, outcome.error.class], ["failed", "protocol"], name);
      assert.ok(cancelled, "the rest is given back");
      assert.ok(pulled > 1 << 20 && pulled <= (1 << 20) + 4 * chunk.length, `${pulled} bytes`);
      inDoubt(world, then);
    }
    // One that has no stream is read whole, and is too long all the same.
    dial.way = () => ({ status: 200, headers: { get: () => null }, text: async () => LONG });
    assert.equal((await world.login({ ...AMARA, title: "x" })).error.class, "protocol");
    dial.way = undefined;
    assert.equal((await world.login({ ...AMARA, title: "x" })).result, "updated");
  });

  test(`${type}: a reply that drips ends with the budget`, async () => {
    const dial = {};
    const fetch = (inner) => async (url, init) => (dial.drips ? new Response(drip()) : inner(url, init));
    const drip = () => {
      let timer;
      return new ReadableStream({
        start: (controller) => void (timer = setInterval(() => controller.enqueue(new TextEncoder().encode(" ")), 10)),
        cancel: () => clearInterval(timer),
      });
    };
    const world = scene({ servers: [server(type)], fetch });
    await world.login(AMARA);
    const then = link(world);
    dial.drips = true;
    const outcome = await timed(() => world.login({ ...AMARA, title: "Chief" }, { budgetMs: 200 }), 200);
    assert.deepEqual([outcome.result, outcome.error.class, typeof outcome.job], ["deferred", "timeout", "object"]);
    inDoubt(world, then);
    dial.drips = false;
    assert.equal((await world.login({ ...AMARA, title: "Chief" })).result, "updated");
  });

  test(`${type}: what is no response`, async () => {
    const dial = {};
    const fetch = (inner) => async (url, init) => (dial.way ? dial.way() : inner(url, init));
    const world = scene({ servers: [server(type)], policy: { budgetMs: BUDGET, retries: 0 }, fetch });
    await world.login(AMARA);
    const then = link(world);
    const headers = { get: () => null };
    const text = async () => "{}";
    const never = () => {
      throw new Error("no");
    };
    const shapes = [undefined, null, 7, "ok", {}, { status: 200 }, { status: "200", headers, text }, { status: 0, headers, text }, { status: 1000, headers, text },
      { status: 200, headers: null, text }, { status: 200, headers }, { status: 200, headers, text: async () => 7 }, { get status() { return never(); } }, { status: 200, headers: { get: never }, text }];
    for (const shape of shapes) {
      dial.way = () => shape;
      const outcome = await timed(() => world.login({ ...AMARA, title: "Chief" }));
      assert.deepEqual([outcome.result, outcome.error.class], ["failed", "protocol"], String(shape));
      inDoubt(world, then);
    }
    for (const way of [never, () => ({ status: 200, headers, text: never }), () => Promise.reject(null)]) {
      dial.way = way;
      const outcome = await timed(() => world.login({ ...AMARA, title: "Chief" }));
      assert.deepEqual([outcome.result, outcome.error.class], ["deferred", "unavailable"]);
      inDoubt(world, then);
    }
    dial.way = undefined;
    assert.equal((await world.login({ ...AMARA, title: "Chief" })).result, "updated");
  });
}
