// The outcome of most logins: nothing changed, anywhere. The engine leaves its words out (`Outcome::brief` in
// src/outcome.rs), and they are put back here, in the order in which it writes them.

/** `[id, user, application, durationMs, [server, remoteId, name, remoteId of the group, ..], ..]` as an Outcome. */
export function spellOut(brief) {
  const servers = [];
  for (let i = 4; i < brief.length; i++) servers.push(server(brief[i]));
  return { id: brief[0], access: "allow", user: brief[1], application: brief[2], durationMs: brief[3], servers };
}

function server(brief) {
  const groups = [];
  for (let i = 2; i < brief.length; i += 2) groups.push({ name: brief[i], result: "unchanged", remoteId: brief[i + 1] });
  return { server: brief[0], result: "unchanged", reason: "fresh", remoteId: brief[1], changed: [], groups, requests: [], warnings: [] };
}
