// Small, quick to stand, and never in the way of a key.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DIST } from "./server.mjs";
import { address, editor, eventField, open, person, tab } from "./harness.mjs";
import { login, realistic } from "./scene.mjs";

const FIRST_LOAD = 700_000; // bytes, gzipped, plugin and simulators included
const INTERACTIVE_MS = 1_500;
const KEY_MS = 50;

/** Other work on this machine can only make a measurement worse: the best of some counts. */
async function bestOf(times, measure) {
  let best = Infinity;
  for (let at = 0; at < times; at++) best = Math.min(best, await measure());
  return best;
}

person("the first load, with plugin and simulators, is under 700 kB gzipped", { begin: false }, async ({ page, t }) => {
  const files = new Set();
  page.context().on("response", (response) => files.add(new URL(response.url()).pathname.slice(new URL(address()).pathname.length) || "index.html"));
  await page.goto(address());
  await tab(page, "Support");
  await page.getByRole("row").nth(5).waitFor();
  // The simulators come last, unasked.
  for (let at = 0; at < 50 && ![...files].some((file) => file.includes("sim_bg")); at++) await page.waitForTimeout(100);
  const sizes = [...files].map((file) => [file, gzipSync(readFileSync(join(DIST, file))).length]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  t.diagnostic(`${total} bytes: ${sizes.map(([file, size]) => `${file} ${size}`).join(", ")}`);
  assert.ok([...files].filter((file) => file.endsWith(".wasm")).length === 2, `${[...files]}`);
  assert.ok(total < FIRST_LOAD, `${total}`);
});

person("the page is interactive within 1.5 s, engine and all", { begin: false }, async ({ fresh, t }) => {
  const best = await bestOf(4, async () => {
    const { context, page } = await fresh();
    const began = Date.now();
    await page.goto(address(), { waitUntil: "commit" });
    // Answered by the plugin: the template of the first provider, and what is still missing in it.
    await page.getByRole("tabpanel", { name: "Form" }).getByRole("button", { name: /AWS/ }).click();
    await page.getByRole("tab", { name: /^JSON.*(error|warning)/ }).waitFor();
    const took = Date.now() - began;
    await context.close();
    return took;
  });
  t.diagnostic(`${best} ms until a configuration was begun and checked`);
  assert.ok(best < INTERACTIVE_MS, `${best} ms`);
});

/** The longest task while `type` types, in milliseconds; 0 where none was long enough to be noted (50 ms). */
async function longestTask(page, type) {
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    globalThis.tasks = [];
    globalThis.taskObserver = new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration)));
    globalThis.taskObserver.observe({ type: "longtask" });
  });
  await type();
  await page.waitForTimeout(300);
  return page.evaluate(() => (globalThis.taskObserver.disconnect(), Math.max(0, ...globalThis.tasks)));
}

for (const [where, field] of [
  ["the JSON", async (page) => (await editor(page)).click()],
  ["the sample login", async (page) => (await tab(page, "Login"), eventField(page).focus())],
]) {
  person(`no key waits while typing in ${where}, with ten servers explained beside it`, { begin: false, viewport: { width: 1440, height: 900 } }, async ({ page, t }) => {
    await open(page, { config: realistic, event: login() });
    if (where === "the JSON") {
      const explain = await tab(page, "Explain");
      await explain.getByText(/^At aws, /).first().waitFor();
    }
    await field(page);
    const longest = await bestOf(3, () =>
      longestTask(page, async () => {
        await page.keyboard.press("Control+Home");
        await page.keyboard.press("End");
        // As fast as people type.
        await page.keyboard.type('"description": "a note", ', { delay: 70 });
      }),
    );
    t.diagnostic(`longest task ${longest} ms`);
    assert.ok(longest < KEY_MS, `${longest} ms`);
  });
}
