import { checkHost } from "./check.js";
import { ScimHookError, problem } from "./errors.js";
import { sign } from "./sign.js";

export { memoryStore } from "./memory-store.js";
export { sign };

/**
 * A Host from what most platforms have. `fetch` defaults to the runtime's, signing to WebCrypto. There is no default
 * for `state`: whether logins may trust one process's memory is for the platform to say.
 */
export function createHost({ secrets, ...given } = {}) {
  const host = { sign, ...defined(given) };
  // Looked up at each call, so that tests may replace the global; not as a method, which browsers refuse.
  if (typeof globalThis.fetch === "function") host.fetch ??= (url, init) => globalThis.fetch(url, init);
  if (typeof secrets === "function") {
    host.secret ??= secrets;
  } else if (secrets !== undefined && secrets !== null) {
    if (typeof secrets !== "object") {
      throw new ScimHookError("host", [problem("/secrets", "wrong-type", "this must be an object of names and secrets, or a function")]);
    }
    host.secret ??= (name) => lookUp(secrets, name);
  }
  checkHost(host);
  return host;
}

/** The secret under its name or, for `process.env`, as `AWS_TOKEN` for `aws-token`. Nothing where there is none. */
function lookUp(secrets, name) {
  for (const key of [name, name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")]) {
    if (Object.hasOwn(secrets, key)) return secrets[key];
  }
  return undefined;
}

function defined(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}
