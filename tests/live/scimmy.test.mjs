// The main job against SCIMMY (Node), and what only one of the two servers is needed for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../../pkg/host.js";
import { more } from "./more.mjs";
import { names } from "./names.mjs";
import { play } from "./play.mjs";
import { configuration, login, server as wiki, zoe } from "./sample.mjs";
import { basic, startScim2Server, startScimmy } from "./servers.mjs";
import { line, plugin } from "./wire.mjs";

test("the story at SCIMMY", async (t) => {
  const live = await startScimmy();
  t.after(() => live.stop());
  await play(t, live, { dump: true });
});

test("more at SCIMMY", async (t) => {
  const live = await startScimmy();
  t.after(() => live.stop());
  await more(t, live);
});

test("awkward names at SCIMMY", async (t) => {
  const live = await startScimmy();
  t.after(() => live.stop());
  await names(t, live);
});

test("Basic authentication", async (t) => {
  const live = await startScimmy({ auth: "basic" });
  t.after(() => live.stop());
  const authentication = { scheme: "basic", username: basic.username, password: { secret: "wiki-password" } };
  const config = configuration([wiki(live, { authentication })]);
  const under = plugin(config, { headers: live.headers, secrets: { "wiki-password": basic.password } });
  const first = (await under.run(login(zoe))).outcome.servers[0];
  assert.deepEqual([first.result, first.reason, first.error], ["created", "first-access", undefined]);
  assert.equal((await live.dump()).users[0].userName, zoe.login);

  const wrong = plugin(config, { headers: { authorization: `Basic ${Buffer.from(`${basic.username}:wrong-password`).toString("base64")}` }, secrets: { "wiki-password": "wrong-password" } });
  const refused = (await wrong.run(login({ ...zoe, id: "usr-other", login: "other" }))).outcome;
  assert.deepEqual([refused.access, refused.servers[0].result, refused.servers[0].reason], ["allow", "failed", "credentials"]);
  assert.equal((await live.dump()).users.length, 1);
});

test("two servers at once, and one of them gone", async (t) => {
  const [one, two] = await Promise.all([startScim2Server(), startScimmy()]);
  t.after(() => Promise.all([one.stop(), two.stop()]));
  const headers = { [new URL(one.url).origin]: one.headers, [new URL(two.url).origin]: two.headers };
  const config = configuration([wiki(one), wiki(two)], { budgetMs: 4000, retries: 1 });
  const under = plugin(config, { headers, secrets: { "wiki-token": one.token }, state: memoryStore() });
  const results = ({ outcome }) => Object.fromEntries(outcome.servers.map(({ server, result, reason }) => [server, `${result}/${reason}`]));
  const both = (what) => ({ [one.name]: what, [two.name]: what });

  assert.deepEqual(results(await under.run(login(zoe))), both("created/first-access"));
  assert.deepEqual(results(await under.run(login(zoe))), both("unchanged/fresh"));
  const changed = { ...zoe, nickname: "Z" };
  const run = await under.run(login(changed));
  assert.deepEqual(results(run), both("updated/profile-changed"));
  assert.equal(run.requests.length, 2);
  for (const live of [one, two]) {
    const seen = run.requests.filter(({ url }) => url.startsWith(live.url));
    assert.deepEqual(seen.map((request) => line(request, live.url).split("/")[1]), ["Users"]);
  }

  const { users } = await one.dump(); // ends scim2-server
  assert.equal(users[0].nickName, "Z");
  // A request that gets no answer is no answer to hold against H5, but the outcome must still list it.
  const { outcome } = await under.run(login({ ...changed, nickname: "Zed" }));
  assert.equal(outcome.access, "allow");
  assert.ok(outcome.durationMs <= 4250, `the run took ${outcome.durationMs} ms`);
  const [gone, there] = [one, two].map(({ name }) => outcome.servers.find(({ server }) => server === name));
  assert.deepEqual([gone.result, gone.reason, gone.job?.server], ["deferred", "unavailable", one.name]);
  assert.deepEqual([there.result, there.reason], ["updated", "profile-changed"]);
  assert.equal((await two.dump()).users[0].nickName, "Zed");
});
