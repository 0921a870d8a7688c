import type { StateStore } from "../scimhook.js";

/** What is used of a client of the `redis` package, version 4 or later: `createClient()` or `createCluster()`. */
export interface RedisClient {
  readonly isReady?: boolean;
  get(key: string): Promise<any>;
  del(key: string): Promise<any>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<any>;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<any>;
}

export interface RedisStoreOptions {
  /** Before every key, so that others may use the same database. Default "scimhook:". */
  prefix?: string;
  /** How long a record is kept after it was last written, where the write itself does not say. Default: for ever. */
  ttlMs?: number;
}

/**
 * A store that several processes share: links and group ids in Redis, each a string of at most 8 kB. A write that must
 * find a certain version is compared and done in one step by a script, so that two processes never overwrite each other.
 *
 * The client is yours: connect it before the first login, close it after the last, and give it a listener for `error`,
 * without which Node ends the process when the connection breaks. While it is not connected, the store fails at once
 * and logins look accounts up at the provider instead; they are not refused and do not wait.
 *
 * What Redis forgets is what its persistence allows: with `appendonly yes` at most the last second when the machine
 * fails (nothing when only Redis does), without it everything since the last snapshot, with `maxmemory` and an `allkeys`
 * policy whatever it chose. A link that is gone costs requests, not accounts: the next login creates first, is told that
 * there is one, finds it, sees by its externalId that it is ours and adopts it. Gone for good are which groups scimhook
 * made and had put the person into (a `mirror` then leaves those alone) and that a newer event had already come in.
 */
export function redisStore(client: RedisClient, options?: RedisStoreOptions): StateStore;
