// What lasts from press to press: providers, store, time; and the host by which a plugin lives in it.
import type { Host, ScimHook, StateStore } from "../../../pkg/scimhook.js";
import { dialsOf } from "./dials";
import { refused } from "./failed";
import type { Config, Failed, Job, LogRecord, RunSetup, Server } from "./protocol";
import { providersOf, type MakeSimulator, type Provider } from "./provider";
import { seeded } from "./random";
import { MADE_UP_KEY, madeUp } from "./secrets";
import { VirtualTime } from "./virtual-time";
import { watched, type WatchedStore } from "./watched-store";

/** What the world is made of: `scimhook` and `scimhook/testing`, loaded as the place needs it. */
export interface Parts {
  ScimHook: new (config: Config | string, host: Host) => ScimHook;
  memoryStore(options: { now: () => number }): StateStore;
  createSimulator: MakeSimulator;
}

/** When made-up time begins: a Monday morning. */
export const BEGINNING = Date.UTC(2026, 0, 5, 9);
export interface Scene {
  /** What it was made for: other servers or switches need another one. */
  key: string;
  time: VirtualTime;
  random: () => number;
  store: WatchedStore;
  providers: Provider[];
  /** The wire of the press under way. */
  fetch: Host["fetch"];
  log: LogRecord[];
  jobs: Job[];
  presses: number;
  /** Kept while the text is the same, with its tokens and breakers. */
  hook?: { text: string; of: ScimHook } | undefined;
  /** Names whose value a provider replaced. */
  replaced: Map<string, string>;
}

export function makeScene(parts: Parts, config: Config, key: string, setup: RunSetup): Scene | Failed {
  const time = new VirtualTime(BEGINNING);
  const problems: Failed["problems"] = [];
  const providers = providersOf(
    config.servers,
    parts.createSimulator,
    (server) => ({ switches: dialsOf(setup, server.id).switches, seed: setup.seed ?? 1, now: () => time.now }),
    (index, message) => problems.push(...refused("config", `/servers/${index}/url`, "not-simulated", `no provider can be simulated for this server: ${message}`).problems),
  );
  if (problems.length > 0) return { of: "config", problems };
  const store = watched(parts.memoryStore({ now: () => time.now }));
  const fetch: Host["fetch"] = () => Promise.reject(new TypeError("fetch failed"));
  const random = seeded(setup.seed ?? 1);
  return { key, time, random, store, providers, fetch, log: [], jobs: [], presses: 0, replaced: new Map() };
}

/** The host of a plugin that is put into its scene after it was made. */
export function hostIn(place: { scene?: Scene }): Host {
  const scene = () => {
    if (place.scene === undefined) throw new Error("the plugin was used before its scene was set");
    return place.scene;
  };
  return {
    fetch: (url, init) => scene().fetch(url, init),
    state: {
      get: (key) => scene().store.get(key),
      put: (key, value, options) => scene().store.put(key, value, options),
      delete: (key) => scene().store.delete(key),
    },
    secret: (name) => scene().replaced.get(name) ?? (isKey(scene(), name) ? MADE_UP_KEY : madeUp(name)),
    saveSecret: (name, value) => void scene().replaced.set(name, value),
    now: () => place.scene?.time.now ?? BEGINNING,
    sleep: (ms, signal) => scene().time.alarm(ms, signal),
    random: () => place.scene?.random() ?? 0,
    // The simulators do not verify it, and a real key is never asked for.
    sign: (_key, data) => Promise.resolve(Uint8Array.from({ length: 256 }, (_, at) => data[at % Math.max(1, data.length)] ?? 0)),
    enqueue: (job) => void scene().jobs.push(job),
    log: (record) => void place.scene?.log.push(record),
  };
}

/** Whether a name stands for a private key. */
function isKey({ providers }: Scene, name: string): boolean {
  return providers.some(({ servers }) =>
    servers.some(({ authentication: given }) => {
      const key = "privateKey" in given ? given.privateKey : undefined;
      return typeof key === "object" && key.secret === name;
    }),
  );
}

/** Contents are kept as long as this stays: which servers there are, how they are entered, how they differ. */
export function keyOf(config: Config, setup: RunSetup): string {
  const servers = config.servers.map(({ id, type, url, authentication }) => [id, type, url, authentication, dialsOf(setup, id).switches]);
  return JSON.stringify([setup.seed ?? 1, servers]);
}

export function firstOf(provider: Provider): Server {
  const [first] = provider.servers;
  if (first === undefined) throw new Error("a provider belongs to a server");
  return first;
}

export function sharing(providers: Provider[]): string[] {
  return providers
    .filter(({ servers }) => servers.length > 1)
    .map(({ servers: [first, ...others] }) => `${others.map(({ id }) => id).join(", ")}: same address as ${first?.id}, whose simulated provider and credentials they share`);
}
