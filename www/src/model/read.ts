// From text to a configuration, or to what is wrong with the text.
import type { Config } from "../engine/protocol";
import { syntaxProblem, type PlacedProblem } from "./syntax";

/** The plugin's own limit for a configuration; one with 200 servers is a fifth of it. */
export const MAX_BYTES = 1 << 20;

export type Read = { config: Config } | { problem: PlacedProblem } | { empty: true };

export function read(text: string): Read {
  if (text.trim() === "") return { empty: true };
  // No character is less than a byte. What is less than the limit here and more in bytes, the plugin refuses.
  if (text.length > MAX_BYTES) {
    return {
      problem: {
        severity: "error",
        path: "",
        code: "too-large",
        message: `a text of ${(text.length / 1e6).toFixed(1)} million characters; a configuration has at most one million`,
        help: "was something else pasted? undo brings back what was there",
      },
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: syntaxProblem(text) };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return {
      problem: {
        severity: "error",
        path: "",
        code: "wrong-type",
        message: `${Array.isArray(value) ? "a list" : value === null ? "`null`" : `a ${typeof value}`} where a configuration is an object`,
        help: "a configuration begins with { and has the fields `servers` and `applications`",
        from: 0,
        to: text.length,
      },
    };
  }
  return { config: value as Config };
}
