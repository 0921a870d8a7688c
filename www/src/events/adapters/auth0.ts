// The `event` of Auth0's post-login trigger.
// https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-event-object
import { at, isObject, names, said, text } from "../read";
import type { Adapter } from "../types";

export const auth0: Adapter = {
  platform: "Auth0",
  takes: "the event of a post-login Action",
  adapt(value) {
    const id = text(value, "user", "user_id");
    const client = text(value, "client", "client_id");
    if (id === undefined || client === undefined) return undefined;
    if (!isObject(at(value, "connection"))) return { refused: "an event of Auth0, but not of its post-login trigger: `connection` is missing" };
    const user = at(value, "user");
    const roles = names(value, "authorization", "roles");
    const notes = [
      roles === undefined
        ? "`authorization` is missing, so the groups are unknown and nobody is taken out of one"
        : "Auth0 has roles where others have groups: `authorization.roles` became `groups`",
      "The application is Auth0's `client_id`",
    ];
    // Of the user only what a mapping may want: `identities` can hold access tokens, `multifactor` is nobody's business.
    return {
      platform: "Auth0",
      notes,
      event: {
        application: said({ id: client, name: text(value, "client", "name") }),
        user: said({
          id,
          active: at(user, "blocked") === true ? false : undefined,
          userName: text(user, "username"),
          email: text(user, "email"),
          emailVerified: at(user, "email_verified"),
          firstName: text(user, "given_name"),
          lastName: text(user, "family_name"),
          displayName: text(user, "name"),
          nickName: text(user, "nickname"),
          phoneNumber: text(user, "phone_number"),
          user_metadata: at(user, "user_metadata"),
          app_metadata: at(user, "app_metadata"),
          organization: text(value, "organization", "name"),
          groups: roles,
        }),
      },
    };
  },
};
