// From a JSON Pointer to a place in the text and back, by the editor's own syntax tree: nothing is parsed a second time.
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import { pathOf } from "../../model/shape";

/** What may be spent on the tree of a long text in one go; what is not reached is not marked. */
const PATIENCE_MS = 20;

export function rootOf(state: EditorState): SyntaxNode | null {
  const tree = ensureSyntaxTree(state, state.doc.length, PATIENCE_MS) ?? syntaxTree(state);
  return childrenOf(tree.topNode).find(isValue) ?? null;
}

/** The name of the field, or the item; the nearest that is there where the pointer leads on. */
export function placeOf(state: EditorState, pointer: string): { from: number; to: number } {
  return placesOf(state, [pointer])[0] ?? { from: 0, to: 0 };
}

export function placesOf(state: EditorState, pointers: string[]): { from: number; to: number }[] {
  const root = rootOf(state);
  // Two hundred servers with a problem each: every list is walked once, not two hundred times.
  const seen = new Map<number, Map<string, SyntaxNode>>();
  const stepsOf = (node: SyntaxNode) => {
    const known = seen.get(node.from) ?? namedChildren(state, node);
    seen.set(node.from, known);
    return known;
  };
  return pointers.map((pointer) => {
    let node = root;
    let place = node === null ? { from: 0, to: 0 } : { from: node.from, to: Math.min(node.from + 1, node.to) };
    for (const step of pathOf(pointer)) {
      const next: SyntaxNode | undefined = node === null ? undefined : stepsOf(node).get(step);
      if (next === undefined) break;
      const name = next.name === "Property" ? next.getChild("PropertyName") : null;
      const value = valueOf(next);
      node = value;
      // A value of one line is marked itself, so that the mark is at what is to be mended.
      const single = value !== null && !["Object", "Array"].includes(value.name);
      const marked = single ? value : (name ?? next);
      place = { from: marked.from, to: name !== null || single ? marked.to : marked.from + 1 };
    }
    return place;
  });
}

function namedChildren(state: EditorState, node: SyntaxNode): Map<string, SyntaxNode> {
  if (node.name === "Array") return new Map(childrenOf(node).filter(isValue).map((child, at) => [String(at), child]));
  return new Map(
    childrenOf(node)
      .filter(({ name }) => name === "Property")
      .map((child) => [nameOf(state, child), child]),
  );
}

/** Where something stands: the names and places that lead to it. */
export function pathTo(state: EditorState, node: SyntaxNode | null): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = node; at !== null; at = at.parent) {
    if (at.name === "Property") path.unshift(nameOf(state, at));
    else if (at.parent?.name === "Array" && isValue(at)) {
      const from = at.from;
      path.unshift(childrenOf(at.parent).filter((one) => isValue(one) && one.from < from).length);
    }
  }
  return path;
}

export function nameOf(state: EditorState, property: SyntaxNode): string {
  const name = property.getChild("PropertyName");
  if (name === null) return "";
  const text = state.sliceDoc(name.from, name.to);
  try {
    return String(JSON.parse(text));
  } catch {
    return text.replaceAll('"', "");
  }
}

export function valueOf(node: SyntaxNode): SyntaxNode | null {
  return node.name === "Property" ? (childrenOf(node).find(isValue) ?? null) : node;
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

export function isValue({ name }: SyntaxNode): boolean {
  return ["Object", "Array", "String", "Number", "True", "False", "Null"].includes(name);
}
