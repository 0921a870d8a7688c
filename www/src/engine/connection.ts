// The page's end of a worker: calls by number, a limit on waiting, and another worker where one does not answer.
import type { Answer, Call, Served } from "./protocol";

/** As much of a Worker as is needed. */
export interface Port {
  postMessage(call: Call): void;
  terminate(): void;
  onmessage: ((event: { data: Answer }) => void) | null;
  onerror: ((event: { message?: string; preventDefault?(): void }) => void) | null;
}

/** The worker did not answer, or broke down; another one has taken its place. */
export class Lost extends Error {
  override name = "Lost";
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

export class Connection {
  #port: Port | undefined;
  #last = 0;
  readonly #pending = new Map<number, Pending>();
  readonly #open: () => Port;
  /** Called when a worker was given up, and what it remembered with it. */
  onlost: (() => void) | undefined;

  constructor(open: () => Port) {
    this.#open = open;
  }

  call(method: keyof Served, args: unknown[], limitMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      const slow = () => this.#giveUp(`it took longer than ${limitMs / 1000} seconds`);
      this.#pending.set(id, { resolve, reject, timer: setTimeout(slow, limitMs) });
      try {
        this.#port ??= this.#connect();
        this.#port.postMessage({ id, method, args });
      } catch (error) {
        this.#giveUp(error instanceof Error ? error.message : String(error));
      }
    });
  }

  #connect(): Port {
    const port = this.#open();
    port.onmessage = ({ data }) => {
      const pending = port === this.#port ? this.#pending.get(data.id) : undefined;
      if (pending === undefined) return;
      this.#pending.delete(data.id);
      clearTimeout(pending.timer);
      if ("failed" in data) pending.reject(new Error(data.failed));
      else pending.resolve(data.value);
    };
    port.onerror = (event) => {
      event.preventDefault?.();
      if (port === this.#port) this.#giveUp(event.message || "it could not be loaded");
    };
    return port;
  }

  /** Everything under way is lost; the next call starts a worker anew. */
  #giveUp(why: string): void {
    this.#port?.terminate();
    this.#port = undefined;
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of lost) {
      clearTimeout(timer);
      reject(new Lost(`the check was stopped: ${why}`));
    }
    this.onlost?.();
  }
}
