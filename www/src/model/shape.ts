// The configuration may hold anything JSON can: these read what has the shape and leave the rest to `problems`.
import type { Application, Config, Server } from "../engine/protocol";

export type Path = (string | number)[];
export type Fields = Record<string, unknown>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

export function serversOf(config: Config | undefined): Partial<Server>[] {
  return listOf(config?.servers).map((one) => fieldsOf(one) as Partial<Server>);
}

export function applicationsOf(config: Config | undefined): Partial<Application>[] {
  return listOf(config?.applications).map((one) => fieldsOf(one) as Partial<Application>);
}

/** JSON Pointer (RFC 6901). */
export function pointerOf(path: Path): string {
  return path.map((step) => "/" + String(step).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

export function pathOf(pointer: string): string[] {
  return pointer === "" ? [] : pointer.slice(1).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
