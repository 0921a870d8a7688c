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
