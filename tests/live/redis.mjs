// A redis-server of the tests' own: a free loopback port, a directory of its own, ended by its pid.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { freePort, start, until } from "./process.mjs";

export async function startRedis() {
  const directory = mkdtempSync(join(tmpdir(), "scimhook-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server;

  async function begin() {
    server = start("redis-server", "redis-server", [
      "--port", String(port), "--bind", "127.0.0.1", "--dir", directory, "--appendonly", "yes", "--save", "", "--daemonize", "no",
    ]);
    await until(server, "redis-server (Debian's package redis-server)", () => ask((client) => client.ping()));
  }

  /** One question by a client of its own. */
  async function ask(question) {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on("error", () => {});
    await client.connect();
    try {
      return await question(client);
    } finally {
      client.destroy();
    }
  }

  await begin();
  return {
    url, ask, begin,
    end: (signal) => server.stop(signal),
    keepLog: () => server.keepLog(),
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
