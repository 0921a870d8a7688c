// The main job against scim2-server (Python).
import { test } from "node:test";
import { more } from "./more.mjs";
import { names } from "./names.mjs";
import { play } from "./play.mjs";
import { startScim2Server } from "./servers.mjs";

test("the story at scim2-server", async (t) => {
  const live = await startScim2Server();
  t.after(() => live.stop());
  await play(t, live);
});

test("more at scim2-server", async (t) => {
  const live = await startScim2Server();
  t.after(() => live.stop());
  await more(t, live);
});

test("awkward names at scim2-server", async (t) => {
  const live = await startScim2Server();
  t.after(() => live.stop());
  await names(t, live);
});
