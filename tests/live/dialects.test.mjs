// SCIMMY behind a door that refuses part of PATCH, as some products do: the package finds a form the server takes,
// remembers it, and still touches nothing that is not its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../../pkg/host.js";
import { configuration, login, server as wiki, zoe } from "./sample.mjs";
import { startScimmy } from "./servers.mjs";
import { line, plugin } from "./wire.mjs";
import { sorted, world } from "./world.mjs";

/** Logins through a change, a removal, a group left and a deactivation; the requests of each, and what is held after. */
async function through(t, live) {
  t.after(() => live.stop());
  const under = plugin(configuration([wiki(live)]), { headers: live.headers, secrets: { "wiki-token": live.token }, state: memoryStore() });
  const take = async (what, user) => {
    const { outcome, requests } = await under.run(login(user));
    const [server] = outcome.servers;
    const got = [server.result, server.error, server.groups.filter(({ error }) => error)];
    assert.deepEqual(got, [what, undefined, []], JSON.stringify(requests.map(({ method, url, status }) => [method, url, status])));
    const lines = requests.map((request) => `${line(request, live.url).replace(/(Users|Groups)\/.*/, "$1/*")} ${request.status}`);
    return { lines, held: world(await live.dump()) };
  };
  try {
    return await steps(take, live);
  } catch (error) {
    live.keepLog();
    throw error;
  }
}

async function steps(take, live) {
  await take("created", zoe);
  // The administrator's own: a fax number, a prefix, and another member in each group, by PUT (which every door lets in).
  const { users, groups } = await live.dump();
  const put = async (path, body) => {
    const headers = { ...live.headers, "content-type": "application/scim+json" };
    assert.ok((await fetch(live.url + path, { method: "PUT", headers, body: JSON.stringify(body) })).ok, path);
  };
  const post = await fetch(`${live.url}/Users`, {
    method: "POST", headers: { ...live.headers, "content-type": "application/scim+json" },
    body: JSON.stringify({ schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "resident", active: true }),
  });
  const { id: resident } = await post.json();
  const [{ meta: _, ...account }] = users;
  await put(`/Users/${account.id}`, {
    ...account,
    name: { ...account.name, honorificPrefix: "Dr." },
    phoneNumbers: [...account.phoneNumbers, { type: "fax", value: "+49 89 5550-199" }],
  });
  for (const { meta: _, ...group } of groups) await put(`/Groups/${group.id}`, { ...group, members: [...group.members, { value: resident }] });

  const changed = { ...zoe, nickname: "Zozo", phones: { ...zoe.phones, work: "+49 89 5550-777" }, office: { ...zoe.office, city: "Dachau" } };
  const first = await take("updated", changed);
  const removed = { ...changed, middleName: "", phones: { work: "+49 89 5550-777" } };
  const second = await take("updated", removed);
  const third = await take("unchanged", { ...removed, groups: removed.groups.slice(1) });
  const fourth = await take("deactivated", { ...removed, groups: removed.groups.slice(1), active: false });

  for (const { held } of [first, second, third, fourth]) {
    assert.equal(held.users[zoe.login].name.honorificPrefix, "Dr.");
    for (const group of Object.values(held.groups)) assert.ok(group.members.includes("resident"));
  }
  const phones = ({ held }) => held.users[zoe.login].phoneNumbers.map(({ type, value }) => `${type} ${value}`).sort();
  assert.deepEqual(phones(first), ["fax +49 89 5550-199", "mobile +49 170 5550101", "work +49 89 5550-777"]);
  assert.deepEqual(phones(second), ["fax +49 89 5550-199", "work +49 89 5550-777"]);
  assert.equal(first.held.users[zoe.login].nickName, "Zozo");
  assert.equal(first.held.users[zoe.login].addresses[0].locality, "Dachau");
  assert.equal(second.held.users[zoe.login].name.middleName, undefined);
  assert.equal(fourth.held.users[zoe.login].active, false);
  assert.deepEqual(third.held.groups.Engineering.members, ["resident"]);
  assert.deepEqual(sorted(third.held.groups["All Staff"].members), sorted(["resident", zoe.login]));
  return [first, second, third, fourth].map(({ lines }) => lines);
}

test("a server without PATCH: read, merged and put, and asked to PATCH once only", async (t) => {
  const [first, second, third, fourth] = await through(t, await startScimmy({ patch: "none" }));
  assert.deepEqual(first, ["PATCH /Users/* 501", "GET /Users/* 200", "PUT /Users/* 200"]);
  assert.deepEqual(second, ["GET /Users/* 200", "PUT /Users/* 200"]);
  assert.ok(third.length <= 3 && third.at(-1) === "PUT /Groups/* 200", String(third));
  assert.deepEqual(fourth, ["GET /Users/* 200", "PUT /Users/* 200"]);
});

test("a server that refuses value paths: asked once, then in plain operations", async (t) => {
  const [first, second, third, fourth] = await through(t, await startScimmy({ patch: "plain" }));
  assert.equal(first[0], "PATCH /Users/* 400");
  assert.ok(first.length <= 3 && first.at(-1).startsWith("PATCH /Users/* 20"), String(first));
  assert.ok(second.length <= 2 && !second.some((text) => text.endsWith(" 400")), String(second));
  assert.ok(third.length <= 3 && third.at(-1).startsWith("PATCH /Groups/* 20"), String(third));
  assert.deepEqual(fourth.map((text) => text.slice(0, 14)), ["PATCH /Users/*"]);
});
