// One of several processes of a platform: logs everybody in whenever it is told to, and says what came of it. Its links
// are in Redis. Started by redis.test.mjs.
import { createClient } from "redis";
import { ScimHook } from "../../pkg/index.js";
import { createHost } from "../../pkg/host.js";
import { redisStore } from "../../pkg/state/redis.js";
import { config, user } from "./redis-world.mjs";

const { REDIS_URL, SCIM_URL, SCIM_TOKEN, USERS, IN_FLIGHT } = process.env;
const client = createClient({ url: REDIS_URL, socket: { reconnectStrategy: 20 } });
client.on("error", () => {});
await client.connect();

/** What Redis said it has written, by key: it may never be gone. */
const written = {};
const state = redisStore(client);
const { put } = state;
state.put = async (key, value, options) => {
  const done = await put(key, value, options);
  if (done) written[key] = value;
  return done;
};

const hook = new ScimHook(config(SCIM_URL), createHost({ state, secrets: { token: SCIM_TOKEN } }));

async function everybody() {
  const outcomes = [];
  let next = 0;
  const one = async () => {
    for (let n; (n = next++) < Number(USERS); ) {
      const { access, durationMs, servers: [server] } = await hook.postAuthentication({ application: "wiki", user: user(n) });
      const { result, reason, remoteId, warnings, error } = server;
      outcomes[n] = { access, durationMs, result, reason, remoteId, error, requests: server.requests.length, warnings: warnings.map(({ code }) => code) };
    }
  };
  await Promise.all(Array.from({ length: Number(IN_FLIGHT) }, one));
  return outcomes;
}

process.on("message", async () => {
  while (!client.isReady) await new Promise((resolve) => setTimeout(resolve, 20));
  process.send({ outcomes: await everybody(), written });
});
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });
