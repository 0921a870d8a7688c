import type { ComponentChildren } from "preact";

/** A sentence of the plugin, with what it quotes in backticks set as code. */
export function CodeWords({ text }: { text: string }) {
  const parts: ComponentChildren[] = text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
  return <>{parts}</>;
}
