// The configuration that choosing a type gives, with its blanks filled in as an administrator does.
import { capabilities, template } from "../../pkg/index.js";

export const TYPES = capabilities().map(({ type }) => type);

const HOSTS = {
  aws: "https://scim.eu-west-1.amazonaws.com/t1/scim/v2",
  github: "https://api.github.com/scim/v2/organizations/acme",
  "github-enterprise": "https://api.github.com/scim/v2/enterprises/acme",
  salesforce: "https://acme.my.salesforce.com/services/scim/v2",
  generic: "https://scim.example/v2",
};
/** What the simulated providers know: a licence's profile, a client of the token endpoint. */
export const PROFILE = "00e000000000001AAA";
const BLANKS = { "<my-domain>": "acme", "<client-id>": "sim-client", "<profile-id>": PROFILE };

export const urlOf = (type) => HOSTS[type];

/** The server of a type's template; `more` is laid over it. */
export function filled(type, { url = HOSTS[type], ...more } = {}) {
  const text = JSON.stringify(template(type)).replace(/<[a-z-]+>/g, (blank) => BLANKS[blank]);
  return { id: type, url, ...JSON.parse(text), ...more };
}

/** The secrets a template names. `token` is the provider's. */
export const secretsOf = (type, token) => ({ [`${type}-access-token`]: token, [`${type}-client-secret`]: "sim-secret" });
