// What the views say, without the views.
import assert from "node:assert/strict";
import test from "node:test";
import { bundled } from "./bundle.mjs";

const [{ difference, flatten }, { cutter }, { sentOf }, { scaleOf }, { linesOf, aboutKey }, { cellOf, notesOf }, { addressesOf }] = await bundled(
  "engine/diff.ts",
  "engine/secrets.ts",
  "views/explain/sent.ts",
  "views/run/scale.ts",
  "views/run/records.ts",
  "views/matrix/support.ts",
  "engine/addresses.ts",
);

test("a difference has what is new, gone and changed, without bookkeeping", () => {
  const user = (id, more) => ({ id, userName: `${id}@x`, meta: { lastModified: Math.random() }, ...more });
  const before = { Users: [user("a", { title: "Pilot" }), user("b")], Groups: [{ id: "g", displayName: "readers", members: [{ value: "b" }] }] };
  const after = { Users: [user("a", { nickName: "Am" }), user("c")], Groups: [{ id: "g", displayName: "readers", members: [{ value: "c" }] }] };
  assert.deepEqual(
    difference(before, after).map(({ kind, name, change, lines }) => [kind, name, change, lines.map(({ path, before, after }) => `${path}: ${before} -> ${after}`)]),
    [
      ["user", "a@x", "changed", ['title: "Pilot" -> undefined', 'nickName: undefined -> "Am"']],
      ["user", "b@x", "removed", ['id: "b" -> undefined', 'userName: "b@x" -> undefined']],
      ["user", "c@x", "added", ['id: undefined -> "c"', 'userName: undefined -> "c@x"']],
      ["group", "readers", "changed", ['members[b@x]: "b" -> undefined', 'members[c@x]: undefined -> "c"']],
    ],
  );
  assert.deepEqual(difference(before, before), []);
});

test("lists go by type, by value, by number", () => {
  const paths = (emails) => [...flatten({ emails }).keys()];
  assert.deepEqual(paths([{ type: "work", value: "a" }, { type: "home", value: "b" }]), ["emails[work].value", "emails[home].value"]);
  assert.deepEqual(paths([{ value: "a", primary: true }, { value: "b" }]), ["emails[a]", "emails[a].primary", "emails[b]"]);
  assert.deepEqual(paths(["a", "a"]), ["emails[0]", "emails[1]"]);
});

test("credentials are cut out of headers, forms and replies", () => {
  const cut = cutter(new Map([["s", 'a "b" c/d'], ["longer", 'a "b" c/d and more'], ["empty", ""]]));
  assert.deepEqual(cut.headers([["authorization", "Bearer xyz"], ["x", 'a "b" c/d']]), [["authorization", "Bearer …"], ["x", "{s}"]]);
  assert.equal(cut.text(`k=${encodeURIComponent('a "b" c/d and more')}&j=${JSON.stringify('a "b" c/d')}`), 'k={longer}&j="{s}"');
  assert.equal(cut.tokenReply('{"access_token":"t","token_type":"Bearer","refresh_token": "r"}'), '{"access_token":"…","token_type":"Bearer","refresh_token": "…"}');
});

test("an attribute is sent, or it is said why not", () => {
  const server = (more) => ({ result: "created", reason: "first-access", changed: ["title"], mapping: [], ...more });
  const row = (more) => ({ target: "title", source: "title", from: "attributes", value: "Pilot", ...more });
  assert.deepEqual(sentOf(row(), server()), { sent: true });
  assert.deepEqual(sentOf(row({ value: undefined }), server({ changed: [] })), { sent: false, why: "this login has nothing there" });
  assert.deepEqual(sentOf(row(), server({ result: "unchanged", reason: "fresh", changed: [] })), { sent: false, why: "as it was last sent" });
  assert.match(sentOf(row(), server({ result: "unchanged", reason: "updates-off", changed: [] })).why, /updates are off/);
  assert.match(sentOf(row(), server({ result: "skipped", reason: "not-entitled", changed: [] })).why, /condition/);
  assert.deepEqual(sentOf(row({ problem: { message: "left out" } }), server({ changed: [] })), { sent: false, why: "left out" });
  const fixed = row({ from: "staticAttributes", value: "Boss" });
  const [mapped] = [row()];
  assert.match(sentOf(mapped, server({ mapping: [mapped, fixed] })).why, /static/);
  assert.deepEqual(sentOf(fixed, server({ mapping: [mapped, fixed] })), { sent: true });
});

test("the line of time shows the budget where it matters", () => {
  const short = scaleOf(80, 2_500);
  assert.ok(short.at(80) <= 100 && short.at(2_500) > 100);
  const long = scaleOf(1_300, 2_500);
  assert.ok(long.at(2_500) <= 100);
  assert.ok(scaleOf(80, 2_500, true).at(2_500) <= 100);
  assert.ok(scaleOf(2_550, 2_500).at(2_550) <= 100);
  for (const ms of [0, 1, 7, 999, 60_000]) {
    const { ticks } = scaleOf(ms, 2_500);
    assert.ok(ticks.length >= 2 && ticks.length <= 12 && ticks.every(Number.isInteger), `${ms}: ${ticks}`);
  }
});

test("a record is told in words, and an unknown one as it is", () => {
  const lines = linesOf(JSON.stringify({ v: 1, id: "42", s: "live", ok: 1767603600000, at: 1767603600000, d: { title: "x" }, g: [["readers", "7"], ["pilots", null, 5]] }));
  assert.deepEqual(lines.map(({ name, value }) => `${name}: ${value}`), ["id there: 42", "state: active", "last confirmed: 2026-01-05 09:00:00 UTC", "newest event: 2026-01-05 09:00:00 UTC", "digests: title", "groups: readers, pilots (could not be had)"]);
  assert.deepEqual(linesOf("odd"), [{ name: "record", value: "odd" }]);
  assert.deepEqual([aboutKey("u/aws/abc"), aboutKey("u/aws/abc:g1"), aboutKey("g/aws/abc"), aboutKey("odd")], ["this person at aws", "more groups of this person at aws", "a group at aws", "odd"]);
});

test("the matrix has the README's words, and each note once", () => {
  const support = (byDefault, onRequest, note) => ({ byDefault, onRequest, ...(note && { note }) });
  assert.deepEqual([["yes", "yes"], ["no", "yes"], ["no", "no"], ["limited", "yes"]].map(([a, b]) => cellOf(support(a, b))), ["yes", "on request", "no", "limited"]);
  const actions = ["createUser", "createGroup", "assignUserToGroup", "updateProfile", "deactivateUser", "removeUserFromGroup", "deleteGroup"];
  const type = (note) => Object.fromEntries(actions.map((action, at) => [action, support("no", "no", at > 4 ? note : undefined)]));
  const { list, numberOf } = notesOf([type("one"), type("two"), type("one")]);
  assert.deepEqual([list, numberOf("two"), numberOf(undefined)], [["one", "two"], 2, undefined]);
});

test("an address is one server's, and a token's is its own", () => {
  const plain = addressesOf({ id: "s", type: "generic", url: "https://a.example/v2/", authentication: { scheme: "accessToken", accessToken: "x" } });
  assert.deepEqual([plain.inside("https://a.example/v2/Users"), plain.inside("https://a.example/v22/Users"), plain.inside("https://b.example/v2/Users")], ["https://a.example/v2/Users", undefined, undefined]);
  const app = addressesOf({ id: "s", type: "github", url: "https://api.github.com/scim/v2/organizations/acme", authentication: { scheme: "githubApp", appId: "1", installationId: "2", privateKey: "x" } });
  assert.equal(app.inside("https://api.github.com/app/installations/2/access_tokens"), "https://api.github.com/app/installations/2/access_tokens");
  assert.ok(app.isToken("https://api.github.com/app/installations/2/access_tokens") && !app.isToken("https://api.github.com/scim/v2/organizations/acme/Users"));
});
