// One login at a server that means no good, in a process that has nothing else to do, for hostile.test.mjs. `HOST` names
// the callbacks of the host that never answer.
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";

const { SCIM_URL, BUDGET, HOST, KEY } = process.env;
const hanging = HOST.split(" ");
const never = () => new Promise(() => {});
const callback = (name, right) => (hanging.includes(name) ? never : right);

const token = { scheme: "accessToken", accessToken: { secret: "token" } };
const signed = { scheme: "oauth2", grant: "jwtBearer", tokenUrl: `${SCIM_URL}/token`, clientId: "c", privateKey: { secret: "key" }, subject: "s", audience: "a" };
const server = {
  id: "wiki", type: "generic", url: `${SCIM_URL}/scim/v2`, attributes: { userName: "email" },
  authentication: hanging.includes("sign") || hanging.includes("token") ? signed : token,
};
const memory = memoryStore();
const secrets = { token: "token-0123456789", key: KEY };
const host = createHost({
  state: { get: callback("store", memory.get), put: callback("store", memory.put), delete: callback("store", memory.delete) },
  secrets: callback("secret", (name) => secrets[name]),
  enqueue: callback("enqueue", () => {}),
  ...(hanging.includes("sign") ? { sign: never } : {}),
});
const config = { servers: [server], applications: [{ id: "wiki", servers: ["wiki"] }], policy: { budgetMs: Number(BUDGET) } };
const hook = new ScimHook(config, host);

/** What would keep this process from ending: timers, sockets, requests. */
const active = () => process.getActiveResourcesInfo().filter((name) => !/^(PipeWrap|FSReq|TTYWrap|FileHandle|CloseReq)/.test(name)).sort();

// A process's first request takes a good while to get going on a busy machine. It is none of the login's.
await (await fetch(`${SCIM_URL}/warm-up`)).text();

const began = performance.now();
const outcome = await hook.postAuthentication({ application: "wiki", user: { id: "u-1", email: "amara@corp.example" } });
const tookMs = performance.now() - began;
// Sockets are closed a turn or two after they were told to.
for (const until = performance.now() + 150; performance.now() < until && active().length > 0; ) await new Promise(setImmediate);
const left = active();
console.log(JSON.stringify({ outcome, tookMs, left }));
