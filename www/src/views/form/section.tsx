import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { pointerOf, type Path } from "../../model/shape";
import { problems } from "../../model/state";

/** Which parts were opened or folded; kept while the form is away behind another tab. */
const folds = new Map<string, boolean>();

/** A part of the form that can be folded; folded, it says what is in it and whether something is wrong there. */
export function Section({ title, summary, at, open = false, children }: { title: string; summary?: string; at: Path[]; open?: boolean; children(): ComponentChildren }) {
  const name = title + at.map(pointerOf).join();
  const [shown, setShown] = useState(folds.get(name) ?? open);
  const toggle = (next: boolean) => {
    folds.set(name, next);
    setShown(next);
  };
  return (
    <details class="section" open={shown} onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
      <summary>
        <h4>{title}</h4> {!shown && summary !== undefined && <span class="muted">{summary}</span>} {!shown && <ProblemMark at={at} />}
      </summary>
      {shown && <div class="section-body">{children()}</div>}
    </details>
  );
}

/** How many errors and warnings stand below. */
export function ProblemMark({ at }: { at: Path[] }) {
  const pointers = at.map(pointerOf);
  const found = problems.value.filter(({ path }) => pointers.some((pointer) => path === pointer || path.startsWith(pointer + "/")));
  const errors = found.filter(({ severity }) => severity === "error").length;
  if (found.length === 0) return null;
  const [number, word, tone] = errors > 0 ? [errors, "error", "bad"] : [found.length, "warning", "wait"];
  return <span class={`badge badge-${tone}`}>{`${number} ${word}${number === 1 ? "" : "s"}`}</span>;
}
