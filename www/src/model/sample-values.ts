// What the sample login gives for each attribute, as the plugin maps it: `explain`, a moment after the last keystroke.
import { effect, signal } from "@preact/signals";
import { engine } from "../engine/client";
import { isFailed, type Explanation } from "../engine/protocol";
import { broken, configText, eventText } from "./state";

export type Mapped = Explanation["servers"][number]["mapping"][number];

/** By server id; a server that the sample login does not concern is not in it. */
export const sampleValues = signal<ReadonlyMap<string, Mapped[]>>(new Map());

const PAUSE_MS = 150;

/** While something shows them. */
export function watchSampleValues(): () => void {
  return effect(() => {
    const [config, event] = [configText.value, eventText.value];
    if (broken.value !== undefined) return;
    let current = true;
    const timer = setTimeout(() => {
      void engine.explain(config, event).then((found) => {
        if (current) sampleValues.value = new Map(isFailed(found) ? [] : found.servers.map(({ server, mapping }) => [server, mapping]));
      });
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  });
}
