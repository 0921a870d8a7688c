// A configuration with every kind of provider and of credentials, and a login at all of them.
import { memoryStore } from "../../../pkg/host.js";
import { ScimHook, template } from "../../../pkg/index.js";
import { createSimulator } from "../../../pkg/testing.js";

export const parts = () => ({ ScimHook, memoryStore, createSimulator });

const filled = (type, blanks) => JSON.parse(JSON.stringify(template(type)).replace(/<[a-z-]+>/g, (blank) => blanks[blank]));

export const servers = {
  aws: { id: "aws", ...template("aws"), url: "https://scim.eu-west-1.amazonaws.com/t1/scim/v2" },
  github: {
    id: "github",
    ...template("github"),
    url: "https://api.github.com/scim/v2/organizations/acme",
  },
  enterprise: {
    id: "enterprise",
    ...template("github-enterprise"),
    url: "https://ghe.example/api/v3/scim/v2/enterprises/acme",
    authentication: { scheme: "githubApp", appId: "77", installationId: "99", privateKey: { secret: "app-key" }, apiUrl: "https://ghe.example/api/v3" },
  },
  salesforce: {
    id: "salesforce",
    ...filled("salesforce", { "<my-domain>": "corp", "<client-id>": "3MVG9", "<profile-id>": "00eKj00000abcdeIAA" }),
    url: "https://corp.my.salesforce.com/services/scim/v2",
  },
  basic: {
    id: "basic",
    ...template("generic"),
    url: "https://basic.example/v2/",
    authentication: { scheme: "basic", username: "robot", password: { secret: "basic-password" } },
  },
  bearer: {
    id: "bearer",
    ...template("generic"),
    url: "https://bearer.example/v2",
    authentication: { scheme: "oauth2", grant: "jwtBearer", tokenUrl: "https://idp.example/oauth2/v1/token", clientId: "c1", subject: "robot", audience: "https://idp.example", privateKey: { secret: "signing-key" } },
  },
  refresh: {
    id: "refresh",
    ...template("generic"),
    url: "https://refresh.example/v2",
    authentication: { scheme: "oauth2", grant: "refreshToken", tokenUrl: "https://idp.example/other/token", clientId: "c2", refreshToken: { secret: "refresh" }, clientSecret: { secret: "client" } },
  },
};

/** A configuration of some of them, all for one application. */
export const configOf = (names = Object.keys(servers), more = {}) =>
  JSON.stringify({
    servers: names.map((name) => servers[name]),
    applications: [{ id: "console", servers: names.map((name) => servers[name].id) }],
    ...more,
  });

export const login = (change = {}) =>
  JSON.stringify({
    application: "console",
    user: { id: "u-40017", email: "amara@corp.example", firstName: "Amara", lastName: "Okafor", groups: ["readers", "pilots"], ...change },
  });

/** `server result reason` of each. */
export const told = ({ outcome }) => outcome.servers.map(({ server, result, reason }) => `${server} ${result} ${reason}`);
