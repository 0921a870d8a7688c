// What comes into the page: a share link in the address, what was kept from last time, a file. Refused ones change
// nothing; taken ones are one step that can be undone.
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { followConfig } from "../events/follow";
import { announce, config, configText, eventText, setBoth, setConfig, setEvent } from "../model/state";
import { MOST_BYTES, readFile } from "./files";
import { keep, recall } from "./keep";
import { decodeLink, isLink } from "./link";

export interface Arrival {
  tone: "good" | "bad";
  message: string;
  notes: string[];
}

const arrivalSignal = signal<Arrival | undefined>(undefined);
/** What came last, for people; until they have read it. */
export const arrival: ReadonlySignal<Arrival | undefined> = arrivalSignal;

export function dismissArrival(): void {
  arrivalSignal.value = undefined;
}

function tell(tone: Arrival["tone"], message: string, notes: string[] = []): void {
  arrivalSignal.value = { tone, message, notes };
  announce([message, ...notes].join(". "));
}

/** Once, before the first paint: nobody should see an empty page first. Answers when a link in the address is read. */
export async function arrive(): Promise<void> {
  const kept = recall();
  if (kept !== undefined) {
    configText.value = kept.config;
    eventText.value = kept.event ?? "";
  }
  followConfig();
  keepWhileWorking();
  globalThis.addEventListener("hashchange", () => void openLink());
  await openLink();
}

async function openLink(): Promise<void> {
  const fragment = location.hash;
  if (!isLink(fragment)) return;
  const read = await decodeLink(fragment).catch(() => ({ refused: "this browser cannot unpack share links: it is too old" }));
  if ("refused" in read) return tell("bad", sentence(read.refused), ["What was here is still here"]);
  // The address forgets it: a reload shows the work that followed, not the link again.
  history.replaceState(null, "", location.pathname + location.search);
  const { config: text, event } = read.state;
  const before = configText.peek().trim() !== "";
  setBoth(text, event ?? eventText.peek(), "open a share link");
  tell("good", "This configuration came with the link", before ? ["Undo brings back what was here"] : []);
}

export async function bringFile(file: File): Promise<void> {
  const brought = await readFile(file, config.peek());
  if (brought.kind === "refused") return tell("bad", sentence(brought.refused), ["Nothing was changed"]);
  if (brought.kind === "config") {
    setConfig(brought.text, `import ${file.name}`);
    tell("good", `The configuration in \`${file.name}\` is here`, ["Undo brings back what was here"]);
  } else {
    setEvent(brought.text, `import ${file.name}`);
    tell("good", `The login in \`${file.name}\` is here${brought.platform === "scimhook" ? "" : `, converted from the shape of ${brought.platform}`}`, brought.notes);
  }
}

/** Larger than anything the plugin takes, it would only hold the page up: not even shown. True where that was so. */
export function refusePaste(text: string): boolean {
  if (text.length <= MOST_BYTES) return false;
  tell("bad", `What was pasted has ${(text.length / 1e6).toFixed(1)} million characters; an event has at most one million`, ["Nothing was changed"]);
  return true;
}

/** Long enough after the last key that saving is never felt, short enough that a closed tab loses a word at most. */
const PAUSE_MS = 400;

function keepWhileWorking(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    keep(configText.peek(), eventText.peek());
  };
  let first = true;
  effect(() => {
    void configText.value;
    void eventText.value;
    if (first) return void (first = false);
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE_MS);
  });
  globalThis.addEventListener("pagehide", () => timer !== undefined && now());
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
