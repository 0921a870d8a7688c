// The package under test, wired to real servers: every request it sends is recorded and held against rule H5.
import assert from "node:assert/strict";
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";

/** The plugin over `config`, with everything it sent in `sent`. `state: null` remembers nothing. */
export function plugin(config, { headers, state = memoryStore(), secrets }) {
  const sent = [];
  const logged = [];
  const host = createHost({
    fetch: async (url, init) => {
      const request = { method: init.method, url: String(url), headers: new Headers(init.headers), body: init.body ?? undefined };
      if (typeof request.body !== "string" && request.body !== undefined) request.body = new TextDecoder().decode(request.body);
      sent.push(request);
      assert.equal(init.redirect, "manual");
      assert.ok(init.signal instanceof AbortSignal, "a request without a signal cannot be cut off");
      const response = await fetch(url, init);
      request.status = response.status;
      return response;
    },
    state: state ?? undefined,
    secrets,
    log: (record) => logged.push(record),
  });
  if (!state) delete host.state;
  const hook = new ScimHook(config, host);
  return {
    hook, sent, logged, headers,
    /** Runs one event; gives the outcome with what was sent for it. */
    async run(event) {
      sent.length = 0;
      logged.length = 0;
      const outcome = await (event.type === "login" ? hook.postAuthentication(event) : hook.lifecycle(event));
      const requests = [...sent];
      checkRequests(requests, headers);
      const noted = outcome.servers.flatMap((server) => server.requests);
      assert.equal(noted.length, requests.length, "the outcome lists each request that was sent");
      checkSilence(JSON.stringify([outcome.servers.map(({ job, ...rest }) => rest), logged]), event, secrets);
      return { outcome, requests };
    },
  };
}

/** "PATCH /Users/1" for a request to a server at `url`; the query is cut. */
export const line = (request, url) => `${request.method} ${request.url.slice(url.length).split("?")[0]}`;

/** H5, and the credential in its place. */
function checkRequests(requests, headers) {
  for (const request of requests) {
    const wanted = headers[new URL(request.url).origin] ?? headers;
    assert.equal(request.headers.get("authorization"), wanted.authorization);
    assert.match(request.headers.get("user-agent"), /^scimhook\/\d+\.\d+\.\d+/);
    assert.match(request.headers.get("accept"), /application\/scim\+json/);
    assert.equal(request.headers.get("content-type")?.split(";")[0] ?? "none", request.body ? "application/scim+json" : "none");
  }
}

/** S1, S2: neither a credential nor a value of the profile is in what hosts keep. */
function checkSilence(text, event, secrets) {
  const { email, phones, office, employment } = event.user ?? {};
  const values = [...Object.values(secrets), email, phones?.work, phones?.mobile, office?.street.split("\n")[0], employment?.department];
  for (const value of values) {
    if (value) assert.ok(!text.includes(JSON.stringify(value).slice(1, -1)), "an outcome or a log record gives away a value");
  }
}
