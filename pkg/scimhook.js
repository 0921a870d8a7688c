import { checkHost, checkOptions } from "./check.js";
import { schema } from "./config-schema.js";
import { createDriver, engineOptions } from "./driver.js";
import * as core from "./engine.js";
import { ScimHookError, problem } from "./errors.js";
import { toJson } from "./json.js";

export { ScimHookError };

export class ScimHook {
  #driver;

  constructor(config, host) {
    checkHost(host);
    const json = toJson(config, "config");
    const options = engineOptions(host);
    try {
      this.#driver = createDriver(() => new core.Engine(json, options), host, JSON.parse(core.replyHeaders()));
    } catch (error) {
      throw typeof error === "string" ? new ScimHookError("config", JSON.parse(error)) : error;
    }
    this.warnings = this.#driver.warnings();
  }

  // Not `async`: a promise fewer on every login. What is thrown becomes a rejection in `#run`.
  postAuthentication(event, options) {
    return this.#run("postAuthentication", event, options);
  }

  lifecycle(event, options) {
    return this.#run("lifecycle", event, options);
  }

  resume(job, options) {
    return this.#run("resume", job, options);
  }

  explain(event, options) {
    return this.#run("explain", event, options);
  }

  async probe(serverId, options) {
    if (typeof serverId !== "string") throw notText("the server's id");
    return this.#run("probe", serverId, options);
  }

  async forget(userId, serverId) {
    if (typeof userId !== "string") throw notText("the user's id");
    if (serverId !== undefined && serverId !== null && typeof serverId !== "string") throw notText("the server's id");
    await this.#run("forget", { userId, ...(typeof serverId === "string" && { serverId }) });
  }

  status() {
    return this.#driver.status();
  }

  free() {
    this.#driver.free();
  }

  #run(what, input, options) {
    try {
      const [json, signal] = options === undefined ? NONE : checkOptions(options);
      return this.#driver.start(what, toJson(input, "event"), json, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

const NONE = [undefined, undefined];

export function validate(config) {
  try {
    return JSON.parse(core.validate(toJson(config, "config")));
  } catch (error) {
    if (error instanceof ScimHookError) return error.problems;
    return [problem("", "internal", "the check stopped in the middle of its work: a defect of scimhook")];
  }
}

export function template(type) {
  const found = core.template(String(type));
  if (found !== "") return JSON.parse(found);
  throw new ScimHookError("config", [problem("", "unknown-type", `there is no server type \`${String(type)}\``)]);
}

export function capabilities() {
  return JSON.parse(core.capabilities());
}

export function configSchema() {
  return JSON.parse(schema);
}

function notText(what) {
  return new ScimHookError("event", [problem("", "wrong-type", `${what} must be a string`)]);
}
