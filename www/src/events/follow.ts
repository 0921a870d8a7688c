// A ready-made login that nobody has edited follows the configuration: it is always for an application that is there.
import { effect } from "@preact/signals";
import { config, eventText } from "../model/state";
import { samples } from "./samples";
import type { SampleEvent } from "./types";

/** As it stands in the editor. */
export function written(event: SampleEvent): string {
  return `${JSON.stringify(event, undefined, 2)}\n`;
}

export function followConfig(): void {
  let before: unknown;
  effect(() => {
    const now = config.value;
    if (now === undefined) return;
    const text = eventText.peek();
    // Who brings a configuration and no login gets the first one to begin with.
    const same = text.trim() === "" ? (before === undefined ? samples[0] : undefined) : samples.find(({ make }) => written(make(before)) === text);
    before = now;
    // No step of its own: it goes back with the configuration.
    if (same !== undefined) eventText.value = written(same.make(now));
  });
}
