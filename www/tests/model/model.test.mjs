// The document: edits touch only what they say, undo goes across both texts, broken JSON is told with its place.
import assert from "node:assert/strict";
import test from "node:test";
import { bundled } from "../engine/bundle.mjs";

// One bundle, so that all share one state.
const { state, edit, read } = await bundled("model/for-tests.ts");

const TEXT = `{
    "servers": [
        { "type": "aws",   "id": "a", "policy": { "retries": 1 } }
    ],
    "applications": [ { "id": "x", "servers": ["a", "b"] } ]
}
`;

test("an edit changes what it touches and nothing else", () => {
  state.setConfig(TEXT, "paste");
  edit.edit(["servers", 0, "type"], "github", "type");
  assert.equal(state.configText.value, TEXT.replace('"aws"', '"github"'));
  edit.rename(["servers", 0, "type"], "kind", "name");
  assert.equal(state.configText.value, TEXT.replace('"type": "aws"', '"kind": "github"'));
});

test("a new field stands where it is written in the documentation", () => {
  state.setConfig('{"servers": [{"id": "a", "authentication": {}}]}', "paste");
  edit.edit(["servers", 0, "url"], "https://a.example", "url");
  assert.deepEqual(Object.keys(state.config.value.servers[0]), ["id", "url", "authentication"]);
});

test("a policy that says nothing is left out; what is not there can be removed", () => {
  state.setConfig(TEXT, "paste");
  edit.edit(["servers", 0, "policy", "retries"], undefined, "retries");
  assert.deepEqual(state.config.value.servers[0], { type: "aws", id: "a" });
  edit.edit(["servers", 0, "nothing"], undefined, "nothing");
  assert.deepEqual(state.config.value.servers[0], { type: "aws", id: "a" });
});

test("another id for a server is taken over by the applications, unless two servers have it", () => {
  state.setConfig(TEXT, "paste");
  edit.renameServer(0, "z");
  assert.deepEqual(state.config.value.applications[0].servers, ["z", "b"]);
  state.setConfig('{"servers": [{"id": "a"}, {"id": "a"}], "applications": [{"id": "x", "servers": ["a"]}]}', "paste");
  edit.renameServer(0, "z");
  assert.deepEqual(state.config.value.applications[0].servers, ["a"]);
});

test("lists are made, and grow at their end", () => {
  state.setConfig("{}", "paste");
  edit.append(["servers"], { id: "a" }, "add");
  edit.append(["servers"], { id: "b" }, "add");
  assert.deepEqual(state.config.value.servers, [{ id: "a" }, { id: "b" }]);
});

test("undo and redo go across configuration and login", () => {
  state.setConfig("{}", "one");
  state.setEvent("[]", "two");
  state.setConfig('{"servers": []}', "three");
  state.undo();
  assert.deepEqual([state.configText.value, state.eventText.value], ["{}", "[]"]);
  state.undo();
  assert.notEqual(state.eventText.value, "[]");
  state.redo();
  state.redo();
  assert.deepEqual([state.configText.value, state.eventText.value], ['{"servers": []}', "[]"]);
});

test("the last good state stays while the text is broken, and can be had again; the form cannot edit it", () => {
  state.setConfig('{"servers": []}', "good");
  state.setConfig('{"servers": [}', "broken");
  assert.deepEqual(state.config.value, { servers: [] });
  assert.equal(state.problems.value[0].code, "bad-json");
  edit.edit(["servers"], [1], "no");
  assert.equal(state.configText.value, '{"servers": [}');
  state.restoreLastGood();
  assert.equal(state.configText.value, '{"servers": []}');
  assert.equal(state.broken.value, undefined);
});

for (const [text, place, words] of [
  ['{"a": 1,}', [1, 9], /a field's name is missing/],
  ['{"a": 1\n "b": 2}', [2, 2], /a comma is missing/],
  ["{'a': 1}", [1, 2], /no JSON value/],
  ['{\n  "a": // one\n 1}', [2, 8], /no comments/],
  ['{"a": "b\n}', [1, 7], /no closing quote/],
  ['{"a": [1, 2', [1, 12], /closing \]/],
  ['{"a": 1} 2', [1, 10], /ended before/],
]) {
  test(`where it is wrong: ${JSON.stringify(text)}`, () => {
    const { problem } = read.read(text);
    assert.match(problem.message, new RegExp(`^line ${place[0]}, column ${place[1]}: `));
    assert.match(problem.message, words);
  });
}

test("other things than a configuration are told as that", () => {
  for (const [text, words] of [["[]", /a list/], ["null", /`null`/], ["7", /a number/], [" ".repeat(3) + '"x"', /a string/], ["x".repeat(1 << 21), /2\.1 million characters/]]) {
    assert.match(read.read(text).problem.message, words);
  }
  assert.deepEqual(read.read(" \n"), { empty: true });
});
