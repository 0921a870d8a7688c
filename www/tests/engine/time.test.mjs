import assert from "node:assert/strict";
import test from "node:test";
import { bundled } from "./bundle.mjs";

const { VirtualTime } = await bundled("engine/virtual-time.ts");

/** Time with an alarm far away, as a run has one. */
function begun() {
  const time = new VirtualTime(1_000);
  const alarm = new AbortController();
  time.alarm(1e9, alarm.signal).catch(() => {});
  return time;
}

test("time jumps to the earliest sleeper, and wakes it alone", async () => {
  const time = begun();
  const woken = [];
  const sleeper = async (name, ms) => {
    await time.sleep(ms);
    woken.push(`${name} ${time.now}`);
    if (name === "b") await time.sleep(5).then(() => woken.push(`b again ${time.now}`));
  };
  await time.drive(Promise.all([sleeper("a", 30), sleeper("b", 10), sleeper("c", 30), sleeper("d", 12)]));
  assert.deepEqual(woken, ["b 1010", "d 1012", "b again 1015", "a 1030", "c 1030"]);
});

test("real work takes no time, and time waits for it", async () => {
  const time = begun();
  const order = [];
  await time.drive(
    Promise.all([
      time.work(() => new Promise((resolve) => setTimeout(resolve, 30))).then(() => order.push(`work ${time.now}`)),
      time.sleep(1).then(() => order.push(`sleep ${time.now}`)),
    ]),
  );
  assert.deepEqual(order, ["work 1000", "sleep 1001"]);
});

test("a sleep ends with its signal, and leaves nothing behind", async () => {
  const time = begun();
  const stop = new AbortController();
  const run = Promise.all([
    assert.rejects(time.sleep(Infinity, stop.signal), { message: "enough" }),
    time.sleep(5).then(() => stop.abort(new Error("enough"))),
  ]);
  await time.drive(run);
  assert.equal(time.now, 1_005);
  await assert.rejects(time.sleep(1, stop.signal), { message: "enough" });
});

test("a run that waits for nothing is not waited for", async () => {
  await assert.rejects(new VirtualTime(0).drive(new Promise(() => {})), /waits for something that never comes/);
});

test("what a run rejects with is passed on", async () => {
  await assert.rejects(begun().drive(Promise.reject(new Error("no"))), { message: "no" });
});
