/**
 * A StateStore in memory, for one process and for tests. Beyond `maxEntries` the record that was unused for longest
 * goes; its user is looked up at the next login, or created first and found.
 */
export function memoryStore({ maxEntries = 100_000, now = Date.now } = {}) {
  const entries = new Map(); // key -> { value, version, expiresAt }, the least recently used first
  let writes = 0;

  function find(key) {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > now()) return entry;
    entries.delete(key);
    return undefined;
  }

  return {
    async get(key) {
      const entry = find(key);
      if (entry === undefined) return null;
      entries.delete(key);
      entries.set(key, entry);
      return { value: entry.value, version: entry.version };
    },
    async put(key, value, { ifVersion, ttlMs } = {}) {
      if (ifVersion !== undefined && (find(key)?.version ?? null) !== ifVersion) return false;
      entries.delete(key);
      entries.set(key, { value, version: String(++writes), expiresAt: ttlMs === undefined ? Infinity : now() + ttlMs });
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value);
      return true;
    },
    async delete(key) {
      entries.delete(key);
    },
  };
}
