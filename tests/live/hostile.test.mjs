// The budget is total (R1), on real sockets: whatever the other side does, and whatever of the host's own hangs, a login
// ends in time, the other side sees its connection closed, and the host's process has nothing left to wait for.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { start } from "./process.mjs";

const BUDGET = 1500;
const LATE = 250;
const worker = fileURLToPath(new URL("hostile-worker.mjs", import.meta.url));

/** A server made of bytes. `speak(socket, nth)`: what the nth request is answered. */
async function listen(t, speak) {
  const sockets = [];
  let requests = 0;
  const server = createServer((socket) => {
    // `asked`: it carried a request. Node opens spare ones, which carry none and go with the process.
    const one = { asked: false, closedAt: undefined };
    sockets.push(one);
    socket.on("error", () => {});
    socket.on("close", () => (one.closedAt = Date.now()));
    // Requests come whole here: they are small, and nobody pipelines.
    socket.on("data", (data) => {
      const line = data.toString("latin1");
      if (line.startsWith("GET /warm-up ")) return socket.end("HTTP/1.1 204 It\r\nconnection: close\r\n\r\n");
      if (!/^[A-Z]+ \//.test(line)) return;
      one.asked = true;
      speak(socket, (requests += 1));
    });
    t.after(() => socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${server.address().port}`, sockets, requests: () => requests };
}

const head = (status, ...headers) => `HTTP/1.1 ${status} It\r\ncontent-type: application/scim+json\r\n${headers.map((line) => `${line}\r\n`).join("")}\r\n`;
const created = (nth) => {
  const body = `{"id":"id-${nth}"}`;
  return `${head(201, `content-length: ${body.length}`)}${body}`;
};
/** `text` a piece at a time, until somebody has enough. */
function drip(socket, pieces, everyMs) {
  const timer = setInterval(() => {
    const { value, done } = pieces.next();
    if (done || socket.destroyed) return clearInterval(timer);
    socket.write(value);
  }, everyMs);
  socket.on("close", () => clearInterval(timer));
}
function* forever(piece) {
  for (;;) yield piece;
}

/** The time is used up: in one wait, or in tries of which none was answered. */
const hangs = { ends: /^deferred\/(budget-spent|unavailable)$/, class: "timeout", hangs: true };

// What the server does; what the host does (see hostile-worker.mjs); how it must end.
const cases = [
  { name: "no answer", speak: () => {}, ...hangs },
  { name: "a status line and no more", speak: (socket) => socket.write("HTTP/1.1 201 Created\r\n"), ...hangs },
  { name: "headers without an end", speak: (socket) => (socket.write("HTTP/1.1 200 OK\r\n"), drip(socket, forever("x-more: 1\r\n"), 20)), ...hangs },
  { name: "headers and no body", speak: (socket) => socket.write(head(201, "content-length: 100")), ...hangs },
  { name: "a byte of the answer a second", speak: (socket) => drip(socket, created(1)[Symbol.iterator](), 1000), ...hangs },
  { name: "a byte of the body a second", speak: (socket) => (socket.write(head(201, "content-length: 100")), drip(socket, forever(" "), 1000)), ...hangs },
  { name: "chunks without an end", speak: (socket) => (socket.write(head(200, "transfer-encoding: chunked")), drip(socket, forever("1\r\n \r\n"), 10)), ...hangs },
  { name: "a body without an end, fast", speak: (socket) => (socket.write(head(200)), drip(socket, forever(" ".repeat(65_536)), 1)), ends: "failed/protocol", class: "protocol" },
  { name: "429 for ever", speak: (socket) => socket.write(head(429, "content-length: 0")), ends: "deferred/throttled", class: "throttled" },
  { name: "429 for ever, with Retry-After: 0", speak: (socket) => socket.write(head(429, "retry-after: 0", "content-length: 0")), ends: "deferred/throttled", class: "throttled" },
  { name: "429 with a wait of a day", speak: (socket) => socket.write(head(429, "retry-after: 86400", "content-length: 0")), ends: "deferred/throttled", class: "throttled", requests: 1 },
  { name: "503 for ever", speak: (socket) => socket.write(head(503, "content-length: 0")), ends: "deferred/unavailable", class: "unavailable" },
  { name: "a redirect to itself", speak: (socket) => socket.write(head(307, "location: /scim/v2/Users", "content-length: 0")), ends: "failed/protocol", class: "protocol", requests: 1 },
  { name: "a redirect to elsewhere", speak: (socket) => socket.write(head(302, "location: http://127.0.0.1:9/", "content-length: 0")), ends: "failed/protocol", class: "protocol", requests: 1 },
  { name: "reset at once", speak: (socket) => socket.resetAndDestroy(), ends: "deferred/unavailable", class: "unavailable" },
  { name: "what is no HTTP", speak: (socket) => socket.end("220 mail.example ESMTP\r\n"), ends: "deferred/unavailable", class: "unavailable" },
  { name: "an interim answer for ever", speak: (socket) => drip(socket, forever("HTTP/1.1 103 Early Hints\r\n\r\n"), 20), ...hangs },
  { name: "secrets that never come", host: "secret", speak: (socket, nth) => socket.write(created(nth)), ...hangs, requests: 0 },
  { name: "signing that never ends", host: "sign", speak: (socket, nth) => socket.write(created(nth)), ...hangs, requests: 0 },
  { name: "a token endpoint that hangs", host: "token", speak: () => {}, ...hangs },
  { name: "a store that never answers", host: "store", speak: (socket, nth) => socket.write(nth === 1 ? `${head(200, "content-length: 33")}{"totalResults":0,"Resources":[]}` : created(nth)), ends: "created/first-access", class: undefined },
  { name: "a queue that never takes a job", host: "enqueue", speak: () => {}, ...hangs },
  { name: "everything at once", host: "secret store sign enqueue", speak: () => {}, ...hangs, requests: 0 },
];

test("the budget is total", { concurrency: 4 }, async (t) => {
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });
  await Promise.all(cases.map(({ name, ...one }) => t.test(name, (t) => login(t, one, key))));
});

async function login(t, { speak, host = "", ends, hangs = false, requests, ...wanted }, key) {
  const server = await listen(t, speak);
  const process_ = start("hostile-worker", process.execPath, [worker], {
    stdio: ["ignore", "pipe", "log"],
    env: { ...process.env, SCIM_URL: server.url, BUDGET: String(BUDGET), HOST: host, KEY: key },
  });
  t.after(() => process_.stop());
  let said = "";
  process_.child.stdout.setEncoding("utf8").on("data", (chunk) => (said += chunk));
  while (!said.endsWith("\n") && process_.child.exitCode === null) await sleep(5);
  assert.ok(said.endsWith("\n"), process_.log());
  const ended = Date.now();
  const { outcome, tookMs, left } = JSON.parse(said);
  const { result, reason, error, job, requests: listed } = outcome.servers[0];

  assert.deepEqual([outcome.access, `${result}/${reason}`, error?.class], ["allow", ends instanceof RegExp && ends.test(`${result}/${reason}`) ? `${result}/${reason}` : ends, wanted.class], JSON.stringify(outcome));
  assert.ok(tookMs <= BUDGET + LATE, `it took ${tookMs} ms`);
  // A part is kept for the store, and given up where there is nothing to write.
  if (hangs) assert.ok(tookMs >= BUDGET / 2, `it took but ${tookMs} ms`);
  assert.equal(job !== undefined, result === "deferred");
  if (requests !== undefined) assert.equal(server.requests(), requests);
  assert.ok(listed.length >= server.requests(), "each request that was sent is in the outcome");

  // Nothing keeps the process: no timer, no request. It ends by itself, and nothing was rejected unseen.
  assert.deepEqual(left, [], "nothing was left running");
  assert.equal(await Promise.race([process_.ended, sleep(3000, "still there")]), 0, process_.log());
  assert.equal(process_.log(), "");
  for (const socket of server.sockets) {
    for (const until = Date.now() + LATE; socket.closedAt === undefined && Date.now() < until; ) await sleep(5);
    assert.notEqual(socket.closedAt, undefined, "the server sees its connection closed");
    if (hangs && socket.asked) assert.ok(socket.closedAt <= ended + LATE, `${socket.closedAt - ended} ms later: at once, not when the process ends`);
  }
}
