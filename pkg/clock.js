import { hush } from "./hush.js";

/**
 * The host's time in whole milliseconds. It does not run backwards until `reset` (called while nothing is in flight):
 * a deadline that was set by the old time would otherwise be an hour away when the clock is put back an hour.
 */
export function createClock(host) {
  let latest = -Infinity;

  function read() {
    try {
      const now = host.now ? host.now() : Date.now();
      if (Number.isFinite(now)) return Math.floor(now);
      hush(now);
    } catch {
      // As for a clock that gives no number.
    }
    return Date.now();
  }

  return {
    now() {
      const now = read();
      if (now > latest) latest = now;
      return latest;
    },
    /** Time has come to `at`, whatever the host's clock says: we waited that long. */
    advance(at) {
      if (at > latest) latest = at;
    },
    reset() {
      latest = -Infinity;
    },
  };
}
