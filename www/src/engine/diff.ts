// What changed at a provider, attribute by attribute.
import type { Snapshot } from "../../../pkg/testing.js";

export interface ResourceChange {
  kind: "user" | "group" | "member" | "invitation";
  id: string;
  name: string;
  change: "added" | "removed" | "changed";
  /** Values are JSON text; absent where there was none, or is none. */
  lines: { path: string; before?: string; after?: string }[];
}

type Resource = Record<string, unknown>;

const KINDS = [
  ["Users", "user"],
  ["Groups", "group"],
  ["Members", "member"],
  ["Invitations", "invitation"],
] as const;

export function difference(before: Snapshot, after: Snapshot): ResourceChange[] {
  const names = new Map<string, string>();
  for (const { id, userName } of [...before.Users, ...after.Users]) names.set(String(id), String(userName));
  const changes: ResourceChange[] = [];
  for (const [list, kind] of KINDS) {
    const old = byId((before[list] ?? []) as Resource[]);
    const now = byId((after[list] ?? []) as Resource[]);
    for (const id of new Set([...old.keys(), ...now.keys()])) {
      const [was, is] = [old.get(id), now.get(id)];
      const lines = compare(flatten(was, names), flatten(is, names));
      if (lines.length === 0) continue;
      const change = was === undefined ? "added" : is === undefined ? "removed" : "changed";
      changes.push({ kind, id, name: nameOf(is ?? was ?? {}), change, lines });
    }
  }
  return changes;
}

function byId(resources: Resource[]): Map<string, Resource> {
  return new Map(resources.map((one) => [String(one.id ?? one.login ?? one.identity), one]));
}

function nameOf(resource: Resource): string {
  return String(resource.userName ?? resource.displayName ?? resource.login ?? resource.email ?? resource.id ?? "");
}

function compare(before: Map<string, string>, after: Map<string, string>): ResourceChange["lines"] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, ...given("before", before.get(path)), ...given("after", after.get(path)) }));
}

function given<Name extends string>(name: Name, value: string | undefined): { [K in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: string };
}

/** Bookkeeping of the provider that every write changes, and that says nothing about the person. */
const NOISE = new Set(["meta", "schemas"]);

/** Paths and values as JSON text. `names` puts a userName in the place of the id of a member. */
export function flatten(resource: unknown, names: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const flat = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      const key = telling(value);
      value.forEach((item: unknown, index) => {
        if (key === undefined) return visit(item, `${path}[${index}]`);
        // What the item goes by stands in the path already; a bare value still has to say so.
        const { [key]: label, ...rest } = item as Resource;
        const place = `${path}[${(key === "value" && names.get(String(label))) || String(label)}]`;
        if (key === "value") flat.set(place, JSON.stringify(label));
        visit(rest, place);
      });
    } else if (value !== null && typeof value === "object") {
      for (const [name, member] of Object.entries(value)) {
        if (path !== "" || !NOISE.has(name)) visit(member, path === "" ? name : `${path}.${name}`);
      }
    } else if (value !== undefined) {
      flat.set(path, JSON.stringify(value));
    }
  };
  if (resource !== undefined) visit(resource, "");
  return flat;
}

/** Items of a list go by their type, else by their value, else by their number: the first that tells them apart. */
function telling(list: unknown[]): "type" | "value" | undefined {
  return (["type", "value"] as const).find((name) => {
    const found = list.map((item) => (item as Resource | null)?.[name]);
    return found.every((value) => typeof value === "string") && new Set(found).size === found.length;
  });
}
