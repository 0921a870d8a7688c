// S1 for what tokens are asked for with: client secrets, refresh tokens, passwords, keys, assertions and tokens are in
// requests to their own origin and nowhere else, also where a server repeats all it was sent.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";

/** Part of every secret; the key's is a line of its own. */
const CANARY = "zeisig";
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });
const vault = { client: "Zeisig: client/1 &=", refresh: "zeisig-refresh-1", password: 'zeisig "pass" +9', key };
const oauth2 = (grant, more) => ({ scheme: "oauth2", grant, tokenUrl: "https://id.example/oauth/token", clientId: "client-1", ...more });
const named = (name) => ({ secret: name });

const KINDS = {
  "client credentials": oauth2("clientCredentials", { clientSecret: named("client") }),
  "client credentials in the body": oauth2("clientCredentials", { clientSecret: vault.client, clientAuthentication: "body" }),
  "a refresh token": oauth2("refreshToken", { refreshToken: named("refresh"), clientSecret: named("client") }),
  "a literal refresh token": oauth2("refreshToken", { refreshToken: vault.refresh }),
  "a password": oauth2("password", { clientSecret: named("client"), username: "prov", password: named("password") }),
  "a key": oauth2("jwtBearer", { privateKey: named("key"), subject: "admin", audience: "https://id.example" }),
};

/** What a server may do with what it was sent: repeat it, in the words of OAuth, of SCIM and of GitHub. */
const echo = (init) => {
  const sent = `${init.body ?? ""} ${JSON.stringify(Object.values(init.headers))} ${decodeURIComponent((init.body ?? "").replaceAll("+", " "))}`;
  return { error: sent, error_description: sent, detail: sent, message: sent, scimType: sent };
};

const TOKEN = { access_token: "zeisig-access-token.1", token_type: "Bearer", expires_in: 3600, refresh_token: "zeisig-refresh-2" };

for (const [name, authentication] of Object.entries(KINDS)) {
  test(`${name}: nothing of it comes out`, async () => {
    const seen = [];
    const stray = [];
    for (const refuses of ["id.example", "scim.example", "nobody"]) {
      const fetch = async (url, init) => {
        const { host } = new URL(url);
        const text = `${url} ${JSON.stringify(init.headers)} ${init.body ?? ""}`;
        // A secret goes to the token endpoint, a token to the server.
        if (host === "scim.example" && /zeisig-refresh|client\/1|pass/i.test(text)) stray.push(text);
        if (host === refuses && host === "id.example") return Response.json(echo(init), { status: 400 });
        if (host === refuses) return Response.json(echo(init), { status: 403, headers: { "x-request-id": TOKEN.access_token } });
        if (host === "id.example") return Response.json(TOKEN);
        return init.method === "GET" ? Response.json({ totalResults: 0 }) : Response.json({ id: "42" }, { status: 201 });
      };
      const log = (record) => seen.push(record);
      const config = {
        servers: [{ id: "app", type: "generic", url: "https://scim.example/v2", authentication, attributes: { userName: "email" } }],
        applications: [{ id: "portal", servers: ["app"] }],
      };
      const hook = new ScimHook(config, createHost({ fetch, log, state: memoryStore(), secrets: vault, saveSecret() { throw new Error(); } }));
      const event = { application: "portal", user: { id: "u-1", email: "a@corp.example" } };
      const outcome = await hook.postAuthentication(event);
      const expected = { "id.example": "failed/credentials", "scim.example": "failed/forbidden", nobody: "created/first-access" }[refuses];
      assert.equal(`${outcome.servers[0].result}/${outcome.servers[0].reason}`, expected);
      seen.push(outcome, await hook.explain(event, { read: true }), await hook.probe("app"), hook.status(), hook.warnings);
    }
    const text = JSON.stringify(seen);
    assert.deepEqual(stray, []);
    assert.ok(!text.toLowerCase().includes(CANARY), text.slice(Math.max(0, text.toLowerCase().indexOf(CANARY) - 200)).slice(0, 400));
    for (const line of key.split("\n").slice(1, -2)) assert.ok(!text.includes(line));
    assert.ok(!/eyJ/.test(text), "an assertion");
  });
}
