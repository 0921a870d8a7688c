// Reading JSON of others: what is not of the expected kind is as good as absent.
export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The member behind a path of names, or undefined. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((found, name) => (isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined), value);
}

export function text(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function names(value: unknown, ...path: string[]): string[] | undefined {
  const found = at(value, ...path);
  return Array.isArray(found) && found.every((one) => typeof one === "string") ? found : undefined;
}

type Said<T> = { [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name] } & {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>;
};

/** Without members that are undefined, null or empty text: what a platform leaves open is not said. */
export function said<T extends Json>(members: T): Said<T> {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return Object.fromEntries(kept) as Said<T>;
}

export function without(value: unknown, ...dropped: string[]): Json {
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => !dropped.includes(name))) : {};
}
