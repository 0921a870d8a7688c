// What a setup says about one server, and which request a fault befalls.
import type { Dials, FaultDial, RunSetup } from "./protocol";

export const NO_FAULT: FaultDial = { kind: "none", retryAfter: 1, which: "first" };

/** 40 ms: a provider on the same continent. */
export const DEFAULTS: Dials = { latencyMs: 40, fault: NO_FAULT, account: "as-is", switches: {} };

export function dialsOf(setup: RunSetup, server: string): Dials {
  return { ...DEFAULTS, ...setup.all, ...setup.servers?.[server] };
}

export interface Asked {
  method: string;
  /** Below the base URL. */
  path: string;
  token: boolean;
}

/** The fault of one press at one server: asked for every request, in the order in which they are sent. */
export function faultOf(dial: FaultDial): (asked: Asked) => FaultDial | undefined {
  let left = dial.kind === "none" ? 0 : dial.which === "every" ? Infinity : 1;
  return (asked) => {
    if (left <= 0 || !befalls(dial.which, asked)) return undefined;
    left -= 1;
    return dial;
  };
}

function befalls(which: FaultDial["which"], { method, path, token }: Asked): boolean {
  switch (which) {
    case "first":
    case "every":
      return true;
    case "create":
      return method === "POST" && path === "/Users";
    case "groups":
      return path.startsWith("/Groups");
    case "token":
      return token;
  }
}

/** What the wire says of it. */
export function nameOf(fault: FaultDial): string {
  switch (fault.kind) {
    case "none":
      return "";
    case "throttle":
      return fault.retryAfter > 0 ? `429, Retry-After: ${fault.retryAfter}` : "429";
    case "error":
      return "500";
    case "lost":
      return "reply lost";
    case "hang":
      return "no answer";
  }
}
