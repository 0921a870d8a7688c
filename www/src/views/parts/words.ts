// The plain words for what the plugin says in one.
import type { Exchange, Outcome } from "../../engine/protocol";

type Result = Outcome["servers"][number]["result"];
export type Tone = "good" | "quiet" | "wait" | "bad";

/** How a result looks: done, nothing to do, later, refused. */
export function toneOf(result: Result | Outcome["access"]): Tone {
  switch (result) {
    case "created":
    case "adopted":
    case "updated":
    case "reactivated":
    case "deactivated":
    case "deleted":
    case "allow":
      return "good";
    case "unchanged":
    case "skipped":
      return "quiet";
    case "deferred":
      return "wait";
    case "conflict":
    case "failed":
    case "deny":
      return "bad";
  }
}

/** Why, in a sentence. Reasons without one here speak for themselves. */
const REASONS: Record<string, string> = {
  "first-access": "no account is known of this person there",
  adopted: "an account was there, and the rule for adoption allows to take it over",
  fresh: "nothing changed since it was last sent or looked at",
  "groups-changed": "only the groups changed",
  rechecked: "it was looked at again and is as it should be",
  found: "it was found and is as it should be",
  drifted: "somebody changed there what is ours to say",
  "profile-changed": "the profile changed since it was last sent",
  "updates-off": "the profile changed, but updates are off here; `policy.updates: true` sends them",
  "was-inactive": "the account was there, and inactive",
  "reactivation-off": "the account is inactive there, and `policy.reactivate` is off",
  "owned-by-another": "the account there carries another's externalId",
  "adoption-off": "an account is there, and `policy.adopt` forbids to take it over",
  ambiguous: "more than one account there matches",
  "taken-elsewhere": "the name is taken, and the account that has it is not to be seen from here",
  "not-entitled": "the application's condition does not hold for this person, or the application is off",
  "user-disabled": "the person is disabled at the platform",
  "user-deleted": "the person is deleted at the platform",
  "already-inactive": "it was so already",
  "deprovision-off": "`policy.deprovision` is `none`",
  superseded: "a newer event about this person was here already",
  "in-progress": "another run is at it",
  "no-account": "this person has no account there, and this event creates none",
  "not-found": "the account is not to be found there any more",
  "budget-spent": "the time for one login was used up",
  throttled: "the provider asks to wait longer than the time that is left",
  unavailable: "the provider could not be reached, or is not well",
  timeout: "no answer came in time",
  "circuit-open": "the provider failed run after run and is left alone for a while",
  "too-early": "the job may not be taken up yet",
  held: "more leavers in a short time than `policy.deprovisionLimit` allows",
  aborted: "the run was stopped",
  off: "`mode` is `off`",
  shadow: "`mode` is `shadow`: decided and told, nothing written",
  profile: "the profile lacks what the provider needs",
  credentials: "the provider does not take the credentials",
  forbidden: "the credentials are good, but may not do this",
  rejected: "the provider refuses what was sent",
  protocol: "the answer is not what a SCIM server says",
  conflict: "there is such an account already",
};

export function reasonInWords(reason: string): string | undefined {
  return REASONS[reason];
}

/** Of a request, how it went. */
export function toneOfExchange({ end, status }: Pick<Exchange, "end" | "status">): Tone {
  if (end !== "answered" || status === undefined) return "bad";
  if (status < 300) return "good";
  return status === 429 || status >= 500 ? "bad" : "wait";
}

export function statusInWords({ end, status }: Pick<Exchange, "end" | "status">): string {
  if (end === "answered" && status !== undefined) return String(status);
  return end === "cut" ? "given up" : "no reply";
}

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function milliseconds(ms: number): string {
  return `${grouped.format(ms)} ms`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return number === 0 ? `no ${one}` : number === 1 ? `one ${one}` : `${grouped.format(number)} ${many}`;
}

/** Milliseconds of made-up time as a person says them. */
export function elapsed(ms: number): string {
  const [seconds, minutes, hours, days] = [ms / 1000, ms / 60_000, ms / 3_600_000, ms / 86_400_000];
  if (days >= 1) return count(days, "day");
  if (hours >= 1) return count(hours, "hour");
  if (minutes >= 1) return count(minutes, "minute");
  return count(seconds, "second");
}

/** Where a source stands: a path, an expression, or several of which the first counts. */
export function sourceInWords(source: string): { text: string; kind: "path" | "expression" | "value" }[] {
  if (!source.startsWith("[")) return [{ text: source, kind: "path" }];
  try {
    return (JSON.parse(source) as unknown[]).map((one) =>
      typeof one === "string"
        ? { text: one, kind: "path" as const }
        : { text: String((one as { expression?: unknown }).expression ?? JSON.stringify(one)), kind: "expression" as const },
    );
  } catch {
    return [{ text: source, kind: "path" }];
  }
}
