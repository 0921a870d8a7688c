// What the text of the sample login is, as far as can be told without the plugin.
import { adapt, applicationsOf, isRefused, type Adapted } from "../../events";
import { isObject, text as textOf } from "../../events/read";
import { MAX_BYTES } from "../../model/read";
import { syntaxProblem } from "../../model/syntax";

export type Look =
  | { kind: "empty" | "good" | "token" }
  | { kind: "broken"; message: string }
  | { kind: "refused"; refused: string }
  | { kind: "foreign"; adapted: Adapted }
  /** It names an application that the configuration does not have. `as` makes it another. */
  | { kind: "elsewhere"; application: string; known: string[]; as(application: string): unknown };

export function lookAt(text: string, config: unknown): Look {
  const trimmed = text.length > MAX_BYTES ? text : text.trim();
  if (trimmed === "") return { kind: "empty" };
  if (text.length > MAX_BYTES) return { kind: "broken", message: `a text of ${(text.length / 1e6).toFixed(1)} million characters; an event has at most one million` };
  if (/^(Bearer\s+)?eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(trimmed)) return { kind: "token" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "broken", message: syntaxProblem(text).message };
  }
  const answer = adapt(value, config);
  if (isRefused(answer)) return { kind: "refused", refused: answer.refused };
  if (answer.platform !== "scimhook") return { kind: "foreign", adapted: answer };
  return elsewhere(value, config) ?? { kind: "good" };
}

function elsewhere(value: unknown, config: unknown): Look | undefined {
  const known = applicationsOf(config);
  const application = textOf(value, "application") ?? textOf(value, "application", "id");
  if (!isObject(value) || application === undefined || known.length === 0 || known.includes(application)) return undefined;
  const named = isObject(value.application) ? value.application : undefined;
  return { kind: "elsewhere", application, known, as: (id) => ({ ...value, application: named === undefined ? id : { ...named, id } }) };
}
