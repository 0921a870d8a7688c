// What is kept in this browser between visits: the texts, without secrets. Never more than one state.
import { signal, type ReadonlySignal } from "@preact/signals";
import type { Shared } from "./link";
import { mayHoldSecret, textWithoutSecrets, type Found } from "./secrets";

const STATE = "scimhook-tester";
/** Characters of both texts. */
const MOST = 2 * 1024 * 1024;
const CHOICE = "scimhook-tester-keep";

/** `unable`: the browser has no storage for this page, or it is full. */
export type Keeping = "on" | "off" | "unable";

const keepingSignal = signal<Keeping>("on");
const takenSignal = signal<Found[]>([]);
const heldBackSignal = signal<string | undefined>(undefined);
const savedAtSignal = signal<number | undefined>(undefined);

export const keeping: ReadonlySignal<Keeping> = keepingSignal;
/** What was left out of the last save. */
export const leftOut: ReadonlySignal<Found[]> = takenSignal;
/** Why the state of before is still the one that is kept. */
export const heldBack: ReadonlySignal<string | undefined> = heldBackSignal;
export const savedAt: ReadonlySignal<number | undefined> = savedAtSignal;

/** Everything that may throw here does: access itself, where storage is blocked. */
function attempt<T>(use: (storage: Storage) => T): T | undefined {
  try {
    const done = use(globalThis.localStorage);
    if (keepingSignal.value === "unable") keepingSignal.value = "on";
    return done;
  } catch {
    keepingSignal.value = "unable";
    return undefined;
  }
}

/** What was kept, if it is whole. */
export function recall(): Shared | undefined {
  const text = attempt((storage) => {
    if (storage.getItem(CHOICE) === "off") keepingSignal.value = "off";
    return storage.getItem(STATE);
  });
  try {
    const { config, event } = JSON.parse(text ?? "") as { config?: unknown; event?: unknown };
    return typeof config === "string" && typeof event === "string" ? { config, event } : undefined;
  } catch {
    return undefined;
  }
}

export function keep(config: string, event: string): void {
  if (keepingSignal.value === "off") return;
  if (config.length + event.length > MOST) return void (heldBackSignal.value = "it is larger than what the plugin takes");
  const [cleanConfig, cleanEvent] = [config, event].map((text) => textWithoutSecrets(text) ?? (mayHoldSecret(text) ? undefined : { text, taken: [] }));
  heldBackSignal.value = cleanConfig && cleanEvent ? undefined : "it is not JSON, and something in it looks like a secret";
  if (cleanConfig === undefined || cleanEvent === undefined) return;
  takenSignal.value = cleanConfig.taken;
  attempt((storage) => {
    storage.setItem(STATE, JSON.stringify({ config: cleanConfig.text, event: cleanEvent.text }));
    savedAtSignal.value = Date.now();
  });
}

/** Gone, and nothing is kept until `resume`. */
export function forget(): void {
  attempt((storage) => {
    storage.removeItem(STATE);
    storage.setItem(CHOICE, "off");
    keepingSignal.value = "off";
    savedAtSignal.value = undefined;
    takenSignal.value = [];
  });
}

export function resume(): void {
  attempt((storage) => {
    storage.removeItem(CHOICE);
    keepingSignal.value = "on";
  });
}
