// Tabs by the book (WAI-ARIA APG): one stop for the tab key, arrows between them.
import type { Signal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";

export interface TabItem {
  id: string;
  title: string;
  view: ComponentType;
  /** Beside the title. */
  mark?: () => ComponentChildren;
}

export function Tabs({ label, items, chosen }: { label: string; items: TabItem[]; chosen: Signal<string> }) {
  const shown = items.find(({ id }) => id === chosen.value) ?? items[0];
  if (shown === undefined) return null;

  const move = (event: KeyboardEvent) => {
    const at = items.indexOf(shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = items[(to + items.length) % items.length];
    if (next === undefined) return;
    chosen.value = next.id;
    document.getElementById(`tab-${next.id}`)?.focus();
  };

  const View = shown.view;
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {items.map(({ id, title, mark }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            class="tab"
            aria-selected={id === shown.id}
            aria-controls={id === shown.id ? `panel-${id}` : undefined}
            tabIndex={id === shown.id ? 0 : -1}
            onClick={() => void (chosen.value = id)}
          >
            {title}
            {mark?.()}
          </button>
        ))}
      </div>
      <div id={`panel-${shown.id}`} role="tabpanel" aria-labelledby={`tab-${shown.id}`} tabIndex={-1}>
        <View key={shown.id} />
      </div>
    </>
  );
}
