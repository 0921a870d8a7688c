// Configurations and logins that tests put into the page.
import { template } from "../../pkg/index.js";

export const aws = { id: "aws", ...template("aws"), url: "https://scim.eu-west-1.amazonaws.com/tenant/scim/v2" };
export const github = { id: "github", ...template("github"), url: "https://api.github.com/scim/v2/organizations/acme" };
export const hr = { id: "hr", ...template("generic"), url: "https://hr.example/scim/v2", groups: { mode: "mirror" } };

export const configWith = (...servers) => ({ servers, applications: [{ id: "console", servers: servers.map(({ id }) => id) }] });
export const config = configWith(aws);

export const login = (change = {}) => ({
  id: "e-1",
  application: "console",
  user: { id: "u-40017", email: "amara@corp.example", userName: "amara", firstName: "Amara", lastName: "Okafor", groups: ["readers"], ...change },
});

/** As large as any real one: 200 servers. */
export const large = configWith(...Array.from({ length: 200 }, (_, at) => ({ ...hr, id: `s-${at}`, name: `Server ${at}`, url: `https://s${at}.example/scim/v2` })));
/** As engineers have them. */
export const realistic = { ...configWith(aws, github, hr, ...large.servers.slice(0, 7)), policy: { budgetMs: 2000, onFailure: "denyFirst" } };
