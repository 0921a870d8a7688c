// Where a server is reached, and where its simulated provider answers. They are the same but for token endpoints, which
// the simulators have beside their base URL.
import type { Server } from "./protocol";

export interface Addresses {
  /** The base URL, without a slash at its end. */
  base: string;
  /** The simulator's URL for a request of this server; undefined: it is not this server's. */
  inside(url: string): string | undefined;
  /** Whether a token is asked for there. */
  isToken(url: string): boolean;
}

/** Where GitHub's own API is (`apiUrl` of a GitHub App). */
const GITHUB_API = "https://api.github.com";

export function addressesOf(server: Server): Addresses {
  const base = server.url.replace(/\/+$/, "");
  const token = tokenAddress(server, base);
  return {
    base,
    inside(url) {
      if (token !== undefined && startsAt(url, token.outside)) return token.inside + url.slice(token.outside.length);
      return startsAt(url, base) ? url : undefined;
    },
    isToken: (url) => token !== undefined && startsAt(url, token.outside),
  };
}

function tokenAddress({ type, authentication }: Server, base: string): { outside: string; inside: string } | undefined {
  if (authentication.scheme === "oauth2") {
    const path = type === "salesforce" ? "/services/oauth2/token" : "/oauth/token";
    return { outside: authentication.tokenUrl, inside: new URL(base).origin + path };
  }
  if (authentication.scheme === "githubApp") {
    const api = (authentication.apiUrl ?? GITHUB_API).replace(/\/+$/, "");
    const root = base.split("/scim/v2", 1)[0] ?? base;
    return { outside: `${api}/app/installations`, inside: `${root}/app/installations` };
  }
  return undefined;
}

/** Whether a URL is `start` or below it. */
function startsAt(url: string, start: string): boolean {
  return url.startsWith(start) && /^($|[/?])/.test(url.slice(start.length));
}
