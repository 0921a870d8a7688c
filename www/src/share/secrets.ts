// Secrets of a configuration that do not stand in it by name: found, and replaced before anything leaves the page.
import { looksLikeSecret } from "./looks";

export interface Found {
  /** JSON Pointer. */
  path: string;
  /** "a secret in clear", "a GitHub token", .. */
  why: string;
}

/** Members whose value is `SecretValue`: a text in them is a secret, whatever it looks like. */
const HELD = ["accessToken", "password", "clientSecret", "refreshToken", "privateKey"];
/** What the plugin takes for not filled in: `<client-id>`. */
const PLACEHOLDER = /^<[^<>]*>$/;
const REMOVED = "<removed>";

export function findSecrets(config: unknown): Found[] {
  return [...walk(config, "", "", undefined)].map(({ path, why }) => ({ path, why }));
}

/** The same configuration with every secret given by name, or gone where no name can stand. `taken` are their places. */
export function withoutSecrets(config: unknown): { config: unknown; taken: string[] } {
  const found = [...walk(config, "", "", undefined)];
  if (found.length === 0) return { config, taken: [] };
  const copy = structuredClone(config);
  for (const { path, instead } of found) put(copy, path, instead);
  return { config: copy, taken: found.map(({ path }) => path) };
}

interface Place extends Found {
  instead: unknown;
}

function* walk(value: unknown, path: string, member: string, server: string | undefined): Generator<Place> {
  if (typeof value === "string") {
    if (value === "" || PLACEHOLDER.test(value)) return;
    const held = HELD.includes(member);
    const why = looksLikeSecret(value);
    if (held) yield { path, why: why ?? "a secret in clear", instead: { secret: nameFor(server, member) } };
    else if (why !== undefined) yield { path, why, instead: why === "a password in an address" ? value.replace(/\/\/[^/?#@]*@/, "//") : REMOVED };
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* walk(one, `${path}/${index}`, "", path === "/servers" ? idOf(one) : server);
  } else if (value !== null && typeof value === "object") {
    for (const [name, one] of Object.entries(value)) {
      const below = `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      // A secret pasted where its name belongs.
      if (name === "secret" && HELD.includes(member) && typeof one === "string") {
        const why = looksLikeSecret(one);
        if (why !== undefined) yield { path: below, why: `${why}, where its name belongs`, instead: nameFor(server, member) };
      } else yield* walk(one, below, name, server);
    }
  }
}

function idOf(server: unknown): string | undefined {
  const id = (server as { id?: unknown } | null)?.id;
  return typeof id === "string" && /^[a-z0-9][a-z0-9-]{0,31}$/.test(id) ? id : undefined;
}

/** As the templates name them: `aws-access-token`. */
function nameFor(server: string | undefined, member: string): string {
  return `${server ?? "server"}-${member.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

function put(root: unknown, path: string, value: unknown): void {
  const names = path.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.pop();
  const holder = names.reduce<unknown>((found, name) => (found as Record<string, unknown>)[name], root);
  if (last !== undefined) (holder as Record<string, unknown>)[last] = value;
}

/** The text itself where nothing had to be taken out; undefined where it is not JSON, since nothing can be found then. */
export function textWithoutSecrets(text: string): { text: string; taken: Found[] } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const taken = findSecrets(value);
  return taken.length === 0 ? { text, taken } : { text: `${JSON.stringify(withoutSecrets(value).config, undefined, 2)}\n`, taken };
}

const IN_CLEAR = new RegExp(`"(?:${HELD.join("|")})"\\s*:\\s*"(?!<)[^"]`);

/** Of a text that is not JSON: whether something in it looks like a secret. */
export function mayHoldSecret(text: string): boolean {
  return IN_CLEAR.test(text) || text.split("\n").some((line) => looksLikeSecret(line) !== undefined);
}
