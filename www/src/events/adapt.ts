// From what a platform hands to its hook to an event of ours.
import { auth0 } from "./adapters/auth0";
import { keycloak } from "./adapters/keycloak";
import { okta } from "./adapters/okta";
import { openid } from "./adapters/openid";
import { ory } from "./adapters/ory";
import { at, isObject, text } from "./read";
import { applicationsOf, type Adapted, type Adapter, type Refused, type SampleEvent } from "./types";

/** Asked in this order: claims come last, since others contain some. */
export const adapters: readonly Adapter[] = [auth0, okta, ory, keycloak, openid];

const LIFECYCLE = ["user.created", "user.updated", "user.enabled", "user.disabled", "user.deleted", "group.renamed", "group.deleted"];
/** Where the platform names no application and the configuration has none. */
const SOME_APPLICATION = "console";

/** An event of ours stays as it is; what is nobody's shape is refused. `config` gives the application where none is named. */
export function adapt(value: unknown, config?: unknown): Adapted | Refused {
  if (isOurs(value)) return { platform: "scimhook", event: value, notes: [] };
  const application = applicationsOf(config)[0] ?? SOME_APPLICATION;
  for (const adapter of adapters) {
    const answer = adapter.adapt(value, application);
    if (answer !== undefined) return answer;
  }
  return { refused: isObject(value) ? "this is no event that is known here" : "this is no JSON object, and every event is one" };
}

/** Whether it means to be one of ours; whether it is a good one, the plugin says better. */
function isOurs(value: unknown): value is SampleEvent {
  const type = text(value, "type");
  if (type !== undefined && LIFECYCLE.includes(type)) return true;
  return isObject(at(value, "user")) && at(value, "user", "id") !== undefined && at(value, "application") !== undefined && (type === undefined || type === "login");
}
