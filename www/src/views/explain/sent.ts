// Whether an attribute is sent, and why not.
import type { Explanation } from "../../engine/protocol";
import { reasonInWords } from "../parts/words";

type Server = Explanation["servers"][number];
type Row = Server["mapping"][number];

export interface Sent {
  sent: boolean;
  /** Why not, or what is odd about it; quotes in backticks. */
  why?: string;
}

export function sentOf(row: Row, server: Server): Sent {
  if (row.problem !== undefined) return { sent: server.changed.includes(row.target), why: row.problem.message };
  if (server.changed.includes(row.target)) {
    const fixed = server.mapping.find((other) => other.target === row.target && other.from === "staticAttributes");
    return fixed !== undefined && fixed !== row ? { sent: false, why: "the static attribute of this name wins" } : { sent: true };
  }
  if (isEmpty(row.value)) return { sent: false, why: "this login has nothing there" };
  switch (server.result) {
    case "unchanged":
      return { sent: false, why: server.reason === "updates-off" ? reasonOf(server) : "as it was last sent" };
    case "updated":
    case "reactivated":
    case "adopted":
      return { sent: false, why: "as it was last sent" };
    case "created":
    case "deactivated":
    case "deleted":
    case "skipped":
    case "deferred":
    case "conflict":
    case "failed":
      return { sent: false, why: reasonOf(server) };
  }
}

function reasonOf({ reason, result }: Server): string {
  return reasonInWords(reason) ?? `${result}: ${reason}`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
