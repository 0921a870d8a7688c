const nothing = () => {};

/** For what a callback gave and nobody waits for: if it is a promise, its rejection is nobody's concern either. */
export function hush(given) {
  try {
    if (typeof given?.then === "function") given.then(nothing, nothing);
  } catch {
    // Not even a promise.
  }
}
