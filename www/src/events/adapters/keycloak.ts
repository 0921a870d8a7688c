// A user event of Keycloak as its API and most listeners write it, and in the envelope of Phase Two's webhooks.
// https://www.keycloak.org/docs-api/latest/javadocs/org/keycloak/representations/idm/EventRepresentation.html
// https://phasetwo.io/docs/audit-logs/access
import { at, isObject, said, text } from "../read";
import type { Adapter } from "../types";
import { happened } from "./okta";

/** What an event type is here; the types not listed are not about an account. */
const MEANINGS: Record<string, "login" | "user.updated" | "user.deleted"> = {
  LOGIN: "login",
  REGISTER: "login",
  IDENTITY_PROVIDER_LOGIN: "login",
  UPDATE_PROFILE: "user.updated",
  UPDATE_EMAIL: "user.updated",
  DELETE_ACCOUNT: "user.deleted",
};

export const keycloak: Adapter = {
  platform: "Keycloak",
  takes: "a user event (LOGIN, REGISTER, UPDATE_PROFILE, DELETE_ACCOUNT)",
  adapt(value, application) {
    const type = text(value, "type")?.replace(/^access\./, "");
    const auth = isObject(at(value, "authDetails")) ? at(value, "authDetails") : value;
    if (type === undefined || !/^[A-Z][A-Z_]+$/.test(type) || text(value, "realmId") === undefined) return undefined;
    if (type.endsWith("_ERROR")) return { refused: `an event of Keycloak about something that failed (\`${type}\`): nobody was let in` };
    const meaning = MEANINGS[type];
    if (meaning === undefined) return { refused: `an event of Keycloak of type \`${type}\`, which is not about an account; those that are: ${Object.keys(MEANINGS).join(", ")}` };
    const id = text(auth, "userId");
    if (id === undefined) return { refused: "an event of Keycloak without `userId`" };
    const details = at(value, "details");
    const client = text(auth, "clientId");
    const time = at(value, "time");
    const user = said({
      id,
      userName: text(details, "username") ?? text(auth, "username"),
      email: text(details, "updated_email") ?? text(details, "email"),
      firstName: text(details, "updated_first_name") ?? text(details, "first_name"),
      lastName: text(details, "updated_last_name") ?? text(details, "last_name"),
    });
    const eventId = text(value, "id") ?? text(value, "uid");
    return {
      platform: "Keycloak",
      notes: [
        "A Keycloak event names the user and says little else: have your listener add the profile and the groups, or type them in here",
        ...(meaning === "login" ? [client === undefined ? `The event names no client; \`${application}\` was taken` : "The application is Keycloak's client"] : []),
        ...happened(typeof time === "number" && time > 0 && time < 8.64e15 ? new Date(time).toISOString() : undefined),
      ],
      event: meaning === "login" ? said({ id: eventId, application: client ?? application, user }) : said({ id: eventId, type: meaning, user }),
    };
  },
};
