// The providers by the names people know them by.
import type { ServerType } from "../../engine/protocol";

export const PROVIDERS: { type: ServerType; name: string; about: string }[] = [
  { type: "aws", name: "AWS", about: "IAM Identity Center" },
  { type: "github", name: "GitHub", about: "an organisation with personal accounts and SAML" },
  { type: "github-enterprise", name: "GitHub Enterprise", about: "Enterprise Managed Users, or your own Enterprise Server" },
  { type: "salesforce", name: "Salesforce", about: "an organisation with My Domain" },
  { type: "generic", name: "Any SCIM 2.0 server", about: "whatever keeps to RFC 7643 and RFC 7644" },
];
