import { amara, names, promoted } from "./people.mjs";

const host = "https://acme.my.salesforce.com";
const moved = { ...promoted, email: "amara.eze@corp.example" };

export default {
  server: {
    id: "sales",
    name: "Salesforce",
    type: "salesforce",
    url: `${host}/services/scim/v2`,
    authentication: {
      scheme: "oauth2",
      grant: "clientCredentials",
      tokenUrl: `${host}/services/oauth2/token`,
      clientId: "sim-client",
      clientSecret: { secret: "salesforce-client-secret" },
    },
    attributes: { ...names, title: "title" },
    staticAttributes: { entitlements: [{ value: "00e000000000001AAA", type: "Profile", primary: true }] },
  },
  secrets: { "salesforce-client-secret": "sim-secret" },
  simulator: {},
  chapters: [
    ["First login: a token, and the account is created", { login: amara }, "created/first-access", 2],
    ["The same login again: no request", { login: amara }, "unchanged/fresh", 0],
    ["A changed title: one request, the token is still good", { login: promoted }, "updated/profile-changed", 1],
    ["A new e-mail address: sent, but userName stays, as Salesforce does not take it", { login: moved }, "updated/profile-changed", 1],
    ["Disabled at the platform: one request", { type: "user.disabled", user: moved }, "deactivated/user-disabled", 1],
  ],
  holds: ({ Users: [user] }) => [
    [user.active, false],
    [user.title, "Chief Pilot"],
    [user.userName, "amara.okafor@corp.example"],
  ],
};
