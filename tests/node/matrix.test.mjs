// The support matrix of mission.md, and what the providers allow beyond it: each cell is used through the package, by
// default and on request, and what the provider then holds is compared with what capabilities() says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilities } from "../../pkg/index.js";
import { COLUMNS, derive, row, serverOf, simulated } from "./matrix.mjs";

/** The matrix of mission.md: in its columns' order, of a default configuration. */
const MISSION = {
  aws: "yes yes yes yes yes no no",
  github: "yes no no no yes no no",
  salesforce: "yes no no limited yes no no",
};

const rows = new Map();
/** Derived once a type: each test below looks at cells of it. */
const derived = (type) => {
  if (!rows.has(type)) rows.set(type, row(type));
  return rows.get(type);
};

for (const said of capabilities()) {
  for (const column of COLUMNS) {
    test(`${said.type}: ${column} is what capabilities() says`, async () => {
      const { note: _, ...support } = said[column];
      assert.deepEqual((await derived(said.type))[column], support);
    });
  }

  test(`${said.type}: what is not whole, or asked for, has a note`, () => {
    for (const column of COLUMNS) {
      const { byDefault, onRequest, note } = said[column];
      if (byDefault !== "yes" || onRequest !== "yes") assert.equal(typeof note, "string", column);
    }
  });
}

for (const [type, wanted] of Object.entries(MISSION)) {
  test(`${type}: the default is the mission's`, async () => {
    const cells = await derived(type);
    assert.equal(COLUMNS.map((column) => cells[column].byDefault).join(" "), wanted);
  });
}

/* ---------------------------------------------------------------- Salesforce: what an update carries */

const PERSON = { id: "u-1", email: "ada@corp.example", firstName: "Ada", lastName: "Byron", title: "Pilot", phone: "+44 20 1815" };
const CHANGED = { ...PERSON, email: "augusta@corp.example", firstName: "Augusta", lastName: "King", title: "Captain", phone: "+44 20 1852" };

/** What an update changed at Salesforce, and the attributes that warnings name. */
async function updated(asked, switches) {
  const place = simulated("salesforce", asked, switches);
  await place.login(PERSON);
  const [before] = place.sim.snapshot().Users;
  const { servers: [outcome] } = await place.login(CHANGED);
  const [after] = place.sim.snapshot().Users;
  assert.equal(outcome.result, "updated");
  const differs = (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const left = ["emails", "name", "phoneNumbers", "title", "userName"].filter((name) => !differs(name));
  const warned = outcome.warnings.map(({ code, message }) => `${code} ${/change (?:of )?`([A-Za-z]+)/.exec(message)?.[1]}`).sort();
  return { left, warned, sent: place.sim.requests.at(-1).body };
}

for (const [name, switches] of [["as documented", {}], ["that takes all", { patchUserName: "apply", patchPhoneNumbers: "apply" }]]) {
  test(`salesforce ${name}: by default an update leaves out userName and phoneNumbers, and says so`, async () => {
    const { left, warned, sent } = await updated(false, switches);
    assert.deepEqual([left, warned], [["phoneNumbers", "userName"], ["not-updatable phoneNumbers", "not-updatable userName"]]);
    assert.doesNotMatch(JSON.stringify(sent), /userName|phoneNumbers|1852/);
  });
}

test("salesforce: asked for, an update carries all; what was not applied is told", async () => {
  const { left, warned, sent } = await updated(true, {});
  assert.match(JSON.stringify(sent), /phoneNumbers.*1852.*userName.*augusta/);
  assert.deepEqual([left, warned], [["phoneNumbers", "userName"], ["not-applied phoneNumbers", "not-applied userName"]]);
});

test("salesforce: asked for, where it is applied all is there and nothing is told", async () => {
  const { left, warned } = await updated(true, { patchUserName: "apply", patchPhoneNumbers: "apply" });
  assert.deepEqual([left, warned], [[], []]);
});

/* ---------------------------------------------------------------- GitHub: what deactivation is */

test("github: a deactivation ends the membership, and a later login invites anew", async () => {
  const place = simulated("github", false);
  await place.login(PERSON);
  const linked = place.sim.edit({ saml: { login: "ada", nameId: PERSON.email } });
  assert.equal(linked.linked, true);
  await place.lifecycle({ type: "user.disabled", user: { ...PERSON, active: false } });
  assert.deepEqual([place.sim.snapshot().Users, place.sim.snapshot().Members], [[], []]);
  const { servers: [outcome] } = await place.login(PERSON);
  assert.deepEqual([outcome.result, outcome.reason, outcome.requests.length], ["created", "first-access", 1]);
  assert.notEqual(outcome.remoteId, linked.id);
  assert.equal(place.sim.snapshot().Invitations.at(-1).state, "pending");
});

/* ---------------------------------------------------------------- the derivation itself */

test("a cell that is done in part is limited, and one that is not is no", async () => {
  const failing = (match, status) => {
    const place = simulated("generic", true);
    place.sim.fault({ match, status, times: Infinity });
    return place;
  };
  assert.equal(await derive("createUser", failing({ method: "POST", path: "/Users" }, 403)), "no");
  assert.equal(await derive("createGroup", failing({ method: "POST", path: "/Groups" }, 403)), "no");
  assert.equal(await derive("updateProfile", failing({ method: "PATCH" }, 403)), "no");
  assert.equal(await derive("deactivateUser", failing({ method: "PATCH" }, 403)), "no");
  assert.equal(await derive("assignUserToGroup", failing({ method: "PATCH" }, 403)), "no");
  assert.equal(await derive("deleteGroup", failing({ method: "DELETE" }, 403)), "no");
  assert.equal(await derive("updateProfile", simulated("salesforce", true)), "limited");
  assert.equal(serverOf("aws", true).groups.mode, "mirror");
});
