// What both servers are asked beside the story: no store, a lost store, deletion, a second user, awkward names.
import assert from "node:assert/strict";
import { memoryStore } from "../../pkg/host.js";
import { attributes as small, awkward, awkwardGroups } from "./awkward.mjs";
import { configuration, lifecycle, login, server as wiki, zoe } from "./sample.mjs";
import { line, plugin } from "./wire.mjs";
import { admin as administrator, reader, sorted, world } from "./world.mjs";

const secrets = (live) => ({ "wiki-token": live.token });
const on = (live, extra) => configuration([wiki(live, extra)]);

/** Result, reason and requests in one line of a test. */
async function expect(under, live, event, result, reason, lines) {
  const { outcome, requests } = await under.run(event);
  const [server] = outcome.servers;
  const methods = requests.map((request) => line(request, live.url).replace(/(Users|Groups)\/.*/, "$1/*")).sort();
  const got = [event.user.login, server.result, server.reason, methods, server.error, server.groups.filter((g) => g.error)];
  assert.deepEqual(got, [event.user.login, result, reason, [...lines].sort(), undefined, []]);
  return { server, requests };
}

/** `quotes`: the server understands `\"` and `\\` in a filter. */
export async function more(t, live, { quotes }) {
  const client = reader(live);
  t.after(() => client.stop());
  const read = async () => world(await client.read());
  const step = (name, run) => t.test(name, () => run().catch((error) => { live.keepLog(); throw error; }));
  const kit = (config, state) => plugin(config, { headers: live.headers, secrets: secrets(live), state });
  const { groups: _, ...loner } = { ...zoe, id: "usr-loner", login: "loner@example.com", email: "loner@example.com" };

  await step("without a store: created after a look, then found with one request", async () => {
    const under = kit(on(live), null);
    await expect(under, live, login(loner), "created", "first-access", ["GET /Users", "POST /Users"]);
    await expect(under, live, login(loner), "unchanged", "found", ["GET /Users"]);
    const drifted = { ...loner, job: { ...loner.job, title: "Architect" } };
    const { server } = await expect(under, live, login(drifted), "updated", "drifted", ["GET /Users", "PATCH /Users/*"]);
    assert.deepEqual(server.changed, ["title"]);
    assert.equal((await read()).users["loner@example.com"].title, "Architect");
  });

  await step("with a store that was lost: the account that carries our externalId is adopted", async () => {
    const under = kit(on(live), memoryStore());
    const changed = { ...loner, job: { ...loner.job, title: "Fellow" } };
    await expect(under, live, login(changed), "adopted", "adopted", ["POST /Users", "GET /Users", "PATCH /Users/*"]);
    await expect(under, live, login(changed), "unchanged", "fresh", []);
    assert.equal((await read()).users["loner@example.com"].title, "Fellow");
  });

  await step("an account of another owner is left alone", async () => {
    const id = await administrator(live).createUser({ userName: "taken@example.com", externalId: "somebody-else", title: "Owner", active: true });
    const before = (await read()).users["taken@example.com"];
    const under = kit(on(live), memoryStore());
    const event = login({ ...loner, id: "usr-late", login: "taken@example.com" });
    const { server, requests } = await expectConflict(under, event);
    assert.deepEqual([server.result, server.reason], ["conflict", "owned-by-another"]);
    assert.deepEqual(requests.map(({ method }) => method), ["POST", ...Array(requests.length - 1).fill("GET")]);
    assert.ok(requests.length <= 3, "a duplicate costs at most two finds");
    assert.ok(!requests.some(({ url }) => url.endsWith(id)));
    assert.deepEqual((await read()).users["taken@example.com"], before);
  });

  await step("a second user joins groups whose ids are known: one request each", async () => {
    const under = kit(on(live), memoryStore());
    const groups = ["Red", "Green", "Blue"];
    const [one, two] = ["one", "two"].map((name) => ({ ...zoe, id: `usr-${name}`, login: `${name}@example.com`, email: `${name}@example.com`, groups }));
    await expect(under, live, login(one), "created", "first-access", ["POST /Users", ...Array(3).fill("GET /Groups"), ...Array(3).fill("POST /Groups")]);
    await expect(under, live, login(two), "created", "first-access", ["POST /Users", ...Array(3).fill("PATCH /Groups/*")]);
    const held = await read();
    for (const name of groups) assert.deepEqual(held.groups[name].members, ["one@example.com", "two@example.com"]);
  });

  await step("a deleted user: deactivated by default, deleted where the policy says so", async () => {
    const state = memoryStore();
    const kept = kit(on(live), state);
    const user = { ...loner, id: "usr-leaver", login: "leaver@example.com", email: "leaver@example.com" };
    await expect(kept, live, login(user), "created", "first-access", ["POST /Users"]);
    await expect(kept, live, lifecycle("user.deleted", { user }), "deactivated", "user-deleted", ["PATCH /Users/*"]);
    assert.equal((await read()).users["leaver@example.com"].active, false);
    const gone = kit(on(live, { policy: { deprovision: "delete" } }), state);
    await expect(gone, live, lifecycle("user.deleted", { user }), "deleted", "user-deleted", ["DELETE /Users/*"]);
    assert.equal((await read()).users["leaver@example.com"], undefined);
  });

  await step("awkward users: created, found unchanged, changed, every value as it was", async () => {
    const config = on(live, { attributes: small, staticAttributes: {}, groups: { mode: "off" } });
    const under = kit(config, memoryStore());
    for (const { quoted, ...person } of awkward) {
      const user = { ...person, title: `${person.firstName} the First`, tags: ["staff"] };
      await expect(under, live, login(user), "created", "first-access", ["POST /Users"]);
      await expect(under, live, login(user), "unchanged", "fresh", []);
      user.title = `${person.lastName} the Second`;
      await expect(under, live, login(user), "updated", "profile-changed", ["PATCH /Users/*"]);
      const wanted = {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], externalId: person.id, userName: person.login, active: true,
        name: { givenName: person.firstName, familyName: person.lastName }, displayName: person.firstName, title: `${person.lastName} the Second`,
      };
      const before = await read();
      assert.deepEqual(before.users[person.login], sorted(wanted));
      const cold = kit(config, null);
      if (quotes || !quoted) await expect(cold, live, login(user), "unchanged", "found", ["GET /Users"]);
      else await expectNothingWritten(cold, login(user));
      assert.deepEqual(await read(), before);
    }
  });

  await step("awkward groups: created, left, joined again", async () => {
    const names = awkwardGroups.filter(({ quoted }) => quotes || !quoted).map(({ name }) => name);
    const under = kit(on(live), memoryStore());
    const user = { ...zoe, id: "usr-grouped", login: "grouped@example.com", email: "grouped@example.com", groups: names };
    const each = (text) => names.map(() => text);
    const members = async () => Object.entries((await read()).groups).filter(([name]) => names.includes(name)).map(([name, group]) => [name, group.members]);
    await expect(under, live, login(user), "created", "first-access", ["POST /Users", ...each("GET /Groups"), ...each("POST /Groups")]);
    assert.deepEqual(sorted(await members()), sorted(names.map((name) => [name, ["grouped@example.com"]])));
    await expect(under, live, login({ ...user, groups: [] }), "unchanged", "groups-changed", each("PATCH /Groups/*"));
    assert.deepEqual(sorted(await members()), sorted(names.map((name) => [name, []])));
    await expect(kit(on(live), memoryStore()), live, login({ ...user, login: "again@example.com", id: "usr-again" }), "created", "first-access",
      ["POST /Users", ...each("GET /Groups"), ...each("PATCH /Groups/*")]);
  });
}

async function expectConflict(under, event) {
  const { outcome, requests } = await under.run(event);
  assert.equal(outcome.access, "allow");
  return { server: outcome.servers[0], requests };
}

/** SCIMMY's filters do not read `\"` (400) and do not unescape `\\` (no hit): what exists is then not seen. */
async function expectNothingWritten(under, event) {
  const { outcome, requests } = await under.run(event);
  assert.ok(["failed", "conflict"].includes(outcome.servers[0].result), outcome.servers[0].result);
  assert.ok(requests.every(({ method, status }) => method === "GET" || status === 409), "something was written blindly");
}
