// What Run remembers while the page is open: the dials, and the presses since the last reset.
import { computed, signal } from "@preact/signals";
import { engine } from "../../engine/client";
import { DEFAULTS } from "../../engine/dials";
import { isFailed, type Dials, type Failed, type RunReport, type RunSetup } from "../../engine/protocol";
import { announce, configText, eventText } from "../../model/state";
import { count, milliseconds } from "../parts/words";

/** Of every server, or of one by its id. */
export const dials = signal<{ all: Partial<Dials>; servers: Record<string, Partial<Dials>> }>({ all: {}, servers: {} });
export const elapsedMs = signal(1_000);
export const seed = signal(1);

export const presses = signal<RunReport[]>([]);
const failed = signal<{ answer: Failed; config: string; event: string } | undefined>(undefined);
/** Why the last press did nothing, while the texts it was about stand. */
export const failure = computed(() => {
  const last = failed.value;
  return last?.config === configText.value && last.event === eventText.value ? last.answer : undefined;
});
export const running = signal(false);
const chosen = signal<number | undefined>(undefined);

/** The press that is shown: the newest unless another was chosen. */
export const shown = computed(() => presses.value.find(({ press }) => press === chosen.value) ?? presses.value.at(-1));

/** Older ones are let go, so that a long session does not fill the memory. */
const KEPT = 12;

export function choose(press: number): void {
  chosen.value = press;
}

/** The dials of one server as they stand, `undefined`: of all. */
export function dialsFor(server: string | undefined): Dials {
  const { all, servers } = dials.value;
  return { ...DEFAULTS, ...all, ...(server === undefined ? {} : servers[server]) };
}

export function turn(server: string | undefined, change: Partial<Dials>): void {
  const { all, servers } = dials.value;
  if (server === undefined) {
    // What is set for all holds for all.
    const names = Object.keys(change) as (keyof Dials)[];
    const rest = Object.entries(servers).map(([id, own]) => [id, Object.fromEntries(Object.entries(own).filter(([name]) => !names.includes(name as keyof Dials)))] as const);
    dials.value = { all: { ...all, ...change }, servers: Object.fromEntries(rest) };
  } else {
    dials.value = { all, servers: { ...servers, [server]: { ...servers[server], ...change } } };
  }
}

export function press(): Promise<void> {
  return take(() => engine.run(configText.value, eventText.value, setup()));
}

export function resume(): Promise<void> {
  return take(() => engine.resume(configText.value, setup()));
}

export async function reset(): Promise<void> {
  await engine.reset();
  presses.value = [];
  failed.value = undefined;
  chosen.value = undefined;
  announce("Forgotten: accounts, links and time begin anew.");
}

/** Every dial back to where it stood, and the world with it. */
export async function resetAll(): Promise<void> {
  dials.value = { all: {}, servers: {} };
  elapsedMs.value = 1_000;
  seed.value = 1;
  await reset();
}

function setup(): RunSetup {
  return { ...dials.value, elapsedMs: elapsedMs.value, seed: seed.value };
}

async function take(ask: () => Promise<RunReport | Failed>): Promise<void> {
  if (running.value) return;
  running.value = true;
  const [config, event] = [configText.value, eventText.value];
  try {
    const answer = await ask();
    if (isFailed(answer)) {
      failed.value = { answer, config, event };
      announce(answer.problems[0]?.message ?? "That did not work.");
      return;
    }
    failed.value = undefined;
    chosen.value = undefined;
    // The first press of a world is numbered 1: other servers or switches made a new one.
    presses.value = answer.press === 1 ? [answer] : [...presses.value, answer].slice(-KEPT);
    // What an administrator did before this login is done.
    settleAccounts();
    announce(inWords(answer));
  } finally {
    running.value = false;
  }
}

function settleAccounts(): void {
  const settled = ({ account: _, ...rest }: Partial<Dials>): Partial<Dials> => rest;
  const { all, servers } = dials.value;
  dials.value = { all: settled(all), servers: Object.fromEntries(Object.entries(servers).map(([id, own]) => [id, settled(own)])) };
}

export function inWords({ press: number, outcome, exchanges, tookMs }: RunReport): string {
  const results = outcome.servers.map(({ server, result }) => `${server} ${result}`).join(", ");
  return `Press ${number}: ${results === "" ? "no server concerned" : results}; ${count(exchanges.length, "request")}, ${milliseconds(tookMs)}; access ${outcome.access}.`;
}
