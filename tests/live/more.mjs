// What each server are asked beside the story: no store, a lost store, deletion, a second user.
import assert from "node:assert/strict";
import { memoryStore } from "../../pkg/host.js";
import { configuration, lifecycle, login, server as wiki, zoe } from "./sample.mjs";
import { line, plugin } from "./wire.mjs";
import { admin as administrator, reader, world } from "./world.mjs";

export const on = (live, extra) => configuration([wiki(live, extra)]);

/** The package over `config` at `live`; `state: null` remembers nothing. */
export const kit = (live, config, state) => plugin(config, { headers: live.headers, secrets: { "wiki-token": live.token }, state });

/** Result, reason and requests in one line of a test. */
export async function expect(under, live, event, result, reason, lines) {
  const { outcome, requests } = await under.run(event);
  const [server] = outcome.servers;
  const methods = requests.map((request) => line(request, live.url).replace(/(Users|Groups)\/.*/, "$1/*")).sort();
  const got = [event.user.login, server.result, server.reason, methods, server.error, server.groups.filter((g) => g.error)];
  assert.deepEqual(got, [event.user.login, result, reason, [...lines].sort(), undefined, []]);
  return { server, requests };
}

export async function more(t, live) {
  const client = reader(live);
  t.after(() => client.stop());
  const read = async () => world(await client.read());
  const step = (name, run) => t.test(name, () => run().catch((error) => { live.keepLog(); throw error; }));
  const { groups: _, ...loner } = { ...zoe, id: "usr-loner", login: "loner@example.com", email: "loner@example.com" };

  await step("without a store: created after a look, then found with one request", async () => {
    const under = kit(live, on(live), null);
    await expect(under, live, login(loner), "created", "first-access", ["GET /Users", "POST /Users"]);
    await expect(under, live, login(loner), "unchanged", "found", ["GET /Users"]);
    const drifted = { ...loner, job: { ...loner.job, title: "Architect" } };
    const { server } = await expect(under, live, login(drifted), "updated", "drifted", ["GET /Users", "PATCH /Users/*"]);
    assert.deepEqual(server.changed, ["title"]);
    assert.equal((await read()).users["loner@example.com"].title, "Architect");
  });

  await step("with a store that was lost: the account that carries our externalId is adopted", async () => {
    const under = kit(live, on(live), memoryStore());
    const changed = { ...loner, job: { ...loner.job, title: "Fellow" } };
    await expect(under, live, login(changed), "adopted", "adopted", ["POST /Users", "GET /Users", "PATCH /Users/*"]);
    await expect(under, live, login(changed), "unchanged", "fresh", []);
    assert.equal((await read()).users["loner@example.com"].title, "Fellow");
  });

  await step("an account of another owner is left alone", async () => {
    const id = await administrator(live).createUser({ userName: "taken@example.com", externalId: "somebody-else", title: "Owner", active: true });
    const before = (await read()).users["taken@example.com"];
    const under = kit(live, on(live), memoryStore());
    const event = login({ ...loner, id: "usr-late", login: "taken@example.com" });
    const { server, requests } = await expectConflict(under, event);
    assert.deepEqual([server.result, server.reason], ["conflict", "owned-by-another"]);
    assert.deepEqual(requests.map(({ method }) => method), ["POST", ...Array(requests.length - 1).fill("GET")]);
    assert.ok(requests.length <= 3, "a duplicate costs at most two finds");
    assert.ok(!requests.some(({ url }) => url.endsWith(id)));
    assert.deepEqual((await read()).users["taken@example.com"], before);
  });

  await step("a second user joins groups whose ids are known: one request each", async () => {
    const under = kit(live, on(live), memoryStore());
    const groups = ["Red", "Green", "Blue"];
    const [one, two] = ["one", "two"].map((name) => ({ ...zoe, id: `usr-${name}`, login: `${name}@example.com`, email: `${name}@example.com`, groups }));
    await expect(under, live, login(one), "created", "first-access", ["POST /Users", ...Array(3).fill("GET /Groups"), ...Array(3).fill("POST /Groups")]);
    await expect(under, live, login(two), "created", "first-access", ["POST /Users", ...Array(3).fill("PATCH /Groups/*")]);
    const held = await read();
    for (const name of groups) assert.deepEqual(held.groups[name].members, ["one@example.com", "two@example.com"]);
  });

  await step("a deleted user: deactivated by default, deleted where the policy says so", async () => {
    const state = memoryStore();
    const kept = kit(live, on(live), state);
    const user = { ...loner, id: "usr-leaver", login: "leaver@example.com", email: "leaver@example.com" };
    await expect(kept, live, login(user), "created", "first-access", ["POST /Users"]);
    await expect(kept, live, lifecycle("user.deleted", { user }), "deactivated", "user-deleted", ["PATCH /Users/*"]);
    assert.equal((await read()).users["leaver@example.com"].active, false);
    const gone = kit(live, on(live, { policy: { deprovision: "delete" } }), state);
    await expect(gone, live, lifecycle("user.deleted", { user }), "deleted", "user-deleted", ["DELETE /Users/*"]);
    assert.equal((await read()).users["leaver@example.com"], undefined);
  });
}

async function expectConflict(under, event) {
  const { outcome, requests } = await under.run(event);
  assert.equal(outcome.access, "allow");
  return { server: outcome.servers[0], requests };
}
