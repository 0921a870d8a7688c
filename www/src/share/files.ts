// Files that are brought in: what one holds is told by its content, since names lie.
import { adapt, isRefused } from "../events";
import { syntaxProblem } from "../model/syntax";

/** As much as the plugin takes; a larger file is not read. */
export const MOST_BYTES = 1024 * 1024;

export type Brought =
  | { kind: "config"; text: string }
  /** `platform` and `notes` where it was of another platform's shape. */
  | { kind: "event"; text: string; platform: string; notes: string[] }
  | { kind: "refused"; refused: string };

export async function readFile(file: Blob & { name?: string }, config: unknown): Promise<Brought> {
  const name = `\`${file.name ?? "the file"}\``;
  if (file.size > MOST_BYTES) return refused(`${name} has ${megabytes(file.size)}; a configuration or an event has at most 1 MiB`);
  let text: string;
  try {
    // A mark of byte order at the beginning is dropped by the decoder.
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return refused(`${name} is no text in UTF-8`);
  }
  return readText(text, name, config);
}

/** `name` says whose text it is, for people. */
export function readText(text: string, name: string, config: unknown): Brought {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(`${name} is not JSON: ${text.trim() === "" ? "it is empty" : syntaxProblem(text).message}`);
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value) && ("servers" in value || "applications" in value)) return { kind: "config", text };
  const answer = adapt(value, config);
  if (isRefused(answer)) return refused(`${name} is JSON, but neither a configuration (it has no \`servers\`) nor an event: ${answer.refused}`);
  const { platform, event, notes } = answer;
  return { kind: "event", text: platform === "scimhook" ? text : `${JSON.stringify(event, undefined, 2)}\n`, platform, notes };
}

function refused(sentence: string): Brought {
  return { kind: "refused", refused: sentence };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
