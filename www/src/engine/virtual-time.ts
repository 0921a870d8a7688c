// Time that is jumped, not waited for: a hang of 2.5 seconds is shown at once, and the same run takes the same time on
// every machine.
//
//   Time stands while anything real is going on, and then jumps to the earliest sleeper, which alone is woken. Real are
//   the steps counted by `work`, and the turn in which the plugin sets its alarm.

/** Turns to wait for the plugin's alarm. It is set within one turn; browsers may hold that back for 4 ms. */
const PATIENCE = 250;

interface Sleeper {
  at: number;
  wake(): void;
  alarm: boolean;
}

export class VirtualTime {
  now: number;
  readonly #sleepers = new Set<Sleeper>();
  #busy = 0;
  #whenFree: (() => void)[] = [];

  constructor(start: number) {
    this.now = start;
  }

  /** Waits for `ms`, or rejects with the signal's reason if that comes first. Infinity: only the signal ends it. */
  sleep(ms: number, signal?: AbortSignal | null): Promise<void> {
    return this.#sleep(ms, signal ?? undefined, false);
  }

  /** `host.sleep`: the plugin's own alarm. While a run is under way there is one, and time waits until it is set. */
  readonly alarm = (ms: number, signal?: AbortSignal): Promise<void> => this.#sleep(ms, signal, true);

  /** Something that takes turns of the real machine and no made-up time. */
  async work<T>(step: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await step();
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) for (const free of this.#whenFree.splice(0)) free();
    }
  }

  /** Lets time pass until `run` is settled. */
  async drive<T>(run: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => void (settled = true);
    run.then(done, done);
    const turns = new Turns();
    let waited = 0;
    try {
      for (;;) {
        await turns.next();
        if (this.#busy > 0) {
          await new Promise<void>((free) => this.#whenFree.push(free));
        } else if (settled) {
          return await run;
        } else if (waited < PATIENCE && ![...this.#sleepers].some((sleeper) => sleeper.alarm)) {
          waited += 1;
          await new Promise((resolve) => setTimeout(resolve));
        } else if (this.#wake()) {
          waited = 0;
        } else {
          throw new Error("the run waits for something that never comes");
        }
      }
    } finally {
      turns.close();
    }
  }

  #sleep(ms: number, signal: AbortSignal | undefined, alarm: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const sleeper: Sleeper = { at: this.now + Math.max(0, ms), wake, alarm };
      signal?.addEventListener("abort", stop, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Wakes the earliest; of several, the one that went to sleep first. */
  #wake(): boolean {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper;
    if (first === undefined || first.at === Infinity) return false;
    this.#sleepers.delete(first);
    this.now = Math.max(this.now, first.at);
    first.wake();
    return true;
  }
}

/** Turns of the event loop: promises that are settled have been followed up when the next one comes. */
class Turns {
  readonly #channel = new MessageChannel();
  #resolve: () => void = () => {};

  constructor() {
    this.#channel.port1.onmessage = () => this.#resolve();
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#channel.port2.postMessage(null);
    });
  }

  close(): void {
    this.#channel.port1.close();
  }
}
