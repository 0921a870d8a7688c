// Awkward names at a real server: created, read back past the package, changed, found again without a store by a
// filter that holds the name. What a server cannot take must end in an honest outcome, and never in a second account.
import assert from "node:assert/strict";
import { memoryStore } from "../../pkg/host.js";
import { attributes, awkward, awkwardGroups } from "./awkward.mjs";
import { login, zoe } from "./sample.mjs";
import { expect, kit, on } from "./more.mjs";
import { line } from "./wire.mjs";
import { admin as administrator, plain, sorted, world } from "./world.mjs";

/** What becomes of a look-up, or of a creation, that the server cannot take: result, reason, requests, failure. */
const honest = {
  quote: ["failed", "rejected", ["GET /Users 400", "GET /Users 400"], { class: "rejected", status: 400, scimType: "invalidFilter", retryable: false }, "(400)"],
  backslash: ["conflict", "taken-elsewhere", ["GET /Users 200", "POST /Users 409", "GET /Users 200"], { class: "conflict", status: 409, scimType: "uniqueness", retryable: false }],
  mail: ["failed", "rejected", ["POST /Users 400"], { class: "rejected", status: 400, scimType: "invalidValue", retryable: false }, "Invalid email address"],
};
const titles = {
  quote: "is not found again without a store (the server refuses the filter, 400), and no second account is made",
  backslash: "is not found again without a store (the filter misses it), and no second account is made (409)",
  mail: "is refused (400), the outcome says why, and nothing is made",
};

async function expectHonest(under, live, event, kind) {
  const { outcome, requests } = await under.run(event);
  const [{ result, reason, error, job }] = outcome.servers;
  const [wantedResult, wantedReason, lines, failure, words] = honest[kind];
  const { message, ...rest } = error ?? {};
  assert.deepEqual([result, reason, requests.map((request) => `${line(request, live.url)} ${request.status}`)], [wantedResult, wantedReason, lines]);
  assert.deepEqual(error && rest, failure);
  if (words) assert.ok(message.includes(words), message);
  assert.deepEqual([outcome.access, job], ["allow", undefined]);
}

export async function names(t, live) {
  const client = administrator(live);
  const step = (name, run) => t.test(name, () => run().catch((error) => { live.keepLog(); throw error; }));
  const config = on(live, { attributes, staticAttributes: {}, groups: { mode: "off" } });
  const warm = kit(live, config, memoryStore());
  const cold = () => kit(live, config, null);
  for (const { what, trips, ...person } of awkward) {
    const user = { ...person, title: `${person.firstName} the First`, tags: ["staff"] };
    const can = !live.cannot.includes(trips);
    if (!can && trips === "mail") {
      await step(`${what}: ${titles[trips]}`, async () => {
        const before = await client.read();
        await expectHonest(warm, live, login(user), trips);
        assert.deepEqual(await client.read(), before);
      });
      continue;
    }

    await step(`${what}: created, read back, changed`, async () => {
      await expect(warm, live, login(user), "created", "first-access", ["POST /Users"]);
      await expect(warm, live, login(user), "unchanged", "fresh", []);
      assert.deepEqual(await held(client, person), account(user));
      Object.assign(user, { title: `${person.lastName} the Second`, nickname: person.lastName });
      const { server } = await expect(warm, live, login(user), "updated", "profile-changed", ["PATCH /Users/*"]);
      assert.deepEqual(server.changed.sort(), ["displayName", "title"]);
      assert.deepEqual(await held(client, person), account(user));
    });
    await step(`${what}: ${can ? "found again without a store, and changed" : titles[trips]}`, async () => {
      const before = await client.read();
      if (!can) await expectHonest(cold(), live, login(user), trips);
      else {
        const { requests } = await expect(cold(), live, login(user), "unchanged", "found", ["GET /Users"]);
        assert.equal(filter(requests[0]), `externalId eq ${JSON.stringify(person.id)}`);
      }
      assert.deepEqual(await client.read(), before);
      if (!can) return;
      user.title = `${person.id} the Third`;
      await expect(cold(), live, login(user), "updated", "drifted", ["GET /Users", "PATCH /Users/*"]);
      assert.deepEqual(await held(client, person), account(user));
    });
    // The other filter: an account that an administrator made carries no externalId yet.
    await step(`${what}: an account of that userName ${can ? "is adopted" : titles[trips]}`, async () => {
      const email = `second-${awkward.findIndex(({ id }) => id === person.id)}@example.com`;
      const made = { userName: `${person.login}2`, emails: [{ type: "work", primary: true, value: email }], active: true };
      await client.createUser(made);
      const before = await client.read();
      const twin = { ...user, id: `${person.id}2`, login: made.userName, email };
      if (!can) {
        await expectHonest(cold(), live, login(twin), trips);
        assert.deepEqual(await client.read(), before);
        return;
      }
      const { requests } = await expect(cold(), live, login(twin), "adopted", "adopted", ["GET /Users", "POST /Users", "GET /Users", "PATCH /Users/*"]);
      assert.ok(requests.some((request) => filter(request) === `userName eq ${JSON.stringify(twin.login)}`));
      assert.deepEqual(await held(client, twin), account(twin));
      assert.equal((await client.read()).users.length, before.users.length);
    });
  }
  await groups(step, live, client);
  await step("the server's own store says the same in the end", async () => {
    const read = world(await client.read());
    const { users, groups } = world(await live.dump());
    assert.deepEqual([users, sorted(groups)], [read.users, sorted(read.groups)]);
  });
}

const filter = ({ url }) => new URL(url).searchParams.get("filter");

/** The account that carries the user's externalId, of which there must be one. */
async function held(client, { id, login: userName }) {
  const all = (await client.read()).users;
  const found = all.filter((user) => user.externalId === id || user.userName === userName);
  assert.equal(found.length, 1, "not one account");
  return plain(found[0]);
}

/** What the account must be, attribute by attribute. */
const account = (user) => sorted({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], externalId: user.id, userName: user.login, active: true,
  name: { givenName: user.firstName, familyName: user.lastName, formatted: `${user.lastName}, ${user.firstName}` },
  displayName: user.nickname ?? user.firstName, title: user.title, emails: [{ type: "work", primary: true, value: user.email }],
});

async function groups(step, live, client) {
  const members = async () => world(await client.read()).groups;
  const person = (name, groups) => ({ ...zoe, id: `usr-${name}`, login: `${name}@example.com`, email: `${name}@example.com`, groups });
  const kept = awkwardGroups.filter(({ trips }) => !live.cannot.includes(trips)).map(({ name }) => name);

  await step("groups of such names: created, left, joined again", async () => {
    const under = kit(live, on(live), memoryStore());
    const each = (text) => kept.map(() => text);
    const all = (...people) => Object.fromEntries(kept.map((name) => [name, { externalId: name, members: people }]));
    await expect(under, live, login(person("grouped", kept)), "created", "first-access", ["POST /Users", ...each("GET /Groups"), ...each("POST /Groups")]);
    assert.deepEqual(sorted(await members()), sorted(all("grouped@example.com")));
    await expect(under, live, login(person("grouped", [])), "unchanged", "groups-changed", each("PATCH /Groups/*"));
    assert.deepEqual(sorted(await members()), sorted(all()));
    await expect(kit(live, on(live), memoryStore()), live, login(person("again", kept)), "created", "first-access",
      ["POST /Users", ...each("GET /Groups"), ...each("PATCH /Groups/*")]);
    assert.deepEqual(sorted(await members()), sorted(all("again@example.com")));
  });

  for (const [at, { name, trips }] of awkwardGroups.entries()) {
    if (!live.cannot.includes(trips)) continue;
    const enter = async (who) => {
      const { outcome, requests } = await kit(live, on(live), memoryStore()).run(login(person(`${who}-${at}`, [name])));
      const [{ result, reason, groups: [group] }] = outcome.servers;
      const lines = requests.map((request) => `${line(request, live.url)} ${request.status}`).filter((text) => text.includes("/Groups"));
      return { account: [outcome.access, result, reason], group: [group.result, group.error?.class, group.error?.status], lines };
    };
    const account = ["allow", "created", "first-access"];
    if (trips === "quote") {
      await step(`the group ${name}: failed, since the server refuses the filter (400); the account is made, the group is not`, async () => {
        const before = await members();
        assert.deepEqual(await enter("first"), { account, group: ["failed", "rejected", 400], lines: ["GET /Groups 400"] });
        assert.deepEqual(await members(), before);
      });
    } else {
      await step(`the group ${name}: made once; who comes later without its id is told that it is not listed`, async () => {
        assert.deepEqual(await enter("first"), { account, group: ["created", undefined, undefined], lines: ["GET /Groups 200", "POST /Groups 201"] });
        assert.deepEqual(await enter("second"), {
          account, group: ["failed", "conflict", undefined], lines: ["GET /Groups 200", "POST /Groups 409", "GET /Groups 200"],
        });
        assert.deepEqual((await members())[name].members, [`first-${at}@example.com`]);
      });
    }
  }
}
