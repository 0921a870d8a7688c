// What the page and the worker say to each other. Plain data only: it is cloned on the way.
import type { Application, Capabilities, Config, Explanation, Job, LogRecord, Outcome, Problem, Server, ServerType } from "../../../pkg/scimhook.js";
import type { Snapshot, Switch } from "../../../pkg/testing.js";
import type { ResourceChange } from "./diff";

export type { Application, Capabilities, Config, Explanation, Job, LogRecord, Outcome, Problem, Server, ServerType, Snapshot, Switch, ResourceChange };

/** Nothing was done, and why. `of` says whose the problems are: their paths point into it. */
export interface Failed {
  problems: Problem[];
  of: "config" | "event" | "tester";
}

export function isFailed(value: object): value is Failed {
  return "problems" in value && "of" in value;
}

/** What goes wrong on the way, and with which requests. */
export interface FaultDial {
  kind: "none" | "throttle" | "error" | "lost" | "hang";
  /** `retryAfter`: of `throttle`, in seconds; 0 sends no header. */
  retryAfter: number;
  which: "first" | "create" | "groups" | "token" | "every";
}

/** What somebody else does at the provider before the login. */
export type AccountDial = "as-is" | "ours" | "unowned" | "another" | "deactivated" | "renamed" | "deleted";

/** The dials of one server. */
export interface Dials {
  /** Milliseconds from request to reply. */
  latencyMs: number;
  fault: FaultDial;
  account: AccountDial;
  /** How this provider differs: names and values of `switchesOf(type)`. */
  switches: Record<string, string>;
}

export interface RunSetup {
  /** Of every server that has none of its own. */
  all?: Partial<Dials>;
  /** By server id, laid over `all`. */
  servers?: Record<string, Partial<Dials>>;
  /** Milliseconds of made-up time since the press before. */
  elapsedMs?: number;
  /** The same seed gives the same ids and waits. */
  seed?: number;
}

/** One request as it went over the wire, credentials cut. Times are milliseconds since the press. */
export interface Exchange {
  server: string;
  /** As the outcome calls it; absent where the outcome does not count it (cut off before it was noted). */
  purpose?: string;
  method: string;
  url: string;
  path: string;
  headers: [string, string][];
  body?: string;
  startedAt: number;
  endedAt: number;
  /** lost: no reply came. cut: the plugin gave up waiting. */
  end: "answered" | "lost" | "cut";
  status?: number;
  replyHeaders?: [string, string][];
  reply?: string;
  /** The dial that did this. */
  fault?: string;
}

export interface RecordChange {
  key: string;
  before?: string;
  after?: string;
}

export interface ProviderReport {
  /** Those that share this provider; usually one. */
  servers: string[];
  type: ServerType;
  url: string;
  before: Snapshot;
  after: Snapshot;
  changes: ResourceChange[];
}

export interface RunReport {
  /** 1 after a reset. */
  press: number;
  kind: "login" | "lifecycle" | "resume";
  /** Made-up time of the press. */
  at: number;
  budgetMs: number;
  /** Milliseconds of made-up time it took. */
  tookMs: number;
  outcome: Outcome;
  exchanges: Exchange[];
  /** What the store was told, in the order of keys. */
  records: RecordChange[];
  /** All it holds after this press, in the order of keys. */
  held: { key: string; value: string }[];
  providers: ProviderReport[];
  /** What was handed on and not taken up yet, this press's included. */
  jobs: Job[];
  log: LogRecord[];
  /** What is made up here and would be different in the world. */
  notes: string[];
}

/** What the worker answers to; each by a method of the same name. */
export interface Served {
  validate(configText: string): Promise<Problem[]>;
  explain(configText: string, eventText: string, options?: ExplainOptions): Promise<Explanation | Failed>;
  run(configText: string, eventText: string, setup: RunSetup): Promise<RunReport | Failed>;
  /** Takes up the oldest job that was handed on, at the time it may be. */
  resume(configText: string, setup: RunSetup): Promise<RunReport | Failed>;
  reset(): Promise<void>;
  capabilities(): Promise<Capabilities[]>;
  template(type: ServerType): Promise<Omit<Server, "id" | "url">>;
  configSchema(): Promise<object>;
  switches(type: ServerType): Promise<Record<string, Switch>>;
}

export interface ExplainOptions {
  /** With what the presses of Run left in the store; otherwise as a first login. */
  remembered?: boolean;
  /** Asked by the form for sample values: a question of its own, which no other one replaces. */
  sample?: boolean;
}

export interface Call {
  id: number;
  method: keyof Served;
  args: unknown[];
}

export type Answer = { id: number; value: unknown } | { id: number; failed: string };
