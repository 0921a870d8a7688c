import type { Mapped } from "../../model/sample-values";
import { CodeWords } from "../parts/code-words";

/** What the sample login gives, or why not. */
export function SampleValue({ mapped, reached }: { mapped: Mapped | undefined; reached: boolean }) {
  if (!reached) return <span class="muted">–</span>;
  if (mapped?.problem !== undefined) {
    return (
      <span class={mapped.problem.severity === "error" ? "value-bad" : "value-wait"}>
        <CodeWords text={mapped.problem.message} />
      </span>
    );
  }
  if (mapped?.value === undefined) return <span class="muted">nothing</span>;
  return <code class="value">{typeof mapped.value === "string" ? mapped.value : JSON.stringify(mapped.value)}</code>;
}
