// H3, S3: nothing that a provider says has us ask elsewhere. Redirects are failures, links and locations are not read,
// and a credential goes to the origin it was configured for.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { KINDS, asksForToken, profile, watch } from "./canary.mjs";
import { recorder } from "./nasty.mjs";
import { ALL, AMARA, TOKEN, configOf, scene, server } from "./scene.mjs";

const EVIL = "https://evil.example/v2";
const TARGETS = (base) => [`${EVIL}/Users/1`, `${base}/Users`, `${new URL(base).origin}/elsewhere`, "//evil.example/", "/Users/1", "javascript:alert(1)", "data:,x", ""];
const STATUSES = [300, 301, 302, 303, 304, 305, 307, 308];
const redirect = (status, location) => new Response(null, { status, headers: { location, refresh: `0;url=${location}`, link: `<${location}>; rel="next"`, "content-location": location } });

for (const type of ALL) describe(type, { concurrency: 4 }, () => {
  const grouped = type !== "github";
  // Groups of Salesforce are made there.
  const creates = grouped && type !== "salesforce";
  const asked = { groups: { mode: grouped ? "mirror" : "off" }, policy: { updates: true } };

  test("a redirect of any request is a failure, and is not followed", async () => {
    const { url: base } = server(type);
    for (const status of STATUSES) {
      for (const location of status === 302 ? TARGETS(base) : [`${EVIL}/Users/1`]) {
        for (const which of ["POST /Users", "GET /Users", "PATCH /Users", ...(grouped ? ["GET /Groups"] : []), ...(creates ? ["POST /Groups"] : [])]) {
          const sent = [];
          const fetch = (inner) => async (url, init) => {
            sent.push({ url, redirect: init.redirect });
            return `${init.method} ${url.slice(base.length)}`.startsWith(which) ? redirect(status, location) : inner(url, init);
          };
          const world = scene({ servers: [server(type, asked)], fetch, policy: { retries: 1 }, ...(which === "GET /Users" && { state: null }) });
          let outcome = await world.login({ ...AMARA, groups: grouped ? ["readers"] : [] });
          if (which.startsWith("PATCH")) outcome = await world.login({ ...AMARA, firstName: "Ama", groups: [] });
          const failure = which.includes("/Groups") ? outcome.groups[0]?.error : outcome.error;
          assert.equal(failure?.class, "protocol", `${which} ${status}: ${JSON.stringify(outcome)}`);
          assert.ok(sent.every(({ url, redirect }) => url.startsWith(`${base}/`) && redirect === "manual"));
          const again = sent.filter(({ url }) => url.includes("/Users/1") || url.includes("elsewhere"));
          assert.deepEqual(again.filter(({ url }) => location.includes(url)), []);
        }
      }
    }
  });

  test("a redirect that the runtime followed or hides is a failure too", async () => {
    const ways = {
      followed: async (answer) => Object.defineProperty(new Response(await answer.text(), { status: answer.status }), "redirected", { value: true }),
      hidden: () => ({ type: "opaqueredirect", status: 0, headers: new Headers(), text: async () => "" }),
    };
    for (const [name, way] of Object.entries(ways)) {
      const fetch = (inner) => async (url, init) => way(await inner(url, init));
      const world = scene({ servers: [server(type, asked)], fetch });
      const outcome = await world.login(AMARA);
      assert.deepEqual([outcome.result, outcome.error.class], ["failed", "protocol"], name);
    }
  });

  test("links and locations in replies are not followed", async () => {
    const spoil = (resource) => ({
      ...resource,
      $ref: `${EVIL}/Users/1`,
      meta: { location: `${EVIL}/Users/1`, resourceType: "User", version: EVIL },
      groups: [{ value: `${EVIL}/Groups/1`, $ref: `${EVIL}/Groups/1`, display: "readers" }],
      members: [{ value: `${EVIL}/Users/9`, $ref: `${EVIL}/Users/9` }],
    });
    const nextCursor = `${EVIL}/Users?cursor=2`;
    const headers = { location: `${EVIL}/Users/1`, "content-location": `${EVIL}/Users/1`, link: `<${EVIL}>; rel="next"` };
    const reply = ({ method, url, json }) => {
      const id = url.includes("/Groups") ? "g-1" : "u-1";
      if (method === "POST") return Response.json(spoil({ ...json, id }), { status: 201, headers });
      if (method === "PATCH") return Response.json(spoil({ id }), { headers });
      if (method === "DELETE") return new Response(null, { status: 204, headers });
      if (/\/(Users|Groups)\/[^/]+$/.test(url)) return Response.json(spoil({ id, userName: AMARA.email, externalId: AMARA.id, active: true }), { headers });
      return Response.json({ totalResults: 200, startIndex: 1, itemsPerPage: 1, Resources: [spoil({ id: "x" })], nextCursor, next: nextCursor }, { headers });
    };
    for (const state of [memoryStore(), undefined]) {
      const { sent, fetch } = recorder({ reply });
      let now = 1e12;
      const one = server(type, asked);
      const hook = new ScimHook(configOf([one]), createHost({ fetch, state, secrets: { token: TOKEN }, now: () => now }));
      const login = (more) => hook.postAuthentication({ application: "console", user: { ...AMARA, groups: grouped ? ["readers"] : [], ...more } });
      await login();
      await login({ firstName: "Ama" });
      now += 30 * 86_400_000;
      await login({ groups: [] });
      await login({ active: false });
      await hook.lifecycle({ type: "user.deleted", user: AMARA });
      await hook.probe(type);
      assert.ok(sent.length > 5);
      for (const { url, href } of sent) {
        assert.ok(url.startsWith(`${one.url}/`), url);
        assert.equal(href, url);
        assert.ok(!new URL(url).pathname.includes("evil"), url);
      }
    }
  });
});

for (const [name, kind] of Object.entries(KINDS).filter(([, { asks }]) => asks)) describe(name, { concurrency: 4 }, () => {
  test("a redirect of the token endpoint is a failure", async () => {
    for (const status of STATUSES) {
      for (const location of [`${EVIL}/token`, kind.authentication.tokenUrl ?? "/token"]) {
        const fetch = (inner) => async (url, init) => (asksForToken(url) ? redirect(status, location) : inner(url, init));
        const world = watch(kind, { fetch, policy: { retries: 1 } });
        const { servers: [outcome] } = await world.login(profile());
        assert.deepEqual([outcome.result, outcome.error.class, world.sent.length], ["failed", "protocol", 1], `${status}`);
      }
    }
  });

  test("where a token endpoint says the API is, nobody asks", async () => {
    for (const there of [EVIL, "https://evil.example", "//evil.example", kind.type, "https://acme.my.salesforce.com.evil.example", "https://acme.my.salesforce.com@evil.example"]) {
      const fetch = (inner) => async (url, init) => {
        const answer = await inner(url, init);
        if (!asksForToken(url) || !answer.ok) return answer;
        return Response.json({ ...(await answer.json()), instance_url: there, id: `${EVIL}/id`, api_url: EVIL, repositories_url: EVIL }, { status: answer.status });
      };
      const world = watch(kind, { fetch });
      const { servers: [outcome] } = await world.login(profile());
      assert.equal(outcome.result, "created");
      assert.ok(outcome.warnings.some(({ code }) => code === "another-host"), there);
      const origins = new Set(world.sent.map(({ url }) => new URL(url).origin));
      assert.deepEqual([...origins], [new URL(world.config.servers[0].url).origin]);
    }
  });
});

test("each origin sees its own credential alone", async () => {
  const seen = new Map();
  const fetch = async (url, init) => {
    const { origin } = new URL(url);
    seen.set(origin, `${seen.get(origin) ?? ""} ${url} ${JSON.stringify(init.headers)} ${init.body ?? ""}`);
    if (origin === "https://id.example") return Response.json({ access_token: "word-granted", refresh_token: "word-next", expires_in: 3600 });
    if (url.includes("busy") && !seen.get(origin).includes("twice")) return seen.set(origin, `${seen.get(origin)} twice`) && Response.json({}, { status: 401 });
    return init.method === "GET" ? Response.json({ totalResults: 0 }) : Response.json({ id: "1" }, { status: 201 });
  };
  const secrets = { a: "word-a", b: "word-b", client: "word-client", refresh: "word-refresh" };
  const oauth2 = { scheme: "oauth2", grant: "refreshToken", tokenUrl: "https://id.example/token", clientId: "c", clientSecret: { secret: "client" }, refreshToken: { secret: "refresh" }, clientAuthentication: "body" };
  const token = (secret) => ({ scheme: "accessToken", accessToken: { secret } });
  const servers = [
    server("generic", { id: "a", authentication: token("a") }),
    server("generic", { id: "b", authentication: token("b") }),
    server("generic", { id: "busy", authentication: token("a") }),
    server("generic", { id: "o", authentication: oauth2 }),
  ];
  const hook = new ScimHook(configOf(servers), createHost({ fetch, secrets, state: memoryStore(), saveSecret() {} }));
  await hook.postAuthentication({ application: "console", user: { ...AMARA, groups: ["readers"] } });
  await hook.probe("o");
  const words = Object.fromEntries([...seen].map(([origin, text]) => [origin, [...new Set(text.match(/word-[a-z]+/g))].sort()]));
  assert.deepEqual(words, {
    "https://a.example": ["word-a"],
    "https://b.example": ["word-b"],
    "https://busy.example": ["word-a"],
    "https://id.example": ["word-client", "word-refresh"],
    "https://o.example": ["word-granted"],
  });
});
