// A story a provider: its server, what is to come of each chapter, and what the provider holds in the end.
import { readdirSync } from "node:fs";

const folder = new URL("./stories/", import.meta.url);

/** The providers there are stories of. */
export const providers = readdirSync(folder)
  .map((name) => name.replace(".mjs", ""))
  .filter((name) => name !== "people")
  .sort();

export async function storyOf(provider) {
  if (!providers.includes(provider)) {
    console.error(`no story of ${provider}; PROVIDER is one of ${providers.join(", ")}`);
    process.exit(2);
  }
  return (await import(new URL(`${provider}.mjs`, folder))).default;
}
