// The main path once more, in Firefox.
import assert from "node:assert/strict";
import { test } from "node:test";
import puppeteer from "puppeteer-core";
import { linkOf } from "./link.mjs";
import { config, login } from "./scene.mjs";
import { serve } from "./server.mjs";

test("Firefox: open a link, explain, run, run again, share, open again", { timeout: 120_000 }, async () => {
  const site = await serve();
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr", headless: true });
  const wrong = [];
  try {
    const page = await browser.newPage();
    page.on("console", (message) => ["error", "warn"].includes(message.type()) && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("request", (request) => request.url().startsWith(site.url) || request.url().startsWith("data:") || wrong.push(`asked for ${request.url()}`));
    await page.setViewport({ width: 1280, height: 900 });
    const press = async (selector) => (await page.waitForSelector(selector, { visible: true })).click();
    const says = (words) => page.waitForFunction((text) => document.body.innerText.includes(text), { timeout: 20_000 }, words);

    // Begin as an administrator does.
    await page.goto(site.url);
    await press("button ::-p-text(AWS)");
    await page.waitForSelector("input");
    // And as an engineer.
    await page.goto(`${site.url}#${linkOf({ config, event: login() })}`);
    await says("This configuration came with the link.");
    await press("#tab-explain");
    await says("At aws, the account would be created");
    await press("#tab-run");
    await press("button ::-p-text(Log in)");
    await says("press 1");
    await press("button ::-p-text(Log in again)");
    await says("Nothing was sent.");
    await press("#tab-json");
    await page.waitForSelector(".cm-content");
    await press("#tab-login");
    await press("button ::-p-text(Changed profile)");
    await press("#tab-share");
    await press("button ::-p-text(Make a link)");
    const link = await (await page.waitForSelector('input[readonly]')).evaluate((input) => input.value);

    const other = await (await browser.createBrowserContext()).newPage();
    await other.goto(link);
    await other.waitForFunction(() => document.body.innerText.includes("This configuration came with the link."), { timeout: 20_000 });
    assert.equal(await other.evaluate(() => location.hash), "");
    assert.deepEqual(wrong, []);
  } finally {
    await browser.close();
    await site.close();
  }
});
