// The two independent SCIM servers the package is tried against: each `{ url, token, headers, stop, dump, keepLog }`.
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, python, start, until } from "./process.mjs";

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
    name: "scim2-server", url, token, headers, pid: server.child.pid, keepLog: server.keepLog,
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

/**
 * SCIMMY (Node) under express, in a process of its own, because its registry is one per process. `patch`: "full", "none"
 * (every PATCH is answered 501) or "plain" (a path with a value filter is answered 400), as some products do.
 */
export async function startScimmy({ auth = "bearer", patch = "full" } = {}) {
  const script = fileURLToPath(new URL("scimmy-server.mjs", import.meta.url));
  const server = start(`scimmy-${auth}`, process.execPath, [script], {
    stdio: ["ignore", "log", "log", "ipc"],
    env: { ...process.env, SCIM_AUTH: auth, SCIM_PATCH: patch, SCIM_TOKEN: token, SCIM_USER: basic.username, SCIM_PASSWORD: basic.password },
  });
  let port;
  const asked = [];
  server.child.on("message", (message) => (message.port ? (port = message.port) : asked.shift()(message.held)));
  await until(server, "SCIMMY", async () => port);
  const url = `http://127.0.0.1:${port}/scim/v2`;
  const authorization = auth === "basic"
    ? `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString("base64")}`
    : `Bearer ${token}`;
  return {
    name: `scimmy-${auth}`, url, token, headers: { authorization }, pid: server.child.pid, keepLog: server.keepLog,
    /** What its own maps hold, past SCIM. */
    dump: () => new Promise((resolve) => (asked.push(resolve), server.child.send("dump"))),
    stop: () => server.stop(),
  };
}
