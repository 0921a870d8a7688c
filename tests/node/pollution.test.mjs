// Names that mean something to JavaScript's objects, wherever a name is taken: in configurations, events, jobs, options
// and replies, as text and as objects with own members. Nothing of the runtime changes, and each is a name like any
// other or a problem that says so.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ScimHook, ScimHookError, template, validate } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { recorder } from "./nasty.mjs";
import { AMARA, TOKEN, configOf, scene, server } from "./scene.mjs";

const WORDS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__", "then", "toJSON"];
const PATHS = [...WORDS, "__proto__.polluted", "constructor.prototype.polluted", "name.__proto__", "__proto__[polluted]", 'emails[type eq "__proto__"].value', "urn:__proto__:User:polluted", "a.constructor.prototype"];

const PROTOTYPES = [Object, Array, Function, String, Number, Boolean, Promise, Map, Error, Uint8Array].map((one) => one.prototype);
const shape = () => PROTOTYPES.map((one) => Reflect.ownKeys(one).map((name) => [name, Object.getOwnPropertyDescriptor(one, name)]));
const before = shape();
afterEach(() => {
  assert.deepEqual(shape(), before, "a prototype was changed");
  assert.equal({}.polluted, undefined);
});

/** An object with such members of its own, as `JSON.parse` makes them. */
const own = (members) => JSON.parse(`{${Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`);
const named = (name, value) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
const POISON = { polluted: true, prototype: { polluted: true } };

const play = async (config, user = AMARA, host = {}) => {
  const { sent, fetch } = recorder();
  const hook = new ScimHook(config, createHost({ fetch, state: memoryStore(), secrets: { token: TOKEN }, ...host }));
  const outcome = await hook.postAuthentication({ application: config.applications?.[0].id ?? "console", user });
  hook.status();
  return { hook, sent, outcome };
};

/** Either it is refused with problems of its own, at construction, or a login ends as logins do. */
async function takenOrRefused(config, user) {
  const problems = validate(config);
  assert.deepEqual(validate(JSON.stringify(config)), problems);
  if (problems.some(({ severity }) => severity === "error")) {
    assert.throws(() => new ScimHook(config, createHost({ fetch })), (error) => error instanceof ScimHookError && error.code === "config");
    return undefined;
  }
  const { sent, outcome } = await play(config, user);
  assert.ok(["created", "failed"].includes(outcome.servers[0].result), outcome.servers[0].result);
  if (outcome.servers[0].error) assert.equal(outcome.servers[0].error.class, "profile");
  return { sent, outcome };
}

test("as SCIM paths", async () => {
  for (const path of PATHS) {
    const one = server("generic");
    await takenOrRefused(configOf([{ ...one, attributes: { ...one.attributes, ...named(path, "title") } }]));
    await takenOrRefused(configOf([{ ...one, staticAttributes: named(path, POISON) }]));
    await takenOrRefused(configOf([{ ...one, staticAttributes: named(path, "x") }]));
  }
});

test("as property paths and in expressions", async () => {
  for (const path of [...PATHS, "groups.constructor", "id.__proto__", "email.constructor.prototype"]) {
    const one = server("generic");
    for (const title of [path, [path, "title"], { expression: `user.${path}` }, { expression: `user["${path}"]` }, { expression: `has(user.${path}) ? "yes" : "no"` }]) {
      const ended = await takenOrRefused(configOf([{ ...one, attributes: { ...one.attributes, title } }]), own({ ...AMARA, title: "Pilot" }));
      // What is no member of the profile itself is absent: nothing is inherited.
      const said = ended?.sent.find(({ method }) => method === "POST")?.json.title;
      assert.ok([undefined, "Pilot", "no"].includes(said), `${path}: ${said}`);
    }
  }
});

test("as members of a profile, which a mapping may name", async () => {
  for (const name of WORDS) {
    const one = server("generic");
    const config = configOf([{ ...one, attributes: { ...one.attributes, title: name } }]);
    const user = { ...AMARA, title: undefined };
    const poisoned = JSON.parse(`${JSON.stringify(user).slice(0, -1)},${JSON.stringify(name)}:"Own"}`);
    // In JavaScript `toJSON` that is no function is a member like others.
    const { sent } = await play(config, poisoned);
    assert.equal(sent[0].json.title, "Own", name);
    const { sent: asText } = await play(config, poisoned);
    assert.equal(asText[0].json.title, "Own");
  }
});

test("as members of events, jobs and options", async () => {
  for (const name of WORDS) {
    const world = scene({ servers: [server("generic")] });
    const event = { ...own({ application: "console", user: AMARA }), ...{} };
    const poisoned = JSON.parse(`${JSON.stringify(event).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(POISON)}}`);
    for (const given of [poisoned, JSON.stringify(poisoned)]) {
      const { servers: [{ result }] } = await world.hook.postAuthentication(given);
      assert.ok(["created", "unchanged"].includes(result), result);
    }
    await world.hook.explain(poisoned);
    const { servers: [left] } = await world.hook.lifecycle(named("type", "user.disabled") && { type: "user.disabled", user: poisoned.user, ...named(name, POISON) });
    assert.equal(left.result, "deactivated");
    await world.hook.postAuthentication(event, named(name, POISON));
    const job = { version: 1, server: name, event: { application: "console", user: AMARA }, key: name, createdAt: 1, attempt: 1, notBefore: 1, cause: name };
    await assert.rejects(world.hook.resume(job), (error) => error instanceof ScimHookError && error.code === "event");
    await assert.rejects(world.hook.probe(name), ScimHookError);
    await world.hook.forget(name);
    assert.throws(() => template(name), ScimHookError);
  }
});

test("as fields of a configuration", () => {
  for (const name of WORDS) {
    const place = (config, into) => JSON.parse(JSON.stringify(config).replace(into, `${into}${JSON.stringify(name)}:${JSON.stringify(POISON)},`));
    const config = { ...configOf([{ ...server("generic"), policy: { retries: 1 }, groups: { mode: "add" } }]), policy: { retries: 1 } };
    for (const into of ['{"', '"policy":{', '"groups":{', '"authentication":{', '"accessToken":{', '"applications":[{'].map((at) => (at === '{"' ? "{" : at))) {
      const problems = validate(place(config, into));
      assert.ok(problems.some(({ code, path, severity }) => severity === "error" && code === "unknown-field" && path.endsWith(name)), `${into} ${name}: ${JSON.stringify(problems)}`);
    }
  }
});

test("as ids of servers and applications", async () => {
  for (const id of WORDS) {
    const config = configOf([server("generic", { id, url: "https://scim.example/v2" })], undefined, [{ id, servers: [id] }]);
    const ended = await takenOrRefused(config);
    assert.equal(ended !== undefined, /^[a-z0-9-]+$/.test(id), id);
    if (ended) assert.equal(ended.outcome.servers[0].server, id);
    // One that nobody configured is nobody's.
    const world = scene({ servers: [server("generic")] });
    for (const application of [id, { id, ...named(id, POISON) }]) {
      assert.deepEqual((await world.hook.postAuthentication({ application, user: AMARA })).servers, []);
    }
  }
});

test("as names of secrets", async () => {
  for (const secret of WORDS) {
    const config = configOf([server("generic", { authentication: { scheme: "accessToken", accessToken: { secret } } })]);
    for (const secrets of [{}, { token: TOKEN }, Object.create({ [secret]: "inherited" })]) {
      const { sent, outcome } = await play(config, AMARA, { secrets });
      assert.deepEqual([sent.length, outcome.servers[0].error.class], [0, "credentials"], secret);
    }
    const { sent } = await play(config, AMARA, { secrets: named(secret, "own-word-1") });
    assert.equal(sent[0].headers.Authorization, "Bearer own-word-1");
  }
});

test("as names of groups, in tables and globs", async () => {
  for (const name of WORDS) {
    for (const groups of [{ mode: "mirror" }, { mode: "mirror", include: [name] }, { mode: "mirror", rename: named(name, "renamed") }, { mode: "mirror", rename: {} }, { mode: "mirror", rename: { expression: "group.name" } }]) {
      const world = scene({ servers: [server("generic", { groups })] });
      const first = await world.login({ ...AMARA, groups: [name, { name: `${name}2`, id: name }] });
      const wanted = groups.rename?.[name] === "renamed" && Object.hasOwn(groups.rename, name) ? "renamed" : name;
      assert.ok(first.groups.some((group) => group.name === wanted && group.result === "created"), JSON.stringify(first.groups));
      assert.deepEqual([(await world.login({ ...AMARA, groups: [] })).error, first.error], [undefined, undefined]);
      await world.lifecycle({ type: "group.renamed", group: { name: "other", previousName: name } });
      await world.lifecycle({ type: "group.deleted", group: { name: "other" } });
    }
  }
});

test("in what providers and stores give", async () => {
  const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"id":"1","active":true,"totalResults":1,"Resources":[{"__proto__":{"polluted":true},"id":"1"}]}';
  for (const state of [undefined, memoryStore(), { get: async () => ({ value: text, version: "__proto__" }), put: async () => true, delete: async () => {} }]) {
    const reply = () => new Response(text, { status: 200 });
    const { sent, fetch } = recorder({ reply });
    const hook = new ScimHook(configOf([server("generic")]), createHost({ fetch, state, secrets: { token: TOKEN } }));
    const { servers: [outcome] } = await hook.postAuthentication({ application: "console", user: { ...AMARA, groups: ["readers"] } });
    assert.equal(typeof outcome.result, "string");
    assert.ok(sent.length > 0);
  }
});
