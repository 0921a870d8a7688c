// Which request of which server an exchange was: the outcome lists its requests in the order sent.
import type { Exchange, Outcome } from "./protocol";
import type { Provider } from "./provider";

/** Puts server and purpose into the exchanges. */
export function attribute(exchanges: Exchange[], outcome: Outcome, providers: Provider[]): void {
  const open = new Set(exchanges);
  for (const { server, requests } of outcome.servers) {
    const provider = providers.find(({ servers }) => servers.some(({ id }) => id === server));
    const own = provider?.servers[0]?.id;
    for (const { method, path, purpose } of requests) {
      for (const exchange of open) {
        // The record's path has its query cut; where a token is asked for it may be all of the URL's path.
        const bare = exchange.path.split("?", 1)[0] ?? "";
        const same = bare === path || exchange.url.split("?", 1)[0]?.endsWith(path);
        if (exchange.server !== own || exchange.method !== method || !same) continue;
        exchange.purpose = purpose;
        exchange.server = server;
        open.delete(exchange);
        break;
      }
    }
  }
}
