// What each provider supports, from the code that acts on it.
import { useEffect, useState } from "preact/hooks";
import { engine } from "../../engine/client";
import type { Capabilities } from "../../engine/protocol";
import { config } from "../../model/state";
import "../../style/results.css";
import { CodeWords } from "../parts/code-words";
import { ACTIONS, SCHEMES, cellOf, notesOf } from "./support";

export function MatrixView() {
  const [types, setTypes] = useState<Capabilities[]>();
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    let current = true;
    engine.capabilities().then(
      (found) => void (current && setTypes(found)),
      (error: unknown) => void (current && setFailed(error instanceof Error ? error.message : String(error))),
    );
    return () => void (current = false);
  }, []);
  return (
    <div class="view matrix-view">
      <div class="view-head">
        <h2>What each provider supports</h2>
        <p class="lead">
          <em>On request</em> means that the configuration asks for it: <code>groups.mode</code> is <code>off</code>, <code>add</code> or <code>mirror</code>; <code>policy.updates: true</code> sends profile changes where the type
          does not by itself.
        </p>
      </div>
      {failed !== undefined && <p class="notice notice-bad">{failed}</p>}
      {types !== undefined && <Matrix types={types} />}
    </div>
  );
}

function Matrix({ types }: { types: Capabilities[] }) {
  const { list, numberOf } = notesOf(types);
  const used = new Set(usedTypes(config.value));
  return (
    <>
      <table class="matrix stacking" role="table">
        <caption class="visually-hidden">What each provider supports</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              Provider
            </th>
            {ACTIONS.map(([action, words]) => (
              <th key={action} scope="col" role="columnheader">
                {words}
              </th>
            ))}
            <th scope="col" role="columnheader">
              authentication
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {types.map((type) => (
            <tr key={type.type} role="row" class={used.has(type.type) ? "row-used" : ""}>
              <th scope="row" role="rowheader">
                {type.name} <code class="muted">{type.type}</code>
                {used.has(type.type) && <span class="used">in this configuration</span>}
              </th>
              {ACTIONS.map(([action, words]) => {
                const cell = cellOf(type[action]);
                const number = numberOf(type[action].note);
                return (
                  <td key={action} role="cell" data-label={words}>
                    <span class="cell">
                      <span class={`support support-${cell.replace(" ", "-")}`}>{cell}</span>
                      {number !== undefined && (
                        <sup>
                          <a href={`#support-note-${number}`} aria-label={`note ${number}`} onClick={(event) => show(event, number)}>
                            {number}
                          </a>
                        </sup>
                      )}
                    </span>
                  </td>
                );
              })}
              <td role="cell" data-label="authentication">
                <span>{type.authentication.map((scheme) => SCHEMES[scheme]).join(", ")}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3 id="support-notes">Notes</h3>
      <ol class="support-notes" aria-labelledby="support-notes">
        {list.map((note, at) => (
          <li key={note} id={`support-note-${at + 1}`} tabIndex={-1}>
            <CodeWords text={note} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** The fragment of the address belongs to share links: the note is shown without touching it. */
function show(event: Event, number: number): void {
  event.preventDefault();
  const note = document.getElementById(`support-note-${number}`);
  note?.scrollIntoView({ block: "nearest" });
  note?.focus();
}

function usedTypes(value: unknown): string[] {
  const servers = (value as { servers?: unknown } | undefined)?.servers;
  return Array.isArray(servers) ? servers.map((one: { type?: unknown } | null) => String(one?.type)) : [];
}
