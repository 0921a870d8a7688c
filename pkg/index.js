// Node, Bun and Deno: the module lies beside this file. No top-level await, so that `require()` works too.
import { readFileSync } from "node:fs";
import * as core from "./scimhook_core.js";

core.initSync({ module: readFileSync(new URL("./scimhook_core_bg.wasm", import.meta.url)) });

export const version = core.version();
export { ScimHook, ScimHookError, capabilities, configSchema, template, validate } from "./scimhook.js";
