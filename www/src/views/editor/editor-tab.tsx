// The editor is half of the page's code; it comes when it is first wanted, and the page stands before.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

let loaded: ComponentType | undefined;

export function EditorTab() {
  const [View, setView] = useState<ComponentType | undefined>(() => loaded);
  useEffect(() => {
    if (View !== undefined) return;
    void import("./editor-view").then(({ EditorView }) => {
      loaded = EditorView;
      setView(() => EditorView);
    });
  }, []);
  return View === undefined ? <p class="muted">One moment …</p> : <View />;
}
