// What choosing a provider writes: the package's own template, and an application that refers to it.
import { engine } from "../engine/client";
import type { Config, Server, ServerType } from "../engine/protocol";

export async function newServer(type: ServerType, taken: string[]): Promise<Server> {
  return { id: freeId(type, taken), ...ordered(await engine.template(type)) } as Server;
}

export async function firstConfig(type: ServerType): Promise<Config> {
  const server = await newServer(type, []);
  return { servers: [server], applications: [{ id: server.id, servers: [server.id] }] };
}

/** The example of the documentation: two providers, groups, an application each. */
export function sampleConfig(): Config {
  return {
    servers: [
      {
        id: "aws",
        name: "AWS",
        type: "aws",
        url: "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2",
        authentication: { scheme: "accessToken", accessToken: { secret: "aws-access-token" } },
        attributes: {
          userName: "email",
          "name.givenName": "firstName",
          "name.familyName": "lastName",
          displayName: ["displayName", { expression: "user.firstName + ' ' + user.lastName" }],
          'emails[type eq "work"].value': "email",
          title: "title",
        },
        groups: { mode: "mirror", exclude: ["internal-*"] },
      },
      {
        id: "salesforce",
        name: "Salesforce",
        type: "salesforce",
        url: "https://acme.my.salesforce.com/services/scim/v2",
        authentication: {
          scheme: "oauth2",
          grant: "clientCredentials",
          tokenUrl: "https://acme.my.salesforce.com/services/oauth2/token",
          clientId: "3MVG9example",
          clientSecret: { secret: "salesforce-client-secret" },
        },
        staticAttributes: { entitlements: [{ value: "00e000000000001AAA", type: "Profile", primary: true }] },
      },
    ],
    applications: [{ id: "console", name: "Console", servers: ["aws", "salesforce"] }],
  };
}

/** In the order people read them, without what is empty. A URL is nobody's default: it is left to be asked for. */
export function ordered(template: Omit<Server, "id" | "url">): Partial<Server> {
  const { type, authentication, attributes, staticAttributes, groups } = template;
  const filled = (value: object | undefined) => value !== undefined && Object.keys(value).length > 0;
  return {
    type,
    url: "",
    authentication: schemeFirst(authentication),
    ...(filled(attributes) ? { attributes } : {}),
    ...(filled(staticAttributes) ? { staticAttributes } : {}),
    ...(filled(groups) ? { groups } : {}),
  };
}

function schemeFirst(authentication: Server["authentication"]): Server["authentication"] {
  const { scheme, ...rest } = authentication;
  const grant = "grant" in rest ? { grant: rest.grant } : {};
  return { scheme, ...grant, ...rest } as Server["authentication"];
}

export function freeId(wish: string, taken: string[]): string {
  if (!taken.includes(wish)) return wish;
  for (let number = 2; ; number += 1) {
    if (!taken.includes(`${wish}-${number}`)) return `${wish}-${number}`;
  }
}
