// One deadline, one timer (R11: deadlines are now() plus sleep).

/** setTimeout takes no more (a signed 32-bit number) and fires at once beyond it. */
const LONGEST = 2 ** 31 - 1;
/** setTimeout watches over a `sleep` of the host's from a little behind, and looks again no more often than this. */
const BEHIND = 10;
const AGAIN = 25;

/**
 * `set(until)` has `ring()` called once `clock` has reached `until`; a later `set` replaces it, `set(null)` leaves no
 * timer. `ring` consumes the deadline.
 *
 * `host.sleep` is believed only as far as the clock confirms it: one that resolves early or rejects is finished by
 * setTimeout, one that is late or never answers is overtaken by it. setTimeout itself is believed against a clock that
 * stands still: every login ends (R1).
 */
export function createAlarm(host, clock, ring) {
  let wanted = null;
  // What is armed: { at, timer, sleeper }. It may be earlier than what is wanted, never later.
  let armed = null;

  function disarm() {
    if (armed === null) return;
    const { timer, sleeper } = armed;
    armed = null;
    clearTimeout(timer);
    sleeper?.abort();
  }

  function arm(bySleep) {
    const mine = (armed = { at: wanted, timer: undefined, sleeper: undefined });
    if (bySleep && host.sleep) {
      // A turn later: most answers are there by then, and a clock that is advanced by sleeping does not run away
      // from requests that are being answered.
      mine.timer = setTimeout(sleep, 0, mine);
    } else {
      const left = Math.max(0, mine.at - clock.now());
      mine.timer = setTimeout(fire, Math.min(left, LONGEST), mine, left <= LONGEST);
    }
  }

  function fire(mine, whole) {
    if (armed !== mine) return;
    if (whole) clock.advance(mine.at);
    look(true);
  }

  function sleep(mine) {
    if (armed !== mine) return;
    const left = mine.at - clock.now();
    if (left <= 0) return look(true);
    mine.sleeper = new AbortController();
    mine.timer = setTimeout(watch, Math.min(left + BEHIND, LONGEST), mine);
    // The host's sleep is over, rightly or not; the rest, if any, is setTimeout's.
    const woke = () => armed === mine && look(mine.at <= clock.now());
    new Promise((resolve) => resolve(host.sleep(Math.min(left, LONGEST), mine.sleeper.signal))).then(woke, woke);
  }

  /** The host's sleep is not back. If its clock says that the time has come, that is enough. */
  function watch(mine) {
    if (armed !== mine) return;
    const left = mine.at - clock.now();
    if (left <= 0) look(true);
    else mine.timer = setTimeout(watch, Math.min(Math.max(left, AGAIN), LONGEST), mine);
  }

  function look(bySleep) {
    disarm();
    if (wanted > clock.now()) return arm(bySleep);
    wanted = null;
    ring();
  }

  return {
    set(until) {
      wanted = until;
      // One that fires too early looks again: dearer to replace it at every turn than to let it fire once.
      if (until === null || (armed !== null && armed.at > until)) disarm();
      // Not `until`: aborting a sleep may have called the host, and it us.
      if (wanted !== null && armed === null) arm(true);
    },
  };
}
