// The configuration names secrets; here every name has a made-up value, which the simulated provider takes.
import type { Server } from "./protocol";

type SecretValue = string | { secret: string };

/** The value of a name. Characters that a header or a form could not carry as they are are left out. */
export function madeUp(name: string): string {
  return `made-up-${name.replace(/[^A-Za-z0-9._-]/g, "-")}`;
}

/** A PEM in form alone: nothing is signed with it. */
export const MADE_UP_KEY = "-----BEGIN PRIVATE KEY-----\nbWFkZSB1cA==\n-----END PRIVATE KEY-----\n";

export function valueOf(secret: SecretValue | undefined): string {
  if (secret === undefined) return "";
  return typeof secret === "string" ? secret : madeUp(secret.secret);
}

/** Names and values of the credentials of a server, literals under the member they stand in. */
export function secretsOf({ authentication }: Server): Map<string, string> {
  const found = new Map<string, string>();
  for (const [member, value] of Object.entries(authentication) as [string, unknown][]) {
    if (value !== null && typeof value === "object" && "secret" in value) {
      const name = String(value.secret);
      found.set(name, madeUp(name));
    } else if (typeof value === "string" && HELD.has(member)) {
      found.set(member, value);
    }
  }
  return found;
}

/** Members of `Authentication` that hold a secret. */
const HELD = new Set(["accessToken", "password", "clientSecret", "refreshToken", "privateKey"]);

/** Cuts credentials out of what is shown: the scheme of a header stays, of a secret its name. */
export function cutter(secrets: Map<string, string>): {
  headers(headers: [string, string][]): [string, string][];
  text(text: string): string;
  tokenReply(text: string): string;
} {
  const pairs = [...secrets].filter(([, value]) => value !== "").sort((a, b) => b[1].length - a[1].length);
  const forms = (value: string) => new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]);
  const text = (shown: string) => {
    for (const [name, value] of pairs) for (const form of forms(value)) shown = shown.replaceAll(form, `{${name}}`);
    return shown;
  };
  return {
    text,
    headers: (headers) =>
      headers.map(([name, value]) =>
        name === "authorization" ? [name, `${value.split(" ", 1)[0] ?? ""} …`] : [name, text(value)],
      ),
    tokenReply: (shown) => shown.replace(/("(?:access_token|refresh_token|id_token|token)"\s*:\s*)"[^"]*"/g, '$1"…"'),
  };
}
