// Plays `tests/cases/*.json` through the wasm, byte for byte as `tests/it/cases.rs` plays them without it. What is
// recorded there is written by the Rust side (`UPDATE_CASES=1`); here it only has to be so. `CASE=name` runs one.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { World } from "./world.mjs";

const folder = new URL("../cases/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** RFC 7396. */
function merge(target, patch) {
  if (!isObject(patch)) return patch;
  const merged = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

/** Members in order of name, as the Rust side writes what it hands in. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

const WHATS = {
  login: "postAuthentication",
  lifecycle: "lifecycle",
  resume: "resume",
  explain: "explain",
  probe: "probe",
  forget: "forget",
};
/** These are given as they are; the others over the setting's event. */
const BARE = ["lifecycle", "resume", "forget"];

/** What `act` gives, or the problems it throws; anything else it throws is a defect. */
function attempt(act) {
  try {
    return act();
  } catch (error) {
    if (typeof error !== "string") throw error;
    return { problems: JSON.parse(error) };
  }
}

function play(setting) {
  const world = attempt(() => new World(setting));
  if (world.problems) return [world];
  let previous;
  const happened = setting.steps.map((step) => {
    world.now += step.after ?? 1000;
    world.setFaults(step.faults, step.store);
    Object.assign(world.secrets, step.secrets);
    Object.assign(world, { requests: [], logs: [], jobs: [], saved: [] });
    for (const [provider, edits] of Object.entries(step.edit ?? {})) edits.forEach((edit) => world.edit(provider, edit));
    const got = {};
    for (const [word, what] of Object.entries(WHATS)) {
      const input = step[word];
      if (input === undefined) continue;
      let text = input;
      if (input === "the job") text = JSON.stringify(previous.servers[0].job);
      else if (typeof input !== "string") text = JSON.stringify(BARE.includes(word) ? input : sorted(merge(setting.event, input)));
      got.result = attempt(() => world.play(what, text, step.options, step.abortAfter));
    }
    got.requests = world.requests;
    if (world.logs.length > 0) got.logs = world.logs;
    if (world.jobs.length > 0) got.enqueued = world.jobs;
    if (world.saved.length > 0) got.saved = world.saved;
    previous = got.result;
    return got;
  });
  const store = Object.fromEntries([...world.store].map(([key, { value }]) => [key, readable(value)]));
  const providers = Object.fromEntries(world.providers.map(({ id, sim }) => [id, JSON.parse(sim.snapshot())]));
  const after = { store, providers, ...(setting.warnings && { warnings: JSON.parse(world.engine.warnings()) }) };
  for (const { sim } of world.providers) sim.free();
  world.engine.free();
  return [...happened, after];
}

function readable(record) {
  try {
    return JSON.parse(record);
  } catch {
    return record;
  }
}

/** A recording, with the bodies of its requests as the text they were sent as. */
function asSent(happened) {
  const text = (body) => (typeof body === "string" ? body : JSON.stringify(body));
  const request = (one) => ("body" in one ? { ...one, body: text(one.body) } : one);
  return happened.map((step) => (step.requests ? { ...step, requests: step.requests.map(request) } : step));
}

const only = process.env.CASE;
const names = readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length)).sort();

for (const name of names.filter((name) => only === undefined || name === only)) {
  test(name.replaceAll("-", " "), () => {
    const { happened, ...given } = read(name);
    const setting = sorted(given.setting === undefined ? given : merge(read(`settings/${given.setting}`), given));
    assert.deepEqual(play(setting), asSent(happened));
  });
}

test("there are at least sixty cases, and each is recorded", () => {
  assert.ok(names.length >= 60, `${names.length}`);
  assert.deepEqual(names.filter((name) => !(read(name).happened?.length > 0)), []);
});
