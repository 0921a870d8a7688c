// Many people at once who need a group that is not there yet: it is created once, also where the server would take two
// of one name, and everybody gets in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AMARA, openStore, scene, server } from "./scene.mjs";

const PEOPLE = 25;
const NAMES = ["Pilots", "Crew"];

async function crowd({ fault, state = openStore(), mode = "mirror" } = {}) {
  const at = scene({ servers: [server("generic", { groups: { mode } })], state, latencyMs: 3 });
  if (fault) at.sim.fault(fault);
  const people = Array.from({ length: PEOPLE }, (_, n) => ({ ...AMARA, id: `u-${n}`, email: `u${n}@corp.example`, groups: NAMES }));
  const outcomes = await Promise.all(people.map((user) => at.run(user, { budgetMs: 2500 })));
  return { at, outcomes: outcomes.map(({ servers: [one] }) => one), posts: at.sim.requests.filter(({ method, path }) => method === "POST" && path === "/Groups") };
}

function everybodyIn({ at }) {
  const { Groups, Users } = at.sim.snapshot();
  const all = Users.map(({ id }) => id).sort();
  assert.equal(all.length, PEOPLE);
  assert.deepEqual(Groups.map(({ displayName, members }) => [displayName, members.map(({ value }) => value).sort()]).sort(), NAMES.toSorted().map((name) => [name, all]));
}

for (const [name, state] of [["a store", openStore], ["no store", () => null]]) {
  test(`with ${name}: one creates it, the others join`, async () => {
    const told = await crowd({ state: state() });
    everybodyIn(told);
    assert.equal(told.posts.length, NAMES.length);
    const results = told.outcomes.flatMap(({ groups }) => groups.map(({ result }) => result));
    assert.deepEqual([results.filter((one) => one === "created").length, results.filter((one) => one === "joined").length], [2, 2 * PEOPLE - 2]);
  });
}

test("the one that creates it loses the answer: still one group", async () => {
  everybodyIn(await crowd({ fault: { match: { method: "POST", path: "/Groups" }, lose: "after" } }));
});

test("the one that creates it is refused: the next one creates it", async () => {
  const told = await crowd({ fault: { match: { method: "POST", path: "/Groups" }, status: 403, body: { detail: "not for you" } } });
  const { Groups } = told.at.sim.snapshot();
  assert.deepEqual(Groups.map(({ displayName }) => displayName).sort(), NAMES.toSorted());
  assert.equal(told.outcomes.flatMap(({ groups }) => groups).filter(({ result }) => result === "failed").length, 1);
});

test("a group that is deleted at the provider while we know its id is created anew, once", async () => {
  const { at } = await crowd();
  for (const { id } of at.sim.snapshot().Groups) at.sim.edit({ delete: { id } });
  for (const key of [...at.store.records.keys()]) if (key.startsWith("g/")) at.store.records.delete(key);
  at.sim.clearRequests();
  const more = Array.from({ length: 5 }, (_, n) => ({ ...AMARA, id: `n-${n}`, email: `n${n}@corp.example`, groups: NAMES }));
  await Promise.all(more.map((user) => at.run(user)));
  const { Groups } = at.sim.snapshot();
  assert.deepEqual(Groups.map(({ displayName, members }) => [displayName, members.length]).sort(), NAMES.toSorted().map((name) => [name, 5]));
});
