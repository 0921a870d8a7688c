// A fresh process: how long until a login can be taken. Prints milliseconds: `files`, Node finding, reading and running
// the package's files, the reading of the module among them; `compile` and `instantiate`, the module; `construct`,
// `new ScimHook`, which checks the configuration, compiles its expressions and has V8 compile all that runs for the first
// time. Starting Node itself is not counted.
import { expressive } from "./event.mjs";

const spent = { compile: 0, instantiate: 0 };
for (const [name, part] of [["Module", "compile"], ["Instance", "instantiate"]]) {
  WebAssembly[name] = new Proxy(WebAssembly[name], {
    construct(target, given) {
      const began = performance.now();
      const made = Reflect.construct(target, given);
      spent[part] += performance.now() - began;
      return made;
    },
  });
}

const start = performance.now();
const { ScimHook } = await import("../pkg/index.js");
const { createHost } = await import("../pkg/host.js");
const loaded = performance.now();
const hook = new ScimHook(expressive, createHost({ fetch, secrets: { "wiki-token": "bench-token" } }));
const ready = performance.now();
hook.free();
console.log(JSON.stringify({ files: loaded - start - spent.compile - spent.instantiate, ...spent, construct: ready - loaded }));
