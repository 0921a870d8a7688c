// The row of `generic` in the support matrix, found out at servers that are not ours: each action through the package,
// and what the server then holds, read by another client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilities } from "../../pkg/index.js";
import { COLUMNS, derive, hookAt, serverOf } from "../node/matrix.mjs";
import { startScim2Server, startScimmy } from "./servers.mjs";
import { admin as administrator, reader } from "./world.mjs";

const said = capabilities().find(({ type }) => type === "generic");

for (const [name, start] of [["scim2-server", startScim2Server], ["SCIMMY", startScimmy]]) {
  test(`the support matrix at ${name}`, async (t) => {
    const live = await start();
    t.after(() => live.stop());
    const client = reader(live);
    t.after(() => client.stop());
    const admin = administrator(live);
    const holds = async () => {
      const { users, groups } = await client.read();
      return { Users: users, Groups: groups };
    };
    let cells = 0;
    for (const column of COLUMNS) {
      for (const level of ["byDefault", "onRequest"]) {
        // Another person and another group for each cell: the server is one for all.
        const n = ++cells;
        const isOurs = ({ externalId }) => externalId === `u-${n}`;
        const place = {
          type: "generic", n, holds,
          ...hookAt(serverOf("generic", level === "onRequest", { url: live.url }), { fetch, secrets: { "generic-access-token": live.token } }),
          makeGroup: (displayName) => admin.createGroup(displayName),
          join: (group, user) => admin.patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value: user }] }),
          isIn: async () => (await holds()).Users.find(isOurs).active === true,
        };
        await t.test(`${column}, ${level}`, async () => assert.equal(await derive(column, place), said[column][level]));
      }
    }
  });
}
