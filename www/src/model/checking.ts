// Asks the plugin what it thinks of the configuration, a moment after the last keystroke. In the worker: typing never waits.
import { effect } from "@preact/signals";
import { engine } from "../engine/client";
import { broken, configText, found } from "./state";

/** Less than between two keystrokes of slow typing, more than within fast typing. */
const PAUSE_MS = 100;

export function startChecking(): () => void {
  return effect(() => {
    const text = configText.value;
    if (broken.value !== undefined || text.trim() === "") return;
    let current = true;
    const timer = setTimeout(() => {
      void engine.validate(text).then((problems) => {
        if (current) found.value = problems;
      });
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  });
}
