// Node, Bun and Deno: the module lies beside this file. No top-level await, so that `require()` works too.
import { readFileSync } from "node:fs";
import { initSync, version as versionOfModule } from "./bundle.js";

initSync({ module: readFileSync(new URL("./scimhook_core_bg.wasm", import.meta.url)) });

export const version = versionOfModule();
export { ScimHook, ScimHookError, capabilities, configSchema, template, validate } from "./bundle.js";
