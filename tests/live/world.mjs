// What a server holds, read by others than the package, in a form that can be compared with literals.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { jsonLines, python } from "./process.mjs";

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** scim2-client on `server`; `read()` gives all it holds. */
export function reader(server) {
  const client = jsonLines("scim2-client", python, [script("read.py"), server.url, server.headers.authorization]);
  return { read: () => client.ask("read"), stop: client.stop };
}

/**
 * Users by userName and groups by displayName. What the server alone decides (id, meta) is left out; lists are sets
 * (RFC 7643, section 2.4); members are named by their userName and counted, since some servers keep one twice.
 */
export function world({ users, groups }) {
  const names = new Map(users.map((user) => [user.id, user.userName]));
  assert.equal(new Set(users.map(({ userName }) => userName)).size, users.length, "two accounts with one userName");
  assert.equal(new Set(groups.map(({ displayName }) => displayName)).size, groups.length, "two groups with one name");
  return {
    users: Object.fromEntries(users.map((user) => [user.userName, plain(user)])),
    groups: Object.fromEntries(groups.map(({ displayName, externalId, members = [] }) => [
      displayName,
      { ...(externalId === undefined ? {} : { externalId }), members: members.map(({ value }) => names.get(value) ?? `unknown ${value}`).sort() },
    ])),
    ids: Object.fromEntries([...users.map((u) => [`user ${u.userName}`, u.id]), ...groups.map((g) => [`group ${g.displayName}`, g.id])]),
  };
}

/** A user without what the server decides, its lists in one order. */
export function plain({ id, meta, groups, ...rest }) {
  for (const [name, values] of Object.entries(rest)) {
    if (!Array.isArray(values) || name === "schemas") continue;
    assert.ok(values.filter((value) => value.primary === true).length <= 1, `${name} has two primary values`);
  }
  // Which of several numbers is the primary one is nobody's decision here: the mapping names none.
  const phoneNumbers = rest.phoneNumbers?.map(({ primary, ...phone }) => phone);
  return sorted({ ...rest, ...(phoneNumbers ? { phoneNumbers } : {}) });
}

/** The same JSON with members in order of name and lists in order of content. */
export function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().filter((key) => value[key] !== undefined).map((key) => [key, sorted(value[key])]));
}

/** An administrator's own hand: a plain SCIM request past the package. */
export function admin(server) {
  const send = async (method, path, body) => {
    const headers = { ...server.headers, accept: "application/scim+json", "content-type": "application/scim+json" };
    const response = await fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path} by the test itself: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  const schema = (name) => ["urn:ietf:params:scim:schemas:core:2.0:" + name];
  return {
    createUser: async (user) => (await send("POST", "/Users", { schemas: schema("User"), ...user })).id,
    createGroup: async (displayName, ...ids) =>
      (await send("POST", "/Groups", { schemas: schema("Group"), displayName, members: ids.map((value) => ({ value })) })).id,
    /** All it holds, by plain requests: scim2-client refuses to read some addresses that servers take. */
    async read() {
      const all = async (path, found = []) => {
        const page = await send("GET", `${path}?startIndex=${found.length + 1}&count=50`);
        found.push(...(page.Resources ?? []));
        return page.Resources?.length && found.length < page.totalResults ? all(path, found) : found;
      };
      return { users: await all("/Users"), groups: await all("/Groups") };
    },
    patch: (path, ...Operations) => send("PATCH", path, { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations }),
  };
}
