// Edits of the form, made in the text: only what they touch changes, the rest keeps its order and its spaces.
import { applyEdits, findNodeAtLocation, modify, parseTree, type FormattingOptions } from "jsonc-parser";
import { broken, config, configText, setConfig } from "./state";
import { listOf, type Path } from "./shape";

/** Where a new field goes: the order of the documentation. What is not named goes to the end. */
const ORDER = [
  "$schema", "version",
  "id", "name", "description", "type", "url", "authentication", "attributes", "staticAttributes", "groups",
  "scheme", "grant", "tokenUrl", "clientId", "clientSecret",
  "servers", "applications", "policy", "mode",
];

/** `undefined` removes. `why` names the step for undo. */
export function edit(path: Path, value: unknown, why: string): void {
  editAll([[path, value]], why);
}

/** Several as one step, one after another. */
export function editAll(edits: [path: Path, value: unknown][], why: string): void {
  // The form shows the last good state then, and is not to be edited.
  if (broken.peek() !== undefined) return;
  let text = configText.peek();
  for (const [path, value] of edits) text = edited(text, path, value);
  setConfig(text, why);
}

/** At the end of a list, which is made where there is none. */
export function append(path: Path, value: unknown, why: string): void {
  edit(Array.isArray(at(path)) ? [...path, -1] : path, Array.isArray(at(path)) ? value : [value], why);
}

/** Another name for a field, at the same place. */
export function rename(path: Path, name: string, why: string): void {
  const text = configText.peek();
  const tree = parseTree(text);
  const key = tree && findNodeAtLocation(tree, path)?.parent?.children?.[0];
  if (key === undefined || broken.peek() !== undefined) return;
  setConfig(text.slice(0, key.offset) + JSON.stringify(name) + text.slice(key.offset + key.length), why);
}

/** Another id for a server, wherever it is named. */
export function renameServer(index: number, id: string): void {
  const old = at(["servers", index, "id"]);
  const edits: [Path, unknown][] = [[["servers", index, "id"], id]];
  const another = listOf(at(["servers"])).some((one, other) => other !== index && (one as { id?: unknown } | null)?.id === old);
  if (!another) {
    for (const [app, one] of listOf(at(["applications"])).entries()) {
      for (const [place, name] of listOf((one as { servers?: unknown } | null)?.servers).entries()) {
        if (name === old) edits.push([["applications", app, "servers", place], id]);
      }
    }
  }
  editAll(edits, "another id for a server");
}

/** What stands at a place now. */
export function at(path: Path): unknown {
  let value: unknown = config.peek();
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  return value;
}

export function edited(text: string, path: Path, value: unknown): string {
  // jsonc-parser takes the removal of what is not there for a mistake.
  if (value === undefined) {
    const tree = parseTree(text);
    if (tree === undefined || findNodeAtLocation(tree, path) === undefined) return text;
    // A policy that says nothing is left out, as it was before its first field was set.
    const parent = findNodeAtLocation(tree, path.slice(0, -1));
    if (path.at(-2) === "policy" && parent?.children?.length === 1) return edited(text, path.slice(0, -1), undefined);
  }
  const name = path.at(-1);
  const edits = modify(text, path, value, {
    formattingOptions: formattingOf(text),
    isArrayInsertion: name === -1,
    getInsertionIndex: (present) => {
      const rank = (field: string) => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length);
      const before = present.findLastIndex((field) => rank(field) <= rank(String(name)));
      return before + 1;
    },
  });
  return applyEdits(text, edits);
}

/** As the text is indented already. */
function formattingOf(text: string): FormattingOptions {
  const indent = /^\{\s*?\n([ \t]+)/.exec(text)?.[1] ?? "  ";
  const tabs = indent.startsWith("\t");
  return { insertSpaces: !tabs, tabSize: tabs ? 1 : indent.length, eol: text.includes("\r\n") ? "\r\n" : "\n" };
}
