/** Simulated SCIM providers: `import { createSimulator, simulate } from "scimhook/testing"`. */

/** The providers there are. */
export type SimulatorType = "aws" | "generic" | "github" | "github-enterprise";

/** How a simulated provider is set up. Unknown options are errors that list the known ones. */
export interface SimulatorOptions {
  type: SimulatorType;
  /** The SCIM base URL it answers at. */
  url?: string;
  /** The bearer token it takes; `test-token` if neither this nor `basic` is given. */
  token?: string;
  /** The credentials it takes (generic). */
  basic?: { username: string; password: string };
  /** The same seed gives the same ids. A whole number from 0; 1 by default. */
  seed?: number;
  /** How this provider differs: see {@link switchesOf}. */
  switches?: Record<string, string | number | boolean>;
  /** The GitHub App it knows; `12345`, `Iv23liSIM` and `4242` by default. Its signature is not verified. */
  app?: { appId?: string | number; clientId?: string; installationId?: string | number };
  /** Milliseconds from request to reply. */
  latencyMs?: number | ((request: ReceivedRequest) => number);
  /** The clock: milliseconds since the epoch. */
  now?: () => number;
  /** Waiting, for fake clocks. */
  sleep?: (ms: number) => Promise<void>;
}

/** A request as the provider received it. */
export interface ReceivedRequest {
  method: string;
  url: string;
  /**
   * Behind the base URL, query included: `/Users?filter=..`. From the root where it lies elsewhere at that origin:
   * `/app/installations/4242/access_tokens`.
   */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Parsed if it was JSON, else its text; `undefined` if there was none. */
  body: unknown;
  /** `undefined` while it is under way, and if the provider never saw it. */
  status: number | undefined;
  /** The provider acted and the reply was lost. */
  lost?: boolean;
  startedAt: number;
  endedAt: number | undefined;
}

/** Which requests a fault befalls. */
export type Match =
  | {
      method?: string;
      /** A string is the path or its beginning up to `/` or `?`: `/Users` is `/Users/1` too, not `/UsersX`. */
      path?: string | RegExp;
    }
  | ((request: ReceivedRequest) => boolean);

/** Something that goes wrong. The first fault that matches a request is used, once or `times` times. */
export interface Fault {
  /** All requests by default. */
  match?: Match;
  /** 1 by default; `Infinity` until cleared. */
  times?: number;
  /** Answer this instead of asking the provider. */
  status?: number;
  /** With `status`. */
  headers?: Record<string, string>;
  /**
   * `html`: a login page; `empty`; `truncated`: half of it; `huge`: over 1 MiB. With `status` also any text, or a
   * value to send as JSON. Without `status` the provider has acted and its status stays.
   */
  body?: "html" | "empty" | "truncated" | "huge" | (string & {}) | object;
  /** The connection breaks: before the provider acted, or after, so that only the reply is lost. */
  lose?: "before" | "after";
  /** No answer, ever: only the signal ends it. */
  hang?: boolean;
  /** Too many requests. `retryAfter`: seconds, or a date. */
  throttle?: { status?: number; retryAfter?: number | string };
  /** 302 to a login page, or wherever it says. */
  redirect?: true | string | { status?: number; location?: string };
  /** Instead of the dial. */
  latencyMs?: number | ((request: ReceivedRequest) => number);
}

/**
 * What a provider holds, members included even where the wire never shows them. Users of GitHub have `github`: the
 * state and login of a member, or the account of a managed user.
 */
export interface Snapshot {
  Users: Array<Record<string, any>>;
  Groups: Array<Record<string, any> & { members: Array<{ value: string }> }>;
  /** Of `github`: who belongs to the organisation, and by which name of the identity provider. */
  Members?: Array<{ login: string; key: string | null }>;
  /** Of `github`. */
  Invitations?: Array<{
    identity: string;
    email: string;
    state: "pending" | "expired" | "accepted" | "cancelled";
    expiresAt: string;
    reinstates: string | null;
  }>;
}

/** An administrator's edit behind the client's back. */
export type Edit =
  | { create: { type: "User" | "Group"; resource: object } }
  | { set: { id: string; attributes: object } }
  | { delete: { id: string } }
  | { join: { group: string; user: string } }
  | { leave: { group: string; user: string } }
  /** `github`: somebody completes SAML. Answers `{linked, id?, reason?}`; `objectId` where the provider is Entra. */
  | { saml: { login: string; nameId?: string; objectId?: string } }
  /** `github`: a member nobody provisioned. */
  | { member: { login: string; nameId?: string; objectId?: string } }
  /** `github`: removed by hand; a stale identity stays. */
  | { removeMember: { login: string } }
  /** `github-enterprise`: an account GitHub Enterprise Server had before SCIM. */
  | { account: { login: string } }
  /** Both: every token the App was issued is over. */
  | { revoke: Record<string, never> };

/** A simulated provider. */
export interface Simulator {
  readonly type: SimulatorType;
  /** Without a slash at its end. */
  readonly url: string;
  readonly switches: Readonly<Record<string, string | number | boolean>>;
  /** Of a GitHub App; by it `simulate` tells several at one origin apart. */
  readonly installationId: string | undefined;
  /** May be changed at any time. */
  readonly dials: { latencyMs: number | ((request: ReceivedRequest) => number); fail: Fault[] };
  /** What was received, in order. */
  readonly requests: ReceivedRequest[];
  /** As the platform's: answers a real `Response`, honours `signal`, rejects with TypeError when the connection fails. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  clearRequests(): void;
  /** Adds a fault to `dials.fail`. */
  fault(fault: Fault): void;
  clearFaults(): void;
  snapshot(): Snapshot;
  /** The resource after the edit; null after a deletion. */
  edit(edit: Edit): any;
}

/** One way in which a provider may behave. */
export interface Switch {
  /** `choice`: one of `values`. Otherwise `values` are examples. */
  type: "choice" | "number" | "text";
  values: string[];
  default: string;
  about: string;
  source: string;
}

/** A simulated provider. In Node it loads its WebAssembly module by itself; elsewhere see {@link loadSimulator}. */
export function createSimulator(options: SimulatorOptions): Simulator;

/**
 * One fetch that routes by base URL; an unknown origin is a `TypeError("fetch failed")`. Another path of a known
 * origin goes to the simulator with the installation it names, else to the one with the longest base URL.
 */
export function simulate(
  simulators: Record<string, Simulator>,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The switches of a provider. */
export function switchesOf(type: SimulatorType): Record<string, Switch>;

/** Loads `scimhook_sim_bg.wasm` where there is no file system. Once; later calls do nothing. */
export function loadSimulator(source: BufferSource | WebAssembly.Module): void;
