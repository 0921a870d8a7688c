// Tells every story, and holds it to what it says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { providers, storyOf } from "./stories.mjs";

const demo = fileURLToPath(new URL("./demo.mjs", import.meta.url));
for (const name of providers) {
  const { chapters, holds } = await storyOf(name);
  const env = { ...process.env, PROVIDER: name, DEMO: "json" };
  const told = JSON.parse(execFileSync(process.execPath, [demo], { env, encoding: "utf8", maxBuffer: 1e8 }));
  assert.deepEqual(
    told.chapters.map(({ outcome: { servers: [server] } }) => [`${server.result}/${server.reason}`, server.requests.length]),
    chapters.map(([, , end, requests]) => [end, requests]),
    name,
  );
  assert.equal(told.provider.Users.length, 1, name);
  for (const [found, wanted] of holds(told.provider)) assert.deepEqual(found, wanted, name);
}
console.log(`demo: ${providers.length} stories, as told`);
