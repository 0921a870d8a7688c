// What the platform is told: access, and server by server what was done and why.
import type { RunReport } from "../../engine/protocol";
import { ResultBadge } from "../parts/badge";
import { CodeWords } from "../parts/code-words";
import { FirstOfMany } from "../parts/first-of-many";
import { JsonText } from "../parts/json-text";
import { ProblemList } from "../parts/problem-list";
import { reasonInWords } from "../parts/words";

type ServerOutcome = RunReport["outcome"]["servers"][number];

/** So many servers are laid out at once. */
const SHOWN = 12;

export function OutcomeCard({ report: { outcome } }: { report: RunReport }) {
  return (
    <section class="card" aria-labelledby="outcome-title">
      <header class="card-head">
        <h3 id="outcome-title">Outcome</h3>
        <ResultBadge result={outcome.access} />
      </header>
      {outcome.message !== undefined && <p class="sentence">{outcome.message}</p>}
      {outcome.servers.length === 0 && <p class="muted">This event concerns no server.</p>}
      <ul class="outcomes">
        <FirstOfMany items={outcome.servers} at={SHOWN} what="servers" inList>
          {(server) => (
            <li key={server.server}>
              <Server server={server} />
            </li>
          )}
        </FirstOfMany>
      </ul>
      <details>
        <summary>The outcome as the platform gets it</summary>
        <JsonText label="Outcome" value={outcome} />
      </details>
    </section>
  );
}

function Server({ server: { server, result, would, reason, changed, groups, warnings, error, requests } }: { server: ServerOutcome }) {
  const why = reasonInWords(reason);
  return (
    <>
      <p class="outcome-line">
        <strong>{server}</strong> <ResultBadge result={result} would={would} /> <code>{reason}</code>{" "}
        <span class="muted">{requests.length === 0 ? "no request" : `${requests.length} request${requests.length === 1 ? "" : "s"}`}</span>
      </p>
      {error !== undefined ? (
        <p class="why">
          <CodeWords text={error.message} />
        </p>
      ) : (
        why !== undefined && (
          <p class="why">
            <CodeWords text={why} />
          </p>
        )
      )}
      {changed.length > 0 && (
        <p class="why">
          Written: {changed.map((path, at) => [at > 0 && ", ", <code key={path}>{path}</code>])}
        </p>
      )}
      {groups.length > 0 && (
        <ul class="chips" aria-label={`Groups at ${server}`}>
          {groups.map(({ name, result: done, error: failed }) => (
            <li key={name}>
              {name} <span class="muted">{done}</span>
              {failed !== undefined && <span class="muted">: {failed.message}</span>}
            </li>
          ))}
        </ul>
      )}
      {warnings.length > 0 && <ProblemList problems={warnings} />}
    </>
  );
}
