// TLS as it is in the world: who cannot prove who he is gets neither a request nor a credential.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSimulator } from "../../pkg/testing.js";

const worker = fileURLToPath(new URL("tls-worker.mjs", import.meta.url));
const TOKEN = "token-behind-tls-0123456789";

/** A certificate authority in a directory, and `issue`, which gives `{ key, cert }`. */
function authority(directory) {
  const at = (name) => join(directory, name);
  const openssl = (...args) => execFileSync("openssl", args, { stdio: "pipe", cwd: directory });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "2", "-subj", "/CN=Test authority");
  writeFileSync(at("index.txt"), "");
  writeFileSync(at("ca.conf"), `[ca]\ndefault_ca=one\n[one]\ndatabase=index.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nrand_serial=yes\ncopy_extensions=copy\nunique_subject=no\n[any]\ncommonName=supplied\n`);
  return {
    ca: at("ca.pem"),
    /** For the host `name`; from when until when as openssl writes it; `alone`: signed by nobody but itself. */
    issue(name, { from = "20200101000000Z", until = "20491231235959Z", alone = false } = {}) {
      const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
      if (alone) openssl("req", "-x509", ...key, "-keyout", at("one.key"), "-out", at("one.pem"), "-days", "2", ...subject);
      else {
        openssl("req", ...key, "-keyout", at("one.key"), "-out", at("one.csr"), ...subject);
        openssl("ca", "-batch", "-config", at("ca.conf"), "-cert", at("ca.pem"), "-keyfile", at("ca.key"), "-in", at("one.csr"), "-out", at("one.pem"), "-startdate", from, "-enddate", until, "-notext");
      }
      return { key: readFileSync(at("one.key")), cert: readFileSync(at("one.pem")) };
    },
  };
}

/** A provider behind TLS. `seen` are the requests that got through. */
async function serve(t, { tls, ...certificate }) {
  const seen = [];
  const server = createServer({ ...certificate, ...tls }, async (request, response) => {
    seen.push(request.headers.authorization);
    let body = "";
    for await (const chunk of request) body += chunk;
    const reply = await simulator.fetch(`${origin}${request.url}`, { method: request.method, headers: request.headers, body: body || undefined });
    response.writeHead(reply.status, [...reply.headers].flat()).end(await reply.text());
  });
  server.on("tlsClientError", () => {});
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  t.after(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  const origin = `https://localhost:${server.address().port}`;
  const simulator = createSimulator({ type: "generic", url: `${origin}/scim/v2`, token: TOKEN });
  return { url: simulator.url, seen, simulator };
}

test("certificates: a right one is taken; a wrong host, an expired, a future, a self-signed one and an old protocol are not", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "scimhook-tls-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const { ca, issue } = authority(directory);
  const right = issue("localhost");
  const servers = {
    right: await serve(t, right),
    "wrong-host": await serve(t, issue("scim.example.com")),
    expired: await serve(t, issue("localhost", { until: "20210101000000Z" })),
    future: await serve(t, issue("localhost", { from: "20480101000000Z" })),
    "self-signed": await serve(t, issue("localhost", { alone: true })),
    "old-protocol": await serve(t, { ...right, tls: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } }),
  };
  // In a process of its own: Node reads whom it trusts when it starts.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, SERVERS: JSON.stringify(Object.fromEntries(Object.entries(servers).map(([id, { url }]) => [id, url]))), TOKEN };
  const { stdout } = await promisify(execFile)(process.execPath, [worker], { env, encoding: "utf8" });
  const { outcome, probe, tookMs, codes } = JSON.parse(stdout);
  const { "old-protocol": old, ...others } = codes;
  assert.deepEqual(others, {
    right: "none", "wrong-host": "ERR_TLS_CERT_ALTNAME_INVALID", expired: "CERT_HAS_EXPIRED", future: "CERT_NOT_YET_VALID",
    "self-signed": "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  assert.match(old, /PROTOCOL/);

  assert.equal(outcome.access, "allow");
  assert.ok(tookMs <= 2750, `it took ${tookMs} ms`);
  for (const { server: id, result, reason, error, job, requests } of outcome.servers) {
    if (id === "right") {
      assert.deepEqual([result, reason], ["created", "first-access"]);
      continue;
    }
    assert.deepEqual([id, result, reason, error?.class, error?.retryable], [id, "deferred", "unavailable", "unavailable", true]);
    assert.equal(error.message, `the connection to \`${id}\` failed`);
    assert.ok(job && requests.length > 1, "it is tried again, and a job is left");
    assert.deepEqual(servers[id].seen, [], "nobody there saw the token");
    assert.equal(servers[id].simulator.snapshot().Users.length, 0);
  }
  assert.deepEqual(servers.right.seen.slice(0, 1), [`Bearer ${TOKEN}`]);
  assert.equal(servers.right.simulator.snapshot().Users.length, 1);
  assert.deepEqual(probe.map(({ server, ok }) => [server, ok]), Object.keys(servers).map((id) => [id, id === "right"]));
  assert.ok(probe.slice(1).every(({ steps }) => steps.some(({ ok, message }) => !ok && message.includes("connection"))), JSON.stringify(probe));
});
