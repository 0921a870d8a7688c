// The engine of `scimhook_core.js`, with the two texts of every login (event and link) handed over by one `encodeInto`
// into the module's memory. The glue of wasm-bindgen copies the first part of a text character by character and may move
// it on the way; for these two that was a tenth of an unchanged login.
import * as core from "./scimhook_core.js";

const encoder = new TextEncoder();

export class Engine extends core.Engine {
  /** Throws JSON of problems. */
  start(run, what, input, options, now, random) {
    return super.start(run, what, write(this, input), options, now, random);
  }

  loaded(call, value, version, now) {
    return super.loaded(call, value === undefined ? undefined : write(this, value), version, now);
  }
}

// Of the module that the entry point compiled; replaced when the memory grows, which detaches it.
let memory = new Uint8Array(0);

/** Longer texts are measured first: the engine refuses them, and they need not take thrice their room for that. */
const LONG = 2 ** 20;

/** Puts a text where the engine's next call reads it; gives its length in bytes. */
function write(engine, text) {
  const encoded = text.length > LONG ? encoder.encode(text) : undefined;
  // No unit of UTF-16 takes more than three bytes of UTF-8.
  const most = encoded === undefined ? text.length * 3 : encoded.length;
  const at = engine.room(most);
  if (memory.byteLength === 0) memory = new Uint8Array(core.initSync().memory.buffer);
  if (encoded === undefined) return encoder.encodeInto(text, memory.subarray(at, at + most)).written;
  memory.set(encoded, at);
  return most;
}
