// The simulators as a user of `scimhook/testing` has them: through fetch, with faults.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSimulator, simulate, switchesOf } from "../../pkg/testing.js";

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

function make(type, options = {}) {
  const sim = createSimulator({ type, token: "t", ...options });
  const call = async (method, path, body, more = {}) => {
    const init = { method, headers: { Authorization: "Bearer t", "Content-Type": "application/scim+json" }, ...more };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await sim.fetch(sim.url + path, init);
    const text = await response.text();
    let json;
    try {
      json = JSON.parse(text);
    } catch {}
    return { status: response.status, headers: response.headers, text, json, response };
  };
  return { sim, call };
}

const person = (name) => ({
  schemas: [USER],
  userName: `${name}@corp.test`,
  displayName: name,
  name: { givenName: name, familyName: "X" },
  emails: [{ value: `${name}@corp.test`, primary: true }],
});

for (const type of ["aws", "generic"]) {
  test(`${type}: create, find, patch, join, leave, delete`, async () => {
    const { sim, call } = make(type);
    const user = await call("POST", "/Users", person("ada"));
    assert.equal(user.status, 201);
    const again = await call("POST", "/Users", person("ada"));
    assert.equal(again.status, 409);
    const filter = encodeURIComponent('userName eq "ADA@corp.test"');
    const found = await call("GET", `/Users?filter=${filter}`);
    assert.equal(found.json.totalResults, 1);
    const id = found.json.Resources[0].id;
    const patched = await call("PATCH", `/Users/${id}`, {
      schemas: [PATCH],
      Operations: [{ op: "replace", path: "active", value: false }],
    });
    assert.equal(patched.status, 200);
    assert.equal(patched.json.active, false);
    const group = await call("POST", "/Groups", { schemas: [GROUP], displayName: "Crew" });
    const operation = (op) => ({ schemas: [PATCH], Operations: [op] });
    const gid = group.json.id;
    const add = await call("PATCH", `/Groups/${gid}`, operation({ op: "add", path: "members", value: [{ value: id }] }));
    assert.equal(add.status, type === "aws" ? 204 : 200);
    assert.deepEqual(sim.snapshot().Groups[0].members, [{ value: id }]);
    const byPath = operation({ op: "remove", path: `members[value eq "${id}"]` });
    const byList = operation({ op: "remove", path: "members", value: [{ value: id }] });
    const leave = await call("PATCH", `/Groups/${gid}`, type === "aws" ? byList : byPath);
    assert.equal(leave.status, add.status);
    assert.deepEqual(sim.snapshot().Groups[0].members, []);
    assert.equal((await call("DELETE", `/Users/${id}`)).status, 204);
    assert.equal((await call("GET", `/Users/${id}`)).status, 404);
    assert.deepEqual(sim.snapshot().Users, []);
  });

  test(`${type}: a wrong token is 401`, async () => {
    const { call } = make(type);
    assert.equal((await call("GET", "/Users", undefined, { headers: { authorization: "Bearer no" } })).status, 401);
  });

  test(`${type}: edits behind the client's back`, async () => {
    const { sim, call } = make(type);
    const user = sim.edit({ create: { type: "User", resource: { userName: "out@of.band" } } });
    const group = sim.edit({ create: { type: "Group", resource: { displayName: "G" } } });
    sim.edit({ join: { group: group.id, user: user.id } });
    sim.edit({ set: { id: user.id, attributes: { title: "X", userName: "in@the.house" } } });
    assert.equal((await call("GET", `/Users/${user.id}`)).json.userName, "in@the.house");
    assert.equal(sim.snapshot().Groups[0].members.length, 1);
    sim.edit({ set: { id: user.id, attributes: { title: null } } });
    assert.equal("title" in sim.snapshot().Users[0], false);
    sim.edit({ leave: { group: group.id, user: user.id } });
    sim.edit({ delete: { id: user.id } });
    assert.equal(sim.snapshot().Users.length, 0);
    assert.throws(() => sim.edit({ delete: { id: "none" } }), /no resource/);
    assert.throws(() => sim.edit({ drop: {} }), /known are create/);
  });
}

test("requests are recorded in order", async () => {
  let clock = 1000;
  const sleep = async (ms) => void (clock += ms);
  const { sim, call } = make("generic", { now: () => clock, sleep, latencyMs: 50 });
  await call("POST", "/Users", person("ada"));
  await call("GET", "/Users?count=1");
  assert.equal(sim.requests.length, 2);
  const [post, get] = sim.requests;
  assert.deepEqual([post.method, post.path, post.status, post.startedAt, post.endedAt], ["POST", "/Users", 201, 1000, 1050]);
  assert.equal(post.body.userName, "ada@corp.test");
  assert.equal(post.headers.authorization, "Bearer t");
  assert.deepEqual([get.path, get.body, get.url], ["/Users?count=1", undefined, `${sim.url}/Users?count=1`]);
  sim.clearRequests();
  assert.equal(sim.requests.length, 0);
});

test("unknown options, switches, values and faults are refused with the known ones", () => {
  assert.throws(() => createSimulator({ type: "nope" }), /known are aws, generic/);
  assert.throws(() => createSimulator({ type: "aws", tokn: "x" }), /known are type, url/);
  assert.throws(() => createSimulator({ type: "aws", switches: { x: 1 } }), /known are idForm/);
  assert.throws(() => createSimulator({ type: "aws", switches: { putGroup: 200 } }), /known are 501, 400, 404/);
  assert.throws(() => make("aws").sim.fault({ explode: true }), /known are match/);
});

test("switches are described, and accept numbers and booleans", () => {
  const aws = switchesOf("aws");
  assert.deepEqual(aws.putGroup.values, ["501", "400", "404"]);
  assert.equal(aws.putGroup.default, "501");
  createSimulator({ type: "aws", switches: { putGroup: 404, emailsRequired: true, pageSize: 10 } });
});

test("status instead of an answer, for the next n matching requests", async () => {
  const { sim, call } = make("generic");
  sim.fault({ match: { method: "post", path: "/Users" }, times: 2, status: 503, headers: { "X-Why": "test" }, body: { a: 1 } });
  assert.equal((await call("GET", "/Users")).status, 200);
  const first = await call("POST", "/Users", person("a"));
  assert.deepEqual([first.status, first.json.a, first.headers.get("x-why")], [503, 1, "test"]);
  assert.equal((await call("POST", "/Users", person("a"))).status, 503);
  assert.equal((await call("POST", "/Users", person("a"))).status, 201);
  assert.equal(sim.snapshot().Users.length, 1);
  sim.fault({ times: Infinity, status: 500 });
  assert.equal((await call("GET", "/Users")).status, 500);
  sim.clearFaults();
  assert.equal((await call("GET", "/Users")).status, 200);
});

test("paths match by string and by expression", async () => {
  const { sim, call } = make("generic");
  sim.fault({ match: { path: "/Users" }, status: 500 });
  assert.equal((await call("GET", "/UsersX")).status, 404);
  assert.equal((await call("GET", "/Users/1")).status, 500);
  sim.fault({ match: { path: /filter=/ }, status: 500 });
  assert.equal((await call("GET", "/Users")).status, 200);
  assert.equal((await call("GET", "/Users?filter=active+pr")).status, 500);
});

test("a reply lost before and after the provider acted", async () => {
  const { sim, call } = make("aws");
  sim.fault({ lose: "before" });
  await assert.rejects(call("POST", "/Users", person("a")), { name: "TypeError", message: "fetch failed" });
  assert.equal(sim.snapshot().Users.length, 0);
  sim.fault({ lose: "after" });
  await assert.rejects(call("POST", "/Users", person("a")), { name: "TypeError" });
  assert.equal(sim.snapshot().Users.length, 1);
  assert.deepEqual([sim.requests[0].status, sim.requests[1].status, sim.requests[1].lost], [undefined, 201, true]);
  assert.equal((await call("POST", "/Users", person("a"))).status, 409);
});

test("abort ends a hang, a latency, and a request not begun", async () => {
  const { sim, call } = make("generic");
  const expected = { name: "AbortError" };
  const after = (ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), ms);
    return { signal: controller.signal, headers: { authorization: "Bearer t" } };
  };
  sim.fault({ hang: true });
  await assert.rejects(call("GET", "/Users", undefined, after(5)), expected);
  sim.dials.latencyMs = () => 60_000;
  await assert.rejects(call("GET", "/Users", undefined, after(5)), expected);
  await assert.rejects(call("GET", "/Users", undefined, { signal: AbortSignal.abort() }), expected);
});

test("throttle, with seconds, a date and nothing", async () => {
  const { sim, call } = make("generic");
  sim.fault({ throttle: { retryAfter: 7 } });
  sim.fault({ throttle: { status: 503, retryAfter: "Tue, 03 Feb 2026 04:05:06 GMT" } });
  sim.fault({ throttle: {} });
  const seconds = await call("GET", "/Users");
  assert.deepEqual([seconds.status, seconds.headers.get("retry-after")], [429, "7"]);
  const date = await call("GET", "/Users");
  assert.deepEqual([date.status, date.headers.get("retry-after")], [503, "Tue, 03 Feb 2026 04:05:06 GMT"]);
  assert.equal((await call("GET", "/Users")).headers.get("retry-after"), null);
});

test("bodies: html, empty, truncated, huge", async () => {
  const { sim, call } = make("generic");
  sim.fault({ body: "html" });
  const html = await call("POST", "/Users", person("a"));
  assert.deepEqual([html.status, html.headers.get("content-type")], [201, "text/html; charset=utf-8"]);
  assert.equal(sim.snapshot().Users.length, 1);
  sim.fault({ body: "empty" });
  assert.equal((await call("GET", "/Users")).text, "");
  sim.fault({ body: "truncated" });
  const cut = await call("GET", "/Users");
  assert.ok(cut.text.length > 0 && cut.json === undefined);
  sim.fault({ body: "huge" });
  const huge = await call("GET", "/Users");
  assert.ok(huge.text.length > 1024 * 1024);
  assert.equal(huge.json.totalResults, 1);
});

test("redirects: followed, manual, error", async () => {
  const { sim, call } = make("generic");
  const headers = { authorization: "Bearer t" };
  sim.fault({ times: 3, redirect: "https://login.test/" });
  const followed = await call("GET", "/Users");
  assert.deepEqual([followed.status, followed.response.redirected, followed.response.url], [200, true, "https://login.test/"]);
  assert.match(followed.text, /Sign in/);
  const manual = await call("GET", "/Users", undefined, { headers, redirect: "manual" });
  assert.deepEqual([manual.status, manual.headers.get("location")], [302, "https://login.test/"]);
  await assert.rejects(call("GET", "/Users", undefined, { headers, redirect: "error" }), TypeError);
  sim.fault({ redirect: { status: 308, location: `${sim.url}/Users` } });
  assert.equal((await call("POST", "/Moved", person("a"))).status, 201);
});

test("simulate routes by base URL", async () => {
  const aws = make("aws").sim;
  const generic = make("generic").sim;
  const fetch = simulate({ aws, generic });
  const headers = { Authorization: "Bearer t" };
  assert.equal((await fetch(`${aws.url}/Users`, { headers })).headers.get("content-type"), "application/json");
  const request = new Request(`${generic.url}/Users`, { headers });
  assert.equal((await fetch(request)).headers.get("content-type"), "application/scim+json");
  assert.equal((await fetch(new URL(`${generic.url}x/Users`), { headers })).status, 404);
  await assert.rejects(fetch("https://elsewhere.test/Users"), { name: "TypeError", message: "fetch failed" });
});

test("the same seed and clock give the same bytes", async () => {
  const bytes = async (seed) => {
    const { call } = make("aws", { seed, now: () => 1_770_091_506_780 });
    return (await call("POST", "/Users", person("a"))).text;
  };
  assert.equal(await bytes(1), await bytes(1));
  assert.notEqual(await bytes(1), await bytes(2));
});

/** A signed token whose signature nobody verifies. */
function signed(claims, header = { alg: "RS256", typ: "JWT" }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.c2lnbmVk`;
}

test("github: an App's token is had at another path of the same host", async () => {
  const now = () => 1_770_091_506_780;
  const first = make("github", { now }).sim;
  const second = make("github-enterprise", { now, app: { appId: 7, installationId: 99 } }).sim;
  const fetch = simulate({ first, second });
  const ask = (id, iss) =>
    fetch(`https://api.github.com/app/installations/${id}/access_tokens`, {
      method: "POST",
      headers: { "User-Agent": "t", Authorization: `Bearer ${signed({ iss, iat: 1_770_091_446, exp: 1_770_091_946 })}` },
    });
  const response = await ask(99, "7");
  assert.equal(response.status, 201);
  const { token, expires_at } = await response.json();
  assert.equal(expires_at, "2026-02-03T05:05:06Z");
  assert.equal(second.requests[0].path, "/app/installations/99/access_tokens");
  assert.equal((await ask(4242, "12345")).status, 201);
  assert.equal(first.requests.length, 1);
  const headers = { "User-Agent": "t", Authorization: `Bearer ${token}` };
  assert.equal((await fetch(`${second.url}/Users`, { headers })).status, 200);
  assert.equal((await fetch(`${first.url}/Users`, { headers })).status, 401);
  second.fault({ match: { path: "/app/installations" }, status: 503 });
  assert.equal((await ask(99, "7")).status, 503);
  assert.throws(() => createSimulator({ type: "github", app: { id: 1 } }), /known are appId/);
  assert.throws(() => createSimulator({ type: "github", url: "https://api.github.com" }), /organizations/);
});

test("github: invited, linked, gone", async () => {
  const { sim, call } = make("github");
  const headers = { Authorization: "Bearer t", "User-Agent": "t", "Content-Type": "application/json" };
  const user = await call("POST", "/Users", person("ada"), { headers });
  assert.equal(user.status, 201);
  assert.equal(sim.edit({ saml: { login: "ada-gh", nameId: "else@corp.test" } }).linked, false);
  assert.deepEqual(sim.edit({ saml: { login: "ada-gh", nameId: "ada@corp.test" } }), { linked: true, id: user.json.id });
  assert.deepEqual(sim.snapshot().Users[0].github, { state: "LINKED", login: "ada-gh" });
  const body = { Operations: [{ op: "replace", value: { active: false } }] };
  assert.equal((await call("PATCH", `/Users/${user.json.id}`, body, { headers })).status, 200);
  assert.deepEqual([sim.snapshot().Users, sim.snapshot().Members], [[], []]);
  assert.equal((await call("GET", "/Users")).status, 403);
});
