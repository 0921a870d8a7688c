// Cloudflare's runtime compiles no bytes at run time; its bundler makes a WebAssembly.Module of this import.
import module from "./scimhook_core_bg.wasm";
import * as core from "./scimhook_core.js";

core.initSync({ module });

export const version = core.version();
export { ScimHook, ScimHookError, capabilities, configSchema, template, validate } from "./scimhook.js";
