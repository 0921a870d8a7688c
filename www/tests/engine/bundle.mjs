// The page's own modules for Node, by the bundler that makes the page: what is tested is what is shipped.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

const source = (name) => fileURLToPath(new URL(`../../src/${name}`, import.meta.url));

/** What modules of `src` export, by name: `await bundled("engine/world.ts")`. Views without a page's own parts, too. */
export async function bundled(...names) {
  const outDir = mkdtempSync(join(tmpdir(), "scimhook-www-"));
  try {
    const found = [];
    for (const [at, name] of names.entries()) {
      await build({
        configFile: false,
        logLevel: "error",
        build: { lib: { entry: source(name), formats: ["es"], fileName: () => `m${at}.mjs` }, outDir, emptyOutDir: false, minify: false, target: "es2022" },
      });
      found.push(await import(pathToFileURL(join(outDir, `m${at}.mjs`))));
    }
    return found.length === 1 ? found[0] : found;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
