// A fresh process: how long until a login can be taken. Prints { load, construct } in milliseconds: `load` is importing
// the package, which compiles and instantiates the module; `construct` is `new ScimHook`, which checks the configuration
// and compiles its expressions. Starting Node itself is not counted.
import { expressive } from "./event.mjs";

const start = performance.now();
const { ScimHook } = await import("../pkg/index.js");
const { createHost } = await import("../pkg/host.js");
const loaded = performance.now();
const hook = new ScimHook(expressive, createHost({ fetch, secrets: { "wiki-token": "bench-token" } }));
const ready = performance.now();
hook.free();
console.log(JSON.stringify({ load: loaded - start, construct: ready - loaded }));
