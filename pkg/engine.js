// The engine in the module (`src/wasm/mod.rs`), as methods. Texts go into its memory by one `encodeInto` each, and its
// answers are read from there; the rest are numbers. Every method gives JSON text, and throws JSON of problems.
import * as core from "./scimhook_core.js";

const { Call } = core;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The runs that can be started, by the name of what the plugin's user calls. */
const RUNS = {
  postAuthentication: Call.PostAuthentication, lifecycle: Call.Lifecycle, resume: Call.Resume,
  explain: Call.Explain, probe: Call.Probe, forget: Call.Forget,
};

export class Engine {
  #door = new core.Engine();

  constructor(config, options) {
    this.#put(config);
    this.#put(options);
    try {
      this.#ask(Call.Make);
    } catch (problems) {
      this.free();
      throw problems;
    }
  }

  start(run, what, input, options, now, random) {
    this.#put(input);
    if (options !== undefined) this.#put(options);
    return this.#ask(RUNS[what], run, now, random);
  }

  reply(call, status, headers, body, now) {
    this.#put(headers);
    if (body !== undefined) this.#put(body);
    return this.#ask(Call.Reply, call, now, status);
  }

  lost(call, why, now) {
    this.#put(why);
    return this.#ask(Call.Lost, call, now);
  }

  /** No `value`: there is no record. */
  loaded(call, value, version, now) {
    if (value !== undefined) this.#put(value);
    if (version !== undefined) this.#put(version);
    return this.#ask(Call.Loaded, call, now);
  }

  stored(call, ok, now) {
    return this.#ask(Call.Stored, call, now, ok ? 1 : 0);
  }

  broken(call, now) {
    return this.#ask(Call.Broken, call, now);
  }

  secret(call, value, now) {
    this.#put(value);
    return this.#ask(Call.Secret, call, now);
  }

  signature(call, bytes, now) {
    const at = this.#door.room(bytes.length);
    memory().set(bytes, at);
    this.#door.take(bytes.length);
    return this.#ask(Call.Signature, call, now);
  }

  time(now) {
    return this.#ask(Call.Time, 0, now);
  }

  abort(run, now) {
    return this.#ask(Call.Abort, run, now);
  }

  status(now) {
    return this.#ask(Call.Status, 0, now);
  }

  warnings() {
    return this.#ask(Call.Warnings);
  }

  free() {
    this.#door.free();
  }

  #put(text) {
    put(this.#door, text);
  }

  #ask(call, number = 0, now = 0, value = 0) {
    return ask(this.#door, call, number, now, value);
  }
}

/* What needs no plugin: one door for all of it, made when it is first used. */

let common;
const plain = (call, text) => {
  const door = common ?? new core.Engine();
  // One that fails in the middle is not asked again: it may be in any state.
  common = undefined;
  if (text !== undefined) put(door, text);
  const answer = ask(door, call, 0, 0, 0);
  common = door;
  return answer;
};

export const validate = (config) => plain(Call.Validate, config);
/** Empty where there is no such type. */
export const template = (type) => plain(Call.Template, type);
export const capabilities = () => plain(Call.Capabilities);
export const replyHeaders = () => plain(Call.ReplyHeaders);
export const version = () => JSON.parse(plain(Call.Version));

/* ------------------------------------------------------------------ the module's memory */

// Of the module that the entry point compiled; looked up again when the memory grows, which detaches it.
let view = new Uint8Array(0);
const memory = () => (view.byteLength === 0 ? (view = new Uint8Array(core.initSync().memory.buffer)) : view);

/** Longer texts are measured first: the engine refuses them, and they need not take thrice their room for that. */
const LONG = 2 ** 20;

/** Hands a text over. */
function put(door, text) {
  if (text.length > LONG) {
    const bytes = encoder.encode(text);
    const at = door.room(bytes.length);
    memory().set(bytes, at);
    return door.take(bytes.length);
  }
  // No unit of UTF-16 takes more than three bytes of UTF-8.
  const most = text.length * 3;
  const at = door.room(most);
  door.take(encoder.encodeInto(text, memory().subarray(at, at + most)).written);
}

function ask(door, call, number, now, value) {
  const length = door.call(call, number, now, value);
  const at = door.said();
  const text = decoder.decode(memory().subarray(at, at + Math.abs(length)));
  if (length < 0) throw text;
  return text;
}
