import type { ComponentChildren } from "preact";

/** A sentence with `code` and **what stands on a screen**. */
export function Words({ text }: { text: string }) {
  const parts: ComponentChildren[] = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, at) => {
    if (part.startsWith("`")) return <code key={at}>{part.slice(1, -1)}</code>;
    if (part.startsWith("**")) return <b key={at}>{part.slice(2, -2)}</b>;
    return part;
  });
  return <>{parts}</>;
}
