// S5, H4: whatever a profile, a group or a provider's id holds, it stays where it belongs. URLs parse back to the very
// value, headers are those of any other user, bodies hold the value and nothing beside it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ScimHook, ScimHookError } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { LONE, NASTY, recorder } from "./nasty.mjs";
import { ALL, AMARA, TOKEN, configOf, server } from "./scene.mjs";

const GROUPED = ALL.filter((type) => type !== "github");
const EXTRA = { 'addresses[type eq "work"].locality': "city", "name.middleName": "middle" };
const attributesOf = (type) => (type.startsWith("github") ? server(type).attributes : { ...server(type).attributes, ...EXTRA });
const FIELDS = ["email", "firstName", "lastName", "phone", "title", "department", "city", "middle"];

/** The package at a provider that takes everything. */
function start(type, { store = memoryStore(), config, ...options } = {}) {
  const provider = recorder(options);
  const one = server(type, { attributes: attributesOf(type), groups: { mode: type === "github" ? "off" : "mirror" }, policy: { updates: true }, ...config });
  const hook = new ScimHook(configOf([one]), createHost({ fetch: provider.fetch, state: store, secrets: { token: TOKEN } }));
  const login = async (user) => (await hook.postAuthentication({ application: "console", user })).servers[0];
  return { ...provider, hook, base: one.url, login };
}

/** Every request is to the server, under its path, with the headers that all have and the queries that we know. */
function inPlace({ sent, base }) {
  for (const { method, url, href, headers, parsed, body, json } of sent) {
    assert.equal(href, url, "a URL means what is written");
    assert.ok(url.startsWith(`${base}/`), url.slice(0, 200));
    const { pathname, searchParams, hash, username } = new URL(url);
    assert.match(pathname.slice(new URL(base).pathname.length), /^\/(Users|Groups)(\/[^/;]+)?$/);
    assert.deepEqual([hash, username], ["", ""]);
    for (const name of searchParams.keys()) assert.match(name, /^(filter|count|startIndex|cursor|attributes|excludedAttributes)$/);
    assert.deepEqual(Object.keys(headers).sort(), ["Accept", "Authorization", ...(body === undefined ? [] : ["Content-Type"]), "User-Agent"]);
    assert.equal(headers.Authorization, `Bearer ${TOKEN}`);
    assert.match(headers["User-Agent"], /^scimhook\/[\d.]+$/);
    assert.match(headers.Accept, /^[a-z./+, ]+$/);
    if (body !== undefined) assert.match(headers["Content-Type"], /^application\/[a-z+]+$/);
    assert.equal(Object.keys(parsed).length, Object.keys(headers).length);
    assert.equal(body === undefined, method === "GET" || method === "DELETE");
    if (json) for (const name of Object.keys(json)) assert.match(name, /^(schemas|Operations|active|userName|externalId|displayName|name|emails|phoneNumbers|addresses|title|members|entitlements|urn:ietf:params:scim:schemas:extension:enterprise:2\.0:User)$/);
  }
}

/** The texts of a body, wherever they stand. */
function texts(value, into = []) {
  if (typeof value === "string") into.push(value);
  else if (value !== null && typeof value === "object") Object.values(value).forEach((inner) => texts(inner, into));
  return into;
}

/** A filter's attribute, operator and value; it is nothing else. */
function filterOf(url) {
  const filter = new URL(url).searchParams.get("filter");
  const [, attribute, operator, value] = /^(userName|externalId|displayName) (eq|sw|pr) ?(".*")?$/s.exec(filter) ?? assert.fail(filter);
  return { attribute, operator, value: value === undefined ? "" : JSON.parse(value) };
}

const clean = (text) => text.replace(/[\p{Cc}\p{Cf}]/gu, "");

for (const type of ALL) describe(type, { concurrency: 4 }, () => {
  // What is sent is the text itself; to AWS without control and format characters (C2).
  const as = (text) => (type === "aws" ? clean(text) : text);

  for (const [name, text] of Object.entries(NASTY)) {
    test(`${name}, in every field`, async () => {
      let played = 0;
      for (const field of FIELDS) {
        const world = start(type);
        const user = { ...AMARA, [field]: text };
        const outcome = await world.login(user);
        inPlace(world);
        // What a provider cannot take is an error, or left out, and is not bent until it fits.
        if (outcome.result === "failed") assert.equal(outcome.error.class, "profile", JSON.stringify(outcome.error));
        else assert.equal(outcome.result, "created");
        for (const { json } of world.sent) {
          const found = texts(json);
          for (const one of found) if (one.length > 20 && as(text).includes(one)) assert.equal(one, as(text));
          played += found.filter((one) => one === as(text)).length;
        }
        await world.login({ ...AMARA, title: "Other", firstName: "Other" });
        await world.login(user);
        inPlace(world);
      }
      assert.ok(played > 0, "the text was sent");
    });

    test(`${name}, as the id, in a look-up`, async () => {
      for (const field of ["id", "email"]) {
        const found = ({ url }) => (filterOf(url).value === "nobody" ? [] : []);
        const world = start(type, { store: undefined, found });
        const outcome = await world.login({ ...AMARA, [field]: text });
        inPlace(world);
        const gets = world.sent.filter(({ method }) => method === "GET");
        if (outcome.result === "failed") assert.equal(outcome.error.class, "profile");
        for (const { url } of gets) {
          const { operator, value } = filterOf(url);
          const wanted = [AMARA.id, AMARA.email, as(text)];
          if (operator === "eq") assert.ok(wanted.includes(value), value.slice(0, 100));
          else assert.ok(wanted.some((one) => one.split(/["'\\]/)[0] === value), `${operator} ${value}`);
        }
      }
    });

    if (!GROUPED.includes(type)) continue;

    test(`${name}, as a group's name and id`, async () => {
      const world = start(type);
      const outcome = await world.login({ ...AMARA, groups: [{ name: text, id: text }, "readers"] });
      inPlace(world);
      assert.equal(outcome.result, "created");
      const names = world.sent.flatMap(({ method, url, json }) => (!url.includes("/Groups") ? [] : method === "GET" ? [filterOf(url)] : json.displayName ? [{ operator: "eq", value: json.displayName }] : []));
      for (const { operator, value } of names) {
        if (operator === "eq") assert.ok([as(text), text, "readers"].includes(value), value.slice(0, 100));
        else assert.ok([as(text), text].some((one) => one.split(/["'\\]/)[0] === value));
      }
      await world.login({ ...AMARA, groups: ["readers"] });
      await world.hook.lifecycle({ type: "group.renamed", group: { name: `${text}2`, previousName: text } });
      await world.hook.lifecycle({ type: "group.deleted", group: { name: `${text}2` } });
      inPlace(world);
    });
  }

  test("half a pair is no text", async () => {
    for (const text of LONE) {
      const world = start(type);
      try {
        const outcome = await world.login({ ...AMARA, firstName: text, groups: [text] });
        assert.equal(outcome.result, "created");
        // It cannot be written in UTF-8: what is sent stands for it.
        assert.ok(world.sent.every(({ body }) => body === undefined || body.isWellFormed()));
      } catch (error) {
        assert.ok(error instanceof ScimHookError && error.code === "event", String(error));
        assert.equal(world.sent.length, 0);
      }
      inPlace(world);
    }
  });

  test("ids that a provider hands out", async () => {
    for (const [name, id] of Object.entries(NASTY)) {
      const world = start(type, { ids: () => id });
      const first = await world.login({ ...AMARA, groups: type === "github" ? [] : ["readers"] });
      await world.login({ ...AMARA, title: "Chief", firstName: "Ama", groups: [] });
      await world.login({ ...AMARA, active: false });
      await world.hook.lifecycle({ type: "group.renamed", group: { name: "writers", previousName: "readers" } });
      inPlace(world);
      const paths = world.sent.filter(({ method }) => method !== "POST" && method !== "GET").map(({ url }) => new URL(url).pathname.split("/").at(-1));
      for (const segment of paths) assert.equal(decodeURIComponent(segment), id, name);
      // These mean another path however they are written, or are too long for one.
      const unusable = [".", ".."].includes(id) || id.length > 1024;
      assert.deepEqual([first.result, paths.length > 0], unusable ? ["failed", false] : ["created", true], `${name}: ${JSON.stringify(first.error)}`);
    }
  });

  test("cursors that a provider hands out", async () => {
    for (const text of [...Object.values(NASTY), "https://evil.example/v2/Users?cursor=1"]) {
      const world = start(type, {
        store: undefined,
        reply: ({ url, method }) => (method === "GET" && !url.includes("cursor=") ? Response.json({ totalResults: 2, Resources: [], nextCursor: text }) : undefined),
      });
      await world.login(AMARA);
      inPlace(world);
      const next = world.sent.filter(({ url }) => new URL(url).searchParams.get("cursor"));
      for (const { url } of next) {
        assert.equal(new URL(url).searchParams.get("cursor"), text);
        assert.equal(filterOf(url).operator, "eq");
      }
    }
  });
});
