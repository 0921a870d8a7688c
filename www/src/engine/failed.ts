// Errors as values: whatever is thrown, the page gets problems it can show.
import type { Failed, Problem } from "./protocol";

interface Refusal {
  code: unknown;
  problems: Problem[];
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && Array.isArray((error as unknown as Refusal).problems);
}

/** `of`: whose text it is, where the plugin does not say so. */
export function failed(error: unknown, of: Failed["of"]): Failed {
  if (isRefusal(error)) return { problems: error.problems, of: error.code === "config" ? "config" : error.code === "event" ? "event" : of };
  const message = error instanceof Error ? error.message : String(error);
  return refused(of, "", "tester-failed", message, "press Reset; if it comes again, it is a defect of this page");
}

export function refused(of: Failed["of"], path: string, code: string, message: string, help?: string): Failed {
  return { of, problems: [{ severity: "error", path, code, message, ...(help !== undefined && { help }) }] };
}
