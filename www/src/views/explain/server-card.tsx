import type { Explanation } from "../../engine/protocol";
import { ResultBadge } from "../parts/badge";
import { CodeWords } from "../parts/code-words";
import { ProblemList } from "../parts/problem-list";
import { reasonInWords } from "../parts/words";
import { MappingTable } from "./mapping-table";
import { RequestList } from "./request-list";

type Server = Explanation["servers"][number];

export function ServerCard({ server }: { server: Server }) {
  const why = reasonInWords(server.reason);
  const heading = `explain-${server.server}`;
  return (
    <section class="card explain-card" aria-labelledby={heading}>
      <header class="card-head">
        <h3 id={heading}>{server.server}</h3>
        <ResultBadge result={server.result} />
      </header>
      <p class="sentence">
        <CodeWords text={server.sentence} />
      </p>
      {why !== undefined && (
        <p class="why">
          Why: <CodeWords text={why} />.
        </p>
      )}
      {server.condition !== undefined && (
        <p class="why">
          The application's condition <code>{server.condition}</code> {server.entitled ? "holds" : "does not hold"} for this person.
        </p>
      )}
      {server.mapping.length > 0 && (
        <>
          <h4>Attributes</h4>
          <MappingTable server={server} />
        </>
      )}
      {server.groups.length > 0 && (
        <>
          <h4>Groups</h4>
          <ul class="chips">
            {server.groups.map(({ name, result }) => (
              <li key={name}>
                {name} <span class="muted">{result}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h4>Requests</h4>
      <RequestList server={server.server} requests={server.requests} />
      {server.problems.length > 0 && (
        <>
          <h4>Worth knowing</h4>
          <ProblemList problems={unrepeated(server.problems)} />
        </>
      )}
    </section>
  );
}

/** What is said of the same place twice is said once, in the longer form. */
function unrepeated(problems: Server["problems"]): Server["problems"] {
  return problems.filter(
    (one, at) => !problems.some((other, place) => place !== at && other.path === one.path && other.code === one.code && other.message.length > one.message.length),
  );
}
