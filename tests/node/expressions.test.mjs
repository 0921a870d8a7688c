// Expressions that are made to take long or to fill the memory, through the module as it is shipped: whatever an expression
// does, all expressions of a login together end in bounded time, and the module's memory stays small (law 4, R1).
import assert from "node:assert/strict";
import { test } from "node:test";

// The plugin's memory is nobody's business but its own: caught when the module is made.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...given) {
  const instance = new Instance(...given);
  memories.push(instance.exports.memory);
  return instance;
};
const { ScimHook } = await import("../../pkg/index.js");
const { createHost } = await import("../../pkg/host.js");
const { configOf, server } = await import("./scene.mjs");

/** What all expressions of one login may take: their work is at most a second or so on an idle machine. */
const MOST_MS = 2500;
/** The event (a megabyte) is there as text, as nodes and as objects; of 20 million steps 40 MB can be made. */
const MOST_MB = 160;

const long = "x".repeat(60_000);
const USER = {
  id: "u-1",
  email: "amara@corp.example",
  lastName: "Okafor",
  l: Array.from({ length: 1000 }, () => "abcdefgh"),
  n: Array.from({ length: 1000 }, (_, at) => at),
  a: `${long}a`,
  b: `${long}b`,
  zeros: "0".repeat(60_000),
  digits: `${"9".repeat(766)}e-300`,
  m: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`${"k".repeat(100)}${at}`, at])),
  w: Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 1])),
  objects: Array.from({ length: 1000 }, () => ({ k: "v" })),
};

/** A million times. */
const often = (what) => `user.l.exists(x, user.l.exists(y, ${what}))`;
/** The same in a list that is kept. */
const kept = (what) => `size(user.l.map(x, user.l.map(y, ${what}))) > 0`;
const doubled = (of, by, times) => Array.from({ length: times }).reduce((inner) => `[${inner}.map(x, ${by})[0]]`, `[${of}]`);

const ATTACKS = {
  "nothing at all, a million times": often("false"),
  "long texts compared": often("user.a == user.b"),
  "long texts in order": often("user.a > user.b"),
  "something short against something large": often("1 == user.w"),
  "large maps compared": often("user.w == {'a': 1}"),
  "large maps that are the same": often("user.w != user.w"),
  "shared parts compared": `${doubled("user.l", "[x, x]", 30)} == ${doubled("user.l", "[x, x]", 30)}`,
  "looked up in a list": often("user.a in [user.b, user.b, user.b, user.b]"),
  "looked up in a large map": often("user.a in user.w"),
  "long names looked up": often(`has(user.m.${"k".repeat(1000)})`),
  "long keys of a map that is made": often("{user.a: 1, user.b: 2}[user.a] == 2"),
  "the keys of a large map": "user.l.exists(x, user.m.exists(k, k == '') || user.m.exists(k, k == '1') || user.m.exists(k, k == '2'))",
  "keys for nothing": `user.l.exists(x, ${Array.from({ length: 100 }, () => "user.m.exists(k, true)").join(" && ")} && false)`,
  startsWith: often("user.a.startsWith(user.b)"),
  endsWith: often("user.b.endsWith(user.a)"),
  contains: often("user.a.contains(user.b)"),
  indexOf: often("user.a.indexOf('b') == 0"),
  lastIndexOf: often("user.b.lastIndexOf('a') == 0"),
  "split that finds nothing": often("user.a.split('y') == []"),
  "split that finds everything": often("user.a.split('x') == []"),
  "split into characters": often("user.a.split('') == []"),
  "split of a made text": often("(user.a + 'b').split('x') == []"),
  "split by something long": often("user.email.split(user.a) == []"),
  replace: "user.a.replace('x', user.a).replace('x', user.a) == ''",
  "replace of nothing": often("user.a.replace('', 'yy') == ''"),
  "replace of something long": often("user.email.replace(user.a, '') == ''"),
  join: often("[user.a, user.b].join(user.a) == ''"),
  "substring, charAt, trim": often("user.a.substring(59999) == user.b.charAt(59999) && user.a.trim() == ''"),
  "upper and lower case": often("user.a.upperAscii().lowerAscii() == user.b"),
  size: often("size(user.a) == 0"),
  "double of zeros": often("double(user.zeros) > 0.0"),
  "double of digits": often("double(user.digits) < 0.0"),
  "int and uint of zeros": often("int(user.zeros) > 0 || uint(user.zeros) > 0u"),
  "string of numbers": often("string(1e300) == '' || string(1e-300) == ''"),
  "texts of numbers kept": kept("string(1e300)"),
  "doubling of texts": `size(${doubled("user.a", "x + x", 36)}) == 0`,
  "doubling of lists": `size(${doubled("user.l", "x + x", 36)}) == 0`,
  "lists kept": kept("[x, y, [x]]"),
  "maps kept": kept("{x: y, 'a': {x: y}}"),
  "texts kept": kept("x + y"),
  "failures absorbed": often("y.k.k || y + 1 == ''"),
  "failures that name something long": often(`user.${"k".repeat(1000)}`),
  "numbers failing": often("int(y) == 0 || y.substring(9) == ''"),
  "a pattern that repeats": often("user.email.matches('(a?){400}b')"),
  "a pattern that repeats over a long text": "user.a.substring(44000).matches('(x?){400}b') || user.a.substring(44001).matches('(x?){400}c') || user.a.substring(44002).matches('(x?){400}d')",
  "a pattern of many letters": often("user.email.matches('[" + "abcdefghijklmnopqrstuvwxyz".split("").filter((_, at) => at % 2).join("") + "]{200}')"),
  "patterns compiled": often("y.matches('a{9}' + y)"),
  "large patterns compiled": often("y.matches('(a?){400}z' + y)"),
  "patterns too large": often("y.matches('((((a{99}){99}){99}){99})' + y)"),
  "patterns that are none": often("y.matches('(' + y)"),
  "long patterns that are none": often("y.matches('(' + user.a.substring(56000))"),
};

const EXTENSION = "urn:example:params:scim:schemas:extension:x:2.0:User";
const memory = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) / 1e6;

/** A login at a server that answers nothing useful: what expressions are for happens before any request. */
async function login(expressions, user = USER, rest = {}) {
  const attributes = { userName: "email", "name.familyName": "lastName" };
  expressions.forEach((expression, at) => (attributes[at === 0 ? "nickName" : `${EXTENSION}:a${at}`] = { expression: `(${expression}) ? 'a' : 'b'` }));
  const hook = new ScimHook(configOf([{ ...server("generic"), attributes, ...rest }]), createHost({ fetch: () => new Response("", { status: 403 }), secrets: { token: "canary-token" } }));
  const begun = process.cpuUsage();
  const outcome = await hook.postAuthentication({ application: "console", user });
  const { user: spent, system } = process.cpuUsage(begun);
  return { ms: (spent + system) / 1000, outcome };
}

function check(name, { ms, outcome: { servers: [{ warnings }] } }) {
  if (process.env.VERBOSE) console.log(`${name}: ${ms.toFixed(0)} ms, ${memory().toFixed(0)} MB, ${warnings.map(({ message }) => message)}`);
  assert.ok(ms < MOST_MS, `${ms} ms`);
  assert.ok(memory() < MOST_MB, `${memory()} MB`);
}

for (const [name, expression] of Object.entries(ATTACKS)) {
  test(`${name}: bounded`, async () => check(name, await login([expression])));
}

test("all of them in one login: bounded as one is", async () => {
  const played = await login(Object.values(ATTACKS));
  check("all of them", played);
  assert.ok(played.outcome.servers[0].warnings.some(({ message }) => message.includes("too much work")));
});

test("a new name for each of a thousand groups: bounded, and nobody leaves a group whose name could not be made", async () => {
  const groups = Array.from({ length: 1000 }, (_, at) => `${"g".repeat(200)}${at}`);
  const expression = `${"group.name.split('').map(x, group.name.split('').map(y, x + y).join()).join()"} == '' ? 'a' : group.name`;
  check("groups", await login([], { ...USER, groups }, { groups: { mode: "mirror", rename: { expression } } }));
});

test("what mappings do with a thousand groups is far from the bound", async () => {
  const groups = Array.from({ length: 1000 }, (_, at) => ({ name: `department-${at}`, kind: "team", mail: `team-${at}@corp.example` }));
  const usual = [
    "user.teams.exists(g, g.name == 'none')",
    "user.teams.filter(g, g.mail.matches('^[a-z0-9._%+-]+@[a-z0-9.-]+[.][a-z]{2,63}$')).map(g, g.name.lowerAscii()).join(',') != ''",
    "user.teams.all(g, user.teams.exists(h, h.name == g.name))",
    "'department-999' in user.teams.map(g, g.name)",
  ];
  const played = await login(usual, { ...USER, teams: groups });
  check("usual", played);
  assert.deepEqual(played.outcome.servers[0].warnings, []);
});
