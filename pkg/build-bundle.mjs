// Writes bundle.js: every module that the entry points need in one file, since Node takes half a millisecond for each
// file it imports, which was a quarter of the start-up. Each becomes a function that is called once and gives what the
// module exports, in the order in which they need each other. Only the forms of `import` and `export` that stand in our
// modules are known; any other is an error here, not a surprise later.
import { readFileSync, writeFileSync } from "node:fs";

const file = (name) => new URL(name, import.meta.url);
const variable = (name) => name.replace(/\.js$/, "").replace(/[-_](\w)/g, (_, letter) => letter.toUpperCase()) + "Module";

/** What the entry points take, by module. */
const EXPORTS = {
  "scimhook_core.js": ["initSync"],
  "engine.js": ["version"],
  "base64.js": ["decodeBase64"],
  "scimhook.js": ["ScimHook", "ScimHookError", "capabilities", "configSchema", "template", "validate"],
  "create-host.js": ["createHost", "memoryStore", "sign"],
};

const seen = new Set();
let bundle = "// Written by build-bundle.mjs.\n";

function add(name) {
  if (seen.has(name)) return;
  seen.add(name);
  const exported = [];
  const list = (names) => names.split(",").map((one) => one.trim()).filter((one) => one !== "");
  const code = readFileSync(file(name), "utf8")
    .replace(/^import \{(.*)\} from "\.\/(.*)";$/gm, (_, names, from) => (add(from), `const {${names}} = ${variable(from)};`))
    .replace(/^import \* as (\w+) from "\.\/(.*)";$/gm, (_, all, from) => (add(from), `const ${all} = ${variable(from)};`))
    .replace(/^export \{(.*)\} from "\.\/(.*)";$/gm, (_, names, from) => (add(from), exported.push(...list(names)), `const {${names}} = ${variable(from)};`))
    // The glue's default export is its asynchronous start, which nobody uses.
    .replace(/^export \{(.*)\};$/gm, (_, names) => (exported.push(...list(names).filter((one) => !one.endsWith(" as default"))), ""))
    .replace(/^export ((?:async )?function|class|const) (\w+)/gm, (_, kind, one) => (exported.push(one), `${kind} ${one}`));
  const left = code.match(/^(import|export)\b.*/m);
  if (left) throw new Error(`${name}: a form that build-bundle.mjs does not know: ${left[0]}`);
  bundle += `\nconst ${variable(name)} = (() => {\n${code}\nreturn { ${exported.join(", ")} };\n})();\n`;
}

for (const [name, names] of Object.entries(EXPORTS)) {
  add(name);
  bundle += `\nexport const { ${names.join(", ")} } = ${variable(name)};\n`;
}
writeFileSync(file("bundle.js"), bundle);
