// Cloudflare's runtime compiles no bytes at run time; its bundler makes a WebAssembly.Module of this import.
import module from "./scimhook_core_bg.wasm";
import { initSync, version as versionOfModule } from "./bundle.js";

initSync({ module });

export const version = versionOfModule();
export { ScimHook, ScimHookError, capabilities, configSchema, template, validate } from "./bundle.js";
