// The pump between the engine (pure, in WebAssembly) and the host. It carries out what the engine asks for, hands the
// answers back and decides nothing.
//
//   Every input goes through `feed`. While the outputs of one are being carried out, others wait in a queue: a host
//   callback may call the plugin again, and outputs are still carried out in the order in which they were given.
//   What a callback throws, rejects with or gives is an answer like any other; what it gives after `cancel` is dropped.

import { createAlarm } from "./alarm.js";
import { decodeBase64 } from "./base64.js";
import { spellOut } from "./brief.js";
import { createClock } from "./clock.js";
import { ScimHookError, problem } from "./errors.js";
import { hush } from "./hush.js";
import { discard, readReply } from "./read.js";
import { sign } from "./sign.js";

const NOTHING = "[]";
const nothing = () => {};

/** What the engine must know of the host, as JSON. */
export function engineOptions(host) {
  return JSON.stringify({
    ...(typeof host.pepper === "string" && { pepper: host.pepper }),
    log: !!host.log,
    store: !!host.state,
    secret: !!host.secret,
    saveSecret: !!host.saveSecret,
    sign: !!(host.sign || globalThis.crypto?.subtle),
    enqueue: !!host.enqueue,
    brief: true,
  });
}

/**
 * @param makeEngine makes the engine; called again if it ever stops
 * @param host the host's callbacks, checked
 * @param names the reply headers the engine reads, in lower case
 */
export function createDriver(makeEngine, host, names) {
  const clock = createClock(host);
  const alarm = createAlarm(host, clock, () => feed(() => engine.time(clock.now())));
  const runs = new Map(); // run -> { resolve, reject, signal, stop }
  const calls = new Map(); // call -> { controller? }: what the host has not answered yet
  const queue = [];
  let engine = makeEngine(); // null: there is none any more, for the reason in `gone`
  let gone = ["freed", "this plugin was freed"];
  let lastRun = 0;
  let deadline = null;
  let pumping = false;

  /* ---------------------------------------------------------------- feeding the engine */

  /** `step` calls the engine and gives its outputs: as JSON text, or parsed. */
  function feed(step) {
    if (pumping) {
      queue.push(step);
      return;
    }
    pumping = true;
    do {
      try {
        const given = engine === null ? NOTHING : step();
        if (given !== NOTHING) for (const output of typeof given === "string" ? JSON.parse(given) : given) carryOut(output);
      } catch (error) {
        restart(error);
      }
      step = queue.shift();
    } while (step !== undefined);
    pumping = false;
    if (runs.size === 0) clock.reset();
    alarm.set(runs.size === 0 ? null : deadline);
  }

  /** The answer to `call`, unless it was cancelled (or its engine is gone) meanwhile. */
  function answer(call, entry, step) {
    feed(() => {
      if (calls.get(call) !== entry) return NOTHING;
      calls.delete(call);
      return step(clock.now());
    });
  }

  function start(what, input, options, signal) {
    return new Promise((resolve, reject) => {
      if (engine === null) return reject(ended());
      // The engine counts in 32 bits: 49 days of 1,000 logins a second.
      const run = (lastRun = (lastRun + 1) >>> 0);
      const entry = { resolve, reject, signal, stop: undefined };
      // Known from here on, so that `free` also ends a run that is still in the queue.
      runs.set(run, entry);
      feed(() => {
        if (!runs.has(run)) return NOTHING;
        let given;
        try {
          given = engine.start(run, what, input, options, clock.now(), random());
        } catch (error) {
          if (typeof error !== "string") throw error;
          finish(run).reject(new ScimHookError("event", JSON.parse(error)));
          return NOTHING;
        }
        if (signal === undefined) return given;
        entry.stop = () => feed(() => (runs.has(run) ? engine.abort(run, clock.now()) : NOTHING));
        if (!listen(signal, entry.stop)) return given;
        return withoutCancelled([...JSON.parse(given), ...JSON.parse(engine.abort(run, clock.now()))]);
      });
    });
  }

  /** Takes a run out; the caller resolves or rejects it. */
  function finish(run) {
    const entry = runs.get(run);
    if (entry === undefined) return { resolve: nothing, reject: nothing };
    runs.delete(run);
    if (entry.stop) unlisten(entry.signal, entry.stop);
    return entry;
  }

  /** Drops everything in flight: the requests, and the runs with `error`. */
  function drop(error) {
    const [pending, begun] = [[...calls.values()], [...runs.keys()]];
    calls.clear();
    deadline = null;
    for (const run of begun) finish(run).reject(error);
    for (const entry of pending) entry.controller?.abort();
  }

  /** The engine itself failed. That is a defect of ours; the runs in flight are lost, the next one works (R10). */
  function restart(cause) {
    if (engine === null) return;
    drop(new ScimHookError("host", [problem("", "internal", "the engine stopped in the middle of its work: a defect of scimhook")], { cause }));
    // The old one is not freed: it may be in any state.
    try {
      engine = makeEngine();
    } catch {
      engine = null;
      gone = ["internal", "the engine stopped and could not be started again: a defect of scimhook"];
    }
  }

  const ended = () => new ScimHookError("host", [problem("", ...gone)]);

  function random() {
    try {
      const chance = host.random ? host.random() : Math.random();
      if (typeof chance === "number" && chance >= 0 && chance < 1) return chance;
      hush(chance);
    } catch {
      // As for a number out of range.
    }
    return Math.random();
  }

  /* ---------------------------------------------------------------- carrying out what it asks for */

  function carryOut(output) {
    switch (output.t) {
      case "done":
        return finish(output.run).resolve(Array.isArray(output.result) ? spellOut(output.result) : output.result);
      case "refused":
        return finish(output.run).reject(new ScimHookError(output.code, output.problems));
      case "wait":
        deadline = output.until;
        return;
      case "log":
        return log(output.record);
      case "cancel":
        return cancel(output.call);
      case "send":
        return void send(output);
      case "load":
        return ask(output.call, () => host.state.get(output.key), loaded);
      case "store":
        return ask(output.call, () => host.state.put(output.key, output.value, output.options), stored);
      case "erase":
        return ask(output.call, () => host.state.delete(output.key), acknowledged);
      case "enqueue":
        return ask(output.call, () => host.enqueue(output.job), acknowledged);
      case "secret":
        return ask(output.call, () => host.secret(output.name), secret);
      case "saveSecret":
        return ask(output.call, () => host.saveSecret(output.name, output.value), acknowledged);
      case "sign":
        return ask(output.call, () => signed(output), signature);
      default:
        throw new Error("an output that this driver does not know");
    }
  }

  /** Calls the host; `read` turns what it gives into the engine's input. Anything but a proper value is `broken`. */
  function ask(call, invoke, read) {
    if (engine === null) return;
    const entry = { controller: undefined };
    calls.set(call, entry);
    const broken = () => answer(call, entry, (now) => engine.broken(call, now));
    let given;
    try {
      given = Promise.resolve(invoke());
    } catch {
      return broken();
    }
    given.then((value) => answer(call, entry, (now) => read(call, value, now) ?? engine.broken(call, now)), broken);
  }

  // The host's values are looked at with care: a getter may throw, and that is not the engine's failure.
  function loaded(call, found, now) {
    if (found === null || found === undefined) return engine.loaded(call, undefined, undefined, now);
    let value, version;
    try {
      ({ value, version } = found);
    } catch {
      return undefined;
    }
    if (typeof value !== "string") return undefined;
    if (version === null) version = undefined;
    return version === undefined || typeof version === "string" ? engine.loaded(call, value, version, now) : undefined;
  }

  function stored(call, ok, now) {
    return typeof ok === "boolean" ? engine.stored(call, ok, now) : undefined;
  }

  function acknowledged(call, _, now) {
    return engine.stored(call, true, now);
  }

  function secret(call, value, now) {
    // Nothing: the host does not know the name, which the engine reads from an empty secret.
    if (value === undefined || value === null) return engine.secret(call, "", now);
    return typeof value === "string" ? engine.secret(call, value, now) : undefined;
  }

  function signed({ key, data }) {
    return host.sign ? host.sign(key, decodeBase64(data)) : sign(key, decodeBase64(data));
  }

  function signature(call, bytes, now) {
    // Not `instanceof`: test runners put hosts into realms with a Uint8Array of their own.
    if (ArrayBuffer.isView(bytes)) bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    else if (Object.prototype.toString.call(bytes) === "[object ArrayBuffer]") bytes = new Uint8Array(bytes);
    else return undefined;
    return engine.signature(call, bytes, now);
  }

  async function send({ call, method, url, headers, body }) {
    if (engine === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const entry = { controller };
    calls.set(call, entry);
    const lost = (why) => answer(call, entry, (now) => engine.lost(call, why, now));
    const init = { method, headers, body, redirect: "manual", signal };
    let response;
    try {
      // The runtime's own fetch refuses to be called as a method of the host (browsers, workerd).
      response = await (host.fetch === globalThis.fetch ? globalThis.fetch(url, init) : host.fetch(url, init));
    } catch {
      // Also where the host gave up by a timeout of its own: for us, no answer came.
      return lost("transport");
    }
    if (calls.get(call) !== entry) return discard(response);
    const reply = await readReply(response, names, signal);
    if (reply.lost) {
      lost(reply.lost);
      // What is left of the reply is of no use to anybody.
      return controller.abort();
    }
    answer(call, entry, (now) => engine.reply(call, reply.status, reply.headers, reply.body, now));
  }

  function cancel(call) {
    const entry = calls.get(call);
    calls.delete(call);
    entry?.controller?.abort();
  }

  function log(record) {
    try {
      hush(host.log?.(record));
    } catch {
      // A log that fails does not stop a login.
    }
  }

  return {
    start,
    status: () => {
      if (engine === null) throw ended();
      return JSON.parse(engine.status(clock.now()));
    },
    warnings: () => JSON.parse(engine.warnings()),
    free() {
      if (engine === null) return;
      const old = engine;
      engine = null;
      drop(ended());
      if (!pumping) alarm.set(null);
      old.free();
    },
  };
}

/** Has `stop` called when `signal` is aborted; true if it is already. A signal that throws is none. */
function listen(signal, stop) {
  try {
    if (signal.aborted) return true;
    signal.addEventListener("abort", stop, { once: true });
  } catch {
    // Then nobody can abort this run.
  }
  return false;
}

function unlisten(signal, stop) {
  try {
    signal.removeEventListener("abort", stop);
  } catch {
    // `stop` does nothing for a run that is over.
  }
}

/** A run that is aborted before it began sends nothing: what is asked for and taken back in one breath is not done. */
function withoutCancelled(outputs) {
  const cancelled = new Set(outputs.filter((output) => output.t === "cancel").map((output) => output.call));
  return outputs.filter((output) => !cancelled.has(output.call));
}
