// Explain, Run and the support matrix; and that they are what Node's package says, byte for byte.
import assert from "node:assert/strict";
import { memoryStore } from "../../pkg/host.js";
import { ScimHook, capabilities } from "../../pkg/index.js";
import { createSimulator } from "../../pkg/testing.js";
import { bundled } from "../../www/tests/engine/bundle.mjs";
import { open, person, tab, textOf } from "./harness.mjs";
import { aws, config, configWith, github, hr, login } from "./scene.mjs";

const { World } = await bundled("engine/world.ts");

/** Keeps what the page's worker answers, by the name of what was asked. */
function listen() {
  globalThis.answers = [];
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      const asked = new Map();
      const post = this.postMessage.bind(this);
      this.postMessage = (call, ...more) => {
        asked.set(call.id, call);
        post(call, ...more);
      };
      this.addEventListener("message", ({ data }) => globalThis.answers.push({ method: asked.get(data.id)?.method, args: asked.get(data.id)?.args, text: JSON.stringify(data.value) }));
    }
  };
}
const answersTo = (page, method) => page.evaluate((name) => globalThis.answers.filter(({ method }) => method === name), method);

const logIn = async (page) => {
  const run = await tab(page, "Run");
  const before = await run.getByText(/^press \d+$/).count();
  await run.getByRole("button", { name: /^Log in/ }).click();
  if (before === 0) await run.getByText(/^press \d+$/).waitFor();
  return run;
};
const dial = (run, label) => run.getByLabel(label, { exact: true });

person("Explain says what Node says, byte for byte, and shows every value and body of it", { begin: false }, async ({ page }) => {
  await page.addInitScript(listen);
  const state = { config: configWith(aws, github, hr), event: login({ lastName: "O'Kafor \"☃\"" }) };
  await open(page, state);
  const panel = await tab(page, "Explain");
  for (const server of ["aws", "github", "hr"]) await panel.getByText(new RegExp(`^At ${server}, `)).first().waitFor();

  const hook = new ScimHook(textOf(state.config), { fetch: () => assert.fail("explain sends nothing"), state: memoryStore(), secret: () => "made up", now: () => 0 });
  const explanation = await hook.explain(textOf(state.event));
  const last = (await answersTo(page, "explain")).at(-1);
  assert.equal(last.args[0], textOf(state.config));
  assert.ok(last.text === JSON.stringify(explanation), "not the same bytes");

  const shown = await panel.locator("*").evaluateAll((all) => all.map(({ textContent }) => textContent));
  for (const { sentence, mapping, requests } of explanation.servers) {
    assert.ok(shown.includes(sentence.replaceAll("`", "")), sentence);
    for (const { target, value } of mapping) {
      assert.ok(shown.includes(target), target);
      if (typeof value === "string") assert.ok(shown.some((text) => text.includes(value)), value);
    }
    for (const { url, body } of requests) {
      assert.ok(shown.includes(url), url);
      if (body !== undefined) assert.ok(shown.includes(JSON.stringify(body, null, 2)), url);
    }
  }
});

person("Run is what Node's package does in the same world, byte for byte, press by press", { begin: false }, async ({ page }) => {
  await page.addInitScript(listen);
  const state = { config: configWith(aws, github, hr), event: login() };
  await open(page, state);
  const run = await tab(page, "Run");
  await run.getByRole("button", { name: "Log in" }).click();
  await run.getByText("press 1", { exact: true }).waitFor();
  await run.getByRole("button", { name: "Log in again" }).click();
  await run.getByText("press 2", { exact: true }).waitFor();
  await run.getByText("Nothing was sent.").waitFor();
  await tab(page, "Login");
  await page.getByRole("button", { name: "Changed profile" }).click();
  await tab(page, "Run");
  await run.getByRole("button", { name: "Log in again" }).click();
  await run.getByText("press 3", { exact: true }).waitFor();

  const world = new World(() => ({ ScimHook, memoryStore, createSimulator }));
  const answers = await answersTo(page, "run");
  assert.equal(answers.length, 3);
  for (const { args, text } of answers) assert.equal(text, JSON.stringify(await world.run(...args)));
  const [first, second, third] = answers.map(({ text }) => JSON.parse(text));
  assert.deepEqual(first.outcome.servers.map(({ result }) => result), ["created", "created", "created"]);
  assert.deepEqual([second.exchanges, second.records], [[], []]);
  assert.ok(third.exchanges.length > 0);
});

person("a run shows its requests in time, their bodies, the outcome, the link and what the provider holds", { begin: false }, async ({ page }) => {
  await open(page, { config: configWith(aws, hr), event: login() });
  const run = await logIn(page);
  const rows = (server) => run.getByRole("region", { name: `Requests to ${server}` }).getByRole("listitem");
  // Account, look-up of the group, the group.
  assert.equal(await rows("aws").count(), 3);
  const create = rows("aws").filter({ hasText: "POST /Users" });
  await create.getByRole("button").click();
  await create.getByLabel("Body that was sent").getByText('"userName": "amara@corp.example"').waitFor();
  await create.getByLabel("Body that was answered").waitFor();
  // Side by side where they run side by side: both servers begin at once.
  const starts = await Promise.all(["aws", "hr"].map(async (server) => (await rows(server).first().locator(".bar").boundingBox()).x));
  assert.ok(Math.abs(starts[0] - starts[1]) < 2, `${starts}`);
  await run.getByText("created").first().waitFor();
  await run.getByText(/of the budget of/).waitFor();
  const words = await run.textContent();
  for (const said of ["first-access", "readers", "allow"]) assert.ok(words.includes(said), said);
  await run.getByRole("button", { name: "Log in again" }).click();
  await run.getByText("Nothing was sent.").waitFor();
});

person("each dial does what it says", { begin: false }, async ({ page }) => {
  await open(page, { config, event: login() });
  const run = await tab(page, "Run");
  const outcomes = [];
  const turn = async (what, dials, says) => {
    await run.getByRole("button", { name: "Reset the dials" }).click();
    for (const [label, value] of Object.entries(dials)) await dial(run, label).selectOption(value);
    await run.getByRole("button", { name: "Log in", exact: true }).click();
    await run.getByText("press 1", { exact: true }).waitFor();
    const words = (await run.textContent()).replaceAll(/\s+/g, " ");
    assert.match(words, says, what);
    outcomes.push(what);
  };
  await turn("429", { "What goes wrong": "throttle" }, /429/);
  await turn("429 for longer than the budget", { "What goes wrong": "throttle", When: "every" }, /throttled/);
  await turn("500", { "What goes wrong": "error" }, /500/);
  await turn("lost", { "What goes wrong": "lost", When: "create" }, /adopted|created/);
  await turn("hang", { "What goes wrong": "hang", When: "every" }, /budget-spent|timeout/);
  await turn("ours", { "Before this login": "ours" }, /adopted/);
  await turn("unowned", { "Before this login": "unowned" }, /adopted/);
  await turn("another's", { "Before this login": "another" }, /conflict/);
  assert.equal(outcomes.length, 8);
});

person("a job that is left can be taken up", { begin: false }, async ({ page }) => {
  await open(page, { config, event: login() });
  const run = await tab(page, "Run");
  await dial(run, "What goes wrong").selectOption("throttle");
  await dial(run, "When").selectOption("every");
  await run.getByRole("button", { name: "Log in" }).click();
  const left = run.getByRole("button", { name: /Take up the job/ });
  await left.waitFor();
  await dial(run, "What goes wrong").selectOption("none");
  await left.click();
  await run.getByText("press 2", { exact: true }).waitFor();
  await run.getByText(/created|adopted/).first().waitFor();
  assert.equal(await left.count(), 0);
});

person("the provider's own switches can be turned, by keyboard alone", { begin: false }, async ({ page }) => {
  await open(page, { config: configWith(hr), event: login() });
  const run = await tab(page, "Run");
  await run.getByText("How the provider behaves").focus();
  await page.keyboard.press("Enter");
  const select = run.locator("details.more-dials select").first();
  await select.focus();
  const before = await select.inputValue();
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await select.inputValue(), before);
  await run.getByRole("button", { name: "Log in" }).focus();
  await page.keyboard.press("Enter");
  await run.getByText("press 1", { exact: true }).waitFor();
});

person("the support matrix is what capabilities() says", { begin: false }, async ({ page }) => {
  await open(page, { config });
  const panel = await tab(page, "Support");
  const rows = await panel.getByRole("row").evaluateAll((all) => all.slice(1).map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent)));
  assert.equal(rows.length, capabilities().length);
  for (const [at, { name, createUser, createGroup, deleteGroup }] of capabilities().entries()) {
    assert.ok(rows[at][0].startsWith(name));
    const cell = ({ byDefault, onRequest }) => (byDefault === "no" && onRequest !== "no" ? "on request" : byDefault);
    assert.ok(rows[at][1].startsWith(cell(createUser)) && rows[at][2].startsWith(cell(createGroup)), `${name}: ${rows[at]}`);
    assert.ok(rows[at][7].startsWith(cell(deleteGroup)), `${name}: ${rows[at]}`);
  }
  const note = panel.getByRole("link", { name: "note 1" }).first();
  await note.click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "support-note-1");
});
