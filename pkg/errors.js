/** One problem that stops us, in the shape of the core's own. */
export function problem(path, code, message, help) {
  return { severity: "error", path, code, message, ...(help && { help }) };
}

export class ScimHookError extends Error {
  constructor(code, problems, options) {
    const [first] = problems;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    super(first ? `${first.path ? `${first.path}: ` : ""}${first.message}${more}` : code, options);
    this.name = "ScimHookError";
    this.code = code;
    this.problems = problems;
  }
}
