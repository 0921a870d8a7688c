// OpenID Connect claims: of an ID token, or from the UserInfo endpoint.
// https://openid.net/specs/openid-connect-core-1_0.html, sections 2 and 5.1
import { at, isObject, names, said, text, without } from "../read";
import type { Adapter } from "../types";

/** About the token, not the person. */
const OF_THE_TOKEN = ["iss", "aud", "exp", "iat", "nbf", "jti", "nonce", "auth_time", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash", "sid", "ver", "typ", "scope", "client_id"];
const RENAMED = ["sub", "given_name", "family_name", "name", "preferred_username", "phone_number", "email_verified", "groups", "roles"];
/** `sub` alone could be anything. */
const STANDARD = ["iss", "aud", "name", "given_name", "family_name", "preferred_username", "email"];

export const openid: Adapter = {
  platform: "OpenID Connect",
  takes: "the claims of an ID token, or what UserInfo answers",
  adapt(value, application) {
    const id = text(value, "sub");
    if (!isObject(value) || id === undefined || !STANDARD.some((claim) => Object.hasOwn(value, claim))) return undefined;
    const audience = names(value, "aud") ?? [text(value, "aud")].filter((one) => one !== undefined);
    const client = text(value, "azp") ?? text(value, "client_id") ?? (audience.length === 1 ? audience[0] : undefined);
    const groups = names(value, "groups") ?? names(value, "roles");
    return {
      platform: "OpenID Connect",
      notes: [
        client === undefined ? `The claims do not say for which client they are; \`${application}\` was taken` : "The application is the client the token is for",
        groups === undefined ? "There is no claim `groups` or `roles`: groups are unknown, and nobody is taken out of one" : `\`${at(value, "groups") === undefined ? "roles" : "groups"}\` became \`groups\``,
      ],
      event: {
        application: client ?? application,
        user: said({
          ...without(value, ...OF_THE_TOKEN, ...RENAMED),
          id,
          userName: text(value, "preferred_username"),
          firstName: text(value, "given_name"),
          lastName: text(value, "family_name"),
          displayName: text(value, "name"),
          phoneNumber: text(value, "phone_number"),
          emailVerified: at(value, "email_verified"),
          groups,
        }),
      },
    };
  },
};
