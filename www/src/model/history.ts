// One line of steps for everything a person edits: undo follows them from the form to the JSON to the sample login.

export interface Shot {
  config: string;
  event: string;
}

export interface Step {
  /** What was done, for people: "Undone: rename server". */
  why: string;
  before: Shot;
  after: Shot;
}

/** Far more than anybody takes back one by one. */
const STEPS = 200;
/** Characters all steps may hold together: a few dozen of the largest texts, without filling a tab's memory. */
const ROOM = 40_000_000;
/** Typing of one kind within this is one step. */
const PAUSE_MS = 700;

export class History {
  #done: Step[] = [];
  #undone: Step[] = [];
  #lastAt = -Infinity;

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  record(step: Step, now: number): void {
    this.#undone = [];
    const last = this.#done.at(-1);
    if (last?.why === step.why && now - this.#lastAt < PAUSE_MS) {
      last.after = step.after;
    } else {
      this.#done.push(step);
      this.#makeRoom();
    }
    this.#lastAt = now;
  }

  undo(): Step | undefined {
    return this.#move(this.#done, this.#undone);
  }

  redo(): Step | undefined {
    return this.#move(this.#undone, this.#done);
  }

  #move(from: Step[], to: Step[]): Step | undefined {
    const step = from.pop();
    if (step !== undefined) to.push(step);
    // What comes next is a step of its own.
    this.#lastAt = -Infinity;
    return step;
  }

  #makeRoom(): void {
    const sizeOf = ({ before, after }: Step) => before.config.length + before.event.length + after.config.length + after.event.length;
    let size = this.#done.reduce((sum, step) => sum + sizeOf(step), 0);
    while (this.#done.length > STEPS || (size > ROOM && this.#done.length > 1)) {
      const oldest = this.#done.shift();
      if (oldest !== undefined) size -= sizeOf(oldest);
    }
  }
}
