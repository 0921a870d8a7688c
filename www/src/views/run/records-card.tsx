// What the store was told: the link, which makes the next login free.
import type { RunReport } from "../../engine/protocol";
import { FirstOfMany } from "../parts/first-of-many";
import { JsonText } from "../parts/json-text";
import { aboutKey, linesOf } from "./records";

/** So many records are laid out at once. */
const SHOWN = 12;

export function RecordsCard({ report: { records, held } }: { report: RunReport }) {
  const kept = held.filter(({ key }) => !records.some((one) => one.key === key));
  return (
    <section class="card" aria-labelledby="records-title">
      <h3 id="records-title">What is remembered</h3>
      <p class="hint">
        {records.length === 0 && "Nothing new was stored. "}
        Ids and digests, never a value of the profile.
      </p>
      {records.length > 0 && <Records records={records} />}
      {kept.length > 0 && (
        <details open={records.length === 0}>
          <summary>
            From before <span class="count">{kept.length}</span>
          </summary>
          <Records records={kept.map(({ key, value }) => ({ key, after: value }))} />
        </details>
      )}
    </section>
  );
}

function Records({ records }: { records: RunReport["records"] }) {
  return (
    <ul class="records">
      <FirstOfMany items={records} at={SHOWN} what="records" inList>
        {({ key, before, after }) => (
          <li key={key}>
            <h4>{aboutKey(key)}</h4>
            {after === undefined ? (
              <p>forgotten</p>
            ) : (
              <dl class="record">
                {linesOf(after).map(({ name, value }) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
            <details>
              <summary>as stored</summary>
              <p class="request-url">
                <code>{key}</code>
              </p>
              {before !== undefined && <JsonText label={`${key}, before`} text={before} />}
              {after !== undefined && <JsonText label={`${key}, after`} text={after} />}
            </details>
          </li>
        )}
      </FirstOfMany>
    </ul>
  );
}
