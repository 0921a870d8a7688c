// The sample login: ready-made, pasted, converted.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { config, login } from "./scene.mjs";
import { eventField, open, person, tab, textOf } from "./harness.mjs";

const folder = new URL("../../www/tests/events/samples/", import.meta.url);
const documented = readdirSync(folder).filter((name) => name !== "refused.json");

person("every ready-made login is one press away and explained at once", { begin: false }, async ({ page }) => {
  await open(page, { config });
  const panel = await tab(page, "Login");
  const told = {};
  const titles = await panel.getByRole("group", { name: "Ready-made events" }).getByRole("button").allTextContents();
  for (const title of titles) {
    await tab(page, "Login");
    const button = panel.getByRole("button", { name: title });
    await button.click();
    assert.equal(await button.getAttribute("aria-pressed"), "true");
    const event = JSON.parse(await eventField(page).inputValue());
    assert.ok(event.application === "console" || event.type !== undefined, "for the application of the configuration");
    const explained = await tab(page, "Explain");
    await explained.getByText(/^At aws, /).first().waitFor();
    // The pause before it asks, and the answer.
    await page.waitForTimeout(400);
    told[title] = await explained.getByText(/^At aws, /).first().textContent();
  }
  assert.match(told["First access"], /would be created/);
  assert.match(told["Disabled user"], /would be turned off/);
  assert.match(told["Missing attribute"], /would fail/);
  assert.match(told["Quotes and Unicode"], /would be created/);
  assert.ok(Object.keys(told).length >= 6);
});

person("what other platforms hand over is recognised, converted by a press, and explained", { begin: false }, async ({ page }) => {
  await open(page, { config });
  await tab(page, "Login");
  for (const name of documented) {
    const { sample, becomes } = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    await eventField(page).fill("");
    await eventField(page).focus();
    await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(sample, undefined, 2));
    await page.keyboard.press("Control+v");
    await page.getByRole("button", { name: "Convert it" }).click();
    const event = JSON.parse(await eventField(page).inputValue());
    assert.deepEqual(event.user, becomes.user, name);
    await page.getByRole("button", { name: "Make it console" }).or(page.locator(".event-notes")).first().waitFor();
    const elsewhere = page.getByRole("button", { name: "Make it console" });
    if (await elsewhere.isVisible()) await elsewhere.click();
    const now = JSON.parse(await eventField(page).inputValue());
    assert.equal(now.application.id ?? now.application, "console", name);
    await page.keyboard.press("Control+z");
  }
});

person("other shapes are refused with what may be pasted instead", { begin: false }, async ({ page }) => {
  await open(page, { config });
  const panel = await tab(page, "Login");
  for (const { sample, says } of JSON.parse(readFileSync(new URL("refused.json", folder), "utf8"))) {
    await eventField(page).fill(JSON.stringify(sample));
    await panel.getByText(says.replaceAll("`", "")).first().waitFor();
    assert.equal(await panel.getByRole("button", { name: "Convert it" }).count(), 0);
  }
  await panel.getByText("What can be pasted here").click();
  for (const platform of ["Auth0", "Okta", "Ory Kratos", "Keycloak", "OpenID Connect"]) await panel.getByRole("listitem").filter({ hasText: platform }).waitFor();
});

person("broken JSON is told by line, a token is not taken for a login, a secret in one is flagged", { begin: false }, async ({ page }) => {
  await open(page, { config });
  const panel = await tab(page, "Login");
  await eventField(page).fill('{\n  "application": "console",\n  "user": {,\n}');
  await panel.getByText(/Not JSON: line 3, column 12/).waitFor();
  const token = ["eyJhbGciOiJub25lIn0", "eyJzdWIiOiIxIn0", ""].join(".");
  await eventField(page).fill(token);
  await panel.getByText(/This is a token, and a token is a secret/).waitFor();
  await page.waitForTimeout(700);
  assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes("eyJzdWIiOiIxIn0"));
  await eventField(page).fill(textOf(login({ session: `eyJhbGciOiJub25lIn0.${"eyJzdWIiOiIxIn0"}.x` })));
  await panel.getByText(/Something here looks like a real secret/).waitFor();
  await panel.getByText("/user/session", { exact: true }).waitFor();
});

person("typing is one step to undo, by keys", { begin: false }, async ({ page }) => {
  await open(page, { config, event: login() });
  await tab(page, "Login");
  const before = await eventField(page).inputValue();
  await eventField(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("  ");
  assert.equal(await eventField(page).inputValue(), `${before}  `);
  await page.keyboard.press("Control+z");
  assert.equal(await eventField(page).inputValue(), before);
  await page.keyboard.press("Control+Shift+z");
  assert.equal(await eventField(page).inputValue(), `${before}  `);
});
