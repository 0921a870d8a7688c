// The package over one or more simulated providers, for tests of what hosts see: hook, simulators, and a store that
// can be looked into.
import { ScimHook } from "../../pkg/index.js";
import { createHost } from "../../pkg/host.js";
import { createSimulator, simulate } from "../../pkg/testing.js";

export const TOKEN = "token-of-the-simulated-provider";
export const DEPARTMENT = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

const NAMES = { userName: "email", "name.givenName": "firstName", "name.familyName": "lastName" };
const DISPLAY = { displayName: { expression: "user.firstName + ' ' + user.lastName" } };
const EMAIL = { 'emails[type eq "work"].value': "email" };
const MORE = { 'phoneNumbers[type eq "work"].value': "phone", title: "title", [DEPARTMENT]: "department" };
const GITHUB = { ...NAMES, ...DISPLAY, ...EMAIL };

const TYPES = {
  aws: { url: "https://scim.eu-west-1.amazonaws.com/t1/scim/v2", attributes: { ...GITHUB, ...MORE }, groups: { mode: "add" } },
  generic: { url: "https://scim.example/v2", attributes: { ...GITHUB, ...MORE }, groups: { mode: "mirror" } },
  github: { url: "https://api.github.com/scim/v2/organizations/acme", attributes: GITHUB, policy: { updates: true } },
  "github-enterprise": { url: "https://api.github.com/scim/v2/enterprises/acme", attributes: GITHUB, groups: { mode: "mirror" } },
  salesforce: {
    url: "https://acme.my.salesforce.com/services/scim/v2",
    attributes: { ...NAMES, ...EMAIL, ...MORE },
    staticAttributes: { entitlements: [{ value: "00e000000000001AAA", type: "Profile", primary: true }] },
    groups: { mode: "mirror" },
  },
};
export const ALL = Object.keys(TYPES);

/** A server of the configuration, with a mapping of what its type takes. */
export function server(type, { id = type, url, ...rest } = {}) {
  return {
    id,
    type,
    ...structuredClone(TYPES[type]),
    url: url ?? (id === type ? TYPES[type].url : `https://${id}.example/v2`),
    authentication: { scheme: "accessToken", accessToken: { secret: "token" } },
    ...rest,
  };
}

export const configOf = (servers, policy, applications) => ({
  servers,
  applications: applications ?? [{ id: "console", servers: servers.map(({ id }) => id) }],
  ...(policy && { policy }),
});

export const AMARA = {
  id: "u-40017",
  email: "amara.okafor@corp.example",
  firstName: "Amara",
  lastName: "Okafor",
  phone: "+49 170 1234567",
  title: "Pilot",
  department: "Flight Ops",
  groups: [],
};
export const BORIS = { ...AMARA, id: "u-2", email: "boris@corp.example", firstName: "Boris", lastName: "Lund", phone: "+46 8 123" };

/** A StateStore that can be read, with the number of versions of a real one. */
export function openStore() {
  const records = new Map();
  let writes = 0;
  return {
    records,
    /** What is remembered of users (`u/`) or groups (`g/`), by key. */
    read: (kind) => Object.fromEntries([...records].filter(([key]) => key.startsWith(kind)).map(([key, { value }]) => [key, JSON.parse(value)])),
    async get(key) {
      return records.get(key) ?? null;
    },
    async put(key, value, { ifVersion } = {}) {
      if (ifVersion !== undefined && (records.get(key)?.version ?? null) !== ifVersion) return false;
      records.set(key, { value, version: String(++writes) });
      return true;
    },
    async delete(key) {
      records.delete(key);
    },
  };
}

/**
 * `servers`: of the configuration; one application has them all unless `applications` says otherwise. `switches` (by
 * type), `latencyMs` and `clock` of their simulators; `credential`: what they are told to take, where it is not what the
 * configuration says. `fetch`: over the simulators' own. `state: null`: no store.
 */
export function scene({ servers, policy, applications, switches = {}, latencyMs = 0, fetch = (inner) => inner, state = openStore(), secrets = { token: TOKEN }, credential, clock, ...host }) {
  const simulators = servers.map(({ type, url, authentication: { username, password, accessToken } }) => {
    const resolved = (secret) => (typeof secret === "string" ? secret : secrets[secret.secret]);
    const known = credential ?? (password ? { basic: { username, password: resolved(password) } } : { token: resolved(accessToken) });
    return createSimulator({ type, url, switches: switches[type] ?? {}, latencyMs, now: clock, ...known });
  });
  const inner = simulate(simulators);
  const config = configOf(servers, policy, applications);
  const hook = new ScimHook(config, createHost({ fetch: fetch(inner), state: state ?? undefined, secrets, ...host }));
  return {
    hook,
    config,
    store: state,
    sims: simulators,
    sim: simulators[0],
    /** The outcome of a login. */
    run: (user, options) => hook.postAuthentication({ application: "console", user }, options),
    /** The first server's outcome of a login, and the requests that reached the simulators for it. */
    async login(user, options) {
      for (const sim of simulators) sim.clearRequests();
      const { servers } = await this.run(user, options);
      return { ...servers[0], sent: [...simulators[0].requests] };
    },
    async lifecycle(event) {
      for (const sim of simulators) sim.clearRequests();
      const { servers } = await hook.lifecycle(event);
      return { ...servers[0], sent: [...simulators[0].requests] };
    },
  };
}

/** "create", "group-find", ..: what a server's requests were for, in order. */
export const purposes = (outcome) => outcome.requests.map(({ purpose }) => purpose);
