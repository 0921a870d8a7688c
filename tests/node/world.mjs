// A host for tests: simulated providers, a store, a clock that jumps. Everything that happens is in a queue by time,
// so that a world plays the same every time. The twin of `tests/it/world.rs`, over the wasm.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Engine, replyHeaders } from "../../pkg/engine.js";
import * as core from "../../pkg/scimhook_core.js";
import * as simulators from "../../pkg/scimhook_sim.js";

const wasm = (name) => ({ module: readFileSync(new URL(`../../pkg/${name}_bg.wasm`, import.meta.url)) });
core.initSync(wasm("scimhook_core"));
simulators.initSync(wasm("scimhook_sim"));
const NAMES = JSON.parse(replyHeaders());

/** 2026-02-03T04:05:06Z: when worlds begin. */
const EPOCH = 1_770_091_506_000;
/** How long a provider takes where a case does not say. */
const LATENCY_MS = 20;
/** What the host's `sign` gives for anything: a case shows that it is asked for, and where it goes. */
const SIGNATURE = new TextEncoder().encode("signature");

export class World {
  now = EPOCH;
  store = new Map(); // key -> { value, version }
  requests = [];
  logs = [];
  jobs = [];
  saved = []; // what was handed to `host.saveSecret`
  #saveMode;
  #signMode;
  #faults = [];
  #storeMode = "";
  #events = []; // { at, serial, call, step }
  #wait = null;
  #serial = 0;
  #runs = 0;
  #done = new Map(); // run -> result

  /** Throws what the engine throws: JSON of problems. */
  constructor({ config, host, providers, headers = false }) {
    const { store = true, secret = true, log = false, enqueue = false, pepper = "", versions = true, secrets = {} } = host;
    Object.assign(this, { secrets: { ...secrets }, versions, withHeaders: headers });
    [this.#saveMode, this.#signMode] = [host.saveSecret, host.sign];
    const features = { store, secret, log, enqueue, pepper, saveSecret: host.saveSecret !== undefined, sign: host.sign !== "none" };
    this.engine = new Engine(JSON.stringify(config), JSON.stringify(features));
    const resolved = (given) => (typeof given === "string" ? given : secrets[given.secret]);
    this.providers = Object.entries(providers ?? {}).map(([id, { switches = {}, latencyMs = LATENCY_MS, token, tokens = false }]) => {
      const server = config.servers.find((one) => one.id === id);
      const url = server.url.replace(/\/+$/, "");
      const { scheme, username, password, accessToken, tokenUrl } = server.authentication;
      const credential = scheme === "basic" ? { basic: { username, password: resolved(password) } } : tokens ? {} : { token: scheme === "accessToken" ? resolved(accessToken) : token };
      const sim = new simulators.Sim(server.type, JSON.stringify({ url, seed: 1, switches, ...credential }));
      return { id, url, tokenUrl: tokens ? tokenUrl : undefined, latencyMs, sim };
    });
  }

  setFaults(faults = [], store = "") {
    this.#faults = faults.map((what) => ({ match: what.match ?? "", times: what.times ?? 1, what }));
    this.#storeMode = store;
  }

  edit(provider, edit) {
    this.providers.find((one) => one.id === provider).sim.edit(JSON.stringify(edit));
  }

  /** Runs one thing to its end; with `abortAfter`, has it stopped by then. */
  play(what, input, options = {}, abortAfter) {
    const run = ++this.#runs;
    // Halfway: every jitter is half its most.
    this.#carryOut(this.engine.start(run, what, input, JSON.stringify(options), this.now, 0.5));
    if (abortAfter !== undefined) {
      const at = this.now + abortAfter;
      this.#until(() => this.now >= at);
      this.#carryOut(this.engine.abort(run, this.now));
    }
    this.#until(() => this.#done.has(run));
    const result = this.#done.get(run);
    this.#done.delete(run);
    return result;
  }

  /** Lets time pass until something is so. */
  #until(so) {
    for (let steps = 0; steps < 100_000; steps++) {
      if (so()) return;
      const next = this.#events.reduce((a, b) => (a && (a.at < b.at || (a.at === b.at && a.serial < b.serial)) ? a : b), null);
      assert.ok(next || this.#wait !== null, "the engine waits for nothing, and is not done");
      if (next && (this.#wait === null || next.at < this.#wait)) {
        this.now = Math.max(this.now, next.at);
        this.#events.splice(this.#events.indexOf(next), 1);
        this.#carryOut(next.step(this.now));
      } else {
        this.now = Math.max(this.now, this.#wait);
        this.#wait = null;
        this.#carryOut(this.engine.time(this.now));
      }
    }
    assert.fail("no end after 100 000 steps");
  }

  #later(delay, call, step) {
    this.#events.push({ at: this.now + delay, serial: ++this.#serial, call, step });
  }

  #carryOut(outputs) {
    for (const output of JSON.parse(outputs)) {
      const { t, call, key } = output;
      const broken = () => this.#later(0, call, (now) => this.engine.broken(call, now));
      const stored = (ok) => this.#later(0, call, (now) => this.engine.stored(call, ok, now));
      if (t === "send") this.#send(output);
      else if (t === "cancel") this.#events = this.#events.filter((event) => event.call !== call);
      else if (t === "secret") this.#later(0, call, (now) => this.engine.secret(call, this.secrets[output.name] ?? "", now));
      else if (t === "saveSecret") {
        if (this.#saveMode === "throws") broken();
        else if (this.#saveMode !== "hangs") {
          this.saved.push({ name: output.name, value: output.value });
          this.secrets[output.name] = output.value;
          stored(true);
        }
      } else if (t === "sign") {
        if (this.#signMode === "throws") broken();
        else if (this.#signMode !== "hangs") this.#later(0, call, (now) => this.engine.signature(call, SIGNATURE, now));
      } else if (t === "load") {
        if (this.#storeMode === "throws") broken();
        else if (this.#storeMode !== "hangs") {
          const found = this.store.get(key);
          const version = found && this.versions ? String(found.version) : undefined;
          this.#later(0, call, (now) => this.engine.loaded(call, found?.value, version, now));
        }
      } else if (t === "store") {
        if (this.#storeMode === "throws" || this.#storeMode === "read-only") broken();
        else if (this.#storeMode !== "hangs") {
          const { ifVersion } = output.options;
          const current = this.store.has(key) ? String(this.store.get(key).version) : null;
          const fits = ifVersion === undefined || ifVersion === current;
          if (fits) this.store.set(key, { value: output.value, version: ++this.#serial });
          stored(fits);
        }
      } else if (t === "erase") {
        this.store.delete(key);
        stored(true);
      } else if (t === "enqueue") {
        this.jobs.push(output.job);
        stored(true);
      } else if (t === "log") this.logs.push(output.record);
      else if (t === "wait") this.#wait = output.until;
      else if (t === "done") this.#done.set(output.run, output.result);
      else assert.fail(`the twin does not know \`${t}\``);
    }
  }

  #send({ call, method, url, headers, body }) {
    // Bodies are kept as the text that was sent: they are compared byte for byte.
    this.requests.push({ ...(body !== undefined && { body }), ...(this.withHeaders && { headers }), request: `${method} ${url}` });
    const provider = this.providers.find((one) => url.startsWith(one.url));
    // Whatever is no provider's answers by faults that name the whole URL, or by a simulator's own token endpoint.
    const line = `${method} ${provider ? url.slice(provider.url.length) : url}`;
    const fault = this.#faults.find(({ match, times }) => times > 0 && line.startsWith(match));
    if (fault) fault.times -= 1;
    const what = fault?.what ?? {};
    const latency = what.delayMs ?? provider?.latencyMs ?? LATENCY_MS;
    const lost = (why) => this.#later(latency, call, (now) => this.engine.lost(call, why, now));
    const reply = (status, pairs, text) => {
      const known = pairs.map(([name, value]) => [name.toLowerCase(), value]).filter(([name]) => NAMES.includes(name));
      const json = JSON.stringify(Object.fromEntries(known));
      this.#later(latency, call, (now) => this.engine.reply(call, status, json, text, now));
    };
    if (what.hang === true) return undefined;
    if (what.edit !== undefined) provider.sim.edit(JSON.stringify(what.edit));
    if (what.lose === "before") return lost("transport");
    if (what.tooLong === true) return lost("too-long");
    if (typeof what.status === "number") {
      const text = what.body === undefined || typeof what.body === "string" ? what.body : JSON.stringify(what.body);
      return reply(what.status, Object.entries(what.headers ?? {}), text);
    }
    const answers = provider ?? this.providers.find((one) => one.tokenUrl === url);
    if (!answers) return lost("transport");
    const [status, given, text] = answers.sim.handle(method, url, JSON.stringify(Object.entries(headers)), body, this.now);
    if (what.lose === "after") return lost("transport");
    const whole = Buffer.from(text);
    return reply(status, JSON.parse(given), (what.truncate === true ? whole.subarray(0, whole.length / 2) : whole).toString());
  }
}
