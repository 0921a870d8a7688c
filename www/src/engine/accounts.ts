// What somebody else does at a provider before the login: an account that is there already, or is changed.
import type { AccountDial } from "./protocol";
import type { Provider } from "./provider";

type Resource = Record<string, unknown>;

/** A family name nobody's profile has, so that it stands out. */
const RENAMED = "Changed-There";
const ANOTHER = "somebody-elses-id";

/**
 * Brings the account of `resource` (what the mapping yields) about, as the dial says. Returns what was done, for
 * people; undefined if nothing.
 */
export function prepare({ sim, standIns }: Provider, dial: AccountDial, resource: Resource | undefined): string | undefined {
  if (dial === "as-is") return undefined;
  const userName = resource?.userName;
  if (resource === undefined || typeof userName !== "string") return "no account was put there: the mapping yields no userName";
  const found = sim.snapshot().Users.find((user) => String(user.userName).toLowerCase() === userName.toLowerCase());
  const inside = (attributes: Resource) => JSON.parse(standIns.inwards(JSON.stringify(attributes))) as Resource;
  const make = (change: Resource) => {
    const { schemas: _, externalId, ...rest } = resource;
    sim.edit({ create: { type: "User", resource: inside({ ...rest, ...(externalId !== undefined && { externalId }), active: true, ...change }) } });
  };
  const set = (id: unknown, attributes: Resource) => sim.edit({ set: { id: String(id), attributes: inside(attributes) } });
  const bring = (change: Resource) => (found === undefined ? make(change) : set(found.id, change));
  switch (dial) {
    case "ours":
      bring({ externalId: resource.externalId ?? null });
      return `an account \`${userName}\` is there, ${resource.externalId === undefined ? "and no externalId is mapped: it is ours by its userName" : "with our externalId"}`;
    case "unowned":
      bring({ externalId: null });
      return `an account \`${userName}\` is there, with nobody's externalId`;
    case "another":
      bring({ externalId: ANOTHER });
      return `an account \`${userName}\` is there, with another's externalId`;
    case "deactivated":
      bring({ active: false });
      return `an administrator has deactivated \`${userName}\` there`;
    case "renamed": {
      const name = { ...(resource.name as Resource | undefined), ...(found?.name as Resource | undefined), familyName: RENAMED };
      bring({ name });
      return `an administrator has changed the family name of \`${userName}\` there`;
    }
    case "deleted":
      if (found === undefined) return undefined;
      sim.edit({ delete: { id: String(found.id) } });
      return `an administrator has deleted \`${userName}\` there`;
  }
}
