// The configuration as JSON, with what is wrong with it at its place, and help at hand.
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";
import { useEffect, useMemo, useState } from "preact/hooks";
import { engine } from "../../engine/client";
import { configText, problems, setConfig } from "../../model/state";
import { lookAt } from "../../where";
import { BrokenNotice } from "../form/broken-notice";
import { assist } from "./assist";
import { JsonEditor } from "./json-editor";
import { placeOf, placesOf } from "./places";
import { ProblemsBelow } from "./problems-below";
import type { Schema } from "./schema";

export function EditorView() {
  const [schema, setSchema] = useState<Schema>();
  useEffect(() => {
    engine.configSchema().then(
      (found) => setSchema(found as Schema),
      // The editor is one without help then.
      () => setSchema({}),
    );
  }, []);
  const wanted = lookAt.value;
  const place = useMemo(
    () =>
      wanted &&
      ((state: EditorState) => {
        lookAt.value = undefined;
        return "from" in wanted ? { from: Math.min(wanted.from, state.doc.length), to: Math.min(wanted.from, state.doc.length) } : placeOf(state, wanted.path);
      }),
    [wanted],
  );
  if (schema === undefined) return <p class="muted">One moment …</p>;
  return (
    <div class="editor-view">
      <p class="hint">
        <kbd>Ctrl</kbd> <kbd>Space</kbd> completes, <kbd>Escape</kbd> then <kbd>Tab</kbd> leaves the editor.
      </p>
      <JsonEditor
        label="Configuration, JSON"
        text={configText.value}
        onChange={(text) => setConfig(text, "typing in the JSON")}
        diagnostics={diagnostics}
        marks={problems.value}
        extensions={assist(schema)}
        place={place}
        minHeight="24rem"
      />
      <BrokenNotice inJson />
      <ProblemsBelow />
    </div>
  );
}

/** More are not marked one by one. */
const MARKED = 200;

function diagnostics(state: EditorState): Diagnostic[] {
  const shown = problems.peek().slice(0, MARKED);
  const places = placesOf(state, shown.map(({ path }) => path));
  return shown.map(({ severity, message, help, from, to }, at) => {
    const length = state.doc.length;
    const place = places[at] ?? { from: 0, to: 0 };
    return {
      from: Math.min(from ?? place.from, length),
      to: Math.min(to ?? place.to, length),
      severity,
      message: help === undefined ? message : `${message}\n${help}`,
    };
  });
}
