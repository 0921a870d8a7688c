// Simulated SCIM providers behind a fetch, with faults to order. For tests, demos and the tester; the providers
// themselves are a WebAssembly module that shares no code with the plugin.

import { initSync, Sim } from "./scimhook_sim.js";

let loaded = false;

/** Loads the providers where there is no file system (browsers, workers). In Node this happens by itself. */
export function loadSimulator(source) {
  if (loaded) return;
  const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
  initSync({ module });
  loaded = true;
}

function ensureLoaded() {
  if (loaded) return;
  // Not an import: bundlers for the browser would try to follow it. Node 20.16 or later.
  const fs = globalThis.process?.getBuiltinModule?.("node:fs");
  if (!fs) throw new Error("no file system here: call loadSimulator(bytes or WebAssembly.Module) first");
  loadSimulator(fs.readFileSync(new URL("./scimhook_sim_bg.wasm", import.meta.url)));
}

/** The switches of a provider: `{name: {type, values, default, about, source}}`. */
export function switchesOf(type) {
  ensureLoaded();
  return JSON.parse(Sim.switches(type));
}

const OPTIONS = ["type", "url", "token", "basic", "seed", "switches", "app", "oauth", "latencyMs", "now", "sleep"];
const FAULTS = ["match", "times", "status", "headers", "body", "lose", "hang", "throttle", "redirect", "latencyMs"];
const BODIES = ["html", "empty", "truncated", "huge"];

const DEFAULT_URLS = {
  aws: "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2",
  generic: "https://scim.example.test/scim/v2",
  github: "https://api.github.com/scim/v2/organizations/acme",
  "github-enterprise": "https://api.github.com/scim/v2/enterprises/acme",
  salesforce: "https://acme.my.salesforce.com/services/scim/v2",
};

/** A simulated provider. */
export function createSimulator(options) {
  if (typeof options?.type !== "string") throw new TypeError("createSimulator needs a type");
  known(options, OPTIONS, "option");
  ensureLoaded();
  const { type, url = DEFAULT_URLS[type], token, basic, seed, app, oauth, switches = {} } = options;
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? realSleep;
  const sim = new Sim(type, JSON.stringify({ url, token, basic, seed, app, oauth, switches }));
  const base = url.replace(/\/+$/, "");
  const requests = [];
  // Faults of `dials.fail` and of `fault()` are one list: the first that matches is used up.
  const dials = { latencyMs: options.latencyMs ?? 0, fail: [] };
  const left = new WeakMap();

  function takeFault(request) {
    for (const fault of dials.fail) {
      // Those of `dials.fail` were not looked at before.
      if (!left.has(fault)) {
        checkFault(fault);
        left.set(fault, fault.times ?? 1);
      }
      const times = left.get(fault);
      if (times <= 0 || !matches(fault.match, request)) continue;
      left.set(fault, times - 1);
      if (times === 1) dials.fail = dials.fail.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }

  function handle({ method, url, headers, body }) {
    const [status, given, text] = sim.handle(method, url, JSON.stringify(headers), body, now());
    return { status, headers: JSON.parse(given), body: text };
  }

  async function answer(record, wire, signal) {
    const fault = takeFault(record) ?? {};
    const latency = fault.latencyMs ?? dials.latencyMs;
    const wait = typeof latency === "function" ? latency(record) : latency;
    // The request travels for one half, the reply for the other.
    if (wait > 0) await abortable(sleep(wait / 2), signal);
    if (fault.hang) return abortable(new Promise(() => {}), signal);
    if (fault.lose === "before") throw connectionLost("ECONNRESET");
    const made = instead(fault, base);
    const reply = made ?? handle(wire);
    if (fault.lose === "after") {
      record.status = reply.status;
      record.lost = true;
    }
    if (wait > 0) await abortable(sleep(wait / 2), signal);
    if (fault.lose === "after") throw connectionLost("ECONNRESET");
    if (fault.body !== undefined && !made) spoil(reply, fault);
    record.status = reply.status;
    return reply;
  }

  async function fetch(input, init) {
    return send(await readRequest(input, init), 0);
  }

  async function send(wire, hops) {
    if (wire.signal?.aborted) throw abortReason(wire.signal);
    const record = {
      method: wire.method,
      url: wire.url,
      path: pathWithin(base, wire.url),
      headers: Object.fromEntries(wire.headers),
      body: parsed(wire.body),
      status: undefined,
      startedAt: now(),
      endedAt: undefined,
    };
    requests.push(record);
    try {
      const reply = await answer(record, wire, wire.signal);
      if (wire.signal?.aborted) throw abortReason(wire.signal);
      const location = reply.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
      if (![301, 302, 303, 307, 308].includes(reply.status) || !location || wire.redirect === "manual")
        return toResponse(reply, wire.url, hops > 0);
      if (wire.redirect === "error" || hops >= 20) throw connectionLost("REDIRECT");
      return await follow(wire, reply.status, new URL(location, wire.url).href, hops);
    } finally {
      record.endedAt = now();
    }
  }

  /** As fetch does: 307 and 308 keep method and body, the others become GET; elsewhere is a login page. */
  function follow(wire, status, url, hops) {
    if (!url.startsWith(`${base}/`) || url === `${base}/login`) {
      const page = { status: 200, headers: [], body: "" };
      spoil(page, { body: "html" });
      return toResponse(page, url, true);
    }
    const kept = status === 307 || status === 308 || wire.method === "GET";
    return send({ ...wire, url, ...(kept ? {} : { method: "GET", body: undefined }) }, hops + 1);
  }

  return {
    type,
    url: base,
    switches: { ...switches },
    installationId: type.startsWith("github") ? String(app?.installationId ?? "4242") : undefined,
    dials,
    requests,
    fetch,
    clearRequests: () => void requests.splice(0),
    fault(fault) {
      checkFault(fault);
      dials.fail.push({ ...fault });
    },
    clearFaults() {
      dials.fail = [];
    },
    snapshot: () => JSON.parse(sim.snapshot()),
    edit: (edit) => JSON.parse(sim.edit(JSON.stringify(edit))),
  };
}

/** One fetch for several simulators, told apart by base URL; the longest wins. */
export function simulate(simulators) {
  const all = Object.values(simulators).sort((a, b) => b.url.length - a.url.length);
  return async function fetch(input, init) {
    const url = input instanceof Request ? input.url : String(input);
    const inside = all.find((sim) => url.startsWith(sim.url) && /^($|[/?])/.test(url.slice(sim.url.length)));
    if (inside) return inside.fetch(input, init);
    // Another path of a known origin is the provider's: to refuse, or an App's token endpoint, which lies beside
    // the base URL. Of several there, the one with that installation.
    const there = all.filter((sim) => origin(sim.url) === origin(url));
    const installation = /\/app\/installations\/([^/?#]+)/.exec(url)?.[1];
    const found = there.find((sim) => installation !== undefined && sim.installationId === installation) ?? there[0];
    if (!found) throw connectionLost("ENOTFOUND");
    return found.fetch(input, init);
  };
}

/** What is answered instead of asking the provider, if anything. */
function instead(fault, base) {
  if (fault.throttle) {
    const { status = 429, retryAfter } = fault.throttle;
    const headers = retryAfter === undefined ? [] : [["Retry-After", String(retryAfter)]];
    return { status, headers: [...headers, ["Content-Type", "application/json"]], body: '{"detail":"slow down"}' };
  }
  if (fault.redirect !== undefined) {
    const { status = 302, location } = typeof fault.redirect === "object" ? fault.redirect : {};
    const to = location ?? (typeof fault.redirect === "string" ? fault.redirect : `${base}/login`);
    return { status, headers: [["Location", to]], body: "" };
  }
  if (fault.status === undefined) return undefined;
  const headers = Object.entries(fault.headers ?? {});
  const reply = { status: fault.status, headers, body: typeof fault.body === "string" ? fault.body : "" };
  if (fault.body !== undefined && typeof fault.body !== "string") {
    if (!headers.some(([name]) => name.toLowerCase() === "content-type")) headers.push(["Content-Type", "application/scim+json"]);
    reply.body = JSON.stringify(fault.body);
  }
  if (BODIES.includes(fault.body)) spoil(reply, fault);
  return reply;
}

/** Ruins the body of a reply that was otherwise right. */
function spoil(reply, { body }) {
  const retype = (type) => {
    reply.headers = reply.headers.filter(([name]) => name.toLowerCase() !== "content-type");
    if (type) reply.headers.push(["Content-Type", type]);
  };
  if (body === "html") {
    reply.body = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>";
    retype("text/html; charset=utf-8");
  } else if (body === "empty") {
    reply.body = "";
  } else if (body === "truncated") {
    reply.body = (reply.body || '{"schemas":["urn:ietf"]}').slice(0, Math.max(1, Math.floor(reply.body.length / 2)));
  } else if (body === "huge") {
    // Valid JSON, and over 1 MiB.
    const padding = `"padding":"${"x".repeat(1024 * 1024)}"`;
    reply.body = reply.body.startsWith("{") && reply.body !== "{}" ? `{${padding},${reply.body.slice(1)}` : `{${padding}}`;
  } else {
    reply.body = typeof body === "string" ? body : JSON.stringify(body);
  }
}

function checkFault(fault) {
  known(fault, FAULTS, "fault");
  if (fault.lose !== undefined && fault.lose !== "before" && fault.lose !== "after")
    throw new TypeError('a fault\'s lose is "before" or "after"');
}

function known(object, names, what) {
  const odd = Object.keys(object).find((name) => !names.includes(name));
  if (odd !== undefined) throw new TypeError(`unknown ${what} \`${odd}\`, known are ${names.join(", ")}`);
}

function matches(match, request) {
  if (match === undefined) return true;
  if (typeof match === "function") return Boolean(match(request));
  const { method, path } = match;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (path instanceof RegExp) {
    path.lastIndex = 0;
    return path.test(request.path);
  }
  // A string is the path, or its beginning up to a slash or a question mark.
  return path === undefined || (request.path.startsWith(path) && /^($|[/?])/.test(request.path.slice(path.length)));
}

/** The path behind the base URL, query included; elsewhere at its origin the whole path, anywhere else the URL. */
function pathWithin(base, url) {
  if (url.startsWith(base)) return url.slice(base.length);
  const root = origin(base);
  return root !== undefined && url.startsWith(`${root}/`) ? url.slice(root.length) : url;
}

function origin(url) {
  try {
    return new URL(url).origin;
  } catch {
    return undefined;
  }
}

async function readRequest(input, init = {}) {
  // Built by hand where possible: a real Request would refuse bodies on odd methods and hide the reason.
  const from = input instanceof Request ? input : undefined;
  const headers = [...new Headers(init.headers ?? from?.headers ?? {})];
  const method = (init.method ?? from?.method ?? "GET").toUpperCase();
  const body = init.body ?? (from ? (await from.clone().text()) || undefined : undefined);
  return {
    method,
    url: from ? from.url : String(input),
    headers,
    body: typeof body === "string" ? body : body === undefined || body === null ? undefined : await new Response(body).text(),
    signal: init.signal ?? from?.signal,
    redirect: init.redirect ?? from?.redirect ?? "follow",
  };
}

function parsed(body) {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function toResponse({ status, headers, body }, url, redirected) {
  // 204, 205 and 304 must not have a body, not even an empty one.
  const bodiless = [101, 204, 205, 304].includes(status);
  const response = new Response(bodiless ? null : body, { status, headers });
  Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
  return response;
}

/** As undici says it. */
function connectionLost(code) {
  const error = new TypeError("fetch failed");
  error.cause = Object.assign(new Error(code === "ENOTFOUND" ? "no such host" : "connection reset"), { code });
  return error;
}

function abortReason(signal) {
  return signal.reason ?? new DOMException("This operation was aborted", "AbortError");
}

/** `promise`, or the signal's reason if that comes first. */
function abortable(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortReason(signal));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function realSleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
