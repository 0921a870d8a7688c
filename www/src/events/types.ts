import type { LifecycleEvent, LoginEvent } from "../../../pkg/scimhook.js";

export type SampleEvent = LoginEvent | LifecycleEvent;

export interface Adapted {
  /** Whose shape it was: "Auth0", "Okta", .. */
  platform: string;
  event: SampleEvent;
  /** What was decided on the way, and what the platform does not say. */
  notes: string[];
}

export interface Refused {
  /** One sentence: what it is not, or why it is of no use here. */
  refused: string;
}

/** One platform's shape. `undefined`: not this platform's. */
export interface Adapter {
  platform: string;
  /** What to paste, for people. */
  takes: string;
  adapt(value: unknown, application: string): Adapted | Refused | undefined;
}

export function isRefused(value: object): value is Refused {
  return "refused" in value;
}

/** The applications of a configuration, in its order. The text may be anything: only what has the shape is read. */
export function applicationsOf(config: unknown): string[] {
  const list = (config as { applications?: unknown } | null | undefined)?.applications;
  if (!Array.isArray(list)) return [];
  return list
    .filter((one: { enabled?: unknown } | null) => one?.enabled !== false)
    .map((one: { id?: unknown } | null) => one?.id)
    .filter((id): id is string => typeof id === "string" && id !== "");
}
