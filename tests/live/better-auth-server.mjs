// better-auth with its SCIM plugin over its memory adapter: the SCIM face of a product, which keeps an account of its own
// beside each SCIM user. Started by servers.mjs, which hands it its credential and asks it by IPC what its tables hold.
import { createServer } from "node:http";
import { scim } from "@better-auth/scim";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";

const tables = {};
let handler;

const listener = createServer((request, response) => {
  console.log(request.method, request.url);
  handler(request, response);
});

listener.listen(0, "127.0.0.1", async () => {
  const { port } = listener.address();
  const auth = betterAuth({
    baseURL: `http://127.0.0.1:${port}`,
    secret: "live-test-secret-of-more-than-32-characters",
    database: memoryAdapter(tables),
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [scim({ connections: [{ id: "directory", credentials: [{ type: "bearer", id: "first", token: process.env.SCIM_TOKEN }] }] })],
  });
  // The adapter makes no table by itself, and the plugin says only here which ones it wants.
  for (const name of Object.keys((await auth.$context).tables)) tables[name] = [];
  handler = toNodeHandler(auth);
  process.send({ port });
});
process.on("message", () => process.send({ held: tables }));
process.on("disconnect", () => process.exit(0));
