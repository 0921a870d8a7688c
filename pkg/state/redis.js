// A store in Redis, for several processes. The comparison and the write are one script, which Redis runs as one step.
import { createHash, randomUUID } from "node:crypto";

/** A record is its version and then its value, in one string. */
const VERSION_LENGTH = 36; // a UUID: no two writes have the same, also not after a deletion

// ARGV: the record; the version it replaces, "none" for no record, "any" for whatever is there; milliseconds or "".
const PUT = `local held = redis.call("GET", KEYS[1])
local version = held and string.sub(held, 1, ${VERSION_LENGTH}) or "none"
if ARGV[2] ~= "any" and ARGV[2] ~= version then return 0 end
if ARGV[3] == "" then redis.call("SET", KEYS[1], ARGV[1]) else redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[3]) end
return 1`;
const PUT_SHA = createHash("sha1").update(PUT).digest("hex");

export function redisStore(client, { prefix = "scimhook:", ttlMs: defaultTtlMs } = {}) {
  if (typeof client?.evalSha !== "function") throw new TypeError("redisStore takes a client of the `redis` package: createClient()");

  // A client that is reconnecting keeps commands for later. A login does not wait for that, and a write that comes
  // minutes late would be about a world that is gone.
  function connected() {
    if (client.isReady === false) throw new Error("Redis is not connected");
    return client;
  }

  async function runPut(options) {
    try {
      return await connected().evalSha(PUT_SHA, options);
    } catch (error) {
      // The server was restarted, or is another one: it does not have the script yet.
      if (!String(error?.message).startsWith("NOSCRIPT")) throw error;
      return connected().eval(PUT, options);
    }
  }

  return {
    async get(key) {
      const record = await connected().get(prefix + key);
      if (record === null) return null;
      return { value: record.slice(VERSION_LENGTH), version: record.slice(0, VERSION_LENGTH) };
    },
    async put(key, value, { ifVersion, ttlMs = defaultTtlMs } = {}) {
      const wanted = ifVersion === undefined ? "any" : (ifVersion ?? "none");
      const milliseconds = ttlMs === undefined ? "" : String(Math.max(1, Math.ceil(ttlMs)));
      return (await runPut({ keys: [prefix + key], arguments: [randomUUID() + value, wanted, milliseconds] })) === 1;
    },
    async delete(key) {
      await connected().del(prefix + key);
    },
  };
}
