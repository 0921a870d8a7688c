// H1: what a run costs in requests, counted where they arrive; and H2: how many answers it waits for in sequence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { ALL, AMARA, BORIS, DEPARTMENT, purposes, scene, server } from "./scene.mjs";

/** The requests an outcome lists are those that arrived; gives what they were for. */
function cost(outcome) {
  assert.equal(outcome.requests.length, outcome.sent.length, "the outcome lists each request that was sent");
  return purposes(outcome);
}

function ended(outcome, result, reason, wanted) {
  assert.deepEqual([outcome.result, outcome.reason, cost(outcome)], [result, reason, wanted]);
  assert.deepEqual(outcome.groups.filter((group) => group.error), []);
}

const lines = (outcome) => outcome.sent.map(({ method, path }) => `${method} ${path.split("?")[0]}`);

/** What a login changes at a type, by what its resource shows. */
function shown(type, { title, firstName, lastName, department, phone, email }) {
  const github = { givenName: firstName, familyName: lastName, email };
  if (type.startsWith("github")) return github;
  // Salesforce's updates leave numbers out.
  return { ...github, title, department, ...(type !== "salesforce" && { phone }) };
}

/** The same of an account. */
function held({ name, emails, title, phoneNumbers, ...rest }, wanted) {
  const [urn, attribute] = [DEPARTMENT.slice(0, DEPARTMENT.lastIndexOf(":")), "department"];
  const all = { ...name, email: emails?.[0]?.value, title, department: rest[urn]?.[attribute], phone: phoneNumbers?.[0]?.value };
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, all[key]]));
}

/** An account that is there already, in the form its provider needs. */
const AT_PROVIDER = { userName: AMARA.email, active: true, displayName: "A", name: { givenName: "A", familyName: "O" } };
const DUPLICATE = {
  salesforce: { schemas: "urn:ietf:params:scim:api:messages:2.0:Error", status: 409, detail: "DUPLICATE_USERNAME: Duplicate Username" },
};
const ADOPTED = ["adopted", "adopted"];
/** A leaver of whom the provider knows nothing any more. */
const GONE = ["skipped", "no-account", ["find"]];

/** Attributes to change, one more a step; then some that are taken away, and come back. */
const CHANGES = [
  { title: "Chief Pilot" },
  { title: "Captain", lastName: "Okafor-Lund" },
  { title: "Pilot", lastName: "Okafor", firstName: "Ama" },
  { title: "Captain", lastName: "Lund", firstName: "Amara", department: "Ground" },
  { title: "Pilot", lastName: "Okafor", firstName: "Ama", department: "Flight", phone: "+49 30 99" },
  { title: "Captain", lastName: "Lund", firstName: "Amara", department: "Ground", phone: "+49 30 11", email: "ama@corp.example" },
  { title: undefined },
  { title: "Back", department: undefined },
  { phone: undefined },
  { phone: "+49 30 77" },
];

const TITLE = { title: "Chief", lastName: "Lund" };
/** Where a group can be made over SCIM. */
const MAKES_GROUPS = ["aws", "generic", "github-enterprise"];

for (const type of ALL) {
  const fresh = (more) => scene({ servers: [server(type)], ...more });
  const without = () => fresh({ state: null });

  test(`${type}: a create is one request, and unchanged is none`, async () => {
    const world = fresh();
    ended(await world.login(AMARA), "created", "first-access", ["create"]);
    for (let n = 0; n < 3; n++) ended(await world.login(AMARA), "unchanged", "fresh", []);
  });

  test(`${type}: any number of changed attributes is one PATCH`, async () => {
    const world = fresh();
    let user = AMARA;
    await world.login(user);
    for (const change of CHANGES) {
      const before = { ...user };
      user = { ...user, ...change };
      const outcome = await world.login(user);
      const wanted = shown(type, user);
      if (isDeepStrictEqual(wanted, shown(type, before))) {
        // Only what the type's mapping does not have, or its updates leave out.
        ended(outcome, "unchanged", outcome.reason, []);
      } else {
        ended(outcome, "updated", "profile-changed", ["update"]);
        assert.equal(outcome.sent[0].method, "PATCH");
      }
      assert.deepEqual(held(world.sim.snapshot().Users[0], wanted), wanted);
      const again = await world.login(user);
      // What updates leave out at Salesforce stays to be told.
      ended(again, "unchanged", type === "salesforce" ? again.reason : "fresh", []);
    }
  });

  test(`${type}: with a link, deactivation is one request, and so is coming back`, async () => {
    const world = fresh();
    // GitHub forgets who leaves an organisation: whoever comes back is created anew.
    const back = type === "github" ? ["created", "first-access", ["create"]] : ["reactivated", "was-inactive", ["reactivate"]];
    const active = () => world.sim.snapshot().Users.map(({ active }) => active);
    await world.login(AMARA);
    ended(await world.login({ ...AMARA, active: false }), "deactivated", "user-disabled", ["deactivate"]);
    assert.deepEqual(active(), type === "github" ? [] : [false]);
    ended(await world.login({ ...AMARA, active: false }), ...(type === "github" ? GONE : ["unchanged", "already-inactive", []]));
    ended(await world.login(AMARA), ...back);
    for (const event of ["user.disabled", "user.deleted"]) {
      ended(await world.lifecycle({ type: event, user: { id: AMARA.id } }), "deactivated", event.replace(".", "-"), ["deactivate"]);
      // What changed meanwhile travels along.
      const lastName = event.replace(".", "");
      const outcome = await world.login({ ...AMARA, lastName });
      assert.deepEqual([outcome.result, outcome.reason, cost(outcome).length], [back[0], back[1], 1]);
      const [{ name, active }] = world.sim.snapshot().Users;
      assert.deepEqual([name.familyName, active], [lastName, true]);
    }
  });

  test(`${type}: without a store, a create is two requests, and an account that is up to date is one`, async () => {
    const world = without();
    ended(await world.login(AMARA), "created", "first-access", ["find", "create"]);
    // Nothing at Salesforce says whose an account is: without a link it is taken over at each login.
    const [same, other] = type === "salesforce" ? [ADOPTED, ADOPTED] : [["unchanged", "found"], ["updated", "drifted"]];
    ended(await world.login(AMARA), ...same, ["find"]);
    ended(await world.login({ ...AMARA, ...TITLE }), ...other, ["find", "update"]);
  });

  test(`${type}: a recheck is one read`, async () => {
    let later = 0;
    const world = fresh({ now: () => Date.now() + later });
    await world.login(AMARA);
    later = 8 * 86_400_000;
    ended(await world.login(AMARA), "unchanged", "rechecked", ["read"]);
    ended(await world.login(AMARA), "unchanged", "fresh", []);
  });

  const duplicates = [
    ["of our own", { ...AT_PROVIDER, externalId: AMARA.id }, "adopted"],
    ["of nobody's", AT_PROVIDER, "adopted"],
    // What is an owner's mark elsewhere is the federation id at Salesforce.
    ["of another owner", { ...AT_PROVIDER, externalId: "x-9" }, type === "salesforce" ? "adopted" : "conflict"],
  ];
  for (const [whose, resource, result] of duplicates) {
    test(`${type}: a duplicate ${whose} costs two finds at most`, async () => {
      const world = fresh();
      world.sim.edit({ create: { type: "User", resource } });
      const outcome = await world.login(AMARA);
      const [create, ...rest] = cost(outcome);
      const finds = rest.filter((purpose) => purpose === "find");
      assert.deepEqual([outcome.result, create, finds.length >= 1 && finds.length <= 2], [result, "create", true]);
      // What is adopted is brought up to date in one write; what is not is left alone.
      assert.deepEqual(rest.slice(finds.length), result === "adopted" ? ["update"] : []);
      if (result === "adopted") ended(await world.login(AMARA), "unchanged", "fresh", []);
    });
  }

  test(`${type}: a duplicate that nobody finds costs two finds, and nothing more is sent`, async () => {
    const world = fresh();
    world.sim.fault({ match: { method: "POST", path: "/Users" }, status: 409, body: DUPLICATE[type] ?? { scimType: "uniqueness" }, times: Infinity });
    // Salesforce is asked by userName alone: externalId is not ours there.
    ended(await world.login(AMARA), "conflict", "taken-elsewhere", ["create", "find", ...(type === "salesforce" ? [] : ["find"])]);
  });
}

for (const type of MAKES_GROUPS) {
  const fresh = () => scene({ servers: [server(type)] });

  test(`${type}: a create and three known groups are four`, async () => {
    const world = fresh();
    const groups = ["readers", "dispatch", "ops"];
    await world.login({ ...BORIS, groups });
    ended(await world.login({ ...AMARA, groups }), "created", "first-access", ["create", "group-add", "group-add", "group-add"]);
    ended(await world.login({ ...AMARA, groups }), "unchanged", "fresh", []);
    assert.deepEqual(world.sim.snapshot().Groups.map(({ members }) => members.length), [2, 2, 2]);
  });

  test(`${type}: a user and one new group are three`, async () => {
    const world = fresh();
    ended(await world.login({ ...AMARA, groups: ["readers"] }), "created", "first-access", ["create", "group-find", "group-create"]);
    assert.equal(world.sim.snapshot().Groups[0].members.length, 1);
  });
}

for (const type of [...MAKES_GROUPS, "salesforce"]) {
  test(`${type}: a joined group is one request, with a look-up where its id is not known`, async () => {
    const world = scene({ servers: [server(type)] });
    const made = (displayName) => world.sim.edit({ create: { type: "Group", resource: { displayName, externalId: `x-${displayName}` } } });
    made("known");
    made("there");
    await world.login({ ...BORIS, groups: ["known"] });
    await world.login(AMARA);
    ended(await world.login({ ...AMARA, groups: ["known"] }), "unchanged", "groups-changed", ["group-add"]);
    ended(await world.login({ ...AMARA, groups: ["known", "there"] }), "unchanged", "groups-changed", ["group-find", "group-add"]);
    if (type === "salesforce") return;
    ended(await world.login({ ...AMARA, groups: ["known", "there", "new"] }), "unchanged", "groups-changed", ["group-find", "group-create"]);
    ended(await world.login({ ...AMARA, groups: ["known", "there", "new"] }), "unchanged", "fresh", []);
  });

  test(`${type}: a create and one known group are two, and a group left is one`, async () => {
    const world = scene({ servers: [server(type, { groups: { mode: "mirror" } })] });
    world.sim.edit({ create: { type: "Group", resource: { displayName: "known", externalId: "x" } } });
    await world.login({ ...BORIS, groups: ["known"] });
    ended(await world.login({ ...AMARA, groups: ["known"] }), "created", "first-access", ["create", "group-add"]);
    ended(await world.login({ ...AMARA, groups: [] }), "unchanged", "groups-changed", ["group-remove"]);
    assert.equal(world.sim.snapshot().Groups[0].members.length, 1);
  });
}

for (const type of ALL.filter((type) => type !== "salesforce")) {
  test(`${type}: without PATCH a change is two requests, three the first time`, async () => {
    const world = scene({ servers: [server(type)] });
    // At the door, so that it is the same for every type.
    world.sim.fault({ match: { method: "PATCH" }, status: 501, times: Infinity });
    await world.login(AMARA);
    const user = (lastName) => ({ ...AMARA, title: lastName, lastName });
    const first = await world.login(user("Lund"));
    assert.deepEqual([first.result, cost(first).length], ["updated", 3]);
    const [{ id }] = world.sim.snapshot().Users;
    assert.deepEqual(lines(first), [`PATCH /Users/${id}`, `GET /Users/${id}`, `PUT /Users/${id}`]);
    const second = await world.login(user("Moe"));
    assert.deepEqual([second.result, lines(second)], ["updated", [`GET /Users/${id}`, `PUT /Users/${id}`]]);
    const off = await world.login({ ...user("Moe"), active: false });
    assert.deepEqual([off.result, lines(off)], ["deactivated", [`GET /Users/${id}`, `PUT /Users/${id}`]]);
    const on = await world.login(user("Nye"));
    if (type === "github") assert.deepEqual([on.result, lines(on)], ["created", ["POST /Users"]]);
    else assert.deepEqual([on.result, lines(on)], ["reactivated", [`GET /Users/${id}`, `PUT /Users/${id}`]]);
    ended(await world.login(user("Nye")), "unchanged", "fresh", []);
  });
}

test("github: updates are off unless asked for, and then cost nothing", async () => {
  const world = scene({ servers: [server("github", { policy: {} })] });
  await world.login(AMARA);
  ended(await world.login({ ...AMARA, lastName: "Lund" }), "unchanged", "updates-off", []);
  assert.equal(world.sim.snapshot().Users[0].name.familyName, AMARA.lastName);
});

test("salesforce: a change that updates leave out costs nothing", async () => {
  const world = scene({ servers: [server("salesforce")] });
  await world.login(AMARA);
  ended(await world.login({ ...AMARA, phone: "+1 555 1" }), "unchanged", "updates-off", []);
});

test("generic: refused value paths cost what a server without PATCH costs", async () => {
  const world = scene({ servers: [server("generic")], switches: { generic: { valuePaths: "refuse" } } });
  await world.login(AMARA);
  // A list is not replaced without a look: others' values in it would be lost (D3).
  for (const [email, most] of [["a@corp.example", 3], ["b@corp.example", 2], ["c@corp.example", 2]]) {
    const outcome = await world.login({ ...AMARA, email });
    assert.deepEqual([outcome.result, cost(outcome).length <= most], ["updated", true], purposes(outcome).join());
  }
  const plain = await world.login({ ...AMARA, email: "c@corp.example", title: "Chief" });
  ended(plain, "updated", "profile-changed", ["update"]);
});

/* ---------------------------------------------------------------- AWS: 100 members */

/** How many members a request's body names. */
function named({ path, body }) {
  if (body === undefined) return 0;
  const values = (members) => (members === undefined ? 0 : [members].flat().length);
  if (Array.isArray(body.Operations)) {
    return body.Operations.reduce((sum, { path: at, value }) => {
      if (at === undefined) return sum + values(value?.members);
      return sum + (at.startsWith("members") ? Math.max(1, values(value)) : 0);
    }, 0);
  }
  return path.startsWith("/Groups") ? values(body.members) : 0;
}

test("aws: no request names more than one member, and none replaces members or puts a group", async () => {
  const groups = (from, to) => Array.from({ length: to - from }, (_, n) => `group-${from + n}`);
  const world = scene({ servers: [server("aws", { groups: { mode: "mirror" } })], policy: { budgetMs: 60_000 } });
  const plays = [
    [{ ...AMARA, groups: groups(0, 150) }, 301],
    [{ ...BORIS, groups: groups(0, 150) }, 151],
    [{ ...AMARA, groups: groups(100, 160) }, 100 + 10 + 10], // a hundred left; ten looked for and created
    [{ ...AMARA, groups: [] }, 60],
  ];
  for (const [user, wanted] of plays) {
    const outcome = await world.login(user);
    assert.deepEqual(outcome.groups.filter(({ error }) => error), []);
    assert.equal(cost(outcome).length, wanted);
    for (const request of outcome.sent) {
      assert.ok(named(request) <= 1, `${request.method} ${request.path}: ${JSON.stringify(request.body)}`);
      assert.ok(!(request.method === "PUT" && request.path.startsWith("/Groups")), "AWS has no PUT of a group");
      for (const { op, path } of request.body?.Operations ?? []) assert.ok(!(op === "replace" && path?.startsWith("members")));
    }
    const joins = outcome.sent.filter((request) => named(request) === 1);
    assert.ok(joins.length >= 60, "the count sees members");
  }
  assert.deepEqual([...new Set(world.sim.snapshot().Groups.slice(0, 150).map(({ members }) => members.length))], [1]);
});

/* ---------------------------------------------------------------- H2 */

const LATENCY = 50;
/** Timers and the event loop of a busy machine. */
const SLACK = 45;

/** How many answers were waited for in sequence: the longest chain of requests of which each began after the other's end. */
function depth(requests) {
  const ends = [];
  for (const { startedAt, endedAt } of [...requests].sort((a, b) => a.startedAt - b.startedAt)) {
    const before = ends.filter(({ at }) => at <= startedAt);
    ends.push({ at: endedAt, depth: 1 + Math.max(0, ...before.map((end) => end.depth)) });
  }
  return Math.max(0, ...ends.map((end) => end.depth));
}

/** The most requests at once. */
function width(requests) {
  const edges = requests.flatMap(({ startedAt, endedAt }) => [[startedAt, 1], [endedAt, -1]]);
  edges.sort(([a, x], [b, y]) => a - b || x - y);
  let [now, most] = [0, 0];
  for (const [, change] of edges) most = Math.max(most, (now += change));
  return most;
}

/** Plays it a few times, for a machine that is busy with something else; gives the fastest. */
async function fastest(play) {
  let best;
  for (let n = 0; n < 4; n++) {
    const started = performance.now();
    const result = await play();
    const ms = performance.now() - started;
    if (!best || ms < best.ms) best = { ...result, ms };
  }
  return best;
}

const three = () => [server("aws"), server("generic"), server("generic", { id: "other" })];
const five = ["one", "two", "three", "four", "five"];
const precise = () => performance.timeOrigin + performance.now();

test("a first login into three servers waits for two answers, not for three times ten", async () => {
  const best = await fastest(async () => {
    const world = scene({ servers: three(), latencyMs: LATENCY, clock: precise });
    const began = performance.now();
    const { servers } = await world.run({ ...AMARA, groups: five });
    return { world, servers, took: performance.now() - began };
  });
  assert.deepEqual(best.servers.map(({ result }) => result), ["created", "created", "created"]);
  for (const outcome of best.servers) {
    // The look-ups go side by side with the create, and the groups with each other.
    assert.deepEqual(purposes(outcome).sort(), ["create", ...five.map(() => "group-create"), ...five.map(() => "group-find")]);
  }
  const requests = best.world.sims.flatMap((sim) => sim.requests);
  assert.equal(requests.length, 33);
  assert.equal(depth(requests), 2);
  assert.ok(best.took < 2 * LATENCY + SLACK, `${best.took} ms`);
  assert.deepEqual(best.world.sims.map((sim) => width(sim.requests)), [6, 6, 6]);
});

test("a first login into groups that are known waits for two answers", async () => {
  const best = await fastest(async () => {
    const world = scene({ servers: three(), clock: precise });
    await world.run({ ...BORIS, groups: five });
    for (const sim of world.sims) {
      sim.clearRequests();
      sim.dials.latencyMs = LATENCY;
    }
    const began = performance.now();
    const { servers } = await world.run({ ...AMARA, groups: five });
    return { world, servers, took: performance.now() - began };
  });
  for (const outcome of best.servers) assert.deepEqual(purposes(outcome), ["create", ...five.map(() => "group-add")]);
  assert.equal(depth(best.world.sims.flatMap((sim) => sim.requests)), 2);
  assert.ok(best.took < 2 * LATENCY + SLACK, `${best.took} ms`);
});

/** GitHub asks for one write at a time (H2): the bound is in writes, and reads go beside them. */
test("github-enterprise: a first login reads beside its writes, and writes one after the other", async () => {
  const best = await fastest(async () => {
    const world = scene({ servers: [server("github-enterprise")], latencyMs: LATENCY, clock: precise });
    const began = performance.now();
    const { servers } = await world.run({ ...AMARA, groups: five });
    return { world, servers, took: performance.now() - began };
  });
  const [outcome] = best.servers;
  assert.deepEqual([outcome.result, purposes(outcome).sort()], ["created", ["create", ...five.map(() => "group-create"), ...five.map(() => "group-find")]]);
  const { requests } = best.world.sim;
  const writes = requests.filter(({ method }) => method !== "GET");
  assert.deepEqual([width(writes), writes.length, depth(requests)], [1, 6, 6]);
  // Look-ups cost no time of their own, but for those that wait for a free place.
  assert.ok(best.took < 6 * LATENCY + 2 * SLACK, `${best.took} ms`);
});

test("github-enterprise: an account and one group that is known wait for two answers, beside another server", async () => {
  const best = await fastest(async () => {
    const world = scene({ servers: [server("github-enterprise"), server("aws")], clock: precise });
    await world.run({ ...BORIS, groups: ["one"] });
    for (const sim of world.sims) {
      sim.clearRequests();
      sim.dials.latencyMs = LATENCY;
    }
    const began = performance.now();
    const { servers } = await world.run({ ...AMARA, groups: ["one"] });
    return { world, servers, took: performance.now() - began };
  });
  for (const outcome of best.servers) assert.deepEqual([outcome.result, purposes(outcome)], ["created", ["create", "group-add"]]);
  assert.equal(depth(best.world.sims.flatMap((sim) => sim.requests)), 2);
  assert.ok(best.took < 2 * LATENCY + SLACK, `${best.took} ms`);
});

for (const type of ["aws", "generic"]) {
  test(`${type}: at most eight requests run at once, and with 40 groups so many do`, async () => {
    const groups = Array.from({ length: 40 }, (_, n) => `group-${n}`);
    const best = await fastest(async () => {
      const world = scene({ servers: [server(type)], latencyMs: LATENCY, policy: { budgetMs: 20_000 }, clock: precise });
      const began = performance.now();
      const { servers } = await world.run({ ...AMARA, groups });
      return { world, servers, took: performance.now() - began };
    });
    const [outcome] = best.servers;
    assert.deepEqual([outcome.result, outcome.requests.length, outcome.groups.filter(({ error }) => error)], ["created", 81, []]);
    assert.equal(width(best.world.sim.requests), 8);
    // 41 in six turns of eight, then 40 in five.
    assert.ok(best.took < 11 * LATENCY + 3 * SLACK, `${best.took} ms`);
  });

  test(`${type}: the bound holds over all runs together`, async () => {
    const world = scene({ servers: [server(type)], latencyMs: 10, policy: { budgetMs: 20_000 }, clock: precise });
    const groups = five.slice(0, 3);
    await world.run({ ...AMARA, groups });
    const people = Array.from({ length: 12 }, (_, n) => ({ ...AMARA, id: `p-${n}`, email: `p${n}@corp.example`, groups }));
    world.sim.clearRequests();
    const outcomes = await Promise.all(people.map((user) => world.run(user)));
    assert.deepEqual([...new Set(outcomes.map(({ servers: [{ result }] }) => result))], ["created"]);
    assert.equal(world.sim.requests.length, 48);
    assert.equal(width(world.sim.requests), 8);
  });
}
