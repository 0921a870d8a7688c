// What would happen, and why; asked anew as the configuration or the sample login changes.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { engine } from "../../engine/client";
import { isFailed, type Explanation, type Failed } from "../../engine/protocol";
import { configText, eventText } from "../../model/state";
import "../../style/results.css";
import { FirstOfMany } from "../parts/first-of-many";
import { FailedNotice } from "../parts/problem-list";
import { presses } from "../run/session";
import { ServerCard } from "./server-card";

/** After a pause in typing that is none to a reader. */
const PAUSE_MS = 120;
/** So many servers are laid out at once. */
const SHOWN = 8;

const remembered = signal(false);

export function ExplainView() {
  const [answer, setAnswer] = useState<Explanation | Failed>();
  const [config, event, asIf, press] = [configText.value, eventText.value, remembered.value, presses.value.length];
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      void engine.explain(config, event, { remembered: asIf }).then((found) => {
        if (current) setAnswer(found);
      });
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [config, event, asIf, press]);

  return (
    <div class="view explain-view">
      <div class="view-head">
        <h2>Explain</h2>
        <p class="lead">What this login would do at each server, and why. Nothing is sent.</p>
        <fieldset class="choice">
          <legend>Judged as</legend>
          <label>
            <input type="radio" name="explain-as" checked={!asIf} onChange={() => void (remembered.value = false)} /> a first login
          </label>
          <label>
            <input type="radio" name="explain-as" checked={asIf} onChange={() => void (remembered.value = true)} /> the next one after Run
            {press === 0 && <span class="muted"> (nothing was run yet)</span>}
          </label>
        </fieldset>
      </div>
      {/* Said only when it changes: a decision, not every keystroke. */}
      <p class="visually-hidden" role="status">
        {answer !== undefined && !isFailed(answer) && answer.servers.slice(0, SHOWN).map(({ server, result }) => `${server}: ${result}`).join(", ")}
      </p>
      <Answer answer={answer} />
    </div>
  );
}

function Answer({ answer }: { answer: Explanation | Failed | undefined }) {
  if (answer === undefined) return <p class="muted">One moment …</p>;
  if (isFailed(answer)) return <FailedNotice failed={answer} />;
  if (answer.servers.length === 0) {
    return <p class="notice">This login concerns no server: the application it names is not in the configuration, or has no servers. The person is let in.</p>;
  }
  return (
    <FirstOfMany items={answer.servers} at={SHOWN} what="servers">
      {(server) => <ServerCard key={server.server} server={server} />}
    </FirstOfMany>
  );
}
