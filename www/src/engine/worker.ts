// The plugin and the simulated providers, away from the page's thread. Once both are loaded, the worker gives up the
// network: nothing that it is told can leave it.
import { ScimHook, capabilities, configSchema, initSync, memoryStore, template, validate } from "../../../pkg/bundle.js";
import pluginUrl from "../../../pkg/scimhook_core_bg.wasm?url";
import simulatorUrl from "../../../pkg/scimhook_sim_bg.wasm?url";
import { createSimulator, loadSimulator, switchesOf } from "../../../pkg/testing.js";
import type { Call, Served } from "./protocol";
import { serve } from "./serve";
import { World } from "./world";

async function load(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`a part of this page could not be loaded: \`${new URL(url, location.href).pathname}\`, status ${response.status}`);
  // Not streamed: that wants the media type application/wasm, which not every web server gives.
  return WebAssembly.compile(await response.arrayBuffer());
}

const plugin = load(pluginUrl).then((module) => void initSync({ module }));
const simulators = plugin.then(() => load(simulatorUrl)).then((module) => {
  loadSimulator(module);
  for (const way of ["fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "importScripts"]) {
    Object.defineProperty(globalThis, way, { value: undefined });
  }
});
// Told to whoever asks for them.
simulators.catch(() => undefined);

const world = new World(() => ({ ScimHook, memoryStore, createSimulator }));

const served: Served = {
  validate: async (configText) => (await plugin, validate(configText)),
  explain: async (...args) => (await plugin, world.explain(...args)),
  run: async (...args) => (await simulators, world.run(...args)),
  resume: async (...args) => (await simulators, world.resume(...args)),
  reset: () => world.reset(),
  capabilities: async () => (await plugin, capabilities()),
  template: async (type) => (await plugin, template(type)),
  configSchema: async () => (await plugin, configSchema()),
  switches: async (type) => (await simulators, switchesOf(type)),
};

addEventListener("message", ({ data }: MessageEvent<Call>) => {
  void serve(served, data).then((answer) => postMessage(answer));
});
