import { ScimHookError, problem } from "./errors.js";

/** `value` as JSON text; a string is JSON text already. What has no JSON form is a ScimHookError with `code`. */
export function toJson(value, code) {
  if (typeof value === "string") return value;
  let text;
  try {
    text = JSON.stringify(value);
  } catch {
    // Cycles, BigInt, a `toJSON` that throws. The exception's own words may quote the profile: they stay here (S2).
  }
  if (typeof text === "string") return text;
  throw new ScimHookError(code, [problem("", "bad-json", "this has no JSON form", "give plain data without cycles, BigInt or functions")]);
}
