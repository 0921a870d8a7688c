// Take it away, bring it in, and what stays in the browser.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { config, login } from "./scene.mjs";
import { address, arrived, configOf, eventField, linkOf, open, person, tab, textOf } from "./harness.mjs";

const text = textOf(config);
const shared = { config, event: login({ lastName: "Not a Sample" }) };
const makeLink = async (page, { withLogin = false } = {}) => {
  const panel = await tab(page, /Take away/);
  if (withLogin) await panel.getByLabel(/with the sample login/).check();
  await panel.getByRole("button", { name: "Make a link" }).click();
  return panel.getByLabel("Share link").inputValue();
};
/** What a person drags from the desktop. */
async function drop(page, name, content, type = "application/json") {
  const data = await page.evaluateHandle(([name, content, type]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], name, { type }));
    return transfer;
  }, [name, content, type]);
  await page.dispatchEvent("main", "dragenter", { dataTransfer: data });
  await page.dispatchEvent("main", "dragover", { dataTransfer: data });
  await page.getByText("Drop the file to bring it in").waitFor();
  await page.dispatchEvent("main", "drop", { dataTransfer: data });
  await page.getByText("Drop the file to bring it in").waitFor({ state: "detached" });
}

person("the file that is downloaded is the text, byte for byte, and can be brought in again", { begin: false }, async ({ page, fresh }) => {
  await open(page, shared);
  assert.equal(await configOf(page), text);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Download/ }).click()]);
  assert.equal(download.suggestedFilename(), "scimhook.json");
  const file = await download.path();
  assert.equal(await readFile(file, "utf8"), text);

  const other = (await fresh()).page;
  await open(other);
  await tab(other, /Take away/);
  const [chooser] = await Promise.all([other.waitForEvent("filechooser"), other.getByRole("button", { name: "Bring in a file…" }).click()]);
  await chooser.setFiles({ name: "mine.json", mimeType: "application/json", buffer: await readFile(file) });
  await arrived(other, "The configuration in mine.json is here.");
  assert.equal(await configOf(other), text);
});

person("a file is brought in by dragging it anywhere, whatever it is called; undo takes it back", { begin: false }, async ({ page }) => {
  await open(page, shared);
  const other = textOf({ ...config, policy: { retries: 1 } });
  await drop(page, "notes.txt", other, "text/plain");
  await arrived(page, "The configuration in notes.txt is here.");
  assert.equal(await configOf(page), other);
  await page.keyboard.press("Control+z");
  assert.equal(await configOf(page), text);
  await drop(page, "claims.json", '{"sub": "248289761001", "email": "janedoe@example.com", "azp": "console"}');
  await arrived(page, /The login in claims\.json is here, converted from the shape of OpenID Connect/);
  await tab(page, "Login");
  assert.match(await eventField(page).inputValue(), /"id": "248289761001"/);
});

person("a share link opens in another profile, and carries the login only when asked to", { begin: false }, async ({ page, fresh }) => {
  await open(page, shared);
  const link = await makeLink(page);
  assert.ok(link.startsWith(`${address()}#scimhook=1.`));
  assert.ok(!link.includes("?") && link.length < 1_000, `${link.length} characters`);
  const withLogin = await makeLink(page, { withLogin: true });
  assert.notEqual(withLogin, link);

  for (const [one, expected] of [[link, ""], [withLogin, textOf(shared.event)]]) {
    const other = (await fresh()).page;
    await other.goto(one);
    await arrived(other, "This configuration came with the link.");
    assert.equal(await other.evaluate(() => location.hash), "", "a reload shows what was done since, not the link");
    await tab(other, "Login");
    if (expected !== "") assert.equal(await eventField(other).inputValue(), expected);
    else assert.doesNotMatch(await eventField(other).inputValue(), /Not a Sample/);
    assert.equal(await configOf(other), text);
  }
});

person("a link that was cut off, changed, or made by a later version is told plainly, and what was here stays", { begin: false }, async ({ page, t }) => {
  const link = linkOf({ config: { ...config, policy: { retries: 0 } } });
  await open(page, shared);
  for (const [fragment, says] of [
    [link.slice(0, -20), "This link was cut off on its way"],
    ["scimhook=1", "This link was cut off on its way"],
    [`${link.slice(0, -1)}${link.endsWith("A") ? "B" : "A"}`, "This link was changed on its way"],
    ["scimhook=2.12.00000000.AAAA", "This link was made by a later version of this page"],
  ]) {
    await t.test(fragment.slice(0, 14), async () => {
      await page.evaluate((hash) => void (location.hash = hash), fragment);
      await arrived(page, says);
      await arrived(page, "What was here is still here.");
      assert.equal(await configOf(page), text);
      await page.getByRole("button", { name: "Close" }).click();
    });
  }
  await page.evaluate((hash) => void (location.hash = hash), link);
  await arrived(page, "This configuration came with the link.");
  assert.match(await configOf(page), /"retries": 0/);
});

person("secrets in clear are flagged, and leave the page neither by copy, file, link nor storage", { begin: false }, async ({ page, context }) => {
  const secret = "hunter2-in-clear";
  const clear = structuredClone(config);
  clear.servers[0].authentication.accessToken = secret;
  clear.servers[0].description = `ask for ghp_${"aB3dE5gH7jK9mN2pQ4sT6vW8xZ0c".repeat(2).slice(0, 36)}`;
  await open(page, { config: clear });
  const panel = await tab(page, /Take away/);
  await panel.getByText("2 texts here look like real secrets.").waitFor();
  await panel.getByText("/servers/0/authentication/accessToken", { exact: true }).waitFor();
  const copied = await configOf(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Download/ }).click()]);
  const file = await readFile(await download.path(), "utf8");
  const link = await makeLink(page);
  assert.equal(copied, file);
  assert.deepEqual(JSON.parse(copied).servers[0].authentication.accessToken, { secret: "aws-access-token" });
  const other = await context.newPage();
  await other.goto(link);
  await arrived(other, "This configuration came with the link.");
  assert.equal(await configOf(other), copied);
  await other.close();

  await panel.getByLabel(/Keep the configuration/).waitFor();
  // Something changes, so that something is kept.
  await tab(page, "Login");
  await eventField(page).fill("{}");
  await page.waitForFunction(() => localStorage.getItem("scimhook-tester") !== null);
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  for (const carrier of [copied, kept, decodeURIComponent(link)]) assert.ok(!carrier.includes(secret) && !carrier.includes("ghp_"));

  const again = await tab(page, /Take away/);
  await again.getByRole("button", { name: "Give them by name" }).click();
  await again.getByText("look like real secrets").waitFor({ state: "detached" });
  assert.equal(await configOf(page), copied);
});

person("work is kept between visits, and forgotten when told to", { begin: false }, async ({ page, context }) => {
  await open(page, shared);
  await tab(page, "Login");
  await eventField(page).fill(textOf(login({ lastName: "Kept" })));
  await page.waitForFunction(() => localStorage.getItem("scimhook-tester")?.includes("Kept"));
  await page.reload();
  await tab(page, "Login");
  assert.match(await eventField(page).inputValue(), /Kept/);
  assert.equal(await configOf(page), text);

  const panel = await tab(page, /Take away/);
  await panel.getByRole("button", { name: "Forget what is kept here" }).click();
  assert.equal(await page.evaluate(() => localStorage.getItem("scimhook-tester")), null);
  await tab(page, "Login");
  await eventField(page).fill("{}");
  // Longer than the pause before saving.
  await page.waitForTimeout(700);
  assert.equal(await page.evaluate(() => localStorage.getItem("scimhook-tester")), null);
  const next = await context.newPage();
  await open(next);
  await tab(next, "Login");
  assert.doesNotMatch(await eventField(next).inputValue(), /Kept/);
});

person("broken work is kept too, unless something in it looks like a secret", { begin: false }, async ({ page }) => {
  await open(page, shared);
  await tab(page, "Login");
  await eventField(page).fill('{ "half": ');
  await page.waitForFunction(() => localStorage.getItem("scimhook-tester")?.includes("half"));
  await eventField(page).fill('{ "accessToken": "hunter2", ');
  await page.waitForTimeout(700);
  assert.match(await page.evaluate(() => localStorage.getItem("scimhook-tester")), /half/);
  const panel = await tab(page, /Take away/);
  await panel.getByText(/Not kept as it stands/).waitFor();
});

person("without storage the page works, and says so", { begin: false }, async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      },
    });
  });
  await open(page, shared);
  await tab(page, "Login");
  await eventField(page).fill("{}");
  await page.waitForTimeout(700);
  const panel = await tab(page, /Take away/);
  await panel.getByText(/This browser keeps nothing for this page/).waitFor();
  assert.equal(await configOf(page), text);
});

person("a full storage is no different", { begin: false }, async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await open(page, shared);
  await tab(page, "Login");
  await eventField(page).fill("{}");
  await (await tab(page, /Take away/)).getByText(/This browser keeps nothing for this page/).waitFor();
});

person("files of other kinds are refused with the reason, and nothing is lost", { begin: false }, async ({ page }) => {
  await open(page, shared);
  for (const [name, content, says] of [
    ["photo.png", "\u0089PNG\r\n", /photo\.png is not JSON: line 1, column 1/],
    ["broken.json", '{\n  "servers": [}', /broken\.json is not JSON: line 2, column 15/],
    ["package.json", '{"name": "x"}', /package\.json is JSON, but neither a configuration/],
    ["huge.json", `"${"x".repeat(2_000_000)}"`, /huge\.json has 1\.9 MiB/],
  ]) {
    await drop(page, name, content);
    await arrived(page, says);
    assert.equal(await configOf(page), text);
  }
});

person("the code for Node names the environment variables of this configuration", { begin: false }, async ({ page }) => {
  await open(page, shared);
  const panel = await tab(page, /Take away/);
  await panel.getByRole("button", { name: "Copy the code" }).click();
  await panel.getByRole("button", { name: "Copied" }).waitFor();
  const code = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(code, /AWS_ACCESS_TOKEN/);
  assert.match(code, /application: "console"/);
});
