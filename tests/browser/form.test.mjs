// Start from a provider; the form and the JSON are two views of one configuration.
import assert from "node:assert/strict";
import { template, validate } from "../../pkg/index.js";
import { configOf, editor, open, person, tab, textOf } from "./harness.mjs";
import { aws, config, configWith, hr, login } from "./scene.mjs";

const URL_OF_AWS = "https://scim.eu-west-1.amazonaws.com/tenant/scim/v2";
const form = (page) => tab(page, "Form");
const errors = (page) => page.getByRole("tab", { name: /^JSON.*error/ });
const json = async (page) => (await (await editor(page)).innerText()).replaceAll("\u00a0", " ");

person("an administrator who never saw the JSON gets from nothing to a configuration that works", {}, async ({ page }) => {
  const panel = await form(page);
  await panel.getByRole("button", { name: /AWS/ }).click();
  await errors(page).waitFor();
  await panel.getByText("Where to find these at AWS").waitFor();
  assert.equal(await panel.getByLabel("Access token: name of the secret").inputValue(), "aws-access-token");
  await panel.getByLabel("URL").fill(URL_OF_AWS);
  await panel.getByLabel("Name (optional)").first().fill("AWS, production");
  await panel.getByLabel("Description (optional)").fill("the company's accounts");
  await errors(page).waitFor({ state: "detached" });

  const explain = await tab(page, "Explain");
  await explain.getByText("At aws, the account would be created").waitFor();
  const run = await tab(page, "Run");
  await run.getByRole("button", { name: "Log in" }).click();
  await run.getByText("press 1", { exact: true }).waitFor();
  await run.getByRole("button", { name: "Log in again" }).click();
  await run.getByText("Nothing was sent.").waitFor();

  const made = JSON.parse(await configOf(page));
  assert.deepEqual(validate(made), []);
  const { attributes, authentication, groups } = template("aws");
  assert.deepEqual([made.servers[0].attributes, made.servers[0].authentication, made.servers[0].groups], [attributes, authentication, groups]);
  assert.deepEqual([made.servers[0].name, made.servers[0].description, made.servers[0].url], ["AWS, production", "the company's accounts", URL_OF_AWS]);
  assert.deepEqual(made.applications.map(({ servers }) => servers), [[made.servers[0].id]]);
});

for (const [type, name] of [["aws", "AWS"], ["github", "GitHub"], ["github-enterprise", "GitHub Enterprise"], ["salesforce", "Salesforce"], ["generic", "Any SCIM 2.0 server"]]) {
  person(`${name}: the template is filled in, and no field asks for a secret`, {}, async ({ page }) => {
    const panel = await form(page);
    await panel.locator("button").filter({ has: page.getByText(name, { exact: true }) }).click();
    await panel.getByText(/^Where to find these/).waitFor();
    assert.equal(await page.locator("input[type=password]").count(), 0);
    const made = JSON.parse(await configOf(page)).servers[0];
    const { attributes, authentication } = template(type);
    assert.equal(made.type, type);
    assert.deepEqual([made.attributes, made.authentication], [attributes, authentication]);
    for (const value of Object.values(made.authentication)) if (typeof value === "object") assert.deepEqual(Object.keys(value), ["secret"]);
  });
}

person("another type overwrites after a notice, changes nothing when cancelled, and can be undone", { begin: false }, async ({ page }) => {
  await open(page, { config, event: login() });
  const panel = await form(page);
  await panel.getByLabel("Provider").selectOption("salesforce");
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/This overwrites this server's authentication, attributes/).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await panel.getByLabel("Provider").inputValue(), "aws");
  assert.equal(await configOf(page), textOf(config));

  await form(page);
  await panel.getByLabel("Provider").selectOption("salesforce");
  await dialog.getByRole("button", { name: "Overwrite" }).click();
  await dialog.waitFor({ state: "hidden" });
  const made = JSON.parse(await configOf(page)).servers[0];
  const { attributes, authentication } = template("salesforce");
  assert.deepEqual([made.type, made.attributes, made.authentication, made.url, made.id], ["salesforce", attributes, authentication, aws.url, "aws"]);
  await page.keyboard.press("Control+z");
  assert.equal(await configOf(page), textOf(config));
});

person("the attributes table shows what each source gives for the sample login, as it changes", { begin: false }, async ({ page }) => {
  await open(page, { config, event: login({ department: "Operations" }) });
  const panel = await form(page);
  const row = panel.getByRole("row").filter({ has: page.getByLabel("Attribute of the login for name.familyName") });
  await row.getByText("Okafor").waitFor();
  await row.getByLabel("Attribute of the login for name.familyName").fill("department");
  await row.getByText("Operations").waitFor();
  await panel.getByLabel("Another SCIM attribute").fill("title");
  await page.keyboard.press("Enter");
  await panel.getByLabel("Kind of source of title").selectOption("CEL");
  await panel.getByLabel(/Expression for title/).fill("user.firstName + '!'");
  await panel.getByRole("row").filter({ has: page.getByLabel(/Expression for title/) }).getByText("Amara!").waitFor();
  await panel.getByRole("button", { name: "Remove displayName" }).click();
  const { attributes } = JSON.parse(await configOf(page)).servers[0];
  assert.deepEqual([attributes["name.familyName"], attributes.title, attributes.displayName], ["department", { expression: "user.firstName + '!'" }, undefined]);
});

person("form and JSON are in step, and undo goes through both", { begin: false, viewport: { width: 1000, height: 900 } }, async ({ page }) => {
  await open(page, { config, event: login() });
  const panel = await form(page);
  await panel.getByLabel("Name (optional)").first().fill("From the form");
  assert.match(await json(page), /"name": "From the form"/);
  await page.keyboard.press("Escape");
  const field = await editor(page);
  await field.click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+f");
  await page.getByRole("textbox", { name: /find/i }).waitFor();
  await page.keyboard.type("From the form");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.type("From the JSON");
  await form(page);
  assert.equal(await panel.getByLabel("Name (optional)").first().inputValue(), "From the JSON");
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await panel.getByLabel("Name (optional)").first().inputValue(), "From the form");
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await panel.getByLabel("Name (optional)").first().inputValue(), "");
  await page.getByRole("button", { name: "Redo" }).click();
  assert.equal(await panel.getByLabel("Name (optional)").first().inputValue(), "From the form");
});

person("servers and applications are added, referred to and removed", { begin: false }, async ({ page }) => {
  await open(page, { config, event: login() });
  const panel = await form(page);
  await panel.getByRole("button", { name: "Add a server" }).click();
  await panel.getByRole("button", { name: /GitHub/ }).first().click();
  await panel.getByRole("group", { name: "Servers" }).getByRole("checkbox", { name: "github" }).first().check();
  const made = JSON.parse(await configOf(page));
  assert.deepEqual(made.servers.map(({ id }) => id), ["aws", "github"]);
  assert.deepEqual(made.applications[0].servers, ["aws", "github"]);
  await form(page);
  await panel.getByRole("button", { name: "Add an application" }).click();
  assert.equal(JSON.parse(await configOf(page)).applications.length, 2);
});

person("problems of the plugin are marked at their place in the JSON, with their help, and lead there", { begin: false }, async ({ page }) => {
  const wrong = configWith({ ...hr, url: "http://hr.example/scim/v2" });
  await open(page, { config: wrong, event: login() });
  const [problem] = validate(wrong);
  const field = await editor(page);
  const marked = field.locator(".cm-lintRange-error").first();
  await marked.waitFor();
  assert.match(await marked.innerText(), /http:\/\/hr\.example/);
  const list = page.getByRole("list", { name: "Problems" });
  await list.getByText(problem.message.split("`")[0].trim().slice(0, 20)).first().waitFor();
  await list.getByRole("button", { name: problem.path }).click();
  assert.match(await page.evaluate(() => getSelection().toString()), /hr\.example/);
});

person("the JSON editor offers what can stand there, and says what it is", { begin: false }, async ({ page }) => {
  await open(page, { config, event: login() });
  const field = await editor(page);
  await field.click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("End");
  await page.keyboard.type(' "pol');
  const offer = page.locator(".cm-tooltip-autocomplete");
  await offer.getByText("policy").first().waitFor();
  await page.keyboard.press("Enter");
  assert.match(await json(page), /"policy"/);
  await page.keyboard.press("Control+z");
  await field.getByText('"servers"').first().hover();
  await page.locator(".cm-schema-hover").waitFor();
});
