// A simulated provider behind loopback HTTP, for processes that share it.
import { createServer } from "node:http";
import { createSimulator } from "../../pkg/testing.js";

/** `options`: of the simulator; `before(request)`: awaited before it sees a request. */
export async function serveSimulator({ before, ...options } = {}) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    await before?.(request);
    const reply = await simulator.fetch(`${origin}${request.url}`, { method: request.method, headers: request.headers, body: body || undefined });
    response.writeHead(reply.status, [...reply.headers].flat());
    response.end(await reply.text());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const simulator = createSimulator({ type: "generic", url: `${origin}/scim/v2`, ...options });
  return {
    url: simulator.url, simulator,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
