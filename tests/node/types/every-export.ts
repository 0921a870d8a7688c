// Every export and every shape, as a host would write them. Compiled, never run.
import {
  ScimHook, ScimHookError, capabilities, configSchema, template, validate, version,
  type Application, type Authentication, type Capabilities, type Config, type Explanation, type Failure, type GroupOutcome,
  type GroupSync, type Host, type Job, type LifecycleEvent, type LogRecord, type LoginEvent, type OAuth2, type Outcome,
  type Policy, type ProbeReport, type Problem, type RequestRecord, type ResponseLike, type Result, type RunOptions,
  type SecretValue, type Server, type ServerOutcome, type ServerType, type Source, type StateStore, type Support, type User,
} from "scimhook";
import * as inline from "scimhook/inline";
import { createHost, memoryStore, sign, type HostOptions } from "scimhook/host";
import { redisStore, type RedisClient, type RedisStoreOptions } from "scimhook/state/redis";

/* ---------------------------------------------------------------- hosts */

const smallest: Host = { fetch: (url, init) => fetch(url, init) };
const plainest: Host = { fetch };

const store: StateStore = {
  get: async (key) => (key === "" ? null : { value: "v", version: "1" }),
  put: async (_key, _value, options) => options?.ifVersion !== null,
  delete: async () => {},
};

declare const redis: RedisClient;
const kept: RedisStoreOptions = { prefix: "login:", ttlMs: 90 * 24 * 3_600_000 };
export const shared: StateStore[] = [redisStore(redis), redisStore(redis, kept)];

const byHand: ResponseLike = { status: 200, headers: { get: () => null }, text: async () => "" };

const fullest: Host = {
  fetch: async (_url: string, init: RequestInit) => (init.signal?.aborted ? byHand : new Response("")),
  state: store,
  secret: (name) => name,
  saveSecret: async (_name, _value) => {},
  now: Date.now,
  sleep: async (_ms: number, _signal?: AbortSignal) => {},
  random: Math.random,
  sign,
  enqueue: (job) => void job.key,
  pepper: "p",
  log: (record: LogRecord) => console.log(record.level, record.event, record["anything"]),
};

const options: HostOptions = { secrets: process.env, state: memoryStore({ maxEntries: 10, now: () => 0 }), pepper: "p" };
const made: Host[] = [createHost(), createHost(options), createHost({ secrets: async (name) => name, fetch }), createHost({ secrets: { a: "b" } })];

/* ---------------------------------------------------------------- configuration */

const secret: SecretValue = { secret: "token" };
const source: Source = ["firstName", { expression: "user.name.split(' ')[0]" }, ["a.b"]];
const oauth: OAuth2[] = [
  { scheme: "oauth2", grant: "clientCredentials", tokenUrl: "https://x/token", clientId: "c", clientSecret: secret, clientAuthentication: "body", scope: "s" },
  { scheme: "oauth2", grant: "refreshToken", tokenUrl: "https://x/token", clientId: "c", refreshToken: secret },
  { scheme: "oauth2", grant: "jwtBearer", tokenUrl: "https://x/token", clientId: "c", privateKey: secret, subject: "s", audience: "a", keyId: "k" },
  { scheme: "oauth2", grant: "password", tokenUrl: "https://x/token", clientId: "c", clientSecret: secret, username: "u", password: "p" },
];
const authentications: Authentication[] = [
  { scheme: "accessToken", accessToken: "t" },
  { scheme: "basic", username: "u", password: secret },
  { scheme: "githubApp", appId: "1", installationId: "2", privateKey: secret, apiUrl: "https://ghe.example/api/v3" },
  ...oauth,
];
const policy: Policy = {
  budgetMs: 1000, onFailure: "denyFirst", updates: true, adopt: "sameExternalId", reactivate: false, deprovision: "delete",
  whenNotEntitled: "deactivate", recheckAfter: 0, retries: 1, requestTimeoutMs: 500, deprovisionLimit: { count: 5, windowMs: 1000 },
  breaker: { failures: 3, coolDownMs: 1000 },
};
const groups: GroupSync[] = [
  { mode: "mirror", include: ["app-*"], exclude: ["app-x"], rename: { a: "b" }, create: false },
  { mode: "off", rename: { expression: "group.name" } },
];
const types: ServerType[] = ["aws", "github", "github-enterprise", "salesforce", "generic"];
const servers: Server[] = authentications.map((authentication, i) => ({
  id: `s${i}`, type: types[i % types.length] ?? "generic", url: "https://x.example/scim/v2", authentication, name: "n", description: "d",
  attributes: { userName: "email", "name.givenName": source }, staticAttributes: { locale: "en" }, groups: groups[i % 2]!, policy, mode: "shadow",
}));
const application: Application = { id: "app", name: "App", servers: ["s0"], enabled: true, condition: "user.active" };
const config: Config = { version: 1, servers, applications: [application], policy };
const filled: Server = { ...template("aws"), id: "aws", url: "https://scim.eu-west-1.amazonaws.com/x/scim/v2" };

/* ---------------------------------------------------------------- events */

const user: User = { id: "u", active: true, groups: ["a", { name: "b" }, { id: "1", name: "c" }], email: "a@b.example", address: { city: "x" } };
const login: LoginEvent = { type: "login", id: "e", occurredAt: 1, application: { id: "app", anything: 1 }, user, ip: "::1" };
const lifecycle: LifecycleEvent[] = [
  { type: "user.disabled", user }, { type: "group.renamed", group: { name: "b", previousName: "a" }, application: "app" },
];

/* ---------------------------------------------------------------- a host at work */

export async function all(): Promise<void> {
  const hook = new ScimHook(config, fullest);
  const others = [new ScimHook("{}", smallest), new ScimHook(config, plainest), new inline.ScimHook(config, made[0]!), new ScimHook(config, createHost())];
  const run: RunOptions = { budgetMs: 5, signal: new AbortController().signal };
  const warnings: Problem[] = hook.warnings;

  const outcome: Outcome = await hook.postAuthentication(login, run);
  await hook.postAuthentication(JSON.stringify(login));
  await hook.lifecycle(lifecycle[0]!);
  const texts: (string | undefined)[] = [outcome.id, outcome.access, outcome.message, outcome.user, outcome.application];
  for (const server of outcome.servers) {
    const { result, would, reason, remoteId, changed, error, job } = server satisfies ServerOutcome;
    const results: (Result | undefined)[] = [result, would];
    const requests: RequestRecord[] = server.requests;
    const joined: GroupOutcome[] = server.groups;
    const failure: Failure | undefined = error;
    if (job) await hook.resume(job satisfies Job, run);
    texts.push(reason, remoteId, ...changed, ...results, requests[0]?.providerRequestId, joined[0]?.name, failure?.class, failure?.scimType);
  }

  const explained: Explanation = await hook.explain(login, { read: true });
  for (const server of explained.servers) texts.push(server.server, server.requests[0]?.when, server.groups[0]?.result);
  const probed: ProbeReport = await hook.probe("aws", run);
  for (const step of probed.steps) texts.push(step.name, step.message);
  for (const { server, breaker, throttledUntil, lastFailure, inFlight } of hook.status()) {
    texts.push(server, breaker, String(throttledUntil), lastFailure?.message, String(inFlight));
  }
  const nothing: void = await hook.forget("u", "aws");
  hook.free();

  const found: Problem[] = validate(config);
  const matrix: Capabilities[] = capabilities();
  const support: Support | undefined = matrix[0]?.updateProfile;
  const schema: object = configSchema();
  const words: string = version;
  const signature: Uint8Array = await sign("pem", new Uint8Array());
  try {
    others.pop();
  } catch (error) {
    if (error instanceof ScimHookError) texts.push(error.code, error.problems[0]?.help, error.message);
  }
  console.log(texts, warnings, found, support?.note, schema, words, signature, nothing, filled);
}

/* ---------------------------------------------------------------- what must not compile */

// @ts-expect-error a host without fetch
export const noFetch: Host = {};
// @ts-expect-error a type that there is none of
export const noType: ServerType = "okta";
// @ts-expect-error a grant without its secret
export const noSecret: Authentication = { scheme: "oauth2", grant: "clientCredentials", tokenUrl: "https://x", clientId: "c" };
// @ts-expect-error an event without a user
export const noUser: LoginEvent = { application: "a" };
// @ts-expect-error a login at lifecycle
export const wrongEvent: LifecycleEvent = { type: "login", user };
// @ts-expect-error a store that cannot write
export const noPut: StateStore = { get: async () => null, delete: async () => {} };
