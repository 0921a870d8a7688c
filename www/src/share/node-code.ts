// The code that loads a configuration in Node, for the secrets that it names.

export interface NodeCode {
  code: string;
  /** Environment variables to set, by the rule of `createHost`. */
  variables: { secret: string; variable: string }[];
}

/** Of a configuration with many servers a list would be longer than the code. */
const SHOWN = 6;

export function nodeCode(config: unknown, application: string): NodeCode {
  const variables = secretNames(config).map((secret) => ({ secret, variable: secret.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_") }));
  const code = `import { readFileSync } from "node:fs";
import { ScimHook } from "scimhook";
import { createHost, memoryStore } from "scimhook/host";

const hook = new ScimHook(
  readFileSync(new URL("./scimhook.json", import.meta.url), "utf8"),
  createHost({
    fetch,
    state: memoryStore(), // several processes: scimhook/state/redis
    secrets: process.env,${variables.slice(0, SHOWN).map(({ variable }) => ` // ${variable}`).join("\n                        ")}
  }),
);

// In the post-authentication hook of your platform:
export async function onLogin(user) {
  const outcome = await hook.postAuthentication({ application: ${JSON.stringify(application)}, user });
  if (outcome.access === "deny") throw new Error(outcome.message);
  return outcome;
}
`;
  return { code, variables };
}

/** Every `{ "secret": name }`, each once, in the order of the text. */
function secretNames(value: unknown): string[] {
  const found = new Set<string>();
  const walk = (one: unknown): void => {
    if (one === null || typeof one !== "object") return;
    const name = (one as { secret?: unknown }).secret;
    if (typeof name === "string" && Object.keys(one).length === 1) found.add(name);
    else Object.values(one).forEach(walk);
  };
  walk((value as { servers?: unknown } | undefined)?.servers);
  return [...found];
}
