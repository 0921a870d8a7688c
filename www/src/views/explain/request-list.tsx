import type { Explanation } from "../../engine/protocol";
import { HeadersTable } from "../parts/headers-table";
import { JsonText } from "../parts/json-text";

type Request = Explanation["servers"][number]["requests"][number];

/** What is sent for sure, then what is sent only on a certain answer. */
export function RequestList({ server, requests }: { server: string; requests: Request[] }) {
  const surely = requests.filter(({ when }) => when === undefined);
  const maybe = requests.filter(({ when }) => when !== undefined);
  return (
    <>
      {requests.length === 0 && <p class="muted">No request is sent.</p>}
      {surely.length > 0 && <List label={`Requests to ${server}`} requests={surely} start={1} />}
      {maybe.length > 0 && (
        <details class="branches">
          <summary>
            And, depending on the answers <span class="count">{maybe.length}</span>
          </summary>
          <List label={`Requests to ${server} that depend on an answer`} requests={maybe} start={surely.length + 1} />
        </details>
      )}
    </>
  );
}

function List({ label, requests, start }: { label: string; requests: Request[]; start: number }) {
  return (
    <ol class="request-list" start={start} aria-label={label}>
      {requests.map((request, at) => (
        <li key={at}>
          <Item request={request} />
        </li>
      ))}
    </ol>
  );
}

function Item({ request: { purpose, method, url, headers, body, when } }: { request: Request }) {
  return (
    <details class="request">
      <summary>
        {when !== undefined && <span class="when">if {when}</span>}
        <span class="request-line">
          <span class="method">{method}</span> <code class="url">{pathOf(url)}</code>
        </span>
        <span class="purpose">{purpose}</span>
      </summary>
      <p class="request-url">
        <code>{url}</code>
      </p>
      <HeadersTable headers={Object.entries(headers)} />
      {body === undefined ? <p class="muted">No body.</p> : <JsonText label={`Body of ${method} ${pathOf(url)}`} value={body} />}
    </details>
  );
}

/** The part that tells requests apart; readable, so without percent signs. */
function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/, "").replace(/^.*?(?=\/(Users|Groups|Schemas|ServiceProviderConfigs?)\b)/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
