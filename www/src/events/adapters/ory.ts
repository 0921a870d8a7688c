// What Ory Kratos binds as `ctx` for the body of a webhook after a flow, whole or its `identity` alone.
// https://www.ory.com/docs/guides/integrate-with-ory-cloud-through-webhooks
import { at, isObject, names, said, text, without } from "../read";
import type { Adapter } from "../types";

export const ory: Adapter = {
  platform: "Ory Kratos",
  takes: "the `ctx` of a webhook, or its `identity`",
  adapt(value, application) {
    const ctx = at(value, "ctx") ?? value;
    const identity = at(ctx, "identity");
    const traits = at(identity, "traits");
    const id = text(identity, "id");
    if (id === undefined || !isObject(traits)) {
      const before = isObject(at(ctx, "flow")) && Array.isArray(at(ctx, "flow", "ui", "nodes"));
      return before ? { refused: "a webhook of Ory Kratos from before the login: it has no `identity` yet; use one of the hooks `after`" } : undefined;
    }
    const client = text(ctx, "flow", "oauth2_login_request", "client", "client_id");
    const groups = names(traits, "groups") ?? names(identity, "metadata_public", "groups");
    return {
      platform: "Ory Kratos",
      notes: [
        client === undefined ? `Kratos names no application unless the login is for an OAuth 2.0 client; \`${application}\` was taken` : "The application is the OAuth 2.0 client's id",
        groups === undefined ? "Kratos knows no groups; a trait or public metadata named `groups` would be taken. They are unknown, so nobody is taken out of one" : "`groups` was found in the identity",
      ],
      event: {
        application: client ?? application,
        user: said({
          ...without(traits, "name", "username", "groups", "first_name", "last_name"),
          id,
          active: at(identity, "state") === "inactive" ? false : undefined,
          userName: text(traits, "username"),
          firstName: text(traits, "name", "first") ?? text(traits, "first_name"),
          lastName: text(traits, "name", "last") ?? text(traits, "last_name"),
          displayName: text(traits, "name"),
          metadata_public: at(identity, "metadata_public"),
          groups,
        }),
      },
    };
  },
};
