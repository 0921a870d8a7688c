// Credentials against token endpoints that are not ours: oidc-provider (certified) and oauth2-mock-server. What we sign
// is verified with jose. The SCIM side is a stand-in that asks them whether a token is good.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { OAuth2Server } from "oauth2-mock-server";
import Provider from "oidc-provider";
import { ScimHook, capabilities } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";

/** Characters that `Basic` cannot carry unless they are form-encoded first (RFC 6749 section 2.3.1). */
const client = { id: "scim:client+1", secret: "p%41 ss:word/+~&=9" };

/** An HTTP server on a free loopback port, ended with the test. */
async function listen(t, handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return `http://127.0.0.1:${server.address().port}`;
}

const json = (response, status, body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

/** A SCIM server that knows nobody and creates everybody who comes with a token that `accepts` likes. */
async function scim(t, accepts) {
  const asked = [];
  const url = await listen(t, async (request, response) => {
    await bodyOf(request);
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    const ok = token !== undefined && (await accepts(token).catch(() => false));
    asked.push({ method: request.method, token, ok: !!ok });
    if (!ok) return json(response, 401, { detail: "no such token" });
    if (request.method === "GET") return json(response, 200, { totalResults: 0, Resources: [] });
    return json(response, 201, { id: `id-${asked.length}` });
  });
  return { url, asked };
}

/** The plugin over one SCIM server. `run(n)` is the outcome at it of the login of person n. */
function hookOf(url, authentication, { type = "generic", secrets = {}, ...host } = {}) {
  const server = { id: "app", type, url, authentication, attributes: { userName: "email", "name.givenName": "first", "name.familyName": "last", 'emails[type eq "work"].value': "email" }, groups: { mode: "off" } };
  const config = { servers: [server], applications: [{ id: "portal", servers: ["app"] }], policy: { budgetMs: 20_000 } };
  const hook = new ScimHook(config, createHost({ state: memoryStore(), secrets, ...host }));
  const user = (n) => ({ id: `u-${n}`, email: `user${n}@corp.example`, first: "Amara", last: "Okafor" });
  return { hook, run: async (n) => (await hook.postAuthentication({ application: "portal", user: user(n) })).servers[0] };
}

const tokens = (outcome) => outcome.requests.filter(({ purpose }) => purpose === "token");
const ended = ({ result, reason }) => `${result}/${reason}`;

/* ------------------------------------------------------------------ oidc-provider */

/** A client that shows its secret in the header, and one that may not; tokens of `ttl` seconds. */
async function oidc(t, ttl = 3600) {
  const url = await listen(t, (request, response) => {
    seen.push(request.url);
    // It takes either form from every client; others, which we play here, do not.
    const basic = request.headers.authorization?.startsWith(`Basic ${Buffer.from("in-the-body:").toString("base64").slice(0, -4)}`);
    return basic ? json(response, 401, { error: "invalid_client" }) : callback(request, response);
  });
  const seen = [];
  const one = (client_id, token_endpoint_auth_method) => ({
    client_id, client_secret: client.secret, token_endpoint_auth_method, grant_types: ["client_credentials"], redirect_uris: [], response_types: [],
  });
  const provider = quietly(() => new Provider(url, {
    clients: [one(client.id, "client_secret_basic"), one("in-the-body", "client_secret_post")],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    scopes: ["scim"],
    ttl: { ClientCredentials: ttl },
  }));
  const callback = provider.callback();
  const good = async (token) => {
    const found = await provider.ClientCredentials.find(token);
    return found?.isValid && found.scope === "scim";
  };
  return { tokenUrl: `${url}/token`, seen, good };
}

/** It warns of settings that only a server in production needs. */
function quietly(make) {
  const { info, warn } = console;
  Object.assign(console, { info() {}, warn() {} });
  try {
    return make();
  } finally {
    Object.assign(console, { info, warn });
  }
}

const credentials = (tokenUrl, more) => ({
  scheme: "oauth2", grant: "clientCredentials", tokenUrl, clientId: client.id, clientSecret: { secret: "client-secret" }, scope: "scim", ...more,
});
const secrets = { "client-secret": client.secret };

test("client credentials in the header, form-encoded first; one token for ten logins at once", async (t) => {
  const authorization = await oidc(t);
  const server = await scim(t, authorization.good);
  const { run, hook } = hookOf(server.url, credentials(authorization.tokenUrl), { secrets });
  const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => run(n)));
  assert.deepEqual(new Set(outcomes.map(ended)), new Set(["created/first-access"]));
  assert.deepEqual(authorization.seen, ["/token"]);
  assert.equal(outcomes.flatMap(tokens).length, 1);
  assert.ok(server.asked.every(({ ok }) => ok));
  const report = await hook.probe("app");
  assert.deepEqual(report.steps.slice(0, 2).map(({ name, ok }) => [name, ok]), [["secret", true], ["token", true]]);
});

test("a client that shows its secret in the body is found out, or configured", async (t) => {
  const authorization = await oidc(t);
  const server = await scim(t, authorization.good);
  const tries = async (more, n) => {
    const outcome = await hookOf(server.url, credentials(authorization.tokenUrl, { clientId: "in-the-body", ...more }), { secrets }).run(n);
    return [ended(outcome), tokens(outcome).map(({ status }) => status), outcome.error?.providerCode];
  };
  assert.deepEqual(await tries({}, 1), ["created/first-access", [401, 200], undefined]);
  assert.deepEqual(await tries({ clientAuthentication: "body" }, 2), ["created/first-access", [200], undefined]);
  assert.deepEqual(await tries({ clientAuthentication: "basic" }, 3), ["failed/credentials", [401], "invalid_client"]);
});

test("a wrong secret is a credentials failure that names the server, and nothing is written", async (t) => {
  const authorization = await oidc(t);
  const server = await scim(t, authorization.good);
  const outcome = await hookOf(server.url, credentials(authorization.tokenUrl), { secrets: { "client-secret": "wrong-secret-1" } }).run(1);
  assert.equal(ended(outcome), "failed/credentials");
  assert.match(outcome.error.message, /the token endpoint of `app` refuses our credentials \(401\)/);
  assert.equal(outcome.error.providerCode, "invalid_client");
  assert.deepEqual(server.asked, []);
  assert.ok(!JSON.stringify(outcome).includes("wrong-secret-1"));
});

test("a short-lived token is renewed before it ends, and one that was revoked is replaced", async (t) => {
  const authorization = await oidc(t, 2);
  const server = await scim(t, authorization.good);
  const { run } = hookOf(server.url, credentials(authorization.tokenUrl), { secrets });
  assert.equal(tokens(await run(1)).length, 1);
  await sleep(1200);
  const later = await run(2);
  assert.deepEqual([ended(later), tokens(later).length], ["created/first-access", 1]);
  assert.ok(server.asked.every(({ ok }) => ok), "no token was shown after its end");

  const lasting = await oidc(t);
  const revoked = new Set();
  const strict = await scim(t, async (token) => !revoked.has(token) && lasting.good(token));
  const under = hookOf(strict.url, credentials(lasting.tokenUrl), { secrets });
  assert.equal(ended(await under.run(1)), "created/first-access");
  revoked.add(strict.asked[0].token);
  const outcome = await under.run(2);
  assert.deepEqual(outcome.requests.map(({ purpose, status }) => [purpose, status]), [["create", 401], ["token", 200], ["create", 201]]);
});

/* ------------------------------------------------------------------ oauth2-mock-server */

/** The server, with the forms it was sent. */
async function mock(t) {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(0, "127.0.0.1");
  t.after(() => server.stop());
  const url = `http://127.0.0.1:${server.address().port}`;
  const forms = [];
  server.service.on("beforeResponse", (_, request) => forms.push({ ...request.body }));
  const keys = createRemoteJWKSet(new URL(`${url}/jwks`));
  return { service: server.service, tokenUrl: `${url}/token`, forms, good: async (token) => (await jwtVerify(token, keys)).payload };
}

test("a refresh token that is replaced at every use", async (t) => {
  const authorization = await mock(t);
  // Its tokens end at once, so that every login takes a new one.
  authorization.service.on("beforeResponse", ({ body }) => (body.expires_in = 0));
  const server = await scim(t, authorization.good);
  const vault = { "refresh-token": "refresh-0-canary" };
  const saved = [];
  const source = { scheme: "oauth2", grant: "refreshToken", tokenUrl: authorization.tokenUrl, clientId: "app-1", refreshToken: { secret: "refresh-token" } };
  const keeping = hookOf(server.url, source, { secrets: (name) => vault[name], saveSecret: (name, value) => saved.push([name, value]) });
  for (const n of [1, 2, 3]) {
    const outcome = await keeping.run(n);
    assert.deepEqual([ended(outcome), outcome.warnings], ["created/first-access", []]);
  }
  assert.deepEqual(saved.map(([name]) => name), ["refresh-token", "refresh-token", "refresh-token"]);
  assert.deepEqual(authorization.forms.map((form) => form.refresh_token), ["refresh-0-canary", saved[0][1], saved[1][1]]);
  assert.ok(authorization.forms.every((form) => form.grant_type === "refresh_token" && form.client_id === "app-1"));

  const forgetful = hookOf(server.url, source, { secrets: vault });
  assert.deepEqual((await forgetful.run(4)).warnings.map(({ code }) => code), ["secret-not-saved"]);
});

test("the password grant, with its warning", async (t) => {
  const authorization = await mock(t);
  const server = await scim(t, authorization.good);
  const source = { scheme: "oauth2", grant: "password", tokenUrl: authorization.tokenUrl, clientId: client.id, clientSecret: { secret: "client-secret" }, username: "prövisioner", password: { secret: "password" } };
  const { run, hook } = hookOf(server.url, source, { secrets: { ...secrets, password: "p&ss=wörd +1" } });
  assert.deepEqual(hook.warnings.map(({ code, path }) => [code, path]), [["deprecated-grant", "/servers/0/authentication/grant"]]);
  assert.equal(ended(await run(1)), "created/first-access");
  const [form] = authorization.forms;
  assert.deepEqual([form.grant_type, form.username, form.password], ["password", "prövisioner", "p&ss=wörd +1"]);
});

test("a token endpoint that is down is tried again; one that refuses is not", async (t) => {
  const authorization = await mock(t);
  const server = await scim(t, authorization.good);
  const fails = (statusCode, body) => authorization.service.once("beforeResponse", (response) => Object.assign(response, { statusCode, body }));
  fails(503, { error: "temporarily_unavailable" });
  const first = await hookOf(server.url, credentials(authorization.tokenUrl), { secrets }).run(1);
  assert.deepEqual([ended(first), tokens(first).map(({ status }) => status)], ["created/first-access", [503, 200]]);
  fails(400, { error: "invalid_grant", error_description: `no such grant for ${client.secret}` });
  const refused = await hookOf(server.url, credentials(authorization.tokenUrl), { secrets }).run(2);
  assert.deepEqual([ended(refused), refused.error.providerCode], ["failed/credentials", "invalid_grant"]);
  assert.equal(refused.error.message, "the token endpoint of `app` refuses our credentials (400): no such grant for ...");
});

/* ------------------------------------------------------------------ what we sign */

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = (type, cipher) => pair.privateKey.export({ type, format: "pem", ...cipher });

/** A token endpoint that takes what jose can verify and `takes` likes, and notes it. `token` answers. */
async function verifying(t, verify, token, takes = () => true) {
  const seen = [];
  const url = await listen(t, async (request, response) => {
    const body = await bodyOf(request);
    const jwt = new URLSearchParams(body).get("assertion") ?? /^Bearer (.+)$/.exec(request.headers.authorization)?.[1];
    try {
      const { payload } = await jwtVerify(jwt, pair.publicKey, { algorithms: ["RS256"], ...verify });
      seen.push({ header: decodeProtectedHeader(jwt), payload, body, request });
      if (!takes(payload)) throw Object.assign(new Error(), { code: "refused" });
    } catch (error) {
      return json(response, 401, { error: "invalid_grant", error_description: error.code });
    }
    json(response, ...token());
  });
  return { url, seen };
}

for (const type of ["pkcs1", "pkcs8"]) {
  test(`an assertion signed with a ${type} key`, async (t) => {
    const endpoint = await verifying(t, { issuer: "client-1", subject: "admin@corp.example", audience: "https://login.example" }, () => [200, { access_token: "good-token", expires_in: "7200" }]);
    const server = await scim(t, async (token) => token === "good-token");
    const source = { scheme: "oauth2", grant: "jwtBearer", tokenUrl: `${endpoint.url}/services/oauth2/token`, clientId: "client-1", privateKey: { secret: "key" }, subject: "admin@corp.example", audience: "https://login.example", keyId: "key-1" };
    // As environment variables often carry it.
    const key = type === "pkcs1" ? pem(type).replaceAll("\n", "\\n") : pem(type);
    const before = Math.floor(Date.now() / 1000);
    const outcome = await hookOf(server.url, source, { secrets: { key } }).run(1);
    assert.equal(ended(outcome), "created/first-access");
    const [{ header, payload, body, request }] = endpoint.seen;
    assert.deepEqual(header, { alg: "RS256", typ: "JWT", kid: "key-1" });
    assert.deepEqual(Object.keys(payload).sort(), ["aud", "exp", "iat", "iss", "sub"]);
    assert.ok(payload.exp - before >= 180 && payload.exp - before <= 190 && payload.exp - payload.iat === 240);
    assert.equal(new URLSearchParams(body).get("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert.equal(request.headers.authorization, undefined);

    const strange = await hookOf(server.url, { ...source, subject: "mallory" }, { secrets: { key } }).run(2);
    assert.deepEqual([ended(strange), strange.error.providerCode], ["failed/credentials", "invalid_grant"]);
  });
}

test("keys that nobody can sign with", async (t) => {
  const server = await scim(t, async () => true);
  const source = { scheme: "oauth2", grant: "jwtBearer", tokenUrl: "http://127.0.0.1:9/token", clientId: "client-1", privateKey: { secret: "key" }, subject: "s", audience: "a" };
  const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });
  const keys = [
    [pem("pkcs8", { cipher: "aes-256-cbc", passphrase: "x" }), /encrypted/],
    ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", /cannot sign with the private key of `app`/],
    [elliptic, /cannot sign with the private key of `app`/],
    ["not a key at all", /no PEM/],
  ];
  for (const [key, message] of keys) {
    const outcome = await hookOf(server.url, source, { secrets: { key } }).run(1);
    assert.equal(ended(outcome), "failed/credentials");
    assert.match(outcome.error.message, message);
    assert.deepEqual(outcome.requests, []);
  }
});

const apps = capabilities().find(({ authentication }) => authentication.includes("githubApp"))?.type;

test("a GitHub App's token, by a clock that is eleven minutes ahead", { skip: !apps && "no server type takes it yet" }, async (t) => {
  const ahead = 11 * 60_000;
  const now = () => Math.floor(Date.now() / 1000);
  const answer = () => [201, { token: "ghs_good", expires_at: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, "Z") }];
  // GitHub's own rules, which jose does not know: begun, and ten minutes at most.
  const endpoint = await verifying(t, { issuer: "Iv23abc" }, answer, ({ iat, exp }) => iat <= now() && exp <= now() + 600);
  const server = await scim(t, async (token) => token === "ghs_good");
  const source = { scheme: "githubApp", appId: "Iv23abc", installationId: "42/7", privateKey: { secret: "key" }, apiUrl: `${endpoint.url}/api/v3` };
  const outcome = await hookOf(server.url, source, { type: apps, secrets: { key: pem("pkcs1") }, now: () => Date.now() + ahead }).run(1);
  assert.equal(ended(outcome), "created/first-access");
  assert.deepEqual(tokens(outcome).map(({ status }) => status), [401, 201]);
  const { header, payload, request } = endpoint.seen[1];
  assert.deepEqual(header, { alg: "RS256", typ: "JWT" });
  assert.equal(payload.exp - payload.iat, 600);
  assert.equal(request.url, "/api/v3/app/installations/42%2F7/access_tokens");
  assert.equal(request.headers.accept, "application/vnd.github+json");
  assert.match(request.headers["user-agent"], /^scimhook\//);
});
