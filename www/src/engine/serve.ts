// The worker's end, without a worker: a call in, an answer out.
import type { Answer, Call, Served } from "./protocol";

export async function serve(served: Served, { id, method, args }: Call): Promise<Answer> {
  try {
    const found = served[method] as (...given: unknown[]) => Promise<unknown>;
    return { id, value: await found(...args) };
  } catch (error) {
    return { id, failed: error instanceof Error ? error.message : String(error) };
  }
}
