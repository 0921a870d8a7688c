// Child processes of the tests: started on a free port, awaited, logged, ended by their own pid.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const logs = join(root, "target/live-logs");
export const python = join(root, "tests/.venv/bin/python");

const running = new Set();
// A test that throws before its `after` hooks must not leave servers behind.
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A port that was free a moment ago: the kernel's choice. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Starts `command` with its output in a log file under target/live-logs. `stop()` ends it and removes the log, unless
 * `keepLog()` was called, as the story does when it fails.
 */
export function start(name, command, args, options = {}) {
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}-${process.pid}-${running.size}-${Date.now()}.log`);
  const file = openSync(log, "a");
  const stdio = options.stdio ?? ["ignore", file, file];
  const child = spawn(command, args, { ...options, stdio: stdio.map((s) => (s === "log" ? file : s)) });
  closeSync(file);
  running.add(child);
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(String(error)));
    child.once("exit", (code, signal) => resolve(signal ?? code));
  }).then((how) => (running.delete(child), how));
  let keep = false;
  return {
    child,
    ended,
    log: () => readFileSync(log, "utf8"),
    keepLog() {
      if (!keep) console.error(`log of ${name}: ${log}`);
      keep = true;
    },
    async stop(signal = "SIGTERM") {
      if (running.has(child)) child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(late);
      if (!keep) rmSync(log, { force: true });
    },
  };
}

/** Waits until `ready()` gives a value; fails at once when the process ends first. */
export async function until(server, what, ready, timeoutMs = 30_000) {
  let how;
  server.ended.then((end) => (how = { end }));
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(40)) {
    if (how) throw new Error(`${what} ended (${how.end}) before it was ready:\n${server.log()}`);
    const value = await ready().catch(() => undefined);
    if (value) return value;
  }
  server.keepLog();
  await server.stop();
  throw new Error(`${what} was not ready after ${timeoutMs} ms`);
}

/** A child that answers each JSON line on its stdin with one on its stdout. */
export function jsonLines(name, command, args) {
  const server = start(name, command, args, { stdio: ["pipe", "pipe", "log"] });
  const waiting = [];
  let rest = "";
  server.child.stdout.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) waiting.shift()?.resolve(JSON.parse(line));
  });
  server.child.stdin.on("error", () => {});
  server.ended.then((how) => waiting.splice(0).forEach((w) => w.reject(new Error(`${name} ended (${how}):\n${server.log()}`))));
  return {
    ask: (question) => new Promise((resolve, reject) => {
      if (!running.has(server.child)) return reject(new Error(`${name} has ended:\n${server.log()}`));
      waiting.push({ resolve, reject });
      server.child.stdin.write(`${JSON.stringify(question)}\n`);
    }),
    stop: () => server.stop(),
  };
}
