// What the page asks of the engine. Every answer comes: where the worker does not give one, as problems.
import { Connection, Lost, type Port } from "./connection";
import { refused } from "./failed";
import { latest } from "./latest";
import type { Explanation, ExplainOptions, Failed, Problem, RunReport, Served } from "./protocol";

export type EngineClient = Served;

/** Far beyond what a configuration of 200 servers takes (less than a second); within what a person waits for. */
const CHECK_LIMIT_MS = 10_000;
const RUN_LIMIT_MS = 30_000;

export function clientOf(connection: Connection): EngineClient {
  const ask = <T>(method: keyof Served, args: unknown[], limit = CHECK_LIMIT_MS) => connection.call(method, args, limit) as Promise<T>;
  const given = <T>(answer: Promise<T>): Promise<T | Failed> => answer.catch((error: unknown) => stopped(error));

  const validate = latest((configText: string) =>
    ask<Problem[]>("validate", [configText]).catch((error: unknown) => stopped(error).problems),
  );
  // A lane each: no question is an answer to another.
  const explainAs = (options: ExplainOptions) =>
    latest((configText: string, eventText: string) => given(ask<Explanation | Failed>("explain", [configText, eventText, options])));
  const [fresh, remembered, sample] = [explainAs({}), explainAs({ remembered: true }), explainAs({ sample: true })];
  // What is always the same is asked for once, unless that failed.
  const once = <T>(method: keyof Served) => {
    const kept = new Map<string, Promise<T>>();
    return (...args: string[]) => {
      const key = args.join();
      const answer = kept.get(key) ?? ask<T>(method, args);
      kept.set(key, answer);
      answer.catch(() => kept.delete(key));
      return answer;
    };
  };

  return {
    validate,
    explain: (configText, eventText, options) => (options?.sample ? sample : options?.remembered ? remembered : fresh)(configText, eventText),
    run: (configText, eventText, setup) => given(ask<RunReport | Failed>("run", [configText, eventText, setup], RUN_LIMIT_MS)),
    resume: (configText, setup) => given(ask<RunReport | Failed>("resume", [configText, setup], RUN_LIMIT_MS)),
    // A worker that was lost has nothing left to forget.
    reset: () => ask<void>("reset", []).catch(() => undefined),
    capabilities: once("capabilities"),
    template: once("template"),
    configSchema: once("configSchema"),
    switches: once("switches"),
  };
}

function stopped(error: unknown): Failed {
  const message = error instanceof Error ? error.message : String(error);
  // Another worker takes over; what could not be loaded once is not asked for again by itself.
  const help = error instanceof Lost ? "try again; what Run remembered is forgotten" : "reload the page";
  return refused("tester", "", "tester-stopped", message, help);
}

/** The page's engine. */
export const engine: EngineClient = clientOf(
  new Connection(() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "scimhook" }) as Port),
);
