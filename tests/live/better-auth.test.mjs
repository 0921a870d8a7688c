// The main job against better-auth (Node), and what this product refuses or does in its own way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../../pkg/host.js";
import { expect, kit, more, on } from "./more.mjs";
import { names } from "./names.mjs";
import { play } from "./play.mjs";
import { attributes, lifecycle, login, zoe } from "./sample.mjs";
import { startBetterAuth } from "./servers.mjs";
import { line } from "./wire.mjs";
import { admin as administrator, world } from "./world.mjs";

test("the story at better-auth, without the attributes it does not keep", async (t) => {
  const live = await startBetterAuth();
  t.after(() => live.stop());
  await play(t, live, { dump: true });
});

test("more at better-auth", async (t) => {
  const live = await startBetterAuth();
  t.after(() => live.stop());
  await more(t, live);
});

test("awkward names at better-auth", async (t) => {
  const live = await startBetterAuth();
  t.after(() => live.stop());
  await names(t, live);
});

test("what better-auth refuses", async (t) => {
  const live = await startBetterAuth();
  t.after(() => live.stop());
  const step = (name, run) => t.test(name, () => run().catch((error) => { live.keepLog(); throw error; }));
  const held = async () => world(await live.dump());
  const person = (name, rest) => ({ ...zoe, id: `usr-${name}`, login: `${name}@example.com`, email: `${name}@example.com`, groups: undefined, ...rest });
  const warm = () => kit(live, on(live), memoryStore());
  const cold = (extra) => kit(live, on(live, extra), null);

  /** A run that ends in a failure: its result, reason, error and requests with their answers. */
  async function refused(under, event, result, reason, lines, { says, ...failure } = {}) {
    const { outcome, requests } = await under.run(event);
    const [server] = outcome.servers;
    const methods = requests.map((request) => `${line(request, live.url).replace(/(Users|Groups)\/.*/, "$1/*")} ${request.status}`);
    assert.deepEqual([outcome.access, server.result, server.reason, methods], ["allow", result, reason, lines]);
    const { message, ...rest } = server.error ?? {};
    assert.deepEqual(rest, failure);
    if (says) assert.ok(message.includes(says), message);
  }

  await step("attributes it does not keep: dropped from a create; a change of one is refused in PATCH (400) and ignored in PUT (200)", async () => {
    const mapped = { attributes };
    const under = kit(live, on(live, mapped), memoryStore());
    await expect(under, live, login(person("lacks")), "created", "first-access", ["POST /Users"]);
    await expect(under, live, login(person("lacks")), "unchanged", "fresh", []);
    const one = (await held()).users["lacks@example.com"];
    const { server } = await expect(under, live, login(person("lacks", { nickname: "Zozo" })), "updated", "profile-changed",
      ["PATCH /Users/*", "PATCH /Users/*", "GET /Users/*", "PUT /Users/*"]);
    assert.deepEqual(server.changed, ["nickName"]);
    const after = (await held()).users["lacks@example.com"];
    assert.deepEqual([one.nickName, one.profileUrl, after], [undefined, undefined, one]);
    await expect(under, live, login(person("lacks", { nickname: "Zozo" })), "unchanged", "fresh", []);
    // Without a store it is tried again each time: hence `lacks` in servers.mjs, and an administrator's shorter mapping.
    const again = await expect(cold(mapped), live, login(person("lacks")), "updated", "drifted", ["GET /Users", "PATCH /Users/*", "PATCH /Users/*", "PUT /Users/*"]);
    assert.deepEqual(again.server.changed, ["nickName", "profileUrl"]);
    await expect(cold(), live, login(person("lacks")), "unchanged", "found", ["GET /Users"]);
  });

  await step("a person without an e-mail address and with another userName: refused (400); an address as userName will do", async () => {
    await refused(warm(), login(person("plain", { login: "plain", email: undefined })), "failed", "rejected", ["POST /Users 400"],
      { class: "rejected", status: 400, scimType: "invalidValue", retryable: false, says: "emails must contain an email when userName is not an email address" });
    assert.equal((await held()).users.plain, undefined);
    await expect(warm(), live, login(person("only", { email: undefined })), "created", "first-access", ["POST /Users"]);
    assert.deepEqual((await held()).users["only@example.com"].emails, [{ primary: true, value: "only@example.com" }]);
  });

  await step("the last e-mail address removed: refused (400) in each form; the account stays as it was", async () => {
    const under = warm();
    await expect(under, live, login(person("last")), "created", "first-access", ["POST /Users"]);
    const before = await held();
    await refused(under, login(person("last", { email: undefined })), "failed", "rejected", ["PATCH /Users/* 400", "GET /Users/* 200", "PATCH /Users/* 400"],
      { class: "rejected", status: 400, scimType: "invalidPath", retryable: false });
    assert.deepEqual(await held(), before);
  });

  await step("two people with one e-mail address: a conflict (409), since its own accounts have one each", async () => {
    await expect(warm(), live, login(person("first", { email: "shared@example.com" })), "created", "first-access", ["POST /Users"]);
    const before = await live.dump();
    await refused(warm(), login(person("second", { email: "shared@example.com" })), "conflict", "taken-elsewhere", ["POST /Users 409", "GET /Users 200", "GET /Users 200"],
      { class: "conflict", status: 409, scimType: "uniqueness", retryable: false, says: "already uses this email" });
    const under = warm();
    await expect(under, live, login(person("third")), "created", "first-access", ["POST /Users"]);
    await refused(under, login(person("third", { email: "shared@example.com" })), "failed", "conflict", ["PATCH /Users/* 409"],
      { class: "conflict", status: 409, scimType: "uniqueness", retryable: false, says: "already uses this email" });
    const after = await live.dump();
    assert.deepEqual([after.users.length, after.accounts.length], [before.users.length + 1, before.accounts.length + 1]);
  });

  await step("an address in capitals is kept in small letters, and that is no drift", async () => {
    const user = person("case", { email: "Mixed.Case@Example.COM" });
    await expect(warm(), live, login(user), "created", "first-access", ["POST /Users"]);
    assert.equal((await held()).users["case@example.com"].emails[0].value, "mixed.case@example.com");
    await expect(cold(), live, login(user), "unchanged", "found", ["GET /Users"]);
  });

  await step("a name of 257 characters: refused (400), and nothing of the change is kept", async () => {
    const under = warm();
    await expect(under, live, login(person("length")), "created", "first-access", ["POST /Users"]);
    const before = await held();
    await refused(under, login(person("length", { firstName: "y".repeat(257), timezone: "UTC" })), "failed", "rejected", ["PATCH /Users/* 400"],
      { class: "rejected", status: 400, scimType: "invalidValue", retryable: false, says: "<=256 characters" });
    assert.deepEqual(await held(), before);
  });

  await step("a display name that follows the formatted one, unasked: seen and set right when the account is next looked at", async () => {
    const under = warm();
    await expect(under, live, login(person("follow")), "created", "first-access", ["POST /Users"]);
    const married = person("follow", { lastName: "Okafor" });
    await expect(under, live, login(married), "updated", "profile-changed", ["PATCH /Users/*"]);
    assert.equal((await held()).users["follow@example.com"].displayName, "Zoë Okafor");
    const { server } = await expect(cold(), live, login(married), "updated", "drifted", ["GET /Users", "PATCH /Users/*"]);
    assert.deepEqual(server.changed, ["displayName"]);
    assert.equal((await held()).users["follow@example.com"].displayName, zoe.displayName);
  });

  await step("a group whose name differs in case alone: the one that is there is joined", async () => {
    await administrator(live).createGroup("Red Team");
    await expect(warm(), live, login(person("red", { groups: ["RED team"] })), "created", "first-access", ["POST /Users", "GET /Groups", "PATCH /Groups/*"]);
    assert.deepEqual((await held()).groups["Red Team"].members, ["red@example.com"]);
  });

  await step("an account deleted behind our back: its id is refused as a member (400); the next change finds it gone and makes it anew", async () => {
    const under = warm();
    const { server } = await expect(under, live, login(person("gone")), "created", "first-access", ["POST /Users"]);
    assert.ok((await fetch(`${live.url}/Users/${server.remoteId}`, { method: "DELETE", headers: live.headers })).ok);
    const { outcome } = await under.run(login(person("gone", { groups: ["Red Team"] })));
    const [group] = outcome.servers[0].groups;
    assert.deepEqual([outcome.access, group.result, group.error.class, group.error.status], ["allow", "failed", "rejected", 400]);
    const { requests } = await expect(under, live, login(person("gone", { timezone: "UTC" })), "created", "first-access", ["PATCH /Users/*", "POST /Users"]);
    assert.deepEqual(requests.map(({ status }) => status), [404, 201]);
  });

  await step("deleted by policy, then back: made anew, and no account of the product is left twice", async () => {
    const under = kit(live, on(live, { policy: { deprovision: "delete" } }), memoryStore());
    const user = person("leaver");
    await expect(under, live, login(user), "created", "first-access", ["POST /Users"]);
    await expect(under, live, lifecycle("user.deleted", { user }), "deleted", "user-deleted", ["DELETE /Users/*"]);
    assert.equal((await held()).users[user.login], undefined);
    await expect(under, live, login(user), "created", "first-access", ["POST /Users"]);
    assert.equal((await live.dump()).accounts.filter(({ email }) => email === user.email).length, 1);
  });
});
