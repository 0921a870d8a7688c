// Everywhere else: the module is part of the code, and nothing has to be fetched or read.
import { decodeBase64 } from "./base64.js";
import wasm from "./core_wasm_base64.js";
import * as core from "./scimhook_core.js";

core.initSync({ module: decodeBase64(wasm) });

export const version = core.version();
export { ScimHook, ScimHookError, capabilities, configSchema, template, validate } from "./scimhook.js";
