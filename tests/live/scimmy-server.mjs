// A SCIM server made with SCIMMY over two Maps. Started by servers.mjs, which hands it its credentials and asks it by
// IPC what the Maps hold.
import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const { SCIM_AUTH, SCIM_PATCH, SCIM_TOKEN, SCIM_USER, SCIM_PASSWORD } = process.env;
const users = new Map();
const groups = new Map();

const missing = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
const taken = (what) => new SCIMMY.Types.Error(409, "uniqueness", `${what} is already in use`);

/** Handlers over `map`; `check` refuses what must be unique. */
function over(map, check) {
  return {
    egress(resource) {
      if (resource.id) {
        if (!map.has(resource.id)) throw missing(resource.id);
        return map.get(resource.id);
      }
      const all = [...map.values()];
      return resource.filter ? resource.filter.match(all) : all;
    },
    ingress(resource, data) {
      if (resource.id && !map.has(resource.id)) throw missing(resource.id);
      const id = resource.id ?? randomUUID();
      check(data, id);
      const now = new Date().toISOString();
      const created = map.get(id)?.meta.created ?? now;
      const held = { ...JSON.parse(JSON.stringify(data)), id, meta: { created, lastModified: now } };
      map.set(id, held);
      return held;
    },
    degress(resource) {
      if (!map.delete(resource.id)) throw missing(resource.id);
    },
  };
}

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }],
  ...over(users, (data, id) => {
    const same = (other) => other.id !== id && other.userName.toLowerCase() === data.userName.toLowerCase();
    if ([...users.values()].some(same)) throw taken("userName");
  }),
});
SCIMMY.Resources.declare(SCIMMY.Resources.Group, over(groups, (data, id) => {
  for (const { value } of data.members ?? []) {
    if (!users.has(value)) throw new SCIMMY.Types.Error(400, "invalidValue", `member ${value} does not exist`);
  }
  if ([...groups.values()].some((other) => other.id !== id && other.displayName === data.displayName)) throw taken("displayName");
}));

const expected = SCIM_AUTH === "basic"
  ? `Basic ${Buffer.from(`${SCIM_USER}:${SCIM_PASSWORD}`).toString("base64")}`
  : `Bearer ${SCIM_TOKEN}`;

const app = express();
app.use((request, _response, next) => (console.log(request.method, request.originalUrl), next()));
app.patch("*", express.json({ type: "application/scim+json" }), (request, response, next) => {
  const refused = (status, scimType) => response.status(status).type("application/scim+json").send(JSON.stringify({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: String(status), ...(scimType ? { scimType } : {}),
  }));
  if (SCIM_PATCH === "none") return refused(501);
  if (SCIM_PATCH === "plain" && request.body.Operations.some(({ path }) => path?.includes("["))) return refused(400, "invalidPath");
  next();
});
app.use("/scim/v2", new SCIMMYRouters({
  type: SCIM_AUTH,
  handler(request) {
    if (request.header("Authorization") !== expected) throw new Error("Authorization not accepted");
    return "provisioner";
  },
}));

process.on("message", () => process.send({ held: { users: [...users.values()], groups: [...groups.values()] } }));
process.on("disconnect", () => process.exit(0));
const listener = app.listen(0, "127.0.0.1", () => process.send({ port: listener.address().port }));
