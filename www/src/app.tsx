// The shell: header, panes, tabs, the live region, and the keys for undo.
import { useEffect } from "preact/hooks";
import { Header } from "./header";
import { problems, redo, said, undo } from "./model/state";
import { Tabs, type TabItem } from "./tabs";
import { EditorTab } from "./views/editor/editor-tab";
import { EventPane } from "./views/event/event-pane";
import { ExplainView } from "./views/explain/explain-view";
import { FormView } from "./views/form/form-view";
import { MatrixView } from "./views/matrix/matrix-view";
import { RunView } from "./views/run/run-view";
import { ArrivalNotice } from "./views/share/arrival-notice";
import { DropZone } from "./views/share/drop-zone";
import { SharePanel } from "./views/share/share-panel";
import { configTab, onlyTab, resultTab, wide } from "./where";

const CONFIG: TabItem[] = [
  { id: "form", title: "Form", view: FormView },
  { id: "json", title: "JSON", view: EditorTab, mark: ProblemCount },
];
const RESULTS: TabItem[] = [
  { id: "login", title: "Login", view: EventPane },
  { id: "explain", title: "Explain", view: ExplainView },
  { id: "run", title: "Run", view: RunView },
  { id: "matrix", title: "Support", view: MatrixView },
  { id: "share", title: "Take away", view: SharePanel },
];

export function App() {
  useEffect(() => {
    addEventListener("keydown", onUndoKeys);
    return () => removeEventListener("keydown", onUndoKeys);
  }, []);
  return (
    <>
      <a class="button skip" href="#main">
        To the configuration
      </a>
      <Header />
      <ArrivalNotice />
      <main id="main" tabIndex={-1} class={wide.value ? "panes panes-two" : "panes"}>
        {wide.value ? (
          <>
            <section class="pane" aria-label="Configuration">
              <Tabs label="Configuration" items={CONFIG} chosen={configTab} />
            </section>
            <section class="pane" aria-label="What it does">
              <Tabs label="What it does" items={RESULTS} chosen={resultTab} />
            </section>
          </>
        ) : (
          <section class="pane" aria-label="Config tester">
            <Tabs label="Config tester" items={[...CONFIG, ...RESULTS]} chosen={onlyTab} />
          </section>
        )}
      </main>
      <LiveRegion />
      <DropZone />
    </>
  );
}

function LiveRegion() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {said.value.message}
    </div>
  );
}

function ProblemCount() {
  const errors = problems.value.filter(({ severity }) => severity === "error").length;
  const warnings = problems.value.length - errors;
  if (errors + warnings === 0) return null;
  const words = errors > 0 ? `${errors} ${errors === 1 ? "error" : "errors"}` : `${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  return (
    <span class={errors > 0 ? "count" : "count count-warning"} title={words}>
      <span aria-hidden="true">{errors > 0 ? errors : warnings}</span>
      <span class="visually-hidden">, {words}</span>
    </span>
  );
}

/** Everywhere the same: fields of the form have no history of their own, since the form follows the text. */
function onUndoKeys(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const back = key === "z" && !event.shiftKey;
  const forth = (key === "z" && event.shiftKey) || (key === "y" && !event.shiftKey);
  if (!back && !forth) return;
  // A text that is not part of the document yet keeps its own undo.
  if (event.target instanceof Element && event.target.closest("[data-own-undo]") !== null) return;
  event.preventDefault();
  if (back) undo();
  else redo();
}
