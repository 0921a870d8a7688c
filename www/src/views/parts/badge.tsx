import { toneOf, type Tone } from "./words";

/** A word with a colour; the word says it all. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

export function ResultBadge({ result, would }: { result: Parameters<typeof toneOf>[0]; would?: string | undefined }) {
  return <Badge tone={toneOf(result)}>{would === undefined ? result : `${result}, would be ${would}`}</Badge>;
}
