// The plugin's memory store, and what was written into it.
import type { StateStore } from "../../../pkg/scimhook.js";
import type { RecordChange } from "./protocol";

export interface WatchedStore extends StateStore {
  /** A copy of what is held now, by key. */
  held(): Map<string, string>;
}

export function watched(store: StateStore): WatchedStore {
  const records = new Map<string, string>();
  return {
    get: (key) => store.get(key),
    async put(key, value, options) {
      const done = await store.put(key, value, options);
      if (done) records.set(key, value);
      return done;
    },
    async delete(key) {
      await store.delete(key);
      records.delete(key);
    },
    held: () => new Map(records),
  };
}

export function recordChanges(before: Map<string, string>, after: Map<string, string>): RecordChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .sort()
    .map((key) => {
      const [was, is] = [before.get(key), after.get(key)];
      return { key, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) };
    });
}
