// What each way to authenticate asks for; names and order are those of the configuration.
import { capabilities } from "./capabilities";
import type { ServerType } from "../../engine/protocol";
import type { Fields } from "../../model/shape";

export interface AuthField {
  name: string;
  label: string;
  kind: "text" | "url" | "secret" | "secret-maybe" | "where";
  optional?: boolean;
  hint?: string;
}

const token: AuthField = { name: "tokenUrl", label: "Token URL", kind: "url", hint: "The token endpoint of its authorization server (RFC 6749)." };
const clientId: AuthField = { name: "clientId", label: "Client id", kind: "text" };
const clientSecret: AuthField = { name: "clientSecret", label: "Client secret", kind: "secret" };
const scope: AuthField = { name: "scope", label: "Scope", kind: "text", optional: true, hint: "Scopes, with spaces between." };
const how: AuthField = { name: "clientAuthentication", label: "Client's secret goes", kind: "where", optional: true };
const privateKey: AuthField = { name: "privateKey", label: "Private key (PEM)", kind: "secret" };

/** By scheme, or by grant for oauth2. */
export const AUTH_FIELDS: Record<string, AuthField[]> = {
  accessToken: [{ name: "accessToken", label: "Access token", kind: "secret" }],
  basic: [
    { name: "username", label: "User name", kind: "text" },
    { name: "password", label: "Password", kind: "secret" },
  ],
  githubApp: [
    { name: "appId", label: "App's client id", kind: "text" },
    { name: "installationId", label: "Installation's id", kind: "text" },
    privateKey,
    { name: "apiUrl", label: "API address", kind: "url", optional: true, hint: "Default https://api.github.com." },
  ],
  clientCredentials: [token, clientId, clientSecret, scope, how],
  refreshToken: [token, clientId, { name: "refreshToken", label: "Refresh token", kind: "secret" }, { ...clientSecret, kind: "secret-maybe", optional: true }, scope, how],
  jwtBearer: [
    token,
    clientId,
    privateKey,
    { name: "subject", label: "Subject", kind: "text", hint: "Whom the token is for." },
    { name: "audience", label: "Audience", kind: "text", hint: "Who takes the assertion." },
    { name: "keyId", label: "Key id", kind: "text", optional: true },
    scope,
  ],
  password: [token, clientId, clientSecret, { name: "username", label: "User name", kind: "text" }, { name: "password", label: "Password", kind: "secret" }, scope],
};

export const GRANTS = [
  { value: "clientCredentials", label: "client credentials" },
  { value: "jwtBearer", label: "JWT bearer" },
  { value: "refreshToken", label: "refresh token" },
  { value: "password", label: "password (deprecated)" },
];

const SCHEMES = [
  { value: "accessToken", label: "access token" },
  { value: "basic", label: "user name and password" },
  { value: "oauth2", label: "OAuth 2.0" },
  { value: "githubApp", label: "GitHub App" },
];

/** Those a provider takes, as the support matrix says. */
export function schemesOf(type: ServerType | undefined): typeof SCHEMES {
  const taken = capabilities.value?.find((one) => one.type === type)?.authentication as string[] | undefined;
  return taken === undefined ? SCHEMES : SCHEMES.filter(({ value }) => taken.includes(value));
}

export function fieldsFor(authentication: Fields): AuthField[] {
  const { scheme, grant } = authentication;
  return AUTH_FIELDS[String(scheme === "oauth2" ? grant : scheme)] ?? [];
}

/** Another scheme or grant: what both have is kept, secrets get a name, the rest is left to be filled in. */
export function authenticationAs(scheme: string, grant: string | undefined, old: Fields, serverId: string): Fields {
  const next: Fields = scheme === "oauth2" ? { scheme, grant: grant ?? "clientCredentials" } : { scheme };
  for (const { name, kind, optional } of fieldsFor(next)) {
    if (old[name] !== undefined) next[name] = old[name];
    else if (optional !== true) next[name] = kind === "secret" ? { secret: secretName(serverId, name) } : "";
  }
  return next;
}

/** As the templates name them: `aws-access-token`. */
export function secretName(serverId: string, field: string): string {
  return `${serverId}-${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
