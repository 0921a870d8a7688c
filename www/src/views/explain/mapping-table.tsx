import type { Explanation } from "../../engine/protocol";
import { CodeWords } from "../parts/code-words";
import { sourceInWords } from "../parts/words";
import { sentOf } from "./sent";

type Server = Explanation["servers"][number];

/** Attribute, source, value, sent or why not. */
export function MappingTable({ server }: { server: Server }) {
  return (
    <table class="mapping-table stacking" role="table">
      <caption class="visually-hidden">Attributes at {server.server}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">Attribute</th>
          <th scope="col" role="columnheader">Source</th>
          <th scope="col" role="columnheader">Value</th>
          <th scope="col" role="columnheader">Sent</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {server.mapping.map((row, at) => {
          const { sent, why } = sentOf(row, server);
          return (
            <tr key={at} role="row" class={sent ? "" : "row-quiet"}>
              <th scope="row" role="rowheader">
                <code>{row.target}</code>
              </th>
              <td role="cell" data-label="Source">
                <Source row={row} />
              </td>
              <td role="cell" data-label="Value">
                {row.value === undefined ? <span class="muted">nothing</span> : <code>{shown(row.value)}</code>}
              </td>
              <td role="cell" data-label="Sent">
                <span class={sent ? "sent-yes" : "sent-no"}>{sent ? "yes" : "no"}</span>
                {why !== undefined && (
                  <span class="sent-why">
                    <CodeWords text={why} />
                  </span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Source({ row }: { row: Server["mapping"][number] }) {
  if (row.from === "staticAttributes") return <span class="muted">the same for everybody</span>;
  const sources = sourceInWords(row.source);
  return (
    <>
      {sources.map(({ text }, at) => (
        <span key={at} class="source">
          {at > 0 && <span class="muted">else </span>}
          <code>{text}</code>
        </span>
      ))}
      {row.from === "template" && <span class="muted source">by the type</span>}
    </>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
