import { amara, moved, names, promoted } from "./people.mjs";

const user = moved(promoted);

export default {
  server: {
    id: "aws",
    name: "AWS production",
    type: "aws",
    url: "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2",
    authentication: { scheme: "accessToken", accessToken: { secret: "aws-token" } },
    attributes: {
      ...names,
      displayName: ["displayName", { expression: "user.firstName + ' ' + user.lastName" }],
      title: "title",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "department",
    },
    groups: { mode: "mirror", include: ["crew-*"] },
  },
  secrets: { "aws-token": "demo-token-of-the-simulated-provider" },
  simulator: { token: "demo-token-of-the-simulated-provider" },
  chapters: [
    ["First login: account and groups are created", { login: amara }, "created/first-access", 5],
    ["The same login again: no request", { login: amara }, "unchanged/fresh", 0],
    ["A changed title: one request", { login: promoted }, "updated/profile-changed", 1],
    ["A group left, in mirror mode: one request", { login: user }, "unchanged/groups-changed", 1],
    ["Disabled at the platform: one request", { type: "user.disabled", user }, "deactivated/user-disabled", 1],
  ],
  holds: ({ Users: [user], Groups }) => [
    [user.active, false],
    [user.title, "Chief Pilot"],
    [Groups.map((group) => [group.displayName, group.members.length]), [["crew-readers", 1], ["crew-dispatch", 0]]],
  ],
};
