import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { ScimHook, template } from "../../../pkg/index.js";
import { bundled } from "../engine/bundle.mjs";

const { adapt, adapters, samples } = await bundled("events/index.ts");
const folder = new URL("samples/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const documented = readdirSync(folder).filter((name) => name !== "refused.json");
const config = (type = "aws") => ({
  servers: [{ ...template(type), id: "s", url: "https://scim.example.com/scim/v2" }],
  applications: [{ id: "old", servers: ["s"], enabled: false }, { id: "wiki", servers: ["s"] }],
});

for (const name of documented) {
  const { sample, becomes, source } = read(name);
  test(`${name}: the documented sample becomes an event the plugin takes`, async () => {
    assert.match(source, /^https:\/\//);
    const before = JSON.stringify(sample);
    const { event, platform, notes } = adapt(sample, config());
    assert.deepEqual(event, becomes);
    assert.ok(adapters.some((one) => one.platform === platform) && notes.length > 0);
    assert.equal(JSON.stringify(sample), before, "what was pasted is left as it is");
    assert.deepEqual(adapters.filter((one) => one.adapt(sample, "wiki") !== undefined).map((one) => one.platform), [platform], "one adapter alone knows it");
    const explanation = await new ScimHook(config(), { fetch: () => assert.fail("explain sends nothing") }).explain(event);
    assert.ok(Array.isArray(explanation.servers));
  });
}

test("no token and no cookie of the person comes along", () => {
  for (const name of documented) assert.doesNotMatch(JSON.stringify(adapt(read(name).sample)), /access-token|cookie|nonce|n-0S6/i, name);
});

test("other shapes are refused with the reason", () => {
  for (const { sample, says } of read("refused.json")) {
    const answer = adapt(sample, config());
    assert.ok(answer.refused?.includes(says), `${JSON.stringify(sample)}: ${JSON.stringify(answer)} does not say ${says}`);
  }
});

test("what the platforms say about groups, status and lifecycle is taken over", () => {
  const auth0 = read("auth0-post-login.json").sample;
  assert.deepEqual(adapt({ ...auth0, authorization: { roles: ["admin"] } }).event.user.groups, ["admin"]);
  assert.ok(!("groups" in adapt({ ...auth0, authorization: undefined }).event.user), "unknown groups are absent, not empty");
  assert.equal(adapt({ ...auth0, user: { ...auth0.user, blocked: true } }).event.user.active, false);
  const okta = read("okta-token-hook.json").sample;
  okta.data.identity.claims.groups = ["Everyone"];
  assert.deepEqual(adapt(okta).event.user.groups, ["Everyone"]);
  const { ctx } = read("ory-kratos-webhook.json").sample;
  assert.deepEqual(adapt({ identity: { ...ctx.identity, state: "inactive", traits: { name: { first: "A", last: "B" }, groups: [] } } }).event, {
    application: "console",
    user: { id: ctx.identity.id, active: false, firstName: "A", lastName: "B", groups: [] },
  });
  const keycloak = read("keycloak-login.json").sample;
  assert.deepEqual(adapt({ ...keycloak, type: "DELETE_ACCOUNT" }).event, { type: "user.deleted", user: { id: keycloak.userId, userName: "admin" } });
  assert.deepEqual(adapt({ ...keycloak, type: "UPDATE_PROFILE", details: { updated_last_name: "B" } }).event.user, { id: keycloak.userId, lastName: "B" });
  assert.deepEqual(adapt({ sub: "1", email: "a@b.example", aud: ["x", "y"], roles: ["r"] }, config()).event, { application: "wiki", user: { id: "1", email: "a@b.example", groups: ["r"] } });
});

test("events of ours pass as they are", () => {
  for (const event of [{ application: "a", user: { id: "1" } }, { type: "group.deleted", group: { name: "g" } }, { application: "a", user: { id: 7 } }]) {
    assert.deepEqual(adapt(event), { platform: "scimhook", event, notes: [] });
  }
});

test("the ready-made events show what they say, with every type of server", async () => {
  for (const type of ["aws", "github", "github-enterprise", "salesforce", "generic"]) {
    const filled = JSON.parse(JSON.stringify(config(type)).replaceAll(/<[a-z-]+>/g, "00e000000000001"));
    const hook = new ScimHook(filled, { fetch: () => assert.fail("explain sends nothing") });
    const told = {};
    for (const { id, make } of samples) {
      const { servers } = await hook.explain(make(filled));
      told[id] = `${servers[0]?.result} ${servers[0]?.reason}`;
    }
    assert.equal(told["first-access"], "created first-access", type);
    assert.equal(told["quotes-unicode"], "created first-access", type);
    assert.equal(told["missing-attribute"], "failed profile", type);
    assert.doesNotMatch(told.disabled, /created|undefined/, type);
    assert.equal(new Set(samples.map(({ id }) => id)).size, samples.length);
  }
  assert.equal(samples[0].make({ applications: "nonsense" }).application, "console");
});
