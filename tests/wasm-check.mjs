// What the built module must be: small, and unable to reach out. Its imports are its own glue's and no others.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const RAW = 720_000; // bytes
const GZIP = 290_000;

const wasm = readFileSync(new URL("../pkg/scimhook_core_bg.wasm", import.meta.url));
const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
const foreign = imports.filter(({ module, name }) => module !== "./scimhook_core_bg.js" || !/^__wbindgen_|^__wbg___wbindgen_|^__wbg_Error_/.test(name));
const gzip = gzipSync(wasm, { level: 9 }).length;

console.log(`plugin: ${wasm.length} bytes, ${gzip} gzipped; ${imports.length} imports, all of its own glue`);
if (foreign.length > 0) fail(`the module imports more than its own glue: ${foreign.map(({ module, name }) => `${module} ${name}`).join(", ")}`);
if (wasm.length > RAW || gzip > GZIP) fail(`the module is over ${RAW} bytes raw or ${GZIP} gzipped`);

function fail(message) {
  console.error(message);
  process.exit(1);
}
