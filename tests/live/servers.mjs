// The independent SCIM servers the package is tried against: each `{ url, token, headers, stop, dump, keepLog, lacks, cannot }`,
// `lacks` being the attributes it does not keep and refuses to patch, and `cannot` what trips it (see names.mjs).
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, python, start, until } from "./process.mjs";
import { ENTERPRISE } from "./sample.mjs";

const token = "live-test-token-0123456789abcdef";
/** What the Basic variant of SCIMMY asks for; the colon and the umlaut are there to be encoded. */
export const basic = { username: "provisioner", password: "pä:ss word+9" };

/** scim2-server (Python): the strict one. It writes what it holds only when it ends: `dump()` ends it. */
export async function startScim2Server() {
  // The port is chosen before the server binds it; somebody else may take it in between.
  for (let attempt = 1; ; attempt++) {
    try {
      return await scim2ServerOn(await freePort());
    } catch (error) {
      if (attempt === 3 || !String(error).includes("Address already in use")) throw error;
    }
  }
}

async function scim2ServerOn(port) {
  const held = join(tmpdir(), `scimhook-live-${process.pid}-${port}.json`);
  const command = join(python, "../scim2-server");
  const server = start("scim2-server", command, [
    "--hostname", "127.0.0.1", "--port", String(port), "--bearer-token", token, "--dump-resources", held,
  ]);
  const url = `http://127.0.0.1:${port}/v2`;
  const headers = { authorization: `Bearer ${token}` };
  await until(server, "scim2-server", async () => (await fetch(`${url}/ServiceProviderConfig`, { headers })).ok);
  return {
    name: "scim2-server", url, token, headers, lacks: [], cannot: [], pid: server.child.pid, keepLog: server.keepLog,
    /** Ends the server and gives what it then held. */
    async dump() {
      await server.stop("SIGINT");
      const all = JSON.parse(readFileSync(held, "utf8"));
      const of = (schema) => all.filter((resource) => resource.schemas.includes(`urn:ietf:params:scim:schemas:core:2.0:${schema}`));
      return { users: of("User"), groups: of("Group") };
    },
    async stop() {
      await server.stop("SIGINT");
      rmSync(held, { force: true });
    },
  };
}

/** A Node server in `script` that says its port by IPC, and answers each message with what it holds. */
async function forked(name, script, env) {
  const server = start(name, process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
    stdio: ["ignore", "log", "log", "ipc"],
    env: { ...process.env, SCIM_TOKEN: token, ...env },
  });
  let port;
  const asked = [];
  server.child.on("message", (message) => (message.port ? (port = message.port) : asked.shift()(message.held)));
  await until(server, name, async () => port);
  return {
    port, pid: server.child.pid, keepLog: server.keepLog,
    held: () => new Promise((resolve) => (asked.push(resolve), server.child.send("dump"))),
    stop: () => server.stop(),
  };
}

/**
 * SCIMMY (Node) under express, in a process of its own, because its registry is one per process. `patch`: "full", "none"
 * (every PATCH is answered 501) or "plain" (a path with a value filter is answered 400), as some products do.
 */
export async function startScimmy({ auth = "bearer", patch = "full" } = {}) {
  const server = await forked(`scimmy-${auth}`, "scimmy-server.mjs", {
    SCIM_AUTH: auth, SCIM_PATCH: patch, SCIM_USER: basic.username, SCIM_PASSWORD: basic.password,
  });
  const authorization = auth === "basic"
    ? `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString("base64")}`
    : `Bearer ${token}`;
  return {
    name: `scimmy-${auth}`, url: `http://127.0.0.1:${server.port}/scim/v2`, token, headers: { authorization }, lacks: [],
    // `\\"` in a filter is answered 400, and `\\\\` in one is taken for two backslashes.
    cannot: ["quote", "backslash"],
    pid: server.pid, keepLog: server.keepLog, stop: server.stop,
    /** What its own maps hold, past SCIM. */
    dump: server.held,
  };
}

/** better-auth (Node): a product with accounts of its own, of which SCIM is one face. */
export async function startBetterAuth() {
  const server = await forked("better-auth", "better-auth-server.mjs");
  return {
    name: "better-auth", url: `http://127.0.0.1:${server.port}/api/auth/scim/v2`, token, headers: { authorization: `Bearer ${token}` },
    lacks: ["nickName", "profileUrl", "ims"],
    cannot: ["mail"],
    // A display name that is the same as the formatted one follows it, although nobody asked for that.
    settle: (before, after) => before && before.displayName === after.displayName && before.displayName === before.name.formatted
      ? { ...after, displayName: after.name.formatted } : after,
    pid: server.pid, keepLog: server.keepLog, stop: server.stop,
    /** What the rows of its tables say, past SCIM; `accounts` are those that people would sign in to. */
    async dump() {
      const { user, scimUser, scimGroup, scimGroupMember } = await server.held();
      const users = scimUser.map(({ id, userName, externalId, displayName, active, serializedAttributes }) => {
        const { enterprise, ...attributes } = JSON.parse(serializedAttributes);
        return { id, userName, externalId, displayName, active, ...attributes, ...(enterprise ? { [ENTERPRISE]: enterprise } : {}) };
      });
      const groups = scimGroup.map(({ id, displayName, externalId }) => ({
        id, displayName, externalId,
        members: scimGroupMember.filter(({ groupId }) => groupId === id).map(({ scimUserId }) => ({ value: scimUserId })),
      }));
      return { users, groups, accounts: user };
    },
  };
}
