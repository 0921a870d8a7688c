// CodeMirror in the page's colours, so that light and dark need no second theme.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "0.8125rem", maxHeight: "max(20rem, calc(100vh - 19rem))" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "0.5rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--ink-soft)", backgroundColor: "var(--sunk)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 45%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "light-dark(#cddbfa, #2c406f)" },
  ".cm-selectionMatch": { backgroundColor: "var(--wait-soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-foldPlaceholder": { color: "var(--ink-soft)", backgroundColor: "var(--sunk)", border: "1px solid var(--hair)" },
  ".cm-tooltip, .cm-panels": { color: "var(--ink)", backgroundColor: "var(--card)", border: "1px solid var(--line)", borderRadius: "0.375rem" },
  ".cm-tooltip": { boxShadow: "0 0.5rem 1.5rem rgb(0 0 0 / 18%)", maxWidth: "min(32rem, 90vw)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "#fff", backgroundColor: "var(--accent-strong)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "#fff" },
  ".cm-completionDetail": { color: "var(--ink-soft)", fontStyle: "normal" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.5rem 0.75rem", fontFamily: "var(--sans)" },
  ".cm-diagnostic": { padding: "0.375rem 0.75rem", fontFamily: "var(--sans)", fontSize: "0.8125rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--wait)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "0.2em" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--wait)", textUnderlineOffset: "0.2em" },
  ".cm-schema-hover": { padding: "0.5rem 0.75rem", fontFamily: "var(--sans)", fontSize: "0.8125rem" },
  ".cm-panels input, .cm-panels button": { fontSize: "0.8125rem" },
});

export const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "light-dark(#2a56c2, #9db9ff)" },
  { tag: tags.string, color: "light-dark(#14693c, #7fd9ae)" },
  { tag: [tags.number, tags.bool, tags.null], color: "light-dark(#9a3d00, #ffb27a)" },
  { tag: [tags.brace, tags.squareBracket, tags.separator], color: "var(--ink-soft)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);
