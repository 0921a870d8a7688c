// Plays the story of story.mjs against one server, as node:test subtests.
import assert from "node:assert/strict";
import { memoryStore } from "../../pkg/host.js";
import { prepare, tell } from "./story.mjs";
import { line, plugin } from "./wire.mjs";
import { admin as administrator, reader, sorted, world } from "./world.mjs";

/** `live` from servers.mjs; `dump`: read the server's own store after each step too, where that does not end it. */
export async function play(t, live, { dump = false } = {}) {
  const admin = administrator(live);
  const client = reader(live);
  t.after(() => client.stop());
  const state = memoryStore();
  const ids = await prepare(admin);
  let last;
  for (const step of tell(live)) {
    last = step.world;
    await t.test(step.name, async () => {
      try {
        await step.before?.({ admin, ids, live });
        const under = plugin(step.config, { headers: live.headers, secrets: { "wiki-token": live.token }, state });
        const { outcome, requests } = await under.run(step.event);
        const after = world(await client.read());
        learn(ids, after.ids, step.world);
        check(step, outcome, requests, live, ids);
        compare(after, step.world);
        if (dump) compare(world(await live.dump()), step.world);
        under.hook.free();
      } catch (error) {
        live.keepLog();
        throw error;
      }
    });
  }
  await t.test("the server's own store says the same in the end", async () => compare(world(await live.dump()), last));
}

/** An id, once seen under a name, stays: no step may replace an account or a group. */
function learn(ids, seen, { users }) {
  const zoe = Object.keys(users).find((name) => name !== "resident");
  for (const [name, id] of [["U", seen[`user ${zoe}`]], ...Object.entries(seen).map(([k, v]) => [k.replace(/^group /, ""), v])]) {
    if (id === undefined || name.startsWith("user ")) continue;
    assert.equal(ids[name] ?? id, id, `${name} is another resource than before`);
    ids[name] = id;
  }
  for (const name of Object.keys(ids)) if (name !== "U" && name !== "resident" && !(`group ${name}` in seen)) delete ids[name];
}

/** D5 and H1: the result, why, what was written, and what it cost. */
function check(step, outcome, requests, live, ids) {
  const [server] = outcome.servers;
  const lines = requests.map((request) => line(request, live.url)).map((text) => {
    const [name] = Object.entries(ids).find(([, id]) => text.endsWith(`/${id}`)) ?? [];
    return name ? `${text.split(" ")[0]} ${name}` : text;
  });
  const groups = Object.fromEntries(server.groups.filter(({ result }) => result !== "unchanged").map(({ name, result }) => [name, result]));
  const changed = server.changed.filter((path) => !step.alsoChanged?.includes(path));
  const got = { result: server.result, reason: server.reason, changed: changed.sort(), requests: lines.sort(), access: outcome.access };
  const want = { result: step.result, reason: step.reason, changed: [...(step.changed ?? [])].sort(), requests: [...step.lines].sort(), access: "allow" };
  assert.deepEqual({ ...got, error: server.error, job: server.job }, { ...want, error: undefined, job: undefined });
  if (step.groupResults) assert.deepEqual(groups, step.groupResults);
  assert.equal(server.remoteId ?? (step.result === "skipped" ? ids.U : undefined), ids.U);
  assert.equal(outcome.id, step.event.id);
  assert.equal(outcome.user, step.event.user.id);
  const warned = JSON.stringify(server.warnings);
  assert.ok(step.warns ? warned.includes(step.warns) : warned === "[]", `unexpected warnings: ${warned}`);
  assert.ok(requests.every(({ status }) => status < 300), "a request was refused");
}

function compare(held, wanted) {
  assert.deepEqual(held.users, sorted(wanted.users));
  assert.deepEqual(sorted(held.groups), sorted(wanted.groups));
}
