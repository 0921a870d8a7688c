/**
 * `call`, one at a time, the newest next: what was asked for in between is not asked any more, and gets the answer to
 * the newest. Typing never queues, and nobody is left without an answer.
 */
export function latest<Args extends readonly unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  interface Waiting {
    args: Args;
    settle: { resolve(result: Result): void; reject(error: unknown): void }[];
  }
  let running: Waiting | undefined;
  let next: Waiting | undefined;

  function begin(): void {
    const mine = (running = next);
    next = undefined;
    if (mine === undefined) return;
    call(...mine.args)
      .then(
        (result) => mine.settle.forEach(({ resolve }) => resolve(result)),
        (error: unknown) => mine.settle.forEach(({ reject }) => reject(error)),
      )
      .finally(begin);
  }

  return (...args) =>
    new Promise<Result>((resolve, reject) => {
      const same = (one: Waiting | undefined) => one !== undefined && next === undefined && one.args.every((arg, at) => arg === args[at]) && one.args.length === args.length;
      if (running !== undefined && same(running)) return void running.settle.push({ resolve, reject });
      next = { args, settle: [...(next?.settle ?? []), { resolve, reject }] };
      if (running === undefined) begin();
    });
}
