// `make load`: many logins at once over three simulated providers, of which one request in a hundred goes wrong. Every
// login must end within its budget, and nobody may have a wrong account, at any time and least of all in the end.
// LOGINS, USERS, IN_FLIGHT, FAULTS (a share) and SEED change what is done; `--json` is for machines.
import assert from "node:assert/strict";
import { ScimHook } from "../../pkg/index.js";
import { createHost, memoryStore } from "../../pkg/host.js";
import { createSimulator, simulate } from "../../pkg/testing.js";
import { TOKEN, configOf, server } from "../node/scene.mjs";

const number = (name, otherwise) => Number(process.env[name] ?? otherwise);
const LOGINS = number("LOGINS", 50_000);
const USERS = number("USERS", Math.ceil(LOGINS / 10));
const IN_FLIGHT = number("IN_FLIGHT", 200);
const FAULTS = number("FAULTS", 0.01);
const SEED = number("SEED", 1);
const BUDGET = 2500;
/** How much later than its budget a login may end: providers, plugin and the measuring share one thread here. */
const LATE = 250;
const ROUNDS = 20;

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomOf(SEED);
const below = (count) => Math.floor(random() * count);

/* ------------------------------------------------------------------ people */

const TEAMS = Array.from({ length: 40 }, (_, n) => `Team ${n}`);
const TITLES = ["Pilot", "Engineer", "Clerk", "Fellow", "Architect"];
const people = Array.from({ length: USERS }, (_, n) => ({
  id: `u-${n}`, email: `user${n}@corp.example`, firstName: "Amara", lastName: `Okafor ${n}`,
  phone: "+49 170 1234567", title: TITLES[n % TITLES.length], department: "Flight Ops", groups: [TEAMS[n % 40], TEAMS[(n * 7 + 1) % 40]],
}));
/** What each person was at some time: titles and groups. */
const past = people.map(({ title, groups }) => ({ titles: new Set([title]), groups: new Set(groups) }));

/** Now and then somebody's title or one of their groups changes. */
function live(n) {
  const person = { ...people[n] };
  if (random() < 0.1) person.title = TITLES[below(TITLES.length)];
  if (random() < 0.03) person.groups = [person.groups[1], TEAMS[below(40)]];
  past[n].titles.add(person.title);
  person.groups.forEach((name) => past[n].groups.add(name));
  people[n] = person;
  return person;
}

/* ------------------------------------------------------------------ providers */

const servers = [server("aws"), server("generic"), server("salesforce", { groups: { mode: "off" } })];
// Salesforce sells licences: enough for everybody.
const switchesOf = (type) => (type === "salesforce" ? { salesforceLicences: USERS } : {});
const sims = servers.map(({ type, url }) => createSimulator({ type, url, token: TOKEN, switches: switchesOf(type), latencyMs: 4 }));

const KINDS = [
  [20, { lose: "before" }], [20, { lose: "after" }], [10, { status: 503 }], [10, { status: 500 }], [10, { throttle: {} }],
  [10, { body: "truncated" }], [10, { status: 200, body: "html" }], [5, { hang: true }], [4, { latencyMs: 700 }], [1, { throttle: { retryAfter: 1 } }],
];
for (const sim of sims) for (const [percent, kind] of KINDS) {
  sim.fault({ ...kind, times: Infinity, match: () => random() < (FAULTS * percent) / 100 && (faults += 1) });
}
let faults = 0;

const config = configOf(servers, { budgetMs: BUDGET, breaker: { failures: 5, coolDownMs: 1000 } });
const hook = new ScimHook(config, createHost({ fetch: simulate(sims), state: memoryStore(), secrets: { token: TOKEN } }));

/* ------------------------------------------------------------------ the machine */

// Milliseconds in which this process wanted to run and was not let: a busy machine is no fault of a login's. Time in
// which it did run, ours or the providers', is not taken off.
const TICK = 20;
let stalled = 0;
let [tickedAt, cpu] = [performance.now(), process.cpuUsage()];
const ticking = setInterval(() => {
  const { user, system } = process.cpuUsage(cpu);
  const idle = performance.now() - tickedAt - (user + system) / 1000 - TICK;
  if (idle > TICK) stalled += idle;
  [tickedAt, cpu] = [performance.now(), process.cpuUsage()];
}, TICK);

/* ------------------------------------------------------------------ logins */

const times = [];
const ends = {};
const late = [];
let requests = 0;
let clock = Date.now() - LOGINS * 2;

async function login(n) {
  // Later than all before, so that of two logins of one person the newer one counts.
  const event = { application: "console", occurredAt: (clock += 1), user: live(n) };
  const [began, stalledBefore] = [performance.now(), stalled];
  const { access, servers: outcomes } = await hook.postAuthentication(event);
  const took = performance.now() - began;
  assert.equal(access, "allow");
  times.push(took);
  if (took > BUDGET + LATE) {
    // The clock above ticks after this, where both were due.
    await new Promise((resolve) => setTimeout(resolve, 2 * TICK));
    if (took > BUDGET + LATE + stalled - stalledBefore) late.push({ user: event.user.id, took });
  }
  for (const { server: id, result, reason, requests: sent } of outcomes) {
    requests += sent.length;
    const end = `${id} ${result}/${reason}`;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  if (times.length % 1000 === 0) for (const sim of sims) sim.clearRequests();
}

/** Calls `act` with 0 to `count`, so many at a time. */
async function inFlight(count, act) {
  let next = 0;
  const one = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

const began = performance.now();
// Everybody once, in any order; then whoever comes.
await inFlight(LOGINS, (i) => login(i < USERS ? i : below(USERS)));
const seconds = (performance.now() - began) / 1000;
const { rss, heapUsed, external } = process.memoryUsage();

/* ------------------------------------------------------------------ what the providers hold */

/** What is wrong with the accounts at a provider. `finished`: everybody's last login is done, so nothing may be missing. */
function wrong(sim, finished) {
  const { Users, Groups } = sim.snapshot();
  const found = [];
  const seen = new Map();
  for (const { id, userName, externalId, name, title, active } of Users) {
    const n = Number(/^user(\d+)@/.exec(userName)?.[1] ?? NaN);
    const person = people[n];
    if (!person || seen.has(n)) { found.push(`${userName}: ${person ? "twice" : "nobody's"}`); continue; }
    seen.set(n, id);
    const titles = finished ? new Set([person.title]) : past[n].titles;
    const right = name.givenName === person.firstName && name.familyName === person.lastName && titles.has(title) && active === true
      && (externalId === person.id || (sim.type === "salesforce" && !externalId));
    if (!right) found.push(`${userName}: ${JSON.stringify([externalId, name, title, active])}`);
  }
  if (finished) people.forEach(({ id }, n) => seen.has(n) || found.push(`${id}: no account`));
  if (sim.type === "salesforce") return found;

  const owner = new Map([...seen].map(([n, id]) => [id, n]));
  const names = Groups.map(({ displayName }) => displayName);
  if (new Set(names).size !== names.length) found.push(`two groups of one name: ${names}`);
  const memberships = people.map(() => new Set());
  for (const { displayName, members } of Groups) {
    for (const { value } of members) {
      const n = owner.get(value);
      if (n === undefined || memberships[n].has(displayName)) found.push(`${displayName}: ${value} is nobody, or twice in it`);
      else memberships[n].add(displayName);
    }
  }
  people.forEach(({ id, groups }, n) => {
    const has = memberships[n];
    const strange = [...has].filter((name) => !past[n].groups.has(name));
    // `mirror` takes people out again; `add` does not.
    const missing = finished ? groups.filter((name) => !has.has(name)) : [];
    const left = finished && sim.type === "generic" ? [...has].filter((name) => !groups.includes(name)) : [];
    if (strange.length + missing.length + left.length > 0) found.push(`${id}: in ${[...has]}, wanted ${groups}`);
  });
  return found;
}

const during = sims.flatMap((sim) => wrong(sim, false).map((what) => `${sim.type}: ${what}`));

// The next logins of everybody, with nothing in the way, finish what the last one could not: a server may have asked
// for a wait, or be left alone for a moment.
for (const sim of sims) sim.clearFaults();
let left = people.map((_, n) => n);
let unfinished = [];
for (let round = 1; left.length > 0 && round <= ROUNDS; round++) {
  if (round > 1) await new Promise((resolve) => setTimeout(resolve, 1500));
  unfinished = [];
  const again = [];
  await inFlight(left.length, async (i) => {
    const person = people[left[i]];
    const { servers: outcomes } = await hook.postAuthentication({ application: "console", occurredAt: (clock += 1), user: person });
    const open = outcomes.filter(({ error, job }) => error || job);
    if (open.length > 0) again.push(left[i]);
    for (const { server: id, result, reason } of open) unfinished.push(`${person.id} at ${id}: ${result}/${reason}`);
  });
  left = again;
}
const after = sims.flatMap((sim) => wrong(sim, true).map((what) => `${sim.type}: ${what}`));
hook.free();
clearInterval(ticking);

/* ------------------------------------------------------------------ what came of it */

times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
const figures = {
  logins: times.length, users: USERS, inFlight: IN_FLIGHT, faults, seconds: Number(seconds.toFixed(1)),
  loginsPerSecond: Math.round(times.length / seconds),
  p50Ms: Number(at(0.5).toFixed(1)), p99Ms: Number(at(0.99).toFixed(1)), maxMs: Number(times.at(-1).toFixed(1)),
  requestsPerLogin: Number((requests / times.length).toFixed(2)),
  memoryMB: { rss: megabytes(rss), heap: megabytes(heapUsed), external: megabytes(external) },
  stalledMs: Math.round(stalled), overBudget: late.length, wrongAccounts: during.length + after.length, unfinished: unfinished.length, ends,
};
if (process.argv.includes("--json")) {
  console.log(JSON.stringify(figures));
} else {
  const { memoryMB } = figures;
  console.log(`${figures.logins} logins of ${USERS} users at 3 simulated servers, ${IN_FLIGHT} in flight, ${faults} requests gone wrong, ${figures.seconds} s
  throughput          ${figures.loginsPerSecond} logins/s
  a login             p50 ${figures.p50Ms} ms, p99 ${figures.p99Ms} ms, longest ${figures.maxMs} ms (budget ${BUDGET} ms)
  requests per login  ${figures.requestsPerLogin}, all three servers together
  memory              ${memoryMB.rss} MB resident, ${memoryMB.heap} MB heap, ${memoryMB.external} MB outside it; plugin, store and providers
  over budget         ${late.length}; the machine kept this process waiting for ${figures.stalledMs} ms
  wrong accounts      ${during.length} under way, ${after.length} after everybody's next logins, which ${unfinished.length} did not finish`);
  for (const [end, count] of Object.entries(ends).sort()) console.log(`    ${String(count).padStart(7)}  ${end}`);
}
for (const what of [...late.map(({ user, took }) => `${user}: ${Math.round(took)} ms`), ...during, ...after, ...unfinished].slice(0, 20)) console.error(what);
if (late.length + during.length + after.length + unfinished.length > 0) process.exitCode = 1;
