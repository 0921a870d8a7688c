// A record of the store in words. Its form is the plugin's own (src/link.rs); what is not known here is shown as it is.

export interface RecordLine {
  name: string;
  value: string;
}

const STATES: Record<string, string> = {
  pending: "a create is under way",
  live: "active",
  unsure: "to be looked at",
  off: "inactive, by us",
  tombstone: "inactive, without an id",
};

/** What a key is about. */
export function aboutKey(key: string): string {
  const [kind, server] = key.split("/");
  if (kind === "u" && server !== undefined) return key.endsWith(":g1") || /:g\d+$/.test(key) ? `more groups of this person at ${server}` : `this person at ${server}`;
  if (kind === "g" && server !== undefined) return `a group at ${server}`;
  return key;
}

export function linesOf(record: string): RecordLine[] {
  let found: Record<string, unknown>;
  try {
    found = JSON.parse(record) as Record<string, unknown>;
  } catch {
    return [{ name: "record", value: record }];
  }
  const lines: RecordLine[] = [];
  const add = (name: string, value: string | undefined) => void (value !== undefined && lines.push({ name, value }));
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  add("id there", text(found.id));
  add("state", typeof found.s === "string" ? (STATES[found.s] ?? found.s) : undefined);
  add("last confirmed", time(found.ok));
  add("newest event", found.s === undefined ? undefined : time(found.at));
  add("digests", found.d !== null && typeof found.d === "object" ? Object.keys(found.d).join(", ") : undefined);
  add("groups", Array.isArray(found.g) ? found.g.map((one: unknown) => groupOf(one)).join(", ") : undefined);
  add("made by", found.created === true ? "scimhook" : undefined);
  return lines;
}

function groupOf(one: unknown): string {
  const [name, id] = Array.isArray(one) ? (one as unknown[]) : [one];
  return id === null ? `${String(name)} (could not be had)` : String(name);
}

/** Made-up time, to the second. */
function time(value: unknown): string | undefined {
  if (typeof value !== "number" || value === 0) return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
