// The way from the plugin to the simulated providers: half the latency there, half back, with what the dials do to it.
import { nameOf, type Asked } from "./dials";
import type { Exchange, FaultDial } from "./protocol";
import type { Provider } from "./provider";
import { cutter } from "./secrets";
import type { VirtualTime } from "./virtual-time";

export interface Journey {
  provider: Provider;
  latencyMs: number;
  fault(asked: Asked): FaultDial | undefined;
}

interface Reply {
  status: number;
  headers: Headers;
  text: string;
}

/** `fetch` for one press. `seen` takes the exchanges in the order in which they were sent. */
export function wire(
  time: VirtualTime,
  journeys: Journey[],
  seen: Exchange[],
): (url: string, init: RequestInit) => Promise<{ status: number; headers: Headers; text(): Promise<string> }> {
  const began = time.now;
  // The provider of the longest address, where one lies below another.
  const byLength = [...journeys].sort((a, b) => b.provider.addresses.base.length - a.provider.addresses.base.length);
  // One after the other: what a simulator makes must not hang on which of two bodies was read first.
  let before: Promise<unknown> = Promise.resolve();

  return async (url, init) => {
    const given = typeof init.body === "string" ? init.body : undefined;
    const journey = byLength.find(({ provider }) => provider.inwards(url, given) !== undefined);
    const inside = journey?.provider.inwards(url, given);
    if (journey === undefined || inside === undefined) throw new TypeError("fetch failed");
    const { provider } = journey;
    const token = provider.addresses.isToken(url);
    const cut = cutter(provider.secrets);
    const path = token || !url.startsWith(provider.addresses.base) ? new URL(url).pathname : url.slice(provider.addresses.base.length);
    const method = init.method ?? "GET";
    const fault = journey.fault({ method, path, token });
    const exchange: Exchange = {
      server: provider.servers[0]?.id ?? "",
      method,
      url,
      path,
      headers: cut.headers([...new Headers(init.headers)]),
      ...(given !== undefined && { body: cut.text(given) }),
      startedAt: time.now - began,
      endedAt: 0,
      end: "lost",
      ...(fault !== undefined && { fault: nameOf(fault) }),
    };
    seen.push(exchange);

    const ask = (): Promise<Reply> => {
      const step = before.then(async () => {
        order(provider, fault);
        const { body: _, ...rest } = init;
        const response = await provider.sim.fetch(inside.url, { ...rest, ...(inside.body !== undefined && { body: inside.body }) });
        return { status: response.status, headers: response.headers, text: provider.standIns.outwards(await response.text()) };
      });
      before = step.catch(() => undefined);
      return time.work(() => step);
    };

    const { signal } = init;
    const half = journey.latencyMs / 2;
    try {
      await time.sleep(half, signal);
      if (fault?.kind === "hang") await time.sleep(Infinity, signal);
      const reply = await ask().catch((error: unknown) => ({ error }));
      await time.sleep(half, signal);
      if ("error" in reply) throw reply.error;
      exchange.end = "answered";
      exchange.status = reply.status;
      exchange.replyHeaders = [...reply.headers];
      if (reply.text !== "") exchange.reply = cut.text(token ? cut.tokenReply(reply.text) : reply.text);
      return { status: reply.status, headers: reply.headers, text: () => Promise.resolve(reply.text) };
    } catch (error) {
      if (signal?.aborted) exchange.end = "cut";
      throw error;
    } finally {
      exchange.endedAt = time.now - began;
    }
  };
}

/** What the simulator is to do with the one request that comes next. */
function order({ sim }: Provider, fault: FaultDial | undefined): void {
  switch (fault?.kind) {
    case "throttle":
      return sim.fault({ throttle: fault.retryAfter > 0 ? { retryAfter: fault.retryAfter } : {} });
    case "error":
      return sim.fault({ status: 500, body: ERROR });
    case "lost":
      return sim.fault({ lose: "after" });
    case "none":
    case "hang":
    case undefined:
      return;
  }
}

const ERROR = {
  schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
  status: "500",
  detail: "something went wrong here",
};
