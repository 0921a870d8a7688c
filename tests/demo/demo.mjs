// The main job, told as a story: a simulated provider, and the logins of one person. Nothing leaves this process.
// `PROVIDER=github` takes another one, `DEMO=json` prints it for machines.
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { createSimulator } from "../../pkg/testing.js";
import { print } from "./print.mjs";
import { storyOf } from "./stories.mjs";

const { server, secrets, simulator, chapters } = await storyOf(process.env.PROVIDER || "aws");
const { type, url } = server;
const provider = createSimulator({ type, url, latencyMs: 40, ...simulator });

const hook = new ScimHook(
  {
    servers: [server],
    applications: [{ id: "console", servers: [server.id], condition: "user.department == 'Flight Ops'" }],
  },
  createHost({ fetch: provider.fetch, state: memoryStore(), secrets }),
);

const told = [];
for (const [title, event] of chapters) {
  const outcome = event.login
    ? await hook.postAuthentication({ application: "console", user: event.login })
    : await hook.lifecycle(event);
  told.push({ title, outcome });
  if (process.env.DEMO !== "json") print(title, outcome);
}
const holds = provider.snapshot();
if (process.env.DEMO === "json") console.log(JSON.stringify({ chapters: told, provider: holds }, null, 2));
else print.provider(holds);
hook.free();
