// A person at the page, in Chromium. Every visit is a fresh profile, and ends with the same question: did anything
// complain, and did anything ask for more than the page's own files?
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { linkOf, textOf } from "./link.mjs";
import { serve } from "./server.mjs";

// As little as possible of what a browser does by itself; the sandbox cannot be had as root.
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export { linkOf, textOf };

let browser;
let site;

before(async () => {
  site = await serve();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

export const address = () => site.url;

/** Opens what is watched: `watched.wrong` fills with whatever should not be. */
async function visit(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, permissions: ["clipboard-read", "clipboard-write"], ...options });
  const wrong = [];
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(site.url) && !url.startsWith("data:") && !url.startsWith(`blob:${new URL(site.url).origin}`)) wrong.push(`asked for ${url}`);
    if (request.method() !== "GET") wrong.push(`${request.method()} ${url}`);
  });
  context.on("requestfailed", (request) => wrong.push(`failed ${request.url()}: ${request.failure()?.errorText}`));
  context.on("response", (response) => response.status() >= 400 && wrong.push(`${response.status()} ${response.url()}`));
  context.on("weberror", (error) => wrong.push(`uncaught ${error.error().message}`));
  context.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(`console ${message.type()}: ${message.text()}`));
  await context.exposeFunction("reportViolation", (what) => wrong.push(`policy ${what}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => globalThis.reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
  });
  return { context, wrong };
}

/**
 * A test with a page of its own. `context` has further pages of the same profile, `fresh()` opens another profile,
 * `options` are playwright's for the context, `begin: false` leaves it to the test to go to the page.
 */
export function person(title, options, play) {
  const { begin = true, ...contextOptions } = options;
  test(title, { timeout: 60_000 }, async (t) => {
    const visits = [];
    const fresh = async (more = {}) => {
      const one = await visit({ ...contextOptions, ...more });
      visits.push(one);
      return { context: one.context, page: await one.context.newPage() };
    };
    try {
      const { context, page } = await fresh();
      page.setDefaultTimeout(10_000);
      if (begin) await open(page);
      await play({ page, context, fresh, t });
      // What comes late is wrong as well.
      await page.waitForTimeout(50);
    } finally {
      for (const { context } of visits) await context.close();
    }
    assert.deepEqual(visits.flatMap(({ wrong }) => wrong), []);
  });
}

/** Goes to the page, with texts in a share link where they are given, and waits until it stands. */
export async function open(page, state) {
  await page.goto(site.url + (state === undefined ? "" : `#${linkOf(state)}`));
  await page.getByRole("heading", { name: /scimhook/ }).waitFor();
  if (state !== undefined) {
    await arrived(page, "This configuration came with the link.");
    await page.getByRole("button", { name: "Close" }).click();
  }
}

/** What the page says of what came in last. */
export const arrived = (page, words) => page.locator(".arrival").filter({ hasText: words }).waitFor();

/** A tab by its name; panes side by side or not. */
export async function tab(page, name) {
  const one = page.getByRole("tab", { name });
  if ((await one.getAttribute("aria-selected")) !== "true") await one.click();
  await page.getByRole("tabpanel", { name }).waitFor();
  return page.getByRole("tabpanel", { name });
}

/** The sample login's text field. */
export const eventField = (page) => page.getByLabel("Event", { exact: true });

/** The JSON editor, when it is there. */
export async function editor(page) {
  await tab(page, /^JSON/);
  const field = page.getByRole("textbox", { name: "Configuration, JSON" });
  await field.waitFor();
  return field;
}

/** The configuration as the page would hand it over. */
export async function configOf(page) {
  const panel = await tab(page, /Take away/);
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await panel.getByRole("button", { name: /^(Copy the configuration|Copied)$/ }).first().click();
  await panel.getByRole("button", { name: "Copied" }).first().waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}
