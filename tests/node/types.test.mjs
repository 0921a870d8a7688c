// The declarations, against TypeScript: every export used, in Node and in a browser project.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const tests = join(here, "..");
const room = mkdtempSync(join(tmpdir(), "scimhook-types-"));
after(() => rmSync(room, { recursive: true, force: true }));

// A project of its own, so that `scimhook` is found as any package is.
cpSync(join(here, "types"), room, { recursive: true });
writeFileSync(join(room, "package.json"), '{ "type": "module" }');
mkdirSync(join(room, "node_modules/@types"), { recursive: true });
symlinkSync(join(here, "../../pkg"), join(room, "node_modules/scimhook"));
for (const name of ["@types/node", "undici-types"]) symlinkSync(join(tests, "node_modules", name), join(room, "node_modules", name));

for (const [name, options] of [
  ["Node", []],
  ["Node, exact optional properties", ["--exactOptionalPropertyTypes"]],
  ["a bundler and a browser", ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom,dom.iterable"]],
]) {
  test(`the types hold: ${name}`, { timeout: 120_000 }, async () => {
    const tsc = join(tests, "node_modules/typescript/bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", room, ...options], { encoding: "utf8" }).catch((e) => e);
    assert.equal(stdout, "");
  });
}
