// Everywhere else: the module is part of the code, and nothing has to be fetched or read.
import { decodeBase64, initSync, version as versionOfModule } from "./bundle.js";
import wasm from "./core_wasm_base64.js";

initSync({ module: decodeBase64(wasm) });

export const version = versionOfModule();
export { ScimHook, ScimHookError, capabilities, configSchema, template, validate } from "./bundle.js";
