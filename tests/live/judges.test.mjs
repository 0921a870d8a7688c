// Every body the package sends in the story, judged by two implementations of SCIM that are not ours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import SCIMMY from "scimmy";
import { memoryStore } from "../../pkg/host.js";
import { jsonLines, python } from "./process.mjs";
import { startScim2Server, startScimmy } from "./servers.mjs";
import { prepare, tell } from "./story.mjs";
import { plugin } from "./wire.mjs";
import { admin as administrator, reader, sorted, world } from "./world.mjs";

SCIMMY.Resources.declare(SCIMMY.Resources.User, { extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }] });

/** The bodies of the story at `live`: { kind, method, body, step, prior }, `prior` being what a PATCH was applied to. */
async function bodies(t, live) {
  t.after(() => live.stop());
  const admin = administrator(live);
  const client = reader(live);
  t.after(() => client.stop());
  const state = memoryStore();
  const ids = await prepare(admin);
  const sent = [];
  for (const step of tell(live)) {
    await step.before?.({ admin, ids, live });
    const prior = await client.read();
    const under = plugin(step.config, { headers: live.headers, secrets: { "wiki-token": live.token }, state });
    const { requests } = await under.run(step.event);
    const held = await client.read();
    for (const [name, id] of Object.entries(world(held).ids)) ids[name.startsWith("group ") ? name.slice(6) : name === "user resident" ? "resident" : "U"] = id;
    for (const { method, url, body } of requests) {
      if (!body) continue;
      const [, list, id] = /\/(Users|Groups)(?:\/([^/?]+))?(?:\?|$)/.exec(url);
      const within = list.toLowerCase();
      sent.push({
        step: step.name, kind: list.slice(0, -1), method, body: JSON.parse(body),
        prior: prior[within].find((resource) => resource.id === id), held: held[within].find((resource) => resource.id === id),
      });
    }
  }
  return sent;
}

for (const [name, start] of [["scim2-server", startScim2Server], ["SCIMMY", startScimmy]]) {
  test(`what is sent to ${name}`, async (t) => {
    const sent = await bodies(t, await start());
    assert.ok(sent.length >= 25, `only ${sent.length} bodies were sent`);

    await t.test("scim2-models understands each body as it was meant", async (t) => {
      const models = jsonLines("scim2-models", python, [fileURLToPath(new URL("judge.py", import.meta.url))]);
      t.after(() => models.stop());
      // The judge must be able to say no.
      for (const wrong of [{ userName: "x", active: "yes" }, { userName: "x", emails: { value: "x@example.com" } }, { active: true }]) {
        const { error, again } = await models.ask({ kind: "User", method: "POST", body: wrong });
        assert.ok(error || JSON.stringify(sorted(again)) !== JSON.stringify(sorted(wrong)), `accepted: ${JSON.stringify(wrong)}`);
      }
      for (const { step, kind, method, body } of sent) {
        const { error, again } = await models.ask({ kind, method, body });
        assert.equal(error, null, `${step}: ${method} ${JSON.stringify(body)}`);
        assert.deepEqual(sorted(again), sorted(body), `${step}: ${method}`);
      }
    });

    await t.test("SCIMMY reads each body, and its PatchOp arrives where the server did", async () => {
      for (const { step, kind, method, body, prior, held } of sent) {
        const schema = SCIMMY.Schemas[kind];
        if (method !== "PATCH") {
          const { meta: _, ...read } = JSON.parse(JSON.stringify(new schema(body, "in"))); // SCIMMY adds meta.resourceType
          assert.deepEqual(sorted(read), sorted(body), `${step}: ${method}`);
          continue;
        }
        const patched = await new SCIMMY.Messages.PatchOp(body).apply(new schema(prior, "out"));
        assert.ok(patched, `${step}: a PATCH that changes nothing: ${JSON.stringify(body)}`);
        const { meta: _, ...result } = JSON.parse(JSON.stringify(patched));
        const { meta: __, ...stored } = held;
        assert.deepEqual(sorted(result), sorted(stored), `${step}: ${JSON.stringify(body)}`);
      }
    });
  });
}
