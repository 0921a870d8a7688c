// For everybody: axe-core on every view in both themes, narrow screens, zoom, the keyboard. And pictures of it.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { open, person, tab } from "./harness.mjs";
import { aws, configWith, github, hr, login } from "./scene.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = fileURLToPath(new URL("../../www/screenshots/", import.meta.url));
mkdirSync(pictures, { recursive: true });

const VIEWS = ["Form", "JSON", "Login", "Explain", "Run", "Support", "Take away"];
/** With a warning, an error, several servers, and something left to do. */
const rich = { config: { ...configWith({ ...aws, name: "AWS, production" }, github, { ...hr, url: "http://hr.example/scim" }) }, event: login() };
const good = { config: configWith({ ...aws, name: "AWS, production" }, github, hr), event: login({ groups: ["readers", "operators"] }) };

/** Each view with something in it, one after the other. */
async function visitViews(page, state, look) {
  await open(page, state);
  const run = await tab(page, "Run");
  const press = run.getByRole("button", { name: /^Log in/ });
  if (await press.isEnabled()) {
    await press.click();
    await run.getByText("press 1", { exact: true }).or(run.locator(".notice-bad")).first().waitFor();
  }
  for (const view of VIEWS) {
    await tab(page, new RegExp(`^${view}`));
    if (view === "JSON") await page.getByRole("textbox", { name: "Configuration, JSON" }).waitFor();
    await page.waitForTimeout(250);
    await look(view);
  }
}

async function serious(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).slice(0, 3).join(" | ")}`);
}

// In one pane, so that each view is looked at once; and the two panes together.
const one = { width: 1000, height: 1000 };
for (const [what, colorScheme, state, viewport] of [
  ["a working configuration", "light", good, one],
  ["a working configuration", "dark", good, one],
  ["one with problems", "light", rich, one],
  ["nothing yet, in two panes", "dark", undefined, { width: 1440, height: 1000 }],
]) {
  person(`axe-core finds nothing serious, ${colorScheme}, ${what}`, { begin: false, colorScheme, viewport }, async ({ page }) => {
    const found = {};
    await visitViews(page, state, async (view) => {
      const all = await serious(page);
      if (all.length > 0) found[view] = all;
    });
    assert.deepEqual(found, {});
  });
}

for (const [what, options] of [
  ["360 px wide", { viewport: { width: 360, height: 740 } }],
  // What a window of 1280 x 900 has left for the page at 200 %.
  ["200 % zoom", { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
]) {
  person(`nothing has to be scrolled sideways, ${what}`, { begin: false, ...options }, async ({ page }) => {
    const wide = {};
    await visitViews(page, rich, async (view) => {
      const over = await page.evaluate(() => {
        const most = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= most) return undefined;
        return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > most + 1).slice(0, 5).map((one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`);
      });
      if (over !== undefined) wide[view] = over;
    });
    assert.deepEqual(wide, {});
    assert.deepEqual(await serious(page), []);
  });
}

person("the keyboard reaches everything, the focus is seen, and nothing holds it", { begin: false }, async ({ page }) => {
  const unseen = [];
  await open(page, good);
  for (const view of VIEWS.filter((one) => one !== "JSON")) {
    await tab(page, new RegExp(`^${view}`));
    await page.getByRole("link", { name: "To the configuration" }).focus();
    const seen = new Set();
    for (let at = 0; at < 150; at++) {
      await page.keyboard.press("Tab");
      const now = await page.evaluate(() => {
        const one = document.activeElement;
        if (one === null || one === document.body) return undefined;
        one.dataset.seen ??= String(Math.random());
        const styles = [one, one.closest(".editor-frame") ?? one, one.parentElement ?? one].map((some) => getComputedStyle(some));
        const shown = styles.some(({ outlineStyle, outlineWidth, boxShadow }) => (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow.includes("inset"));
        return { id: one.dataset.seen, what: `${one.tagName}.${one.className} ${one.textContent?.slice(0, 30)}`, shown: shown || styles[0].borderColor.includes("rgb(42, 86, 194)") };
      });
      // Past the last one, or around.
      if (now === undefined || seen.has(now.id)) break;
      seen.add(now.id);
      if (!now.shown) unseen.push(`${view}: ${now.what}`);
    }
    assert.ok(seen.size > 5, `${view}: ${seen.size} stops`);
    assert.ok(seen.size < 150, `${view}: the focus is held`);
  }
  assert.deepEqual(unseen, []);
  // Tabs by arrows, undo by keys.
  await tab(page, "Explain");
  await page.getByRole("tab", { name: "Explain" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tabpanel", { name: "Run" }).waitFor();
});

for (const [width, height] of [[1440, 1000], [768, 1024], [360, 740]]) {
  person(`pictures, ${width} px`, { begin: false, viewport: { width, height } }, async ({ page }) => {
    await visitViews(page, good, async (view) => {
      await page.screenshot({ path: `${pictures}${width}-${view.toLowerCase().replaceAll(" ", "-")}.png` });
    });
  });
}
person("pictures, dark", { begin: false, viewport: { width: 1440, height: 1000 }, colorScheme: "dark" }, async ({ page }) => {
  await visitViews(page, good, async (view) => {
    if (["Explain", "Run"].includes(view)) await page.screenshot({ path: `${pictures}dark-${view.toLowerCase()}.png` });
  });
});
