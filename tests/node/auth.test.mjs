// Each authentication scheme from end to end: the package with its own host helpers, against the token endpoints of the
// simulated providers. Signatures are verified with node:crypto on the way, which the simulators do not do.
import assert from "node:assert/strict";
import { generateKeyPairSync, verify } from "node:crypto";
import { test } from "node:test";
import { capabilities, ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { createSimulator, simulate } from "../../pkg/testing.js";
import { AMARA, server } from "./scene.mjs";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pem = (key, type = "pkcs8") => key.export({ type, format: "pem" });

const TOKEN = "token-of-the-simulated-provider";
const ORIGINS = { generic: "https://scim.example", salesforce: "https://acme.my.salesforce.com" };
const TOKEN_PATHS = { generic: "/oauth/token", salesforce: "/services/oauth2/token" };
const named = (secret) => ({ secret });
const oauth2 = (type, rest) => ({ scheme: "oauth2", tokenUrl: ORIGINS[type] + TOKEN_PATHS[type], clientId: "sim-client", ...rest });

/** `authentication` of a type, the `secrets` it names, and what the simulated provider is told. */
const schemes = {
  accessToken: (type) => ({
    types: ["aws", "github", "github-enterprise", "salesforce", "generic"],
    authentication: { scheme: "accessToken", accessToken: named("token") },
    secrets: { token: TOKEN },
    simulator: { token: TOKEN },
    header: /^Bearer token-of-the-simulated-provider$/,
  }),
  basic: () => ({
    types: ["generic"],
    authentication: { scheme: "basic", username: "provisioner", password: named("password") },
    secrets: { password: "pä:ss word+9" },
    simulator: { basic: { username: "provisioner", password: "pä:ss word+9" } },
    header: /^Basic cHJvdmlzaW9uZXI6cMOkOnNzIHdvcmQrOQ==$/,
  }),
  "oauth2 clientCredentials by basic": (type) => ({
    types: ["generic", "salesforce"],
    authentication: oauth2(type, { grant: "clientCredentials", clientSecret: named("client"), clientAuthentication: "basic" }),
    secrets: { client: "c:lient s&cret" },
    simulator: { oauth: { clientSecret: "c:lient s&cret" }, switches: { clientAuthentication: "basic" } },
    asks: ({ headers, form }) => [headers.authorization?.startsWith("Basic "), form.client_secret],
    asked: [true, undefined],
  }),
  "oauth2 clientCredentials in the body": (type) => ({
    types: ["generic", "salesforce"],
    authentication: oauth2(type, { grant: "clientCredentials", clientSecret: named("client"), clientAuthentication: "body", scope: "scim api" }),
    secrets: { client: "c:lient s&cret" },
    simulator: { oauth: { clientSecret: "c:lient s&cret" }, switches: { clientAuthentication: "body" } },
    asks: ({ headers, form }) => [headers.authorization, form.client_id, form.client_secret, form.scope],
    asked: [undefined, "sim-client", "c:lient s&cret", "scim api"],
  }),
  "oauth2 refreshToken": (type) => ({
    types: ["generic", "salesforce"],
    authentication: oauth2(type, { grant: "refreshToken", refreshToken: named("refresh"), clientSecret: named("client") }),
    secrets: { refresh: "refresh+1/==", client: "sim-secret" },
    simulator: { oauth: { refreshToken: "refresh+1/==" } },
    asks: ({ form }) => [form.grant_type, form.refresh_token],
    asked: ["refresh_token", "refresh+1/=="],
  }),
  "oauth2 jwtBearer": (type) => ({
    types: ["generic", "salesforce"],
    authentication: oauth2(type, {
      grant: "jwtBearer", privateKey: named("key"), subject: "admin@acme.example", keyId: "k1",
      audience: type === "salesforce" ? "https://login.salesforce.com" : ORIGINS.generic,
    }),
    secrets: { key: pem(privateKey) },
    simulator: { oauth: { subject: "admin@acme.example" } },
    asks: ({ jwt: { header, claims } }) => [header, claims.iss, claims.sub],
    asked: [{ alg: "RS256", typ: "JWT", kid: "k1" }, "sim-client", "admin@acme.example"],
    signs: true,
  }),
  "oauth2 password": (type) => ({
    types: ["generic", "salesforce"],
    authentication: oauth2(type, { grant: "password", clientSecret: named("client"), username: "admin@acme.example", password: named("password") }),
    secrets: { client: "sim-secret", password: "pass&word=1+" },
    simulator: { oauth: { username: "admin@acme.example", password: "pass&word=1+" }, switches: { passwordGrant: "allowed" } },
    asks: ({ form }) => [form.grant_type, form.username, form.password],
    asked: ["password", "admin@acme.example", "pass&word=1+"],
  }),
  githubApp: () => ({
    types: ["github", "github-enterprise"],
    authentication: { scheme: "githubApp", appId: "12345", installationId: "4242", privateKey: named("key") },
    // As GitHub hands it out.
    secrets: { key: pem(privateKey, "pkcs1") },
    simulator: { app: { appId: "12345", installationId: "4242" } },
    asks: ({ jwt: { header, claims }, body }) => [header, claims.iss, claims.exp - claims.iat <= 600, body],
    asked: [{ alg: "RS256", typ: "JWT" }, "12345", true, undefined],
    signs: true,
  }),
};

/** What a token request says, with its assertion read and verified. */
function read(request) {
  const form = typeof request.body === "string" ? Object.fromEntries(new URLSearchParams(request.body)) : {};
  const text = form.assertion ?? /^Bearer (\S+\.\S+\.\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (!text) return { ...request, form };
  const [header, claims, signature] = text.split(".");
  const json = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  const verified = verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"));
  return { ...request, form, jwt: { header: json(header), claims: json(claims), verified } };
}

const isToken = ({ path, url }) => /\/oauth\/token|\/oauth2\/token|\/access_tokens$/.test(path ?? url);

/** A clock that is put forward by hand. */
function clock() {
  let later = 0;
  const now = () => Date.now() + later;
  return { now, forward: (ms) => void (later += ms) };
}
/** A token younger than some seconds may only not be known everywhere yet at GitHub: it is tried again before. */
const SETTLED = 600_000;

/** A package at a simulated provider; the provider's door verifies assertions, as the real ones do. */
function start(type, scheme, { secrets = scheme.secrets, switches, simulator, latencyMs, policy, ...host } = {}) {
  const sim = createSimulator({ type, url: server(type).url, latencyMs, ...scheme.simulator, ...simulator, switches: { ...scheme.simulator.switches, ...switches } });
  const inner = simulate([sim]);
  const fetch = async (url, init) => {
    const { jwt } = isToken({ url }) ? read({ headers: Object.fromEntries(new Headers(init.headers)), body: init.body }) : {};
    if (jwt && !jwt.verified) {
      return new Response(JSON.stringify({ error: "invalid_grant", message: "A JSON web token could not be decoded" }), { status: type.startsWith("github") ? 401 : 400 });
    }
    return inner(url, init);
  };
  const config = { servers: [server(type, { authentication: scheme.authentication })], applications: [{ id: "console", servers: [type] }], policy: { budgetMs: 10_000, ...policy } };
  const hook = new ScimHook(config, createHost({ fetch, secrets, state: memoryStore(), ...host }));
  return {
    sim,
    tokens: () => sim.requests.filter(isToken).map(read),
    async login(n = 0) {
      const from = sim.requests.length;
      const { servers: [outcome] } = await hook.postAuthentication({ application: "console", user: { ...AMARA, id: `u-${n}`, email: `amara${n}@corp.example` } });
      return { ...outcome, ended: [outcome.result, outcome.requests.map(({ purpose }) => purpose).join(" ")], sent: sim.requests.slice(from) };
    },
  };
}

/** Everything of an outcome a host may keep. */
const kept = ({ sent: _, job: __, ...outcome }) => JSON.stringify(outcome);

const cases = Object.entries(schemes).flatMap(([name, make]) => make("generic").types.map((type) => [`${type}, ${name}`, type, make(type)]));

test("every scheme that a type is said to take is tried", () => {
  const said = capabilities().flatMap(({ type, authentication }) => authentication.map((scheme) => `${type} ${scheme}`));
  const tried = new Set(cases.map(([, type, { authentication: { scheme } }]) => `${type} ${scheme}`));
  assert.deepEqual([...tried].sort(), said.sort());
});

for (const [name, type, scheme] of cases) {
  const mints = scheme.asks !== undefined;

  test(`${name}: signs in, creates, and goes on with what it has`, async () => {
    const world = start(type, scheme);
    const first = await world.login(0);
    assert.deepEqual(first.ended, ["created", mints ? "token create" : "create"], JSON.stringify(first.error));
    assert.deepEqual((await world.login(1)).ended, ["created", "create"]);
    assert.deepEqual((await world.login(0)).ended, ["unchanged", ""]);
    assert.equal(world.sim.snapshot().Users.length, 2);
    const { authorization } = world.sim.requests.at(-1).headers;
    if (scheme.header) assert.match(authorization, scheme.header);
    if (!mints) return;
    const [request] = world.tokens();
    assert.equal(request.method, "POST");
    assert.deepEqual(scheme.asks(request), scheme.asked);
    if (scheme.signs) assert.equal(request.jwt.verified, true);
    // The token is what the endpoint gave, and no outcome shows it, nor a secret.
    for (const secret of [authorization.split(" ")[1], ...Object.values(scheme.secrets)]) assert.ok(!kept(first).includes(secret));
  });

  test(`${name}: what is wrong is a credentials failure, asked for no more than needed`, async () => {
    const wrong = Object.fromEntries(Object.keys(scheme.secrets).map((key) => [key, scheme.signs ? pem(stranger) : "not-the-right-one"]));
    const world = start(type, scheme, { secrets: wrong });
    const outcome = await world.login();
    assert.deepEqual([outcome.result, outcome.reason, outcome.error.retryable], ["failed", "credentials", false], JSON.stringify(outcome));
    assert.ok(outcome.requests.length <= 2, outcome.ended[1]);
    assert.ok(!/not-the-right-one|BEGIN/.test(kept(outcome)));
    assert.deepEqual(world.sim.snapshot().Users, []);
  });

  if (!mints) continue;

  test(`${name}: a token that is taken back is replaced once`, async () => {
    const time = clock();
    const world = start(type, scheme, { simulator: { now: time.now }, now: time.now });
    await world.login(0);
    time.forward(SETTLED);
    world.sim.edit({ revoke: type.startsWith("github") ? {} : "tokens" });
    assert.deepEqual((await world.login(1)).ended, ["created", "create token create"]);
    assert.equal(world.tokens().length, 2);
    assert.deepEqual((await world.login(2)).ended, ["created", "create"]);
  });

  test(`${name}: ten logins at once ask for one token`, async () => {
    const world = start(type, scheme, { latencyMs: 5 });
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => world.login(n)));
    assert.deepEqual(outcomes.map(({ result }) => result), Array(10).fill("created"));
    assert.equal(world.tokens().length, 1);
    assert.equal(outcomes.filter(({ requests }) => requests.some(({ purpose }) => purpose === "token")).length, 1);
  });
}

/* ---------------------------------------------------------------- a client whose form is not configured */

for (const type of ["generic", "salesforce"]) {
  test(`${type}: a client refused in the header shows its secret in the body, and from then on at once`, async () => {
    const { clientAuthentication: _, ...authentication } = schemes["oauth2 clientCredentials in the body"](type).authentication;
    const world = start(type, { ...schemes["oauth2 clientCredentials in the body"](type), authentication });
    assert.deepEqual((await world.login(0)).ended, ["created", "token token create"]);
    world.sim.edit({ revoke: "tokens" });
    assert.deepEqual((await world.login(1)).ended, ["created", "create token create"]);
  });
}

/* ---------------------------------------------------------------- refresh tokens that are replaced */

for (const type of ["generic", "salesforce"]) {
  const scheme = schemes["oauth2 refreshToken"](type);
  const switches = { rotateRefreshToken: "true" };

  test(`${type}: a refresh token that is replaced is used from then on, and kept by saveSecret`, async () => {
    const vault = new Map(Object.entries(scheme.secrets));
    const saved = [];
    const world = start(type, scheme, {
      switches,
      secrets: (name) => vault.get(name),
      saveSecret: (name, value) => void (saved.push(name), vault.set(name, value)),
    });
    const first = await world.login(0);
    assert.deepEqual([first.ended, saved, first.warnings], [["created", "token create"], ["refresh"], []]);
    assert.notEqual(vault.get("refresh"), "refresh+1/==");
    world.sim.edit({ revoke: "tokens" });
    assert.deepEqual((await world.login(1)).ended, ["created", "create token create"]);
    const used = world.tokens().map(({ form }) => form.refresh_token);
    assert.deepEqual([used.length, new Set(used).size, saved.length], [2, 2, 2]);
    assert.ok(!kept(first).includes(vault.get("refresh")));

    // The next process goes on with what was kept; with the first one there is no way back.
    const next = (refresh) => {
      const hook = new ScimHook(
        { servers: [server(type, { authentication: scheme.authentication })], applications: [{ id: "console", servers: [type] }] },
        createHost({ fetch: simulate([world.sim]), secrets: { ...scheme.secrets, refresh }, saveSecret: (name, value) => void vault.set(name, value) }),
      );
      return hook.postAuthentication({ application: "console", user: { ...AMARA, id: "u-9", email: "nine@corp.example" } });
    };
    assert.equal((await next("refresh+1/==")).servers[0].reason, "credentials");
    assert.equal((await next(vault.get("refresh"))).servers[0].result, "created");
  });

  test(`${type}: without saveSecret it lives in memory, and earns a warning`, async () => {
    const world = start(type, scheme, { switches });
    const first = await world.login(0);
    assert.deepEqual(first.ended, ["created", "token create"]);
    assert.equal(first.warnings.length, 1);
    assert.match(`${first.warnings[0].code} ${first.warnings[0].message}`, /refresh/);
    world.sim.edit({ revoke: "tokens" });
    assert.deepEqual((await world.login(1)).ended, ["created", "create token create"]);
  });
}

test("generic: a refresh token that comes with another grant is not taken for the password", async () => {
  const scheme = schemes["oauth2 password"]("generic");
  const saveSecret = (name) => assert.fail(`${name} is not to be replaced`);
  const world = start("generic", scheme, { saveSecret });
  const first = await world.login(0);
  assert.deepEqual([first.ended, first.warnings], [["created", "token create"], []]);
  world.sim.edit({ revoke: "tokens" });
  assert.deepEqual((await world.login(1)).ended, ["created", "create token create"]);
  assert.deepEqual(world.tokens().map(({ form }) => form.password), ["pass&word=1+", "pass&word=1+"]);
});

/* ---------------------------------------------------------------- GitHub Apps */

for (const type of ["github", "github-enterprise"]) {
  const scheme = schemes.githubApp();

  for (const [seconds, wanted] of [["90", "token create"], ["-90", "token token create"]]) {
    test(`${type}: a clock ${seconds} s from ours costs ${wanted.split(" ").length - 2} token requests more, once`, async () => {
      const time = clock();
      const world = start(type, scheme, { switches: { dateSkewSeconds: seconds }, simulator: { now: time.now }, now: time.now });
      assert.deepEqual((await world.login(0)).ended, ["created", wanted]);
      time.forward(SETTLED);
      world.sim.edit({ revoke: {} });
      assert.deepEqual((await world.login(1)).ended, ["created", "create token create"]);
      for (const { jwt } of world.tokens()) assert.equal(jwt.verified, true);
    });
  }

  test(`${type}: a token that GitHub does not know everywhere yet is waited for`, async () => {
    const world = start(type, scheme, { switches: { freshTokenDelayMs: "1500" } });
    const outcome = await world.login(0);
    assert.equal(outcome.result, "created", JSON.stringify(outcome));
    assert.equal(world.tokens().length, 1, outcome.ended[1]);
    assert.deepEqual((await world.login(1)).ended, ["created", "create"]);
  });

  test(`${type}: an hour later a token is asked for before the old one ends`, async () => {
    const time = clock();
    const world = start(type, scheme, { simulator: { now: time.now }, now: time.now });
    await world.login(0);
    time.forward(3_590_000);
    assert.deepEqual((await world.login(1)).ended, ["created", "token create"]);
  });

  test(`${type}: an installation that is suspended is a failure with its cause`, async () => {
    const world = start(type, scheme, { switches: { appInstallation: "suspended" } });
    const outcome = await world.login(0);
    assert.equal(outcome.result, "failed");
    assert.match(outcome.error.message, /suspended/);
  });
}
