// Reads the demo's JSON and holds it to what the demo says.
import assert from "node:assert/strict";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { chapters, provider } = JSON.parse(text);
const told = chapters.map(({ outcome }) => {
  const [server] = outcome.servers;
  return [server.result, server.reason, server.requests.length];
});
assert.deepEqual(told, [
  ["created", "first-access", 5], // create, two look-ups, two groups created with the user in them
  ["unchanged", "fresh", 0],
  ["updated", "profile-changed", 1],
  ["unchanged", "groups-changed", 1],
  ["deactivated", "user-disabled", 1],
]);
const [user] = provider.Users;
assert.deepEqual([provider.Users.length, user.active, user.title], [1, false, "Chief Pilot"]);
assert.deepEqual(
  provider.Groups.map((group) => [group.displayName, group.members.length]),
  [["aws-readers", 1], ["aws-dispatch", 0]],
);
console.log("demo: as told");
