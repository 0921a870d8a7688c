import type { Host, StateStore } from "./scimhook.js";

export interface HostOptions extends Omit<Partial<Host>, "secret"> {
  /**
   * Names and secrets, or a function. A record such as `process.env` is asked for the name itself, then for it in
   * upper case with underscores: `AWS_TOKEN` for `aws-token`.
   */
  secrets?: Record<string, string | undefined> | NonNullable<Host["secret"]>;
}

/**
 * A Host from what most platforms have: `fetch` is the runtime's unless given, `sign` is WebCrypto's. Without `state`
 * nothing is remembered. Throws a `ScimHookError` (code "host") that lists every member of the wrong type.
 */
export function createHost(options?: HostOptions): Host;

/**
 * A store in memory, for one process and for tests. Beyond `maxEntries` (default 100,000) the record that was unused
 * for longest is dropped. `now` is the clock its `ttlMs` goes by (default `Date.now`).
 */
export function memoryStore(options?: { maxEntries?: number; now?: () => number }): StateStore;

/** RSASSA-PKCS1-v1_5 with SHA-256 by WebCrypto, from a PKCS#8 or PKCS#1 PEM. */
export function sign(privateKeyPem: string, data: Uint8Array): Promise<Uint8Array>;
