// Secrets in clear: said before anything is saved or shared, with the way out.
import { computed } from "@preact/signals";
import { config, setConfig } from "../../model/state";
import { findSecrets, withoutSecrets } from "../../share/secrets";
import type { Config } from "../../engine/protocol";

export const secretsInClear = computed(() => findSecrets(config.value));

export function SecretsNotice() {
  const found = secretsInClear.value;
  if (found.length === 0) return null;
  const replace = () => setConfig(withoutSecrets(config.peek()).config as Config, "give secrets by name");
  return (
    <div class="notice notice-wait secrets-notice">
      <p>
        <strong>{found.length === 1 ? "Something here looks like a real secret." : `${found.length} texts here look like real secrets.`}</strong> This page never needs one: a secret is given by name, and your platform knows its value. Whatever leaves
        this page, or is kept in this browser, goes without {found.length === 1 ? "it" : "them"}.
      </p>
      <ul>
        {found.slice(0, 5).map(({ path, why }) => (
          <li key={path}>
            <code>{path}</code>: {why}
          </li>
        ))}
        {found.length > 5 && <li>and {found.length - 5} more</li>}
      </ul>
      <button type="button" class="button" onClick={replace}>
        Give {found.length === 1 ? "it" : "them"} by name
      </button>
    </div>
  );
}
