// The unchanged decision in plain JavaScript, as a good JavaScript engineer would write it for this one configuration.
//
// It does what the plugin does for an unchanged login: finds the application and its servers, maps the 12 attributes
// into a SCIM user, filters and sorts the groups, serialises, takes a SHA-256, gets the link from the same store under a
// key that hashes the user's id, parses it, compares digest, groups, freshness and order of events, and returns an
// outcome of the same shape.
//
// It does not: read its mapping from the configuration (it is written out below, which is faster), check the event
// beyond what it touches, evaluate conditions, keep to a budget or a signal, hold two runs of one user apart, or write
// a log record. None of this is taken off the plugin's time.
import { createHash } from "node:crypto";
import { ENTERPRISE } from "./event.mjs";

const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
const RECHECK_MS = 604_800_000; // 7 days, the default of policy.recheckAfter

/** The user resource of the 12 attributes; what is empty is left out. */
export function toUser(user) {
  const { job, phones, employment } = user;
  const resource = { schemas: [CORE], externalId: user.id, userName: user.login, active: true };
  const name = {};
  if (user.firstName) name.givenName = user.firstName;
  if (user.lastName) name.familyName = user.lastName;
  if (user.fullName) name.formatted = user.fullName;
  if (name.givenName || name.familyName || name.formatted) resource.name = name;
  if (user.displayName) resource.displayName = user.displayName;
  if (job?.title) resource.title = job.title;
  if (user.language) resource.preferredLanguage = user.language;
  if (user.timezone) resource.timezone = user.timezone;
  if (user.email) resource.emails = [{ type: "work", value: user.email, primary: true }];
  if (phones?.work) resource.phoneNumbers = [{ type: "work", value: phones.work, primary: true }];
  const enterprise = {};
  if (employment?.department) enterprise.department = employment.department;
  if (employment?.number) enterprise.employeeNumber = employment.number;
  if (enterprise.department || enterprise.employeeNumber) {
    resource.schemas.push(ENTERPRISE);
    resource[ENTERPRISE] = enterprise;
  }
  return resource;
}

/** Names of the managed groups, sorted, each once. */
export function toGroups(groups) {
  const names = [];
  for (const group of groups) {
    const name = typeof group === "string" ? group : group.name;
    if (!name.startsWith("local-")) names.push(name); // exclude: ["local-*"]
  }
  return [...new Set(names)].sort();
}

const sha256 = (text) => createHash("sha256").update(text).digest("base64url");
export const keyOf = (server, userId) => `${server}:${sha256(userId).slice(0, 32)}`;

/** `build` makes the resource from the event's user; scimmy.mjs gives another one. */
export function decider(config, store, build = toUser) {
  const servers = new Map(config.servers.map((server) => [server.id, server]));
  const applications = new Map(config.applications.map((application) => [application.id, application]));

  async function atServer(server, event, now) {
    const { user } = event;
    const digest = sha256(JSON.stringify(build(user)));
    const groups = user.groups ? toGroups(user.groups) : undefined;
    const record = await store.get(keyOf(server.id, user.id));
    const link = record ? JSON.parse(record.value) : undefined;
    const when = event.occurredAt ?? now;
    const outcome = { server: server.id, result: "skipped", reason: "", changed: [], groups: [], requests: [], warnings: [] };
    if (!link) return { ...outcome, reason: "no-link" };
    outcome.remoteId = link.id;
    if (when < link.newest) return { ...outcome, reason: "superseded" };
    if (user.active === false || !link.active) return { ...outcome, reason: "other-path" };
    if (now - link.confirmed > RECHECK_MS) return { ...outcome, reason: "recheck" };
    if (link.digest !== digest) return { ...outcome, reason: "profile-changed" };
    if (groups && (groups.length !== link.groups.length || groups.some((name, i) => name !== link.groups[i].name))) {
      return { ...outcome, reason: "groups-changed" };
    }
    outcome.result = "unchanged";
    outcome.reason = "fresh";
    outcome.groups = link.groups.map(({ name, id }) => ({ name, result: "unchanged", remoteId: id }));
    return outcome;
  }

  return async function postAuthentication(event) {
    const now = Date.now();
    const id = typeof event.application === "string" ? event.application : event.application.id;
    const application = applications.get(id);
    const outcomes = await Promise.all((application?.servers ?? []).map((name) => atServer(servers.get(name), event, now)));
    return { id: event.id, access: "allow", user: event.user.id, application: id, durationMs: Date.now() - now, servers: outcomes };
  };
}

/** Writes the link that a first login of `event` would have left. */
export async function remember(store, server, event, build = toUser) {
  const groups = toGroups(event.user.groups).map((name, i) => ({ name, id: `0e7b1c52-90aa-4a5e-9d0f-00000000000${i}` }));
  const link = {
    version: 1, id: `2819c223-7f76-453a-919d-${event.user.id.slice(-12)}`, active: true, digest: sha256(JSON.stringify(build(event.user))),
    attributes: {}, groups, newest: event.occurredAt, confirmed: Date.now(),
  };
  // The plugin's record holds a short digest per attribute as well, so ours is as long to parse.
  for (const path of ["externalId", "active", ...Object.keys(server.attributes)]) link.attributes[path] = sha256(path).slice(0, 11);
  await store.put(keyOf(server.id, event.user.id), JSON.stringify(link));
}
