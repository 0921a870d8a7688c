import { amara, married } from "./people.mjs";

export default {
  server: {
    id: "org",
    name: "The organisation",
    type: "github",
    url: "https://api.github.com/scim/v2/organizations/acme",
    authentication: { scheme: "accessToken", accessToken: { secret: "github-token" } },
  },
  secrets: { "github-token": "demo-token-of-the-simulated-provider" },
  simulator: { token: "demo-token-of-the-simulated-provider" },
  chapters: [
    ["First login: she is invited", { login: amara }, "created/first-access", 1],
    ["The same login again: no request", { login: amara }, "unchanged/fresh", 0],
    ["A new name: updates are off here unless asked for", { login: married }, "unchanged/updates-off", 0],
    [
      "Disabled at the platform: the membership ends, and with it the id",
      { type: "user.disabled", user: married },
      "deactivated/user-disabled",
      1,
    ],
    ["Back again: she is invited anew", { login: married }, "created/first-access", 1],
  ],
  holds: ({ Users, Invitations }) => [
    [Users.map((user) => user.name.familyName), ["Okafor-Eze"]],
    [Invitations.map((invitation) => invitation.state), ["cancelled", "pending"]],
  ],
};
