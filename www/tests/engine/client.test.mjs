import assert from "node:assert/strict";
import test from "node:test";
import { bundled } from "./bundle.mjs";

const [{ latest }, { Connection }, { serve }, { clientOf }] = await bundled("engine/latest.ts", "engine/connection.ts", "engine/serve.ts", "engine/client.ts");
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A call that is answered by hand. */
function byHand() {
  const asked = [];
  return { asked, call: (...args) => new Promise((resolve, reject) => asked.push({ args, resolve, reject })) };
}

test("typing never queues: the newest is asked next, and those in between get its answer", async () => {
  const { asked, call } = byHand();
  const ask = latest(call);
  const answers = ["a", "ab", "abc", "abcd"].map((text) => ask(text));
  assert.deepEqual(asked.map(({ args }) => args), [["a"]]);
  asked[0].resolve("A");
  await turn();
  assert.deepEqual(asked.map(({ args }) => args), [["a"], ["abcd"]]);
  asked[1].resolve("ABCD");
  assert.deepEqual(await Promise.all(answers), ["A", "ABCD", "ABCD", "ABCD"]);
});

test("the same question while it is being asked is one", async () => {
  const { asked, call } = byHand();
  const ask = latest(call);
  const answers = [ask("a", 1), ask("a", 1)];
  asked[0].resolve(7);
  assert.deepEqual(await Promise.all(answers), [7, 7]);
  assert.equal(asked.length, 1);
});

test("a question that fails does not stop the next one", async () => {
  const { asked, call } = byHand();
  const ask = latest(call);
  const [one, two] = [ask("a"), ask("b")];
  asked[0].reject(new Error("no"));
  await assert.rejects(one, { message: "no" });
  await turn();
  asked[1].resolve("yes");
  assert.equal(await two, "yes");
});

function ports() {
  const opened = [];
  const open = () => {
    const port = { calls: [], ended: false, onmessage: null, onerror: null, postMessage: (call) => port.calls.push(call), terminate: () => void (port.ended = true) };
    opened.push(port);
    return port;
  };
  return { opened, open };
}

test("a worker that does not answer is replaced, and everybody is told", async () => {
  const { opened, open } = ports();
  const connection = new Connection(open);
  let lost = 0;
  connection.onlost = () => (lost += 1);
  const [one, two] = [connection.call("validate", ["x"], 20), connection.call("run", [], 10_000)];
  await assert.rejects(one, /took longer than 0.02 seconds/);
  await assert.rejects(two, { name: "Lost" });
  assert.deepEqual([opened.length, opened[0].ended, lost], [1, true, 1]);
  const three = connection.call("validate", ["y"], 1_000);
  const [{ id }] = opened[1].calls;
  opened[0].onmessage({ data: { id, value: "of the old one" } });
  opened[1].onmessage({ data: { id, value: [] } });
  assert.deepEqual(await three, []);
});

test("a worker that breaks is replaced", async () => {
  const { opened, open } = ports();
  const connection = new Connection(open);
  const one = connection.call("explain", [], 1_000);
  opened[0].onerror({ message: "out of memory" });
  await assert.rejects(one, /out of memory/);
});

test("a browser without workers says so", async () => {
  const connection = new Connection(() => {
    throw new Error("no workers here");
  });
  await assert.rejects(connection.call("validate", [], 1_000), /no workers here/);
});

test("what a method throws is an answer", async () => {
  const served = { validate: async () => [], explain: async () => Promise.reject(new Error("broken")) };
  assert.deepEqual(await serve(served, { id: 1, method: "validate", args: ["{}"] }), { id: 1, value: [] });
  assert.deepEqual(await serve(served, { id: 2, method: "explain", args: [] }), { id: 2, failed: "broken" });
  assert.match((await serve(served, { id: 3, method: "unknown", args: [] })).failed, /not a function/);
});

test("every answer comes as problems where the worker gives none", async () => {
  const { opened, open } = ports();
  const client = clientOf(new Connection(open));
  const asked = [client.validate("{}"), client.explain("{}", "{}"), client.run("{}", "{}", {}), client.resume("{}", {})];
  opened[0].onerror({ message: "gone" });
  const [problems, ...failed] = await Promise.all(asked);
  assert.match(problems[0].message, /gone/);
  assert.ok(failed.every(({ of, problems: [{ code }] }) => of === "tester" && code === "tester-stopped"));
  const reset = client.reset();
  opened[1].onerror({ message: "gone again" });
  await reset;
});

test("what is always the same is asked for once, and again after a failure", async () => {
  const { opened, open } = ports();
  const client = clientOf(new Connection(open));
  const first = [client.template("aws"), client.template("aws"), client.template("github")];
  assert.equal(opened[0].calls.length, 2);
  opened[0].onerror({ message: "gone" });
  await Promise.allSettled(first);
  const again = client.template("aws");
  opened[1].onmessage({ data: { id: opened[1].calls[0].id, value: { type: "aws" } } });
  assert.deepEqual(await again, { type: "aws" });
  assert.equal(await client.template("aws"), await again);
});
