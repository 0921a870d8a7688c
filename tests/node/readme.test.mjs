// The README is true: its support table is what was found out by doing each action, its sample runs and prints what it
// says.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { capabilities } from "../../pkg/index.js";
import { COLUMNS, row } from "./matrix.mjs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

const cell = ({ byDefault, onRequest }) => (byDefault === "no" && onRequest === "yes" ? "on request" : byDefault);

/** The rows of the table that begins with `head`, as lists of cells. */
function table(head) {
  const [, rows] = readme.split(`${head}\n`);
  const lines = rows.split("\n").slice(1);
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(0, end).map((line) => line.split("|").slice(1, -1).map((text) => text.trim()));
}

test("the support table is what the providers hold after each action", async () => {
  const words = COLUMNS.map((column) => column.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  const wanted = [];
  for (const { type, name } of capabilities()) {
    const cells = await row(type);
    wanted.push([name, ...COLUMNS.map((column) => cell(cells[column]))]);
  }
  assert.deepEqual(table(`| | ${words.join(" | ")} |`), wanted);
});

test("the authentication table is capabilities()", () => {
  const wanted = capabilities().map(({ type, name, authentication }) => [name, `\`${type}\``, ...authenticationOf(authentication), `[${type}.md](pkg/docs/${type}.md)`]);
  assert.deepEqual(table("| | `type` | `accessToken` | `basic` | `oauth2` | `githubApp` | more |"), wanted);
});

const authenticationOf = (schemes) => ["accessToken", "basic", "oauth2", "githubApp"].map((scheme) => (schemes.includes(scheme) ? "yes" : "no"));

test("the sample runs, and prints what the README says", () => {
  const sample = /```js\n([\s\S]*?)```/.exec(readme)[1];
  assert.ok(sample.trim().split("\n").length <= 15, "one login in 15 lines");
  const here = (path) => new URL(path, import.meta.url).href;
  // Twice over one store: the README tells of the first run and of the next one.
  const script = `
    import { createSimulator } from ${JSON.stringify(here("../../pkg/testing.js"))};
    process.env.SCIM_URL = "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2";
    process.env.SCIM_TOKEN = "readme-token";
    globalThis.fetch = createSimulator({ type: "aws", url: process.env.SCIM_URL, token: process.env.SCIM_TOKEN }).fetch;
    ${sample.replace('"scimhook"', JSON.stringify(here("../../pkg/index.js"))).replace('"scimhook/host"', JSON.stringify(here("../../pkg/host.js")))}
    const again = await hook.postAuthentication({ application: "console", user });
    console.log(again.access, again.servers[0].result, again.servers[0].requests.length);
  `;
  const file = fileURLToPath(new URL("./readme-sample.tmp.mjs", import.meta.url));
  writeFileSync(file, script);
  try {
    const done = spawnSync(process.execPath, [file], { encoding: "utf8" });
    assert.equal(done.stderr, "");
    assert.equal(done.stdout, "allow created 3\nallow unchanged 0\n");
    for (const said of ["`allow created 3`", "`allow unchanged 0`"]) assert.ok(readme.includes(said));
  } finally {
    rmSync(file);
  }
});
