// What happens outside logins: every event type, about one application and about all of them, at AWS and at GitHub
// Enterprise; what becomes of leavers by each `deprovision`, and of those who are no longer entitled.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AMARA, purposes, scene, server } from "./scene.mjs";

const SERVERS = ["aws", "github-enterprise"];
/** "cloud" is AWS's alone; "all" has both; "past" is off. */
const APPLICATIONS = [
  { id: "cloud", servers: ["aws"] },
  { id: "all", servers: SERVERS },
  { id: "past", servers: ["github-enterprise"], enabled: false },
];
const world = (more) => scene({ servers: SERVERS.map((type) => server(type, { groups: { mode: "mirror" } })), applications: APPLICATIONS, ...more });

/** The results of an event, by server. */
async function results(place, event) {
  for (const sim of place.sims) sim.clearRequests();
  const outcome = await place.hook.lifecycle(event);
  assert.equal(outcome.access, "allow");
  for (const { server, requests } of outcome.servers) assert.equal(requests.length, place.sims[SERVERS.indexOf(server)].requests.length);
  return Object.fromEntries(outcome.servers.map((one) => [one.server, `${one.result} ${one.reason} ${purposes(one).join(" ")}`.trim()]));
}
const both = (text) => Object.fromEntries(SERVERS.map((id) => [id, text]));
const held = (place) => place.sims.map((sim) => sim.snapshot().Users.map(({ active, name }) => `${name.familyName} ${active}`).join());
const groups = (place) => place.sims.map((sim) => sim.snapshot().Groups.map(({ displayName, members }) => `${displayName} ${members.length}`).join());

const USER = { ...AMARA, groups: ["crew"] };
const CHANGED = { ...USER, lastName: "Lund" };
const event = (type, user = USER, application) => ({ type, user, ...(application && { application }) });
const group = (type, name, previousName) => ({ type, group: { name, ...(previousName && { previousName }) } });

/* ---------------------------------------------------------------- all applications */

test("user.created creates at every server of every enabled application, each once", async () => {
  const place = world();
  assert.deepEqual(await results(place, event("user.created")), both("created first-access create group-find group-create"));
  assert.deepEqual([held(place), groups(place)], [["Okafor true", "Okafor true"], ["crew 1", "crew 1"]]);
  assert.deepEqual(await results(place, event("user.created")), both("unchanged fresh"));
});

test("user.updated and user.enabled act where there is an account, and create none", async () => {
  const place = world();
  for (const type of ["user.updated", "user.enabled"]) {
    const found = await results(place, event(type));
    for (const said of Object.values(found)) assert.match(said, /^skipped no-account/);
  }
  assert.deepEqual(held(place), ["", ""]);
  await place.hook.postAuthentication({ application: "cloud", user: USER });
  const { aws, "github-enterprise": other } = await results(place, event("user.updated", CHANGED));
  assert.equal(aws, "updated profile-changed update");
  assert.match(other, /^skipped no-account/);
  assert.deepEqual(held(place), ["Lund true", ""]);
});

test("user.disabled, user.enabled and user.deleted, one after the other", async () => {
  const place = world();
  await results(place, event("user.created"));
  assert.deepEqual(await results(place, event("user.disabled")), both("deactivated user-disabled deactivate"));
  assert.deepEqual(held(place), ["Okafor false", "Okafor false"]);
  assert.deepEqual(await results(place, event("user.disabled")), both("unchanged already-inactive"));
  assert.deepEqual(await results(place, event("user.enabled", CHANGED)), { aws: "reactivated was-inactive update", "github-enterprise": "reactivated was-inactive update" });
  assert.deepEqual(held(place), ["Lund true", "Lund true"]);
  assert.deepEqual(await results(place, event("user.deleted", { id: USER.id })), both("deactivated user-deleted deactivate"));
  assert.deepEqual(held(place), ["Lund false", "Lund false"]);
});

test("a leaver leaves where an application is off, too", async () => {
  const servers = [server("github-enterprise")];
  const before = scene({ servers, applications: [{ id: "past", servers: ["github-enterprise"] }] });
  await before.hook.postAuthentication({ application: "past", user: USER });
  const after = scene({ servers, applications: [{ id: "past", servers: ["github-enterprise"], enabled: false }], state: before.store, fetch: () => before.sim.fetch });
  const login = await after.hook.postAuthentication({ application: "past", user: USER });
  assert.deepEqual([login.access, login.servers.map(({ result, reason }) => [result, reason])], ["allow", [["skipped", "not-entitled"]]]);
  const { servers: [outcome] } = await after.hook.lifecycle(event("user.disabled"));
  assert.deepEqual([outcome.result, outcome.reason], ["deactivated", "user-disabled"]);
  assert.equal(before.sim.snapshot().Users[0].active, false);
});

test("group.renamed and group.deleted", async () => {
  const place = world();
  await results(place, event("user.created"));
  assert.deepEqual(await results(place, group("group.renamed", "staff", "crew")), both("updated group-renamed group-rename"));
  assert.deepEqual(groups(place), ["staff 1", "staff 1"]);
  // She is in it under its new name: that is noted, and nothing is to be done.
  const renamed = event("user.updated", { ...USER, groups: ["staff"] });
  assert.deepEqual(await results(place, renamed), both("unchanged groups-changed"));
  assert.deepEqual(await results(place, renamed), both("unchanged fresh"));
  assert.deepEqual(await results(place, group("group.deleted", "staff")), both("updated group-deleted group-delete"));
  assert.deepEqual(groups(place), ["", ""]);
  for (const said of Object.values(await results(place, group("group.deleted", "staff")))) assert.match(said, /^unchanged no-group/);
});

/* ---------------------------------------------------------------- one application */

test("an event about one application concerns its servers alone", async () => {
  const place = world();
  assert.deepEqual(await results(place, event("user.created", USER, "cloud")), { aws: "created first-access create group-find group-create" });
  assert.deepEqual(held(place), ["Okafor true", ""]);
  assert.deepEqual(await results(place, event("user.created", USER, "all")), {
    aws: "unchanged fresh",
    "github-enterprise": "created first-access create group-find group-create",
  });
  assert.deepEqual(await results(place, event("user.updated", CHANGED, "cloud")), { aws: "updated profile-changed update" });
  assert.deepEqual(await results(place, event("user.disabled", CHANGED, "cloud")), { aws: "deactivated user-disabled deactivate" });
  assert.deepEqual(held(place), ["Lund false", "Okafor true"]);
  assert.deepEqual(await results(place, event("user.enabled", CHANGED, "cloud")), { aws: "reactivated was-inactive reactivate" });
  assert.deepEqual(await results(place, event("user.deleted", CHANGED, "cloud")), { aws: "deactivated user-deleted deactivate" });
  const renamed = { ...group("group.renamed", "staff", "crew"), application: "cloud" };
  assert.deepEqual(await results(place, renamed), { aws: "updated group-renamed group-rename" });
  const deleted = { ...group("group.deleted", "staff"), application: "cloud" };
  assert.deepEqual(await results(place, deleted), { aws: "updated group-deleted group-delete" });
  assert.deepEqual(groups(place), ["", "crew 1"]);
});

/* ---------------------------------------------------------------- leavers, by policy */

const LEAVERS = [
  // type, policy, warning at construction, result of user.disabled and of user.deleted, accounts that stay (active or not)
  ["aws", "deactivate", undefined, "deactivated user-disabled deactivate", [false]],
  ["aws", "delete", undefined, "deleted user-disabled delete", []],
  ["aws", "none", undefined, "skipped deprovision-off", [true]],
  ["github-enterprise", "deactivate", undefined, "deactivated user-disabled deactivate", [false]],
  ["github-enterprise", "delete", "irreversible-delete", "deleted user-disabled delete", []],
  ["github-enterprise", "none", undefined, "skipped deprovision-off", [true]],
  ["github", "deactivate", undefined, "deactivated user-disabled deactivate", []],
  ["github", "delete", undefined, "deleted user-disabled delete", []],
  ["github", "none", undefined, "skipped deprovision-off", [true]],
  ["salesforce", "deactivate", undefined, "deactivated user-disabled deactivate", [false]],
  ["salesforce", "delete", "no-delete", "deactivated user-disabled deactivate", [false]],
  ["salesforce", "none", undefined, "skipped deprovision-off", [true]],
  ["generic", "delete", undefined, "deleted user-disabled delete", []],
];
for (const [type, deprovision, code, said, stay] of LEAVERS) {
  for (const kind of ["user.disabled", "user.deleted"]) {
    test(`${type}: ${kind} with deprovision ${deprovision}`, async () => {
      const place = scene({ servers: [server(type, { policy: { deprovision } })] });
      const warning = place.hook.warnings.find(({ path }) => path === "/servers/0/policy/deprovision");
      assert.deepEqual([warning?.code, warning?.severity], code ? [code, "warning"] : [undefined, undefined]);
      if (code) assert.ok(warning.message.length > 20 && warning.help);
      await place.run({ ...AMARA, groups: [] });
      const outcome = await place.lifecycle({ type: kind, user: { id: AMARA.id } });
      assert.equal(`${outcome.result} ${outcome.reason} ${purposes(outcome).join(" ")}`.trim(), said.replace("user-disabled", kind.replace(".", "-")));
      assert.deepEqual(place.sim.snapshot().Users.map(({ active }) => active), stay);
    });
  }
}

test("github-enterprise: whoever was deleted for good comes back as somebody new", async () => {
  const place = scene({ servers: [server("github-enterprise", { policy: { deprovision: "delete" } })] });
  const first = await place.login(AMARA);
  await place.lifecycle({ type: "user.deleted", user: { id: AMARA.id } });
  const again = await place.login(AMARA);
  assert.deepEqual([again.result, again.reason], ["created", "first-access"]);
  assert.notEqual(again.remoteId, first.remoteId);
});

/* ---------------------------------------------------------------- no longer entitled */

for (const type of ["aws", "github-enterprise"]) {
  const entitled = (whenNotEntitled, more = []) =>
    scene({
      servers: [server(type, { policy: { whenNotEntitled } })],
      applications: [{ id: "console", servers: [type], condition: "user.department == 'Flight Ops'" }, ...more],
    });
  const moved = { ...AMARA, department: "Ground" };

  test(`${type}: whoever is no longer entitled stays by default`, async () => {
    const place = entitled("ignore");
    await place.run(AMARA);
    for (const outcome of [await place.login(moved), await place.lifecycle({ type: "user.updated", user: moved })]) {
      assert.deepEqual([outcome.result, outcome.reason, outcome.sent.length], ["skipped", "not-entitled", 0]);
    }
    assert.equal(place.sim.snapshot().Users[0].active, true);
  });

  test(`${type}: or is deactivated where the configuration says so, and comes back`, async () => {
    const place = entitled("deactivate");
    await place.run(AMARA);
    const out = await place.login(moved);
    assert.deepEqual([out.result, out.reason, out.sent.length], ["deactivated", "not-entitled", 1]);
    assert.equal(place.sim.snapshot().Users[0].active, false);
    const back = await place.login(AMARA);
    assert.deepEqual([back.result, back.reason, back.sent.length], ["reactivated", "was-inactive", 1]);
    const outside = await place.lifecycle({ type: "user.updated", user: moved });
    assert.deepEqual([outside.result, outside.reason], ["deactivated", "not-entitled"]);
  });

  test(`${type}: but not where another application entitles`, async () => {
    const place = entitled("deactivate", [{ id: "other", servers: [type] }]);
    await place.run(AMARA);
    const outcome = await place.lifecycle({ type: "user.updated", user: moved });
    assert.notEqual(outcome.result, "deactivated");
    assert.equal(place.sim.snapshot().Users[0].active, true);
  });
}
