// The request of an Okta inline hook that runs while somebody signs in: token and SAML assertion.
// https://developer.okta.com/docs/reference/token-hook/
// https://developer.okta.com/docs/reference/saml-hook/
import { at, names, said, text, without } from "../read";
import type { Adapter } from "../types";

const LOGINS = ["com.okta.oauth2.tokens.transform", "com.okta.saml.tokens.transform"];

export const okta: Adapter = {
  platform: "Okta",
  takes: "the request of a token or SAML inline hook",
  adapt(value, application) {
    const type = text(value, "eventType");
    if (type === undefined || !type.startsWith("com.okta.")) return undefined;
    if (!LOGINS.includes(type)) return { refused: `an Okta hook of type \`${type}\`, which is not about a login; those that are: ${LOGINS.map((one) => `\`${one}\``).join(", ")}` };
    const user = at(value, "data", "context", "user");
    const profile = at(user, "profile");
    const id = text(user, "id");
    if (id === undefined) return { refused: "an Okta hook without a user: `data.context.user.id` is missing (a token for a client alone has none)" };
    const claims = at(value, "data", "identity", "claims");
    const groups = names(claims, "groups") ?? names(value, "data", "access", "claims", "groups");
    const client = text(value, "data", "context", "protocol", "client", "id") ?? text(value, "data", "context", "protocol", "issuer", "id");
    return {
      platform: "Okta",
      notes: [
        groups === undefined
          ? "Okta sends groups only as a claim named `groups`; without it they are unknown, and nobody is taken out of one"
          : "The claim `groups` became `groups`",
        client === undefined ? `The hook names no application; \`${application}\` was taken` : "The application is Okta's client id",
        ...happened(text(value, "eventTime")),
      ],
      event: said({
        id: text(value, "eventId"),
        application: client === undefined ? application : said({ id: client, name: text(value, "data", "context", "protocol", "client", "name") }),
        user: said({
          ...without(profile, "login", "id", "groups"),
          id,
          userName: text(profile, "login"),
          email: text(profile, "email") ?? text(claims, "email"),
          displayName: text(profile, "displayName") ?? text(claims, "name"),
          groups,
        }),
      }),
    };
  },
};

/** Left out, since the presses of Run are later than any captured login and an older event never undoes a newer one. */
export function happened(when: string | undefined): string[] {
  return when === undefined ? [] : [`It happened at ${when}; here it happens when you press Run. Your hook should send the time as \`occurredAt\``];
}
