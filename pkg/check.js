import { ScimHookError, problem } from "./errors.js";

const FUNCTIONS = ["secret", "saveSecret", "now", "sleep", "random", "sign", "enqueue", "log"];
const STORE = ["get", "put", "delete"];

/** Throws a ScimHookError (code "host") with everything that is wrong with a host. `null` counts as absent. */
export function checkHost(host) {
  if (host === null || typeof host !== "object") {
    throw new ScimHookError("host", [problem("", "wrong-type", "the host must be an object", "give at least `{ fetch }`")]);
  }
  const problems = [];
  const wrong = (path, what) => problems.push(problem(path, "wrong-type", `this must be ${what}`));

  if (host.fetch === undefined || host.fetch === null) {
    problems.push(problem("/fetch", "missing-field", "the host has no `fetch`", "give `{ fetch }`, or use `createHost()` of scimhook/host"));
  } else if (typeof host.fetch !== "function") {
    wrong("/fetch", "a function");
  }
  for (const name of FUNCTIONS) {
    if (host[name] !== undefined && host[name] !== null && typeof host[name] !== "function") wrong(`/${name}`, "a function");
  }
  if (host.pepper !== undefined && host.pepper !== null && typeof host.pepper !== "string") wrong("/pepper", "a string");
  if (host.state !== undefined && host.state !== null) {
    if (typeof host.state !== "object" && typeof host.state !== "function") wrong("/state", "an object");
    else for (const name of STORE) if (typeof host.state[name] !== "function") wrong(`/state/${name}`, "a function");
  }
  if (problems.length) throw new ScimHookError("host", problems);
}

/** RunOptions as [JSON for the core, signal]. Throws a ScimHookError (code "event"). */
export function checkOptions(options) {
  if (options === undefined || options === null) return ["{}", undefined];
  if (typeof options !== "object") throw refuse("/options", "an object");
  const { budgetMs, signal, read } = options;
  const out = {};
  if (budgetMs !== undefined && budgetMs !== null) {
    if (typeof budgetMs !== "number" || !(budgetMs >= 0)) throw refuse("/options/budgetMs", "a number of milliseconds, 0 or more");
    // Infinity asks for nothing beyond the configured budget.
    if (Number.isFinite(budgetMs)) out.budgetMs = Math.floor(budgetMs);
  }
  if (read !== undefined && read !== null) {
    if (typeof read !== "boolean") throw refuse("/options/read", "true or false");
    out.read = read;
  }
  if (signal !== undefined && signal !== null && typeof signal.addEventListener !== "function") {
    throw refuse("/options/signal", "an AbortSignal");
  }
  return [JSON.stringify(out), signal ?? undefined];
}

function refuse(path, what) {
  return new ScimHookError("event", [problem(path, "wrong-type", `this must be ${what}`)]);
}
