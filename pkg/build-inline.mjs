// Writes core_wasm_base64.js, the module as text, for inline.js.
import { readFileSync, writeFileSync } from "node:fs";

const file = (name) => new URL(name, import.meta.url);
const wasm = readFileSync(file("./scimhook_core_bg.wasm"));
writeFileSync(file("./core_wasm_base64.js"), `export default "${wasm.toString("base64")}";\n`);
