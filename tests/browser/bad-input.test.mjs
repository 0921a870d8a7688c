// What a person does by mistake: said plainly, the last good state kept, the page alive.
import assert from "node:assert/strict";
import { arrived, configOf, editor, eventField, open, person, tab, textOf } from "./harness.mjs";
import { config, large, login } from "./scene.mjs";

const state = { config, event: login() };

async function replaceAll(page, text) {
  await (await editor(page)).click();
  await page.keyboard.press("Control+a");
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.keyboard.press("Control+v");
}
/** The page answers: Explain is there, and a press sends. */
async function alive(page) {
  const explain = await tab(page, "Explain");
  await explain.getByText(/^At aws, /).first().waitFor();
}

person("broken JSON is told by line and column; Explain keeps what held before, undo mends it", { begin: false }, async ({ page }) => {
  await open(page, state);
  await alive(page);
  await (await editor(page)).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type(' "servers" [');
  await page.locator("body").getByText(/line 1, column \d+: a colon is missing here/).first().waitFor();
  const explain = await tab(page, "Explain");
  await explain.getByText("Below is what held before this change.").waitFor();
  await explain.getByText(/^At aws, /).first().waitFor();
  await (await editor(page)).click();
  await page.keyboard.press("Control+z");
  await explain.getByText("Below is what held before this change.").waitFor({ state: "detached" });
  assert.equal(await configOf(page), textOf(config));
});

person("a paste of 5 MB is refused as a configuration, the page answers at once, undo brings back what was there", { begin: false }, async ({ page }) => {
  await open(page, state);
  await alive(page);
  await replaceAll(page, `{"servers": "${"x".repeat(5_000_000)}"}`);
  await page.locator("body").getByText(/a text of 5\.0 million characters; a configuration has at most one million/).first().waitFor();
  const began = Date.now();
  await tab(page, "Support");
  assert.ok(Date.now() - began < 2_000, `${Date.now() - began} ms to change the tab`);
  await alive(page);
  await (await editor(page)).click();
  await page.keyboard.press("Control+z");
  assert.equal(await configOf(page), textOf(config));
});

person("a paste of 5 MB is no login: it is not taken, and what was there stays", { begin: false }, async ({ page }) => {
  await open(page, state);
  const panel = await tab(page, "Login");
  await eventField(page).focus();
  await page.keyboard.press("Control+a");
  await page.evaluate(() => navigator.clipboard.writeText(`{"user": "${"x".repeat(5_000_000)}"}`));
  await page.keyboard.press("Control+v");
  await arrived(page, "What was pasted has 5.0 million characters; an event has at most one million. Nothing was changed.");
  assert.equal(await eventField(page).inputValue(), textOf(login()));
  // By other ways than the clipboard it is told, and can be taken back.
  await eventField(page).fill(`{"user": "${"x".repeat(1_100_000)}"}`);
  await panel.getByText(/a text of 1\.1 million characters; an event has at most one million/).waitFor();
  await page.keyboard.press("Control+z");
  assert.equal(await eventField(page).inputValue(), textOf(login()));
});

person("200 servers: every view stands, explains and runs", { begin: false, viewport: { width: 1440, height: 900 } }, async ({ page }) => {
  await open(page, { config: large, event: login() });
  const explain = await tab(page, "Explain");
  await explain.getByText(/^At s-0, /).first().waitFor();
  const run = await tab(page, "Run");
  await run.getByRole("button", { name: "Log in" }).click();
  await run.getByText("press 1", { exact: true }).waitFor({ timeout: 30_000 });
  await tab(page, "Form");
  await editor(page);
  await tab(page, /Take away/);
  const panel = await tab(page, "Login");
  await panel.getByRole("button", { name: "Disabled user" }).click();
  assert.match(await eventField(page).inputValue(), /user\.disabled/);
});

person("a configuration of the wrong shape breaks no view", { begin: false }, async ({ page }) => {
  await open(page, state);
  for (const wrong of [[], null, 7, "text", {}, { servers: null, applications: 7 }, { servers: [null, 7, [], { id: 7, type: [], attributes: 7, groups: "x", policy: [] }], applications: [null, { id: {}, servers: "x" }] }, { servers: [{ id: "a", type: "aws", attributes: { userName: [[["x"]]], "": null }, staticAttributes: [], authentication: null }] }]) {
    await replaceAll(page, JSON.stringify(wrong));
    for (const name of ["Form", "Login", "Explain", "Run", "Support", /Take away/]) await tab(page, name);
    const run = await tab(page, "Run");
    const button = run.getByRole("button", { name: /^(Log in|Send)/ });
    if (await button.isEnabled()) await button.click();
    await page.waitForTimeout(150);
  }
  await replaceAll(page, textOf(config));
  await alive(page);
});

person("hostile texts are shown as texts", { begin: false }, async ({ page }) => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>{{7*7}}${7*7}\u202e';
  await open(page, { config: { ...config, servers: [{ ...config.servers[0], name: hostile, description: hostile }], [hostile]: 1 }, event: login({ lastName: hostile, groups: [hostile] }) });
  const title = await page.title();
  for (const name of ["Form", "JSON", "Login", "Explain", "Run", "Support", /Take away/]) await tab(page, name);
  const run = await tab(page, "Run");
  await run.getByRole("button", { name: "Log in" }).click();
  await page.waitForTimeout(500);
  assert.equal(await page.title(), title);
  assert.equal(await page.locator("img[src='x']").count(), 0);
});
