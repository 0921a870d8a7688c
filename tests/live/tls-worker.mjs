// One login and one probe at each of the servers behind TLS, for tls.test.mjs.
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";

const servers = Object.entries(JSON.parse(process.env.SERVERS)).map(([id, url]) => ({
  id, type: "generic", url,
  authentication: { scheme: "accessToken", accessToken: { secret: "token" } },
  attributes: { userName: "email" },
}));
const config = { servers, applications: [{ id: "wiki", servers: servers.map(({ id }) => id) }] };
const hook = new ScimHook(config, createHost({ state: memoryStore(), secrets: { token: process.env.TOKEN } }));
const began = performance.now();
const outcome = await hook.postAuthentication({ application: "wiki", user: { id: "u-1", email: "amara@corp.example" } });
const tookMs = performance.now() - began;
const probe = [];
for (const { id } of servers) probe.push(await hook.probe(id));
// What is wrong with each, as Node's own fetch finds it without us.
const codes = {};
for (const { id, url } of servers) codes[id] = await fetch(url).then(() => "none", (error) => error.cause.code);
console.log(JSON.stringify({ outcome, probe, tookMs, codes }));
