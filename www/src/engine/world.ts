// The plugin and the simulated providers in one made-up world: no clock but its own, no chance but a seed, no network.
// Nothing of a browser is used, so that Node plays the same worlds, byte for byte.
import type { ScimHook, StateStore } from "../../../pkg/scimhook.js";
import { prepare } from "./accounts";
import { attribute } from "./attribute-exchanges";
import { difference } from "./diff";
import { dialsOf, faultOf } from "./dials";
import { failed, refused } from "./failed";
import type { Config, Exchange, ExplainOptions, Explanation, Failed, Outcome, RunReport, RunSetup, Snapshot } from "./protocol";
import type { Provider } from "./provider";
import { seeded } from "./random";
import { BEGINNING, firstOf, hostIn, keyOf, makeScene, sharing, type Parts, type Scene } from "./scene";
import { madeUp } from "./secrets";
import { recordChanges } from "./watched-store";
import { wire } from "./wire";

export { BEGINNING, type Parts };

/** Made-up time follows an event that says when it happened, up to here. */
const LATEST = Date.UTC(2100, 0, 1);
/** Between two presses, unless the setup says otherwise. */
const MOMENT = 1_000;
/** `policy.budgetMs`, where the configuration has none (scimhook.d.ts). */
const BUDGET_MS = 2_500;

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
      const concerned = providers.filter(({ servers }) => outcome.servers.some(({ server }) => servers.some(({ id }) => id === server)));
      return {
        press: scene.presses,
        kind,
        at,
        budgetMs: config.policy?.budgetMs ?? BUDGET_MS,
        tookMs: time.now - at,
        outcome,
        exchanges,
        records: recordChanges(records, scene.store.held()),
        held: [...scene.store.held()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value })),
        providers: providers.map((provider, index) => {
          const after = contentsOf(provider);
          const before = contents[index] ?? after;
          const { type, url } = provider.sim;
          return { servers: provider.servers.map(({ id }) => id), type, url, before, after, changes: difference(before, after) };
        }),
        jobs: [...scene.jobs],
        log: scene.log,
        notes: [...notes, ...trusting(notes, outcome), ...concerned.flatMap(({ standIns }) => standIns.notes), ...sharing(concerned)],
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

/** Why what was done behind our back was not seen. */
function trusting(prepared: string[], { servers }: Outcome): string[] {
  const blind = prepared.length > 0 && servers.some(({ reason }) => reason === "fresh");
  return blind ? ["an account that was in order is trusted until `policy.recheckAfter` has passed, 7 days by default; let 8 days go by to have it looked at"] : [];
}

function contentsOf({ sim, standIns }: Provider): Snapshot {
  return JSON.parse(standIns.outwards(JSON.stringify(sim.snapshot()))) as Snapshot;
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
