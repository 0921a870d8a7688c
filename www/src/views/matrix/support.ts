// The support matrix as the README has it.
import type { Capabilities } from "../../engine/protocol";

type Support = Capabilities["createUser"];

export const ACTIONS = [
  ["createUser", "create user"],
  ["createGroup", "create group"],
  ["assignUserToGroup", "assign user to group"],
  ["updateProfile", "update profile"],
  ["deactivateUser", "deactivate user"],
  ["removeUserFromGroup", "remove user from group"],
  ["deleteGroup", "delete group"],
] as const;

export const SCHEMES = { accessToken: "access token", basic: "Basic", oauth2: "OAuth 2.0", githubApp: "GitHub App" } as const;

export type Cell = "yes" | "limited" | "on request" | "no";

export function cellOf({ byDefault, onRequest }: Support): Cell {
  if (byDefault !== "no") return byDefault;
  return onRequest === "no" ? "no" : "on request";
}

/** Notes by number, in the order in which a reader meets them; one that comes again keeps its number. */
export function notesOf(types: Capabilities[]): { list: string[]; numberOf(note: string | undefined): number | undefined } {
  const list: string[] = [];
  for (const type of types) {
    for (const [action] of ACTIONS) {
      const { note } = type[action];
      if (note !== undefined && !list.includes(note)) list.push(note);
    }
  }
  return { list, numberOf: (note) => (note === undefined ? undefined : list.indexOf(note) + 1) };
}
