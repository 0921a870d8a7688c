// What the page is about: two texts, and what follows from them. The texts are the truth; form and editor both change
// them here, by named steps that can be taken back.
import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Config, Problem } from "../engine/protocol";
import { History, type Shot } from "./history";
import { read } from "./read";
import type { PlacedProblem } from "./syntax";

/** The JSON text, as in the editor. To change it, `setConfig`. */
export const configText = signal("");
/** The sample login, as in its editor. To change it, `setEvent`. */
export const eventText = signal("");

const current = computed(() => read(configText.value));
let lastGood: { config: Config; text: string } | undefined;
const good = computed(() => {
  const now = current.value;
  if ("empty" in now) lastGood = undefined;
  else if ("config" in now) lastGood = { config: now.config, text: configText.peek() };
  return lastGood;
});

/** The last text that was an object. What is in it may be anything: ask `problems`. */
export const config: ReadonlySignal<Config | undefined> = computed(() => good.value?.config);
/** Why the text as it stands is not what `config` shows. */
export const broken: ReadonlySignal<PlacedProblem | undefined> = computed(() => ("problem" in current.value ? current.value.problem : undefined));

/** What the plugin says of a text that can be read; `checking.ts` asks it. */
export const found = signal<Problem[]>([]);
export const problems: ReadonlySignal<PlacedProblem[]> = computed(() => {
  if ("empty" in current.value) return [];
  return broken.value === undefined ? found.value : [broken.value];
});

const history = new History();
const steps = signal(0);
export const canUndo = computed(() => steps.value >= 0 && history.canUndo);
export const canRedo = computed(() => steps.value >= 0 && history.canRedo);

/** Texts this long are somebody's mistake and only slow the page down; more than a paste of 5 MB. */
const MAX_TEXT = 16_000_000;

export function setConfig(next: Config | string, why: string): void {
  change({ config: typeof next === "string" ? next : JSON.stringify(next, null, 2) + "\n" }, why);
}

export function setEvent(text: string, why: string): void {
  change({ event: text }, why);
}

/** Both at once, as one step: a share link, a sample. */
export function setBoth(config: string, event: string, why: string): void {
  change({ config, event }, why);
}

function change(next: Partial<Shot>, why: string): void {
  const before = { config: configText.peek(), event: eventText.peek() };
  const after = { ...before, ...next };
  if (before.config === after.config && before.event === after.event) return;
  if (after.config.length > MAX_TEXT || after.event.length > MAX_TEXT) {
    announce("That text is too long for a configuration or a login; it was not taken.");
    return;
  }
  history.record({ why, before, after }, Date.now());
  show(after);
}

export function undo(): void {
  const step = history.undo();
  if (step === undefined) return announce("Nothing to undo.");
  show(step.before);
  announce(`Undone: ${step.why}`);
}

export function redo(): void {
  const step = history.redo();
  if (step === undefined) return announce("Nothing to redo.");
  show(step.after);
  announce(`Done again: ${step.why}`);
}

/** Back to the last text that could be read. */
export function restoreLastGood(): void {
  if (lastGood === undefined) return announce("There is nothing to go back to.");
  setConfig(lastGood.text, "back to the last text that could be read");
}

function show({ config, event }: Shot): void {
  batch(() => {
    configText.value = config;
    eventText.value = event;
    steps.value += 1;
  });
  // Read at each step: the last good one may be shown by nobody just now, and is wanted later.
  good.peek();
}

/** What the live region says. A new object each time, so that the same words twice are said twice. */
export const said = signal<{ message: string }>({ message: "" });

export function announce(message: string): void {
  said.value = { message };
}
