// S1, S2: providers that repeat what they were sent, whole or in parts, as it is or encoded, in every place of a reply.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KINDS, asksForToken, echoes, profile, reply, secretOf, watch } from "./canary.mjs";

const ECHOES = Object.keys(echoes("http://x", { method: "GET", headers: { Authorization: "x y" } }, KINDS["aws, a named token"]));
/** Known to those alone who were sent it before. */
const UNSENT = "a value that was not in this request";
const PATIENT = { budgetMs: 10_000, retries: 0, breaker: { failures: 1000, coolDownMs: 1 } };
const STATUSES = [400, 403, 404, 409, 422, 429, 500, 503];

for (const [name, kind] of Object.entries(KINDS)) describe(name, () => {
  const on = (title, play) => test(title, play);
  /** Who repeats: the provider, and the token endpoint where there is one. */
  const places = kind.asks ? [asksForToken, (url) => !asksForToken(url)] : [() => true];
  const grouping = { groups: { mode: kind.type === "github" ? "off" : "mirror" }, policy: { updates: true } };

  for (const what of ECHOES) {
    if (what === UNSENT && kind.type.startsWith("github")) continue;
    on(`a reply with ${what}`, async () => {
      for (const there of places) {
        let status;
        const fetch = (inner) => async (url, init) => (there(url) ? reply(status, echoes(url, init, kind)[what]) : inner(url, init));
        const world = watch(kind, { policy: PATIENT, fetch });
        for (status of STATUSES) {
          const { servers: [outcome] } = await world.login(profile());
          assert.ok(outcome.error || outcome.result === "conflict", `${status}: ${outcome.result}`);
          if (what !== UNSENT) await world.keep(() => world.hook.probe(kind.type));
        }
        world.check();
      }
      let echo = false;
      const fetch = (inner) => async (url, init) => (echo && init.method !== "GET" ? reply(400, echoes(url, init, kind)[what]) : inner(url, init));
      const world = watch(kind, { fetch, config: grouping });
      await world.login({ ...profile(), groups: ["readers"] });
      echo = true;
      const { servers: [outcome] } = await world.login({ ...profile("x"), id: profile().id, groups: ["readers"] });
      assert.equal(outcome.result, "failed");
      const { servers: [grouped] } = await world.login({ ...profile(), groups: ["other"] });
      // Salesforce's groups are made there: what is not found is left out.
      if (!["github", "salesforce"].includes(kind.type)) assert.ok(grouped.groups.length > 0 && grouped.groups.every(({ result }) => result === "failed"));
      world.check();
    });
  }

  on("a reply to a look-up with its URL", async () => {
    const nobody = { totalResults: 0, Resources: [] };
    for (const status of [400, 403, 404, 500]) {
      const said = [];
      const fetch = (inner) => async (url, init) => {
        if (asksForToken(url)) return inner(url, init);
        if (init.method === "POST") return reply(409, { scimType: "uniqueness" });
        if (!url.includes("kanari")) return reply(200, nobody);
        said.push(url);
        const filter = decodeURIComponent(url);
        return reply(status, { detail: `nothing at ${url.slice(url.indexOf("?"))}, that is ${filter}, or ${filter.split('"').join("' '")}` });
      };
      const world = watch(kind, { fetch, policy: PATIENT });
      await world.login(profile());
      // Salesforce says a duplicate in another way.
      if (kind.type !== "salesforce") assert.ok(said.length > 0, "a look-up is by userName");
      world.check();
    }
  });

  // Words are taken for codes where they look like one; a secret or a value may look like one too.
  for (const field of ["scimType", "errorCode", "code", "error"]) {
    on(`a reply with a secret or a value as \`${field}\``, async () => {
      for (const there of places) {
        const words = ["Kanari-given", "Kanari", "kanari.mail", "the credential", ...(kind.asks ? ["the assertion"] : [secretOf(kind)])];
        for (const word of words) {
          const fetch = (inner) => async (url, init) => {
            if (!there(url)) return inner(url, init);
            const credential = (init.headers.Authorization ?? "").split(" ")[1] ?? "";
            const assertion = new URLSearchParams(init.body).get("assertion") ?? credential;
            const said = { "the credential": credential, "the assertion": assertion.split(".").at(-1).slice(0, 60) }[word] ?? word;
            return reply(400, { [field]: said, detail: "no" });
          };
          const world = watch(kind, { policy: PATIENT, fetch });
          await world.login(profile());
          world.check();
        }
      }
    });
  }

  on("a reply with the credential, the body's words or the new token as the id of the request", async () => {
    const parts = [
      (init) => (init.headers.Authorization ?? "").split(" ")[1],
      (init) => new URLSearchParams(init.body).get("assertion"),
      (init) => new URLSearchParams(init.body).get("assertion")?.split(".")[2].slice(0, 40),
      (init, said) => said.access_token ?? said.token,
      (init, said) => said.refresh_token,
      (init) => init.body?.match(/kanari[\w.-]*/i)?.[0],
      () => "kanari.mail",
    ];
    for (const part of parts) {
      for (const header of ["x-amzn-requestid", "x-request-id", "x-github-request-id"]) {
        const fetch = (inner) => async (url, init) => {
          const answer = await inner(url, init);
          const text = await answer.text();
          const id = part(init, text.startsWith("{") ? JSON.parse(text) : {});
          return new Response(answer.status === 204 ? null : text, { status: answer.status, headers: { ...Object.fromEntries(answer.headers), ...(id && { [header]: id }) } });
        };
        const world = watch(kind, { fetch });
        assert.equal((await world.login(profile())).servers[0].result, "created");
        world.check();
      }
    }
  });

  on("replies with headers that repeat", async () => {
    for (const status of [200, 301, 302, 400, 401, 403, 429, 503]) {
      const fetch = () => async (url, init) => {
        const text = encodeURI(`${init.headers.Authorization} ${init.body}`).slice(0, 500);
        const headers = Object.fromEntries(["location", "www-authenticate", "retry-after", "date", "content-type", "x-ratelimit-remaining", "x-ratelimit-reset", "x-accepted-github-permissions", "x-request-id", "etag", "link"].map((header) => [header, text]));
        return reply(status, { detail: "no" }, headers);
      };
      const world = watch(kind, { fetch, policy: { ...PATIENT, budgetMs: 600, retries: 1 } });
      assert.ok((await world.login(profile())).servers[0].error);
      world.check();
    }
  });

  if (!kind.asks) return;

  on("a token reply that puts the token everywhere", async () => {
    const fetch = (inner) => async (url, init) => {
      const answer = await inner(url, init);
      if (!asksForToken(url)) return answer;
      const said = await answer.json();
      const token = said.access_token ?? said.token;
      const more = { instance_url: `https://${token}.example`, scope: token, id: `https://x/${token}`, detail: token, error: token, permissions: { [token]: token }, token_type: "Bearer" };
      return reply(answer.status, { ...more, ...said }, { "x-request-id": token, date: token });
    };
    const world = watch(kind, { fetch });
    assert.equal((await world.login(profile())).servers[0].result, "created");
    world.check();
  });

  on("a token reply that holds no token which can be used", async () => {
    for (const token of ["Zeisig token", "Zeisig\r\nX: zeisig", "", ["zeisig"], { zeisig: "zeisig" }]) {
      const fetch = (inner) => async (url, init) =>
        asksForToken(url) ? reply(200, { access_token: token, token, refresh_token: "zeisig", scope: "zeisig" }) : inner(url, init);
      const world = watch(kind, { fetch });
      assert.equal((await world.login(profile())).servers[0].error.class, "protocol");
      world.check({ requests: false });
    }
  });
});
