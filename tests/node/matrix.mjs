// The support matrix, found out: each action is done through the package, and what the provider then holds says whether
// it was done ("yes"), in part ("limited"), or not ("no"). Nothing here reads capabilities().
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { createSimulator } from "../../pkg/testing.js";
import { filled, secretsOf } from "./filled.mjs";

export const COLUMNS = ["createUser", "createGroup", "assignUserToGroup", "updateProfile", "deactivateUser", "removeUserFromGroup", "deleteGroup"];

const TOKEN = "token-of-the-simulated-provider";
/** "On request": all that a configuration can ask for. */
export const ASKED = { groups: { mode: "mirror" }, policy: { updates: true } };

/** Attributes beside the template's, at the types that take them: a profile is more than a name. */
const MORE = { title: "title", 'phoneNumbers[type eq "work"].value': "phone" };
const takesMore = (type) => !type.startsWith("github");

/** The server of a cell: the template alone, or with all that can be asked for. */
export function serverOf(type, asked, more) {
  const server = filled(type, more);
  if (takesMore(type)) server.attributes = { ...server.attributes, ...MORE };
  return asked ? { ...server, ...ASKED } : server;
}

/** A person of a platform; `n` tells several apart. */
const person = (n) => ({ id: `u-${n}`, email: `ada${n}@corp.example`, firstName: "Ada", lastName: "Byron", title: "Pilot", phone: "+44 20 1815" });
const changed = (n) => ({ id: `u-${n}`, email: `augusta${n}@corp.example`, firstName: "Augusta", lastName: "King", title: "Captain", phone: "+44 20 1852" });

/** What a provider holds of a profile, by the platform's names. */
const profile = ({ userName, name, emails, title, phoneNumbers }) => ({
  userName, firstName: name?.givenName, lastName: name?.familyName, email: emails?.[0]?.value, title, phone: phoneNumbers?.[0]?.value,
});
const known = (user, type) => {
  const { id: _, title, phone, ...rest } = user;
  return { userName: user.email, ...rest, ...(takesMore(type) && { title, phone }) };
};

/** All, some or none of what was wanted is held. */
function portion(held, wanted) {
  const right = Object.keys(wanted).filter((name) => held?.[name] === wanted[name]).length;
  return right === 0 ? "no" : right === Object.keys(wanted).length ? "yes" : "limited";
}

/**
 * The actions. `place`: `{ type, n, login, lifecycle, holds, makeGroup, join, settle }`, at a provider where nobody
 * has the names of `n`.
 */
const ACTIONS = {
  async createUser(place) {
    await place.login(person(place.n));
    const user = (await account(place)) ?? {};
    return user.active === true ? portion(profile(user), known(person(place.n), place.type)) : "no";
  },
  async createGroup(place) {
    await place.login({ ...person(place.n), groups: [name(place)] });
    return (await group(place)) ? "yes" : "no";
  },
  async assignUserToGroup(place) {
    await place.makeGroup(name(place));
    await place.login({ ...person(place.n), groups: [name(place)] });
    return (await isMember(place)) ? "yes" : "no";
  },
  async updateProfile(place) {
    await place.login(person(place.n));
    const { id } = await account(place);
    await place.login(changed(place.n));
    const after = (await place.holds()).Users.find((user) => user.id === id);
    return portion(profile(after), known(changed(place.n), place.type));
  },
  async deactivateUser(place) {
    await place.login(person(place.n));
    await place.settle?.(person(place.n).email);
    if (!(await place.isIn())) throw new Error("nobody is there to be deactivated");
    await place.lifecycle({ type: "user.disabled", user: { ...person(place.n), active: false } });
    return (await place.isIn()) ? "no" : "yes";
  },
  async removeUserFromGroup(place) {
    await place.makeGroup(name(place));
    await place.login({ ...person(place.n), groups: [name(place)] });
    // Where the configuration puts nobody into groups, an administrator does.
    if (!(await isMember(place))) await place.join((await group(place)).id, (await account(place)).id);
    if (!(await isMember(place))) throw new Error("nobody is there to be taken out");
    await place.login({ ...person(place.n), groups: [] });
    return (await isMember(place)) ? "no" : "yes";
  },
  async deleteGroup(place) {
    await place.login({ ...person(place.n), groups: [name(place)] });
    if (!(await group(place))) await place.makeGroup(name(place));
    if (!(await group(place))) throw new Error("there is no group to be deleted");
    await place.lifecycle({ type: "group.deleted", group: { name: name(place) } });
    return (await group(place)) ? "no" : "yes";
  },
};

const name = ({ n }) => `crew-${n}`;
const account = async ({ n, holds }) => (await holds()).Users.find(({ externalId, userName }) => externalId === `u-${n}` || userName === person(n).email);
const group = async (place) => (await place.holds()).Groups.find(({ displayName }) => displayName === name(place));
async function isMember(place) {
  const { id } = await account(place);
  return Boolean((await group(place))?.members?.some(({ value }) => value === id));
}

/** What hosts do with the package at some provider. */
export function hookAt(server, host) {
  const hook = new ScimHook({ servers: [server], applications: [{ id: "app", servers: [server.id] }], policy: { budgetMs: 20_000 } }, createHost({ state: memoryStore(), ...host }));
  const outcomes = [];
  const keep = (outcome) => (outcomes.push(outcome), outcome);
  return {
    outcomes,
    login: async (user) => keep(await hook.postAuthentication({ application: "app", user })),
    lifecycle: async (event) => keep(await hook.lifecycle(event)),
  };
}

/** A fresh simulated provider, and the package at it. */
export function simulated(type, asked, switches = {}) {
  const server = serverOf(type, asked);
  const sim = createSimulator({ type, url: server.url, token: TOKEN, switches });
  const holds = async () => sim.snapshot();
  return {
    type, n: 1, sim, holds,
    ...hookAt(server, { fetch: sim.fetch, secrets: secretsOf(type, TOKEN) }),
    // GitHub Enterprise has no group without an externalId.
    makeGroup: async (displayName) => sim.edit({ create: { type: "Group", resource: { displayName, ...(type === "github-enterprise" && { externalId: "made-elsewhere" }) } } }),
    join: async (group, user) => sim.edit({ join: { group, user } }),
    // Whoever is invited accepts: before that there is no membership to end.
    ...(type === "github" && { settle: async (email) => sim.edit({ saml: { login: "ada", nameId: email } }) }),
    isIn: async () => (type === "github" ? sim.snapshot().Members.length === 1 : sim.snapshot().Users.some(({ active }) => active)),
  };
}

/** One cell, at a place made for it. */
export const derive = (action, place) => ACTIONS[action](place);

/**
 * What a simulated provider takes in an update is documented in contradicting ways (its switches `patch...`): a cell
 * says what the package does, so that it is looked at where the provider takes what it is sent.
 */
const TAKES_ALL = { salesforce: { patchUserName: "apply", patchExternalId: "apply", patchPhoneNumbers: "apply" } };

/** The row of a type: `{ createUser: { byDefault, onRequest }, .. }`. */
export async function row(type) {
  const cells = {};
  for (const action of COLUMNS) {
    const byDefault = await derive(action, simulated(type, false, TAKES_ALL[type]));
    const onRequest = await derive(action, simulated(type, true, TAKES_ALL[type]));
    cells[action] = { byDefault, onRequest };
  }
  return cells;
}
