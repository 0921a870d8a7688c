// A CodeMirror that shows a text which lives elsewhere. It has no history of its own: undo is the page's.
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { colours, look } from "./look";

export interface JsonEditorProps {
  label: string;
  text: string;
  onChange(text: string): void;
  /** What is marked in it, made from the state so that places can be looked up. */
  diagnostics?: (state: EditorState) => Diagnostic[];
  /** Changes when `diagnostics` would answer differently. */
  marks?: unknown;
  extensions?: Extension;
  /** Where to put the cursor; taken up when it changes. */
  place?: ((state: EditorState) => { from: number; to: number } | undefined) | undefined;
  minHeight?: string;
}

/** What came from outside is not somebody's typing. */
const fromOutside = Annotation.define<boolean>();

export function JsonEditor({ label, text, onChange, diagnostics, marks, extensions = [], place, minHeight = "12rem" }: JsonEditorProps) {
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  /** What is in the editor, as it was last told or heard: the same text is not read again. */
  const held = useRef(text);

  useEffect(() => {
    if (frame.current === null) return;
    const made = new EditorView({
      parent: frame.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          drawSelection(),
          EditorState.allowMultipleSelections.of(true),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          json(),
          syntaxHighlighting(colours),
          look,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.theme({ ".cm-content, .cm-gutter": { minHeight } }),
          // Tab indents, as in every code editor; Escape, then Tab leaves.
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((one) => one.annotation(fromOutside))) {
              held.current = update.state.doc.toString();
              change.current(held.current);
            }
          }),
          extensions,
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = undefined;
      made.destroy();
    };
  }, []);

  // With the drawing, not after it: by then another key may have been pressed, and `text` be the older one.
  useLayoutEffect(() => {
    const made = view.current;
    if (made === undefined || held.current === text) return;
    const difference = differenceOf(made.state.doc.toString(), text);
    held.current = text;
    if (difference === undefined) return;
    made.dispatch({ changes: difference, annotations: fromOutside.of(true) });
  }, [text]);

  useEffect(() => {
    const made = view.current;
    if (made === undefined || diagnostics === undefined) return;
    made.dispatch(setDiagnostics(made.state, diagnostics(made.state)));
  }, [marks]);

  useEffect(() => {
    const made = view.current;
    const at = made && place?.(made.state);
    if (made === undefined || at === undefined) return;
    made.dispatch({ selection: { anchor: at.from, head: at.to }, effects: EditorView.scrollIntoView(at.from, { y: "center" }) });
    made.focus();
  }, [place]);

  return <div class="editor-frame" ref={frame} />;
}

/** The one stretch in which two texts differ, so that cursor, folds and scroll stay where nothing changed. */
export function differenceOf(old: string, next: string): { from: number; to: number; insert: string } | undefined {
  if (old === next) return undefined;
  const most = Math.min(old.length, next.length);
  let from = 0;
  while (from < most && old.charCodeAt(from) === next.charCodeAt(from)) from += 1;
  let same = 0;
  while (same < most - from && old.charCodeAt(old.length - 1 - same) === next.charCodeAt(next.length - 1 - same)) same += 1;
  return { from, to: old.length - same, insert: next.slice(from, next.length - same) };
}
