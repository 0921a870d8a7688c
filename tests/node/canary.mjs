// Words that must not come out (S1, S2): one is part of every secret, one of every value of a profile. `watch` runs the
// package with them and keeps everything that a host is given; `clean` searches it.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { ScimHookError, validate } from "../../pkg/index.js";
import { DEPARTMENT, openStore, scene, server } from "./scene.mjs";

/** Part of every secret, and of every value. Whole texts are longer and differ. */
export const SECRET = "zeisig";
export const VALUE = "kanari";

const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });

export const SECRETS = {
  token: "Zeisig.token-7fQ2x",
  password: 'Zeisig:pass "word" 9',
  client: "Zeisig: client/1 &=+",
  refresh: "Zeisig refresh+1/==",
  key,
  pepper: "Zeisig/pepper~42",
};
/** What of the key may stand somewhere: its lines. */
export const KEY_LINES = key.trim().split("\n").slice(1, -1).map((line) => line.toLowerCase());

const named = (secret) => ({ secret });
const basic = (password) => ({ scheme: "basic", username: "client-1", password });
const token = (accessToken) => ({ scheme: "accessToken", accessToken });
const ENDPOINTS = { generic: "https://scim.example/oauth/token", salesforce: "https://acme.my.salesforce.com/services/oauth2/token" };
const oauth2 = (type, grant, more) => ({ scheme: "oauth2", tokenUrl: ENDPOINTS[type], clientId: "sim-client", grant, ...more });
const app = (privateKey) => ({ scheme: "githubApp", appId: "12345", installationId: "4242", privateKey });
const isToken = (url) => /\/oauth2?\/token$|\/access_tokens$/.test(url);

/** `literal`: the secret stands in the configuration. `simulator`: what the provider is told. `asks`: for tokens. */
export const KINDS = {
  "aws, a named token": { type: "aws", authentication: token(named("token")), simulator: { token: SECRETS.token } },
  "aws, a literal token": { type: "aws", literal: true, authentication: token(SECRETS.token), simulator: { token: SECRETS.token } },
  "github, a named token": { type: "github", authentication: token(named("token")), simulator: { token: SECRETS.token } },
  "github, an app": { type: "github", asks: true, authentication: app(named("key")), simulator: { app: { appId: "12345", installationId: "4242" } } },
  "github-enterprise, an app with a literal key": {
    type: "github-enterprise", asks: true, literal: true, authentication: app(SECRETS.key), simulator: { app: { appId: "12345", installationId: "4242" } },
  },
  "salesforce, a refresh token that is replaced": {
    type: "salesforce", asks: true, switches: { rotateRefreshToken: "true" },
    authentication: oauth2("salesforce", "refreshToken", { refreshToken: named("refresh"), clientSecret: named("client") }),
    simulator: { oauth: { refreshToken: SECRETS.refresh, clientSecret: SECRETS.client } },
  },
  "salesforce, a password": {
    type: "salesforce", asks: true, switches: { passwordGrant: "allowed" },
    authentication: oauth2("salesforce", "password", { clientSecret: named("client"), username: "admin@acme.example", password: named("password") }),
    simulator: { oauth: { username: "admin@acme.example", password: SECRETS.password, clientSecret: SECRETS.client } },
  },
  "generic, a named password": { type: "generic", authentication: basic(named("password")), simulator: { basic: { username: "client-1", password: SECRETS.password } } },
  "generic, a literal password": { type: "generic", literal: true, authentication: basic(SECRETS.password), simulator: { basic: { username: "client-1", password: SECRETS.password } } },
  "generic, client credentials": {
    type: "generic", asks: true, authentication: oauth2("generic", "clientCredentials", { clientSecret: named("client") }), simulator: { oauth: { clientSecret: SECRETS.client } },
  },
  "generic, literal client credentials in the body": {
    type: "generic", asks: true, literal: true, switches: { clientAuthentication: "body" },
    authentication: oauth2("generic", "clientCredentials", { clientSecret: SECRETS.client, clientAuthentication: "body" }), simulator: { oauth: { clientSecret: SECRETS.client } },
  },
  "generic, an assertion": {
    type: "generic", asks: true, authentication: oauth2("generic", "jwtBearer", { privateKey: named("key"), subject: "admin@acme.example", audience: "https://scim.example" }),
    simulator: { oauth: { subject: "admin@acme.example" } },
  },
};

/** A secret that a kind's requests carry as it is; of a key's there is none. */
export const secretOf = ({ authentication: { scheme, grant, privateKey } }) =>
  privateKey !== undefined ? undefined : SECRETS[scheme === "basic" || grant === "password" ? "password" : grant === "refreshToken" ? "refresh" : grant === "clientCredentials" ? "client" : "token"];

export const profile = (n = "") => ({
  id: `u-4711${n}`,
  email: `kanari.mail${n}@kanari.example`,
  firstName: `Kanari-given${n}`,
  lastName: `O'Kanari "family" \\ ${n}`,
  phone: `+49 kanari ${n}`,
  title: `Kanari\ttitle ü${n}`,
  department: `kanari & department %${n}`,
  number: `kanari-number${n}`,
  address: { city: `Kanari-city${n}`, street: `Kanari street 7\nkanari second line${n}` },
  unmapped: [`kanari-unmapped${n}`],
  groups: [],
});

export function serverOf({ type, authentication }, more) {
  const base = server(type, { authentication, ...more });
  return {
    ...base,
    attributes: {
      ...base.attributes,
      // The GitHubs take no more than names; what they refuse is a warning, and left out.
      nickName: { expression: "event.device" },
      'addresses[type eq "work"].locality': "address.city",
      'addresses[type eq "work"].streetAddress': "address.street",
      [DEPARTMENT.replace("department", "employeeNumber")]: "number",
    },
  };
}

/** Gives the tokens that a provider hands out a canary, and takes it off again on their way back. */
function disguise(inner) {
  const real = new Map();
  const hide = (text) => {
    const word = `Zeisig-granted.${real.size}-x9`;
    real.set(word, text);
    return word;
  };
  return async (url, init) => {
    const headers = { ...init.headers };
    const [, word] = (headers.Authorization ?? "").split(" ");
    if (real.has(word)) headers.Authorization = `Bearer ${real.get(word)}`;
    const form = isToken(url) ? new URLSearchParams(init.body) : undefined;
    const body = real.has(form?.get("refresh_token")) ? (form.set("refresh_token", real.get(form.get("refresh_token"))), form.toString()) : init.body;
    const answer = await inner(url, { ...init, headers, body });
    if (!isToken(url) || !answer.ok) return answer;
    const said = await answer.json();
    for (const name of ["access_token", "refresh_token", "token"]) if (name in said) said[name] = hide(said[name]);
    return new Response(JSON.stringify(said), { status: answer.status, headers: Object.fromEntries(answer.headers) });
  };
}

/** What was written to the console by anybody. */
export const spoken = [];
for (const level of ["log", "info", "warn", "error", "debug", "trace"]) console[level] = (...words) => spoken.push(words);
process.on("warning", (warning) => spoken.push([String(warning)]));

/** Everything that was handed out while `play` ran; `jobs` apart, since they hold the event. */
export function watch(kind, { host = {}, config, ...more } = {}) {
  const seen = { outcomes: [], logs: [], errors: [], statuses: [], store: [], warnings: [], spoken };
  const [jobs, sent, saved] = [[], [], []];
  const store = openStore();
  const vault = { ...SECRETS };
  const world = scene({
    servers: [serverOf(kind, config)],
    credential: kind.simulator,
    switches: { [kind.type]: kind.switches ?? {} },
    secrets: (name) => vault[name],
    saveSecret: (name, value) => void (saved.push([name, value]), (vault[name] = value)),
    pepper: SECRETS.pepper,
    state: {
      get: (key) => (seen.store.push(key), store.get(key)),
      put: (key, value, options) => (seen.store.push(key, value), store.put(key, value, options)),
      delete: (key) => (seen.store.push(key), store.delete(key)),
    },
    log: (record) => seen.logs.push(record),
    enqueue: (job) => void jobs.push(job),
    ...more,
    fetch: (inner) => {
      const hidden = disguise(inner);
      const outer = more.fetch?.(hidden) ?? hidden;
      return (url, init) => {
        sent.push({ url, headers: init.headers, body: init.body });
        return outer(url, init);
      };
    },
    ...host,
  });
  seen.warnings.push(world.hook.warnings, validate(world.config));
  const keep = async (what) => {
    try {
      const outcome = structuredClone(await what());
      seen.outcomes.push(outcome);
      for (const one of outcome?.servers ?? []) {
        if (one.job) jobs.push(one.job);
        delete one.job;
      }
      seen.statuses.push(world.hook.status());
      return outcome;
    } catch (error) {
      seen.errors.push(error.message, error.stack, String(error.cause), error.problems, { ...error });
      seen.statuses.push(world.hook.status());
      if (!(error instanceof ScimHookError)) throw error;
      return error;
    }
  };
  const event = (user) => ({ id: "e-1", application: { id: "console", note: "kanari-application" }, device: "kanari-device", user });
  return {
    ...world, seen, jobs, sent, saved, keep,
    login: (user, options) => keep(() => world.hook.postAuthentication(event(user), options)),
    event,
    /** Every word that was secret: the key's lines, and the parts of what was signed with it. */
    secrets() {
      const texts = sent.map(({ headers, body }) => `${headers.Authorization} ${body ?? ""}`);
      const signed = texts.flatMap((text) => text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []);
      // The header of what was signed is the same for all.
      return [SECRET, ...KEY_LINES, ...signed.flatMap((text) => text.split(".").slice(1)).map((part) => part.slice(0, 24).toLowerCase())];
    },
    /** Nothing that was handed out holds a canary; the requests do. */
    check({ requests = true } = {}) {
      const secrets = this.secrets();
      clean(seen, [...secrets, VALUE]);
      for (const { event, ...rest } of jobs) clean(rest, [...secrets, VALUE]);
      clean(jobs, secrets);
      for (const [name, value] of saved) assert.match(`${name} ${value}`, /^refresh Zeisig-granted/, "only a replaced refresh token is to be saved");
      if (!requests) return;
      const header = kind.asks ? /^Bearer Zeisig-granted/ : kind.authentication.scheme === "basic" ? /^Basic [A-Za-z0-9+/]+=*$/ : /^Bearer Zeisig\.token-7fQ2x$/;
      const scim = sent.filter(({ url }) => !isToken(url));
      // Where no token is had, that is all.
      if (kind.asks && scim.length === 0) return assert.ok(sent.length > 0);
      assert.ok(scim.length > 0 && scim.every(({ headers }) => header.test(headers.Authorization)), "requests hold the secret");
      assert.ok(JSON.stringify(sent).includes("kanari.mail"), "requests hold the profile");
    },
  };
}

/** Fails with the place of the first canary. */
export function clean(value, words, at = "") {
  if (value !== null && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) {
      clean(name, words, `${at}/${name} (the name)`);
      clean(inner, words, `${at}/${name}`);
    }
    return;
  }
  const text = String(value);
  // Whatever may have been encoded on the way.
  const forms = [text, text.replace(/[A-Za-z0-9+/_-]{16,}={0,2}/g, (run) => Buffer.from(run, "base64").toString("latin1"))];
  for (const form of forms) {
    const found = words.find((word) => form.toLowerCase().includes(word));
    assert.equal(found, undefined, `a canary at ${at}: ${text.slice(0, 400)}`);
  }
}

export const reply = (status, body, headers = {}) => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

/** Whether a request is for a token. */
export const asksForToken = isToken;

const entities = (text) => text.replace(/["'&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const escapes = (text) => text.replace(/[^ -~]|["'&<>\\]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** What a provider that gives everything back may say of a request: something by name. */
export function echoes(url, init, kind) {
  const { Authorization = "" } = init.headers;
  const sent = init.body ?? "";
  const secret = secretOf(kind) ?? Authorization.split(" ")[1] ?? "";
  const request = `${init.method} ${url} HTTP/1.1\r\n${Object.entries(init.headers).map((pair) => pair.join(": ")).join("\r\n")}\r\n\r\n${sent}`;
  const [, credential = ""] = Authorization.split(" ");
  const body = sent.startsWith("{") ? JSON.parse(sent) : Object.fromEntries(new URLSearchParams(sent));
  const texts = [];
  (function walk(value) {
    if (value !== null && typeof value === "object") Object.values(value).forEach(walk);
    else texts.push(String(value));
  })(body);
  return {
    "the whole request": { detail: request },
    "the header": { detail: `unknown: ${Authorization}` },
    "the credential": { detail: `bad credential '${credential}'.` },
    "the credential, decoded": { detail: `bad credential '${Buffer.from(credential, "base64")}'.` },
    "the secret": { message: `not ${secret}.` },
    "the secret twice, in capitals": { message: `${secret}${secret}`.toUpperCase() },
    "the secret in JSON": { message: JSON.stringify({ secret }) },
    "the beginning of the secret": { message: `not ${secret.slice(0, 12)}... (${credential.slice(0, 15)}***)` },
    "the body": { detail: sent },
    "the body, in capitals": { detail: sent.toUpperCase() },
    "the body as a text in JSON": { detail: JSON.stringify(JSON.stringify(sent)) },
    "the body with escapes": { detail: escapes(escapes(sent)) },
    "the body for a page": { message: `<p>${entities(sent)}</p>` },
    "the body, percent-encoded": { message: encodeURIComponent(sent).toLowerCase().replaceAll("%20", "+") },
    "the body, cut": { message: sent.slice(0, 150) },
    "the URL": { detail: `not found: ${url}` },
    "the URL, decoded": { detail: `not found: ${decodeURIComponent(url)}` },
    "every value, one a time": { detail: texts.join("; ") },
    "parts of values": { detail: texts.flatMap((text) => text.split(/["'\\\s@&%-]/)).filter((part) => /kanari/i.test(part)).join("' '") },
    "the beginnings of values": { detail: texts.filter((text) => /kanari/i.test(text)).map((text) => `'${text.slice(0, 11)}...'`).join() },
    "what comes before an at sign": { detail: `the login ${texts.find((text) => text.includes("@"))?.split("@")[0]} is taken` },
    "a value that was not in this request": { detail: "kanari-device is unknown" },
    "a list of errors": [{ errorCode: "BAD", message: request }],
    "OAuth's form": { error: "invalid", error_description: request },
    "a page": `<html><title>${request}</title></html>`,
  };
}
