import { amara, married, moved } from "./people.mjs";

const user = moved(married);

export default {
  server: {
    id: "emu",
    name: "Managed users",
    type: "github-enterprise",
    url: "https://api.github.com/scim/v2/enterprises/acme",
    authentication: { scheme: "accessToken", accessToken: { secret: "emu-token" } },
    groups: { mode: "mirror", include: ["crew-*"] },
  },
  secrets: { "emu-token": "demo-token-of-the-simulated-provider" },
  simulator: { token: "demo-token-of-the-simulated-provider" },
  chapters: [
    ["First login: account and groups are created", { login: amara }, "created/first-access", 5],
    ["The same login again: no request", { login: amara }, "unchanged/fresh", 0],
    ["A new name: one request", { login: married }, "updated/profile-changed", 1],
    ["A group left, in mirror mode: one request", { login: user }, "unchanged/groups-changed", 1],
    ["Disabled at the platform: suspended, one request", { type: "user.disabled", user }, "deactivated/user-disabled", 1],
    ["Back again: the same account, one request", { login: user }, "reactivated/was-inactive", 1],
  ],
  holds: ({ Users: [user] }) => [
    [user.active, true],
    [user.name.familyName, "Okafor-Eze"],
  ],
};
