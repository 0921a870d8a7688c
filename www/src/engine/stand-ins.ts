// What a configuration names that a made-up provider cannot know: it has something of its own for it, under the
// configured name. Replaced on the way in and back on the way out.
import type { Server } from "./protocol";

export interface StandIns {
  inwards(body: string): string;
  outwards(body: string): string;
  notes: string[];
}

/** What every simulated Salesforce organization has, in the order in which they stand in. */
const OWN: Record<string, { what: string; ids: string[] }> = {
  "00e": { what: "profile", ids: ["00e000000000001AAA", "00e000000000003AAA", "00e000000000002AAA"] },
  "0PS": { what: "permission set", ids: ["0PS000000000001GAA", "0PS000000000002GAA", "0PS000000000003GAA"] },
};

export function standInsOf(server: Server): StandIns {
  const pairs: [string, string][] = [];
  const notes: string[] = [];
  if (server.type === "salesforce") {
    const configured = new Set(JSON.stringify(server).match(/\b(00e|0PS)[A-Za-z0-9]{12}([A-Za-z0-9]{3})?\b/g) ?? []);
    for (const [prefix, { what, ids }] of Object.entries(OWN)) {
      const wanted = [...configured].filter((id) => id.startsWith(prefix));
      const free = ids.filter((id) => !wanted.includes(id));
      for (const id of wanted.filter((one) => !ids.includes(one))) {
        const own = free.shift();
        if (own === undefined) continue;
        pairs.push([id, own]);
        notes.push(`${server.id}: the simulated organization takes \`${id}\` for a ${what} it has; whether yours has it, \`probe\` and your administrator know`);
      }
    }
  }
  return {
    inwards: (body) => pairs.reduce((text, [configured, own]) => text.replaceAll(configured, own), body),
    outwards: (body) => pairs.reduce((text, [configured, own]) => text.replaceAll(own, configured), body),
    notes,
  };
}

/**
 * An assertion for the configured audience, for a token endpoint that stands elsewhere: with that one as its audience.
 * Its signature is made up anyhow.
 */
export function readdressed(body: string, audience: string, url: string): string {
  const form = new URLSearchParams(body);
  const [head, claims, signature] = form.get("assertion")?.split(".") ?? [];
  if (head === undefined || claims === undefined || signature === undefined) return body;
  try {
    const said = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as { aud?: unknown };
    if (said.aud !== audience) return body;
    const claim = JSON.stringify({ ...said, aud: new URL(url).origin });
    form.set("assertion", [head, base64url(claim), signature].join("."));
    return form.toString();
  } catch {
    return body;
  }
}

function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
