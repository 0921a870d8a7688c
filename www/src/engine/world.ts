// The plugin and the simulated providers in one made-up world: no clock but its own, no chance but a seed, no network.
// Nothing of a browser is used, so that Node plays the same worlds, byte for byte.
import type { Host, ScimHook, StateStore } from "../../../pkg/scimhook.js";
import { prepare } from "./accounts";
import { attribute } from "./attribute-exchanges";
import { difference } from "./diff";
import { dialsOf, faultOf } from "./dials";
import { failed, refused } from "./failed";
import type { Config, Exchange, ExplainOptions, Explanation, Failed, Job, LogRecord, Outcome, RunReport, RunSetup, Server, Snapshot } from "./protocol";
import { providersOf, type MakeSimulator, type Provider } from "./provider";
import { seeded } from "./random";
import { MADE_UP_KEY, madeUp } from "./secrets";
import { VirtualTime } from "./virtual-time";
import { recordChanges, watched, type WatchedStore } from "./watched-store";
import { wire } from "./wire";

/** What the world is made of: `scimhook` and `scimhook/testing`, loaded as the place needs it. */
export interface Parts {
  ScimHook: new (config: Config | string, host: Host) => ScimHook;
  memoryStore(options: { now: () => number }): StateStore;
  createSimulator: MakeSimulator;
}

/** When made-up time begins: a Monday morning. */
export const BEGINNING = Date.UTC(2026, 0, 5, 9);
/** Made-up time follows an event that says when it happened, up to here. */
const LATEST = Date.UTC(2100, 0, 1);
/** Between two presses, unless the setup says otherwise. */
const MOMENT = 1_000;
/** `policy.budgetMs`, where the configuration has none (scimhook.d.ts). */
const BUDGET_MS = 2_500;

interface Scene {
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

export class World {
  readonly #parts: () => Parts;
  #scene: Scene | undefined;
  /** One press after the other. */
  #busy: Promise<unknown> = Promise.resolve();

  /** `parts` is called when they are needed first. */
  constructor(parts: () => Parts) {
    this.#parts = parts;
  }

  /** What would happen, asked of a plugin of its own; nothing is sent. */
  async explain(configText: string, eventText: string, options: ExplainOptions = {}): Promise<Explanation | Failed> {
    try {
      const now = options.remembered ? (this.#scene?.time.now ?? BEGINNING) : BEGINNING;
      const state = (options.remembered ? this.#scene?.store : undefined) ?? this.#parts().memoryStore({ now: () => now });
      return await this.#explain(configText, eventText, state, now);
    } catch (error) {
      return failed(error, "event");
    }
  }

  /** A press: one login or lifecycle event. */
  run(configText: string, eventText: string, setup: RunSetup): Promise<RunReport | Failed> {
    return this.#next(async () => {
      const { kind, occurredAt } = readEvent(eventText);
      return this.#press(configText, setup, kind, async (scene, hook) => {
        if (occurredAt > scene.time.now && occurredAt < LATEST) scene.time.now = occurredAt;
        const notes = await this.#prepare(scene, configText, eventText, setup);
        return { notes, start: () => (kind === "login" ? hook.postAuthentication(eventText) : hook.lifecycle(eventText)) };
      });
    });
  }

  /** Takes up the oldest job that was handed on, when it may be. */
  resume(configText: string, setup: RunSetup): Promise<RunReport | Failed> {
    return this.#next(() =>
      this.#press(configText, setup, "resume", async (scene, hook) => {
        const job = scene.jobs.shift();
        if (job === undefined) return refused("tester", "", "no-job", "there is no job left to take up");
        scene.time.now = Math.max(scene.time.now, job.notBefore);
        return { notes: [], start: () => hook.resume(job) };
      }),
    );
  }

  /** Forgets links and providers; time begins anew. */
  reset(): Promise<void> {
    return this.#next(async () => this.#leave());
  }

  #next<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(step);
    this.#busy = done.catch(() => undefined);
    return done;
  }

  #leave(): void {
    this.#scene?.hook?.of.free();
    this.#scene = undefined;
  }

  async #press(
    configText: string,
    setup: RunSetup,
    kind: RunReport["kind"],
    begin: (scene: Scene, hook: ScimHook) => Promise<{ notes: string[]; start(): Promise<Outcome> } | Failed>,
  ): Promise<RunReport | Failed> {
    try {
      const ready = this.#enter(configText, setup);
      if ("problems" in ready) return ready;
      const { scene, hook, config } = ready;
      const { time, providers } = scene;
      if (scene.presses > 0) time.now += Math.max(0, setup.elapsedMs ?? MOMENT);
      const begun = await begin(scene, hook);
      if ("problems" in begun) return begun;
      const { notes, start } = begun;

      const exchanges: Exchange[] = [];
      const faults = new Map(providers.map((provider) => [provider, faultOf(dialsOf(setup, firstOf(provider).id).fault)]));
      scene.fetch = wire(
        time,
        providers.map((provider) => ({
          provider,
          latencyMs: dialsOf(setup, firstOf(provider).id).latencyMs,
          fault: faults.get(provider) ?? (() => undefined),
        })),
        exchanges,
      );
      scene.log = [];
      const records = scene.store.held();
      const contents = providers.map(contentsOf);
      const at = time.now;
      const outcome = await time.drive(start());

      attribute(exchanges, outcome, providers);
      scene.presses += 1;
      return {
        press: scene.presses,
        kind,
        at,
        budgetMs: config.policy?.budgetMs ?? BUDGET_MS,
        tookMs: time.now - at,
        outcome,
        exchanges,
        records: recordChanges(records, scene.store.held()),
        providers: providers.map((provider, index) => {
          const after = contentsOf(provider);
          const before = contents[index] ?? after;
          const { type, url } = provider.sim;
          return { servers: provider.servers.map(({ id }) => id), type, url, before, after, changes: difference(before, after) };
        }),
        jobs: [...scene.jobs],
        log: scene.log,
        notes: [...notes, ...providers.flatMap(({ standIns }) => standIns.notes), ...sharing(providers)],
      };
    } catch (error) {
      return failed(error, "event");
    }
  }

  /** The scene for this configuration, kept or made, and a plugin in it. */
  #enter(configText: string, setup: RunSetup): { scene: Scene; hook: ScimHook; config: Config } | Failed {
    const parts = this.#parts();
    const kept = this.#scene;
    if (kept?.hook?.text === configText && kept.key === keyOf(JSON.parse(configText) as Config, setup)) {
      return { scene: kept, hook: kept.hook.of, config: JSON.parse(configText) as Config };
    }
    // The plugin judges the configuration before anything of ours reads it.
    const place: { scene?: Scene } = {};
    const hook = new parts.ScimHook(configText, hostIn(place));
    const config = JSON.parse(configText) as Config;
    const key = keyOf(config, setup);
    const scene = kept?.key === key ? kept : makeScene(parts, config, key, setup);
    if ("problems" in scene) {
      hook.free();
      return scene;
    }
    if (scene !== kept) this.#leave();
    scene.hook?.of.free();
    scene.hook = { text: configText, of: hook };
    place.scene = this.#scene = scene;
    return { scene, hook, config };
  }

  /** What the dials put there before the login; says what was done. */
  async #prepare(scene: Scene, configText: string, eventText: string, setup: RunSetup): Promise<string[]> {
    const wanted = scene.providers.filter((provider) => dialsOf(setup, firstOf(provider).id).account !== "as-is");
    if (wanted.length === 0) return [];
    const { time } = scene;
    const explanation = await this.#explain(configText, eventText, this.#parts().memoryStore({ now: () => time.now }), time.now);
    return wanted.flatMap((provider) => {
      const { id } = firstOf(provider);
      const explained = explanation.servers.find(({ server }) => server === id);
      if (explained === undefined) return [];
      const done = prepare(provider, dialsOf(setup, id).account, explained.resource);
      return done === undefined ? [] : [`${id}: ${done}`];
    });
  }

  async #explain(configText: string, eventText: string, state: StateStore, now: number): Promise<Explanation> {
    const hook = new (this.#parts().ScimHook)(configText, {
      fetch: () => Promise.reject(new TypeError("explain sends nothing")),
      state,
      secret: madeUp,
      now: () => now,
      random: seeded(1),
    });
    try {
      return await hook.explain(eventText);
    } finally {
      hook.free();
    }
  }
}

function makeScene(parts: Parts, config: Config, key: string, setup: RunSetup): Scene | Failed {
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
function hostIn(place: { scene?: Scene }): Host {
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
function keyOf(config: Config, setup: RunSetup): string {
  const servers = config.servers.map(({ id, type, url, authentication }) => [id, type, url, authentication, dialsOf(setup, id).switches]);
  return JSON.stringify([setup.seed ?? 1, servers]);
}

function contentsOf({ sim, standIns }: Provider): Snapshot {
  return JSON.parse(standIns.outwards(JSON.stringify(sim.snapshot()))) as Snapshot;
}

function firstOf(provider: Provider): Server {
  const [first] = provider.servers;
  if (first === undefined) throw new Error("a provider belongs to a server");
  return first;
}

function sharing(providers: Provider[]): string[] {
  return providers
    .filter(({ servers }) => servers.length > 1)
    .map(({ servers: [first, ...others] }) => `${others.map(({ id }) => id).join(", ")}: same address as ${first?.id}, whose simulated provider and credentials they share`);
}

/** Which method an event is for. What cannot be read goes to the plugin all the same, which says why. */
function readEvent(text: string): { kind: "login" | "lifecycle"; occurredAt: number } {
  try {
    const event = JSON.parse(text) as { type?: unknown; occurredAt?: unknown } | null;
    const lifecycle = typeof event?.type === "string" && event.type !== "login";
    return { kind: lifecycle ? "lifecycle" : "login", occurredAt: typeof event?.occurredAt === "number" ? event.occurredAt : 0 };
  } catch {
    return { kind: "login", occurredAt: 0 };
  }
}
