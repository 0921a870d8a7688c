// Completion and hover, from the package's JSON Schema and from what the configuration and the sample login hold.
import { snippet, startCompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { jsonLanguage } from "@codemirror/lang-json";
import { syntaxTree } from "@codemirror/language";
import type { EditorState, Extension } from "@codemirror/state";
import { EditorView, hoverTooltip } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";
import { parse } from "jsonc-parser";
import { serversOf, textOf } from "../../model/shape";
import { config } from "../../model/state";
import { SCIM_ATTRIBUTES, userPaths } from "../form/suggestions";
import { childrenOf, nameOf, pathTo } from "./places";
import { fieldsOfAll, resolve, schemasAt, type Schema } from "./schema";

export function assist(root: Schema): Extension {
  return [jsonLanguage.data.of({ autocomplete: (context: CompletionContext) => complete(context, root) }), hover(root), offerAtQuote];
}

/** A quote begins a name or a word; what can stand there is offered before its first letter. */
const offerAtQuote = EditorView.updateListener.of(({ view, transactions }) => {
  const typed = transactions.some((one) => {
    let quote = false;
    if (one.isUserEvent("input.type")) one.changes.iterChanges((_from, _to, _start, _end, text) => (quote ||= text.toString().startsWith('"')));
    return quote;
  });
  // Not within the update that is still under way.
  if (typed) queueMicrotask(() => startCompletion(view));
});

/** A text of any length is parsed leniently for its values; beyond this no help is worth the wait. */
const LONGEST = 300_000;

function complete(context: CompletionContext, root: Schema): CompletionResult | null {
  const { state, pos } = context;
  if (state.doc.length > LONGEST) return null;
  const node = syntaxTree(state).resolveInner(pos, -1);
  const inText = node.name === "String" || node.name === "PropertyName";
  const word = context.matchBefore(/"?[\w$.:-]*/);
  if (!inText && !context.explicit && (word === null || word.from === word.to)) return null;

  const from = inText ? node.from : (word?.from ?? pos);
  const property = node.name === "PropertyName" || (node.name === "String" && node.parent?.name === "Object");
  const holder = inText ? node.parent : node;
  const value: unknown = parse(state.doc.toString());
  const options =
    property || (!inText && holder?.name === "Object") || (node.name === "⚠" && node.parent?.name === "Object")
      ? names(state, node, root, value)
      : values(state, node, root, value);
  if (options.length === 0) return null;
  // Asked for on a word that is whole already: for what could stand there instead.
  const whole = context.explicit && inText && options.some(({ label }) => label === state.sliceDoc(node.from, node.to));
  return { from, options: options.map(toTheQuote), filter: !whole, ...(whole ? {} : { validFor: /^"?[\w$.:[\] -]*$/ }) };
}

/** What is chosen replaces the text up to its closing quote, which is there since quotes come in pairs. */
function toTheQuote(option: Completion): Completion {
  const { apply = option.label } = option;
  return {
    ...option,
    apply(view, completion, from, to) {
      const node = syntaxTree(view.state).resolveInner(to, -1);
      const end = node.name === "String" || node.name === "PropertyName" ? Math.max(node.to, to) : to;
      if (typeof apply === "function") apply(view, completion, from, end);
      else view.dispatch({ changes: { from, to: end, insert: apply }, selection: { anchor: from + apply.length }, userEvent: "input.complete" });
    },
  };
}

function objectOf(node: SyntaxNode): SyntaxNode | null {
  let at: SyntaxNode | null = node;
  while (at !== null && at.name !== "Object") at = at.parent;
  return at;
}

function names(state: EditorState, node: SyntaxNode, root: Schema, value: unknown): Completion[] {
  const object = objectOf(node);
  if (object === null) return [];
  const path = pathTo(state, object);
  const own = node.name === "PropertyName" ? node.parent : null;
  const hasValue = own !== null && own.getChild("PropertyName") !== null && childrenOf(own).length > 2;
  const taken = childrenOf(object).filter((one) => one.name === "Property" && one.from !== own?.from).map((one) => nameOf(state, one));
  const fields = fieldsOfAll(schemasAt(root, path, value), root).filter(({ name }) => !taken.includes(name));
  const known = fields.map(({ name, schema, needed }): Completion => ({
    label: JSON.stringify(name),
    detail: needed ? "needed" : "",
    ...(schema.description === undefined ? {} : { info: schema.description }),
    type: "property",
    boost: needed ? 1 : 0,
    apply: hasValue ? JSON.stringify(name) : snippet(`${JSON.stringify(name)}: ${start(schema)}`),
  }));
  const last = path.at(-1);
  if (last !== "attributes" && last !== "staticAttributes") return known;
  return SCIM_ATTRIBUTES.filter((name) => !taken.includes(name)).map((name) => ({
    label: JSON.stringify(name),
    type: "property",
    apply: hasValue ? JSON.stringify(name) : snippet(`${JSON.stringify(name)}: "\${}"`),
  }));
}

/** How a value of that kind begins; `${}` is where the cursor goes. */
function start({ type, enum: words, oneOf }: Schema): string {
  if (words?.length === 1) return JSON.stringify(words[0]);
  if (type === "object" || (type === undefined && oneOf?.some((one) => one.type === "object" || one.$ref !== undefined) === true)) return "{${}}";
  if (type === "array") return "[${}]";
  if (type === "boolean" || type === "integer") return "${}";
  return '"${}"';
}

function values(state: EditorState, node: SyntaxNode, root: Schema, value: unknown): Completion[] {
  const path = pathTo(state, node.name === "⚠" ? node.parent : node);
  const schemas = schemasAt(root, path, value);
  const words = schemas.flatMap((schema) => schema.enum ?? []);
  // Of a field that tells alternatives apart, every alternative's word: the one that stands there would hide the others.
  const parent = path.slice(0, -1);
  const all = fieldsOfAll(schemasAt(root, parent, undefined), root).find(({ name }) => name === path.at(-1))?.schema.enum ?? [];
  const options: Completion[] = [...new Set([...words, ...all])].map((word) => ({ label: JSON.stringify(word), type: "enum" }));
  if (schemas.some(({ type }) => type === "boolean")) options.push({ label: "true", type: "keyword" }, { label: "false", type: "keyword" });
  if (path[0] === "applications" && path[2] === "servers") {
    options.push(...serversOf(config.peek()).map(({ id }): Completion => ({ label: JSON.stringify(textOf(id)), type: "variable", detail: "a server" })));
  }
  if (path[0] === "servers" && path[2] === "attributes" && path.at(-1) !== "expression") {
    options.push(...userPaths.peek().map((name): Completion => ({ label: JSON.stringify(name), type: "variable", detail: "of the sample login" })));
  }
  return options;
}

function hover(root: Schema): Extension {
  return hoverTooltip((view, pos, side) => {
    const { state } = view;
    if (state.doc.length > LONGEST) return null;
    const node = syntaxTree(state).resolveInner(pos, side);
    if (node.name !== "PropertyName" && node.name !== "String") return null;
    const path = pathTo(state, node);
    const schemas = schemasAt(root, path, parse(state.doc.toString()));
    const known = schemas.map((schema) => resolve(schema, root));
    const description = known.find((schema) => schema.description !== undefined)?.description;
    if (description === undefined) return null;
    const words = [...new Set(known.flatMap((schema) => schema.enum ?? []))];
    return {
      pos: node.from,
      end: node.to,
      create: () => {
        const dom = document.createElement("div");
        dom.className = "cm-schema-hover";
        const name = dom.appendChild(document.createElement("strong"));
        name.textContent = String(path.at(-1) ?? "");
        dom.appendChild(document.createElement("div")).textContent = description;
        if (words.length > 0) dom.appendChild(document.createElement("code")).textContent = words.join(" · ");
        return { dom };
      },
    };
  });
}
