/**
 * The public interface of the npm package `scimhook`.
 *
 * Names, shapes and result words here are fixed: hosts are written against them. Adding optional members is welcome;
 * renaming or dropping one is not.
 */

/* ------------------------------------------------------------------ the plugin */

export class ScimHook {
  /** Parses and checks `config` once. Throws a `ScimHookError` (code "config") that lists every problem found. */
  constructor(config: Config | string, host: Host);
  /** Findings that did not stop construction: deprecated grants, secrets in clear, attributes a provider refuses. */
  readonly warnings: Problem[];

  /** The login hook. Resolves within its budget; rejects only for misuse (code "event" or "host"). */
  postAuthentication(event: LoginEvent | string, options?: RunOptions): Promise<Outcome>;
  /** The same machinery for profiles that are added, edited, disabled or deleted outside a login. */
  lifecycle(event: LifecycleEvent | string, options?: RunOptions): Promise<Outcome>;
  /** Takes up a job that an earlier outcome handed out. Safe to call twice. */
  resume(job: Job | string, options?: RunOptions): Promise<Outcome>;

  /** What would happen, and why. Sends no write; sends reads only with `read: true`. */
  explain(event: LoginEvent | LifecycleEvent | string, options?: { read?: boolean }): Promise<Explanation>;
  /** Reaches a server with its credentials and compares what it says of itself with its type. Sends no write. */
  probe(serverId: string, options?: RunOptions): Promise<ProbeReport>;
  /** Where each server stands now. */
  status(): { server: string; breaker: "closed" | "open" | "probing"; throttledUntil?: number; lastFailure?: Failure; inFlight: number }[];
  /** Erases what the store remembers of a user (at one server, or everywhere); nothing is sent to a provider. */
  forget(userId: string, serverId?: string): Promise<void>;
  free(): void;
}

/** Checks a configuration without building a plugin. Never throws. */
export function validate(config: unknown): Problem[];
/** What choosing a server type fills in: authentication scheme, attributes, static attributes, groups, policy. */
export function template(type: ServerType): Omit<Server, "id" | "url">;
/** The support matrix, from the code that acts on it. */
export function capabilities(): Capabilities[];
/** JSON Schema (draft 2020-12) of `Config`, for editors. */
export function configSchema(): object;
/** Version of the package and of the state records it writes. */
export const version: string;

export class ScimHookError extends Error {
  readonly code: "config" | "event" | "host";
  readonly problems: Problem[];
}

export interface Problem {
  severity: "error" | "warning";
  /** JSON Pointer into what was given, e.g. "/servers/0/url". */
  path: string;
  /** Stable kebab-case word, e.g. "unknown-field", "not-https", "duplicate-id", "bad-expression". */
  code: string;
  /** One lower-case sentence without a final period; user input in backticks. Never a secret. */
  message: string;
  /** How to mend it, where that is known. */
  help?: string;
}

/* ------------------------------------------------------------------ what the host supplies */

export interface Host {
  /** WHATWG fetch, or anything of its shape. Called with `redirect: "manual"` and a `signal`. */
  fetch(url: string, init: RequestInit): Promise<ResponseLike>;
  /** Remembers accounts between logins. Without it every login looks the user up. */
  state?: StateStore;
  /** Resolves `{ secret: "name" }` in the configuration. */
  secret?(name: string): string | Promise<string>;
  /** Keeps a secret that a provider replaced (a rotated refresh token), under the name it was resolved by. */
  saveSecret?(name: string, value: string): void | Promise<void>;
  /** Milliseconds since the Unix epoch. Default `Date.now`. */
  now?(): number;
  sleep?(ms: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1), for backoff jitter. Default `Math.random`. */
  random?(): number;
  /** RSASSA-PKCS1-v1_5 with SHA-256 over `data`. Default: WebCrypto, from a PKCS#8 or PKCS#1 PEM. */
  sign?(privateKeyPem: string, data: Uint8Array): Promise<Uint8Array>;
  /** Called with each job before the run resolves, for hosts with a queue. */
  enqueue?(job: Job): void | Promise<void>;
  /** Key for the digests kept in the store, so that they do not fall to a dictionary. */
  pepper?: string;
  /** One structured record per decision and per request, already redacted. */
  log?(record: LogRecord): void;
}

export interface ResponseLike {
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  /** Where there is one, it is read instead of `text()`, and reading stops at the limit. */
  body?: ReadableStream<Uint8Array> | null;
}

export interface StateStore {
  /** `null` when there is no record. `version` is opaque and may be absent where the store has none. */
  get(key: string): Promise<{ value: string; version?: string } | null>;
  /** Writes if the stored version is still `ifVersion` (`null`: only if absent; undefined: always). False if it was not. */
  put(key: string, value: string, options?: { ifVersion?: string | null; ttlMs?: number }): Promise<boolean>;
  delete(key: string): Promise<void>;
}

export interface RunOptions {
  /** Milliseconds this call may take; the smaller of this and the configured budget holds. */
  budgetMs?: number;
  signal?: AbortSignal;
}

/* ------------------------------------------------------------------ configuration */

export interface Config {
  version?: 1;
  servers: Server[];
  applications: Application[];
  /** Defaults for every server. */
  policy?: Policy;
}

export type ServerType = "aws" | "github" | "github-enterprise" | "salesforce" | "generic";

/** A SCIM server: one service provider's endpoint and how to speak to it. */
export interface Server {
  /** [a-z0-9][a-z0-9-]{0,31} */
  id: string;
  name?: string;
  description?: string;
  type: ServerType;
  /** https base URL; a trailing slash is dropped. http is accepted for loopback only. */
  url: string;
  authentication: Authentication;
  /** SCIM attribute path -> where its value comes from. Given: replaces the type's map. */
  attributes?: Record<string, Source>;
  /** SCIM attribute path -> JSON value sent for every user. Merged over the type's. */
  staticAttributes?: Record<string, unknown>;
  groups?: GroupSync;
  policy?: Policy;
  /** shadow: decide and report, write nothing. off: take part in nothing. Default "live". */
  mode?: "live" | "shadow" | "off";
}

/**
 * A dotted path into the event's user ("firstName", "address.city"); or a CEL expression over `user`, `application`
 * and `event`; or a list, of which the first that gives a non-empty value is taken.
 */
export type Source = string | { expression: string } | Source[];

/** A literal, or a name that the host resolves. A literal earns a warning. */
export type SecretValue = string | { secret: string };

export type Authentication =
  | { scheme: "accessToken"; accessToken: SecretValue }
  | { scheme: "basic"; username: string; password: SecretValue }
  | OAuth2
  | {
      scheme: "githubApp"; appId: string; installationId: string; privateKey: SecretValue;
      /** Default https://api.github.com */ apiUrl?: string;
    };

export type OAuth2 = { scheme: "oauth2"; tokenUrl: string; clientId: string; scope?: string } & (
  | { grant: "clientCredentials"; clientSecret: SecretValue; clientAuthentication?: "basic" | "body" }
  | { grant: "refreshToken"; refreshToken: SecretValue; clientSecret?: SecretValue; clientAuthentication?: "basic" | "body" }
  | { grant: "jwtBearer"; privateKey: SecretValue; subject: string; audience: string; keyId?: string }
  | { grant: "password"; clientSecret: SecretValue; username: string; password: SecretValue }
);

export interface GroupSync {
  /** off: none. add: create groups and assign the user. mirror: also take the user out of managed groups left. */
  mode: "off" | "add" | "mirror";
  /** Globs over group names: which are managed. Default ["*"]; `exclude` wins. */
  include?: string[];
  exclude?: string[];
  /** Provider group name for a platform group name; a table, or CEL over `group` ({ name, id? }). Default: the same name. */
  rename?: Record<string, string> | { expression: string };
  /** Create a group that the provider lacks. Default true. */
  create?: boolean;
}

export interface Policy {
  /** Total milliseconds one run may spend, over all servers. Top level only. Default 2500. */
  budgetMs?: number;
  /** What a failure means for the login. denyFirst: deny only if the user has no account there yet. Default "allow". */
  onFailure?: "allow" | "deny" | "denyFirst";
  /** Send later profile changes. Default: the type's capability. */
  updates?: boolean;
  /** Take over an existing account: never; if it carries our externalId; or also if it carries none. Default "unowned". */
  adopt?: "never" | "sameExternalId" | "unowned";
  /** Turn an inactive remote account on again at login. Default true. */
  reactivate?: boolean;
  /** What a disabled or deleted user becomes. Default "deactivate". */
  deprovision?: "deactivate" | "delete" | "none";
  /** What a login becomes when the application's condition no longer holds. Default "ignore". */
  whenNotEntitled?: "ignore" | "deactivate";
  /** Seconds an unchanged account is trusted without looking. 0: never look again. Default 604800 (7 days). */
  recheckAfter?: number;
  /** Further tries of one request inside the budget. Default 2. */
  retries?: number;
  /** Longest wait for one answer. Default: what the budget leaves. */
  requestTimeoutMs?: number;
  /** Hold further deactivations and deletions at a server beyond so many within so long. Default: none. */
  deprovisionLimit?: { count: number; windowMs: number };
  /** Stop calling a server after so many failed runs in a row, for so long. Default { failures: 5, coolDownMs: 30000 }. */
  breaker?: { failures: number; coolDownMs: number };
}

/** Ties an application of the platform to the servers that must know its users. */
export interface Application {
  id: string;
  name?: string;
  servers: string[];
  enabled?: boolean;
  /** CEL over `user`, `application`, `event`: who is provisioned. Default: everyone. */
  condition?: string;
}

/* ------------------------------------------------------------------ events */

export interface User {
  /** The platform's stable identifier; becomes externalId unless mapped otherwise. */
  id: string;
  /** Default true. */
  active?: boolean;
  /** Absent: unknown, nothing is removed. Empty: known to be none. */
  groups?: (string | { id?: string; name: string })[];
  [property: string]: unknown;
}

export interface LoginEvent {
  type?: "login";
  /** Correlation id, echoed in the outcome and the log. */
  id?: string;
  /** Milliseconds since the Unix epoch when it happened; default: arrival. An older event never undoes a newer one. */
  occurredAt?: number;
  application: string | { id: string; [property: string]: unknown };
  user: User;
  [property: string]: unknown;
}

export interface LifecycleEvent {
  type: "user.created" | "user.updated" | "user.enabled" | "user.disabled" | "user.deleted" | "group.renamed" | "group.deleted";
  id?: string;
  occurredAt?: number;
  /** Default: every application. */
  application?: string;
  user?: User;
  group?: { id?: string; name: string; previousName?: string };
}

/* ------------------------------------------------------------------ results */

export interface Outcome {
  /** The event's id, or one made for it. */
  id: string;
  access: "allow" | "deny";
  /** Safe to show to the person signing in. Present when access is "deny". */
  message?: string;
  /** `user.id` */
  user?: string;
  application?: string;
  durationMs: number;
  servers: ServerOutcome[];
}

export type Result =
  | "created" | "adopted" | "updated" | "reactivated" | "unchanged"
  | "deactivated" | "deleted" | "skipped" | "deferred" | "conflict" | "failed";

export interface ServerOutcome {
  server: string;
  result: Result;
  /** In shadow mode: what the result would have been. */
  would?: Result;
  /** Stable kebab-case word: why. See behaviour.md. */
  reason: string;
  /** The provider's `id` of the account. */
  remoteId?: string;
  /** SCIM attribute paths written. Names only, never values. */
  changed: string[];
  groups: GroupOutcome[];
  /** In the order sent; without bodies, query values or credentials. */
  requests: RequestRecord[];
  warnings: Problem[];
  error?: Failure;
  /** What is left to do; hand it to `resume` later. Plain JSON, no secrets. */
  job?: Job;
}

export interface GroupOutcome {
  name: string;
  result: "created" | "joined" | "left" | "unchanged" | "renamed" | "deleted" | "skipped" | "failed";
  remoteId?: string;
  error?: Failure;
}

export interface RequestRecord {
  /** "token", "find", "create", "read", "update", "deactivate", "delete", "group-find", "group-create", "group-add", "group-remove", ... */
  purpose: string;
  method: string;
  /** Path below the server's url with ids kept and the query cut: "/Users", "/Groups/42". */
  path: string;
  attempt: number;
  status?: number;
  durationMs: number;
  /** x-amzn-RequestId, X-GitHub-Request-Id, ... */
  providerRequestId?: string;
}

export interface Failure {
  class:
    | "profile" | "credentials" | "forbidden" | "rejected" | "conflict" | "not-found"
    | "throttled" | "unavailable" | "timeout" | "protocol" | "internal";
  message: string;
  retryable: boolean;
  status?: number;
  scimType?: string;
  /** Provider's own code where there is one, e.g. "DUPLICATE_USERNAME". */
  providerCode?: string;
  retryAfterMs?: number;
}

export interface Job {
  version: 1;
  server: string;
  event: LoginEvent | LifecycleEvent;
  /** The same for the same work: queues may use it to drop duplicates. */
  key: string;
  /** When the event came in. */
  createdAt: number;
  attempt: number;
  /** Milliseconds since the Unix epoch; not before. */
  notBefore: number;
  cause: string;
}

export interface Explanation {
  id: string;
  servers: {
    server: string;
    /** The decision in one sentence, for people. */
    sentence: string;
    entitled: boolean;
    condition?: string;
    /** The result this would be, as far as can be known without writing. */
    result: Result;
    reason: string;
    /** The user resource as it would be sent. */
    resource?: Record<string, unknown>;
    mapping: { target: string; source: string; from: "attributes" | "staticAttributes" | "template"; value?: unknown; problem?: Problem }[];
    changed: string[];
    groups: { name: string; result: GroupOutcome["result"] }[];
    /** What would be sent, in order, with `{created:user}`, `{found:group:NAME}` for ids not known yet; `when` says on which answer to the one before. Credentials are cut. */
    requests: { purpose: string; method: string; url: string; headers: Record<string, string>; body?: unknown; when?: string }[];
    problems: Problem[];
  }[];
}

export interface ProbeReport {
  server: string;
  ok: boolean;
  steps: { name: "secret" | "token" | "discovery" | "users" | "groups"; ok: boolean; status?: number; durationMs: number; message: string }[];
  problems: Problem[];
}

export interface Capabilities {
  type: ServerType;
  name: string;
  createUser: Support; createGroup: Support; assignUserToGroup: Support; updateProfile: Support;
  deactivateUser: Support; removeUserFromGroup: Support; deleteGroup: Support;
  authentication: ("accessToken" | "basic" | "oauth2" | "githubApp")[];
}
export interface Support { byDefault: "yes" | "limited" | "no"; onRequest: "yes" | "limited" | "no"; note?: string }

export interface LogRecord {
  time: number; level: "info" | "warn" | "error"; event: string; id: string; server?: string;
  [field: string]: unknown;
}
