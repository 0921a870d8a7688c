// One login after another against the simulated providers.
import { configText, eventText } from "../../model/state";
import "../../style/results.css";
import type { RunReport } from "../../engine/protocol";
import { CodeWords } from "../parts/code-words";
import { toneOf } from "../parts/words";
import { FirstOfMany } from "../parts/first-of-many";
import { FailedNotice } from "../parts/problem-list";
import { ContentsCard } from "./contents-card";
import { DialsPanel } from "./dials-panel";
import { OutcomeCard } from "./outcome-card";
import { RecordsCard } from "./records-card";
import { choose, failure, press, presses, reset, resetAll, resume, running, shown } from "./session";
import { Waterfall } from "./waterfall";

/** So many providers are laid out at once. */
const SHOWN = 6;

export function RunView() {
  const report = shown.value;
  const jobs = presses.value.at(-1)?.jobs.length ?? 0;
  const again = presses.value.length > 0;
  // Where the world itself is stuck, it may be begun anew before anything was shown.
  const forgettable = again || failure.value?.of === "tester";
  return (
    <div class="view run-view">
      <div class="view-head">
        <h2 class="visually-hidden">Run</h2>
        <p class="lead">The plugin and simulated providers, both in this page, on made-up time. Secrets are made up too: none is asked for.</p>
      </div>
      <DialsPanel />
      <div class="run-bar">
        <button type="button" class="button button-primary" disabled={running.value || configText.value.trim() === ""} onClick={() => void press()}>
          {verb(eventText.value)}
          {again && " again"}
        </button>
        {jobs > 0 && (
          <button type="button" class="button" disabled={running.value} onClick={() => void resume()}>
            Take up the job that is left {jobs > 1 && `(${jobs})`}
          </button>
        )}
        {forgettable && (
          <button type="button" class="button button-quiet" disabled={running.value} onClick={() => void reset()}>
            Forget and begin anew
          </button>
        )}
        <button type="button" class="button button-quiet" disabled={running.value} onClick={() => void resetAll()}>
          Reset the dials
        </button>
      </div>
      {failure.value !== undefined && <FailedNotice failed={failure.value} />}
      {presses.value.length > 1 && <Presses />}
      {report === undefined ? (
        <p class="muted">
          {configText.value.trim() === ""
            ? "There is no configuration yet. Start from a provider, or paste one."
            : "Press, look at the requests, and press again: the second time nothing is sent."}
        </p>
      ) : (
        <Report key={report.press} report={report} />
      )}
    </div>
  );
}

function verb(text: string): string {
  const type = /"type"\s*:\s*"((?:user|group)\.[a-z]+)"/.exec(text)?.[1];
  return type === undefined ? "Log in" : `Send ${type}`;
}

function Presses() {
  return (
    <ol class="presses" aria-label="Presses so far">
      {presses.value.map(({ press: number, kind, outcome, exchanges }) => (
        <li key={number}>
          <button type="button" class="press" aria-pressed={shown.value?.press === number} onClick={() => choose(number)}>
            <span class="press-number">
              {number}
              {kind === "resume" && " (job)"}
            </span>
            {[...new Set(outcome.servers.map(({ result }) => result))].map((result) => (
              <span key={result} class={`badge badge-${toneOf(result)}`}>
                {result}
              </span>
            ))}
            <span class="muted">{exchanges.length} sent</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Report({ report }: { report: RunReport }) {
  const { exchanges, providers, notes } = report;
  // Providers that had no part in it would only be in the way.
  const concerned = providers.filter(({ servers, changes }) => changes.length > 0 || report.outcome.servers.some(({ server }) => servers.includes(server)));
  return (
    <div class="report">
      <section class="card" aria-labelledby="requests-title">
        <header class="card-head">
          <h3 id="requests-title">Requests</h3>
          <span class="muted">press {report.press}</span>
        </header>
        {exchanges.length === 0 && (
          <p class="nothing-sent">
            <strong>Nothing was sent.</strong>
          </p>
        )}
        <Waterfall report={report} />
        {notes.length > 0 && (
          <ul class="notes">
            {notes.map((note) => (
              <li key={note}>
                <CodeWords text={note} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <OutcomeCard report={report} />
      <FirstOfMany items={concerned} at={SHOWN} what="providers">
        {(provider) => <ContentsCard key={provider.url} provider={provider} />}
      </FirstOfMany>
      <RecordsCard report={report} />
    </div>
  );
}


