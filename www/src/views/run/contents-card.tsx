// What a provider holds, before and after.
import type { ProviderReport, ResourceChange } from "../../engine/protocol";
import { JsonText } from "../parts/json-text";
import { count } from "../parts/words";

export function ContentsCard({ provider: { servers, url, before, after, changes } }: { provider: ProviderReport }) {
  const name = servers.join(", ");
  const title = `contents-${servers[0] ?? ""}`;
  return (
    <section class="card" aria-labelledby={title}>
      <header class="card-head">
        <h3 id={title}>What {name} holds</h3>
        <span class="muted">
          {count(after.Users.length, "user")}, {count(after.Groups.length, "group")}
        </span>
      </header>
      <p class="request-url">
        <code>{url}</code>
      </p>
      {changes.length === 0 ? <p class="muted">Nothing changed there.</p> : changes.map((change) => <Change key={`${change.kind} ${change.id}`} change={change} />)}
      <details>
        <summary>All of it, before and after</summary>
        <div class="side-by-side">
          <JsonText label={`What ${name} held before`} value={before} />
          <JsonText label={`What ${name} holds after`} value={after} />
        </div>
      </details>
    </section>
  );
}

function Change({ change: { kind, name, change, lines } }: { change: ResourceChange }) {
  return (
    <table class="difference">
      <caption>
        {kind} <strong>{name}</strong> <span class={`change change-${change}`}>{change}</span>
      </caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">Before and after</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path}</code>
            </th>
            <td>
              {before !== undefined && <del>{plain(before)}</del>}
              {after !== undefined && <ins>{plain(after)}</ins>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Texts without their quotes. */
function plain(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}
