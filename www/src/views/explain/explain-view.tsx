// What would happen, and why; asked anew as the configuration or the sample login changes.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
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
/** Kept while another view is shown, and while the texts do not work. */
const explanation = signal<Explanation | undefined>(undefined);
const failure = signal<Failed | undefined>(undefined);

function take(answer: Explanation | Failed): void {
  failure.value = isFailed(answer) ? answer : undefined;
  if (!isFailed(answer)) explanation.value = answer;
}

export function ExplainView() {
  const [config, event, asIf, press] = [configText.value, eventText.value, remembered.value, presses.value.length];
  useEffect(() => {
    if (config.trim() === "") {
      explanation.value = undefined;
      failure.value = undefined;
      return;
    }
    let current = true;
    const timer = setTimeout(() => {
      void engine.explain(config, event, { remembered: asIf }).then((answer) => {
        if (current) take(answer);
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
        <h2 class="visually-hidden">Explain</h2>
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
        {explanation.value?.servers.slice(0, SHOWN).map(({ server, result }) => `${server}: ${result}`).join(", ")}
      </p>
      {config.trim() === "" ? <p class="muted">There is no configuration yet. Start from a provider, or paste one.</p> : <Answer />}
    </div>
  );
}

function Answer() {
  const [found, failed] = [explanation.value, failure.value];
  if (found === undefined && failed === undefined) return <p class="muted">One moment …</p>;
  return (
    <>
      {failed !== undefined && <FailedNotice failed={failed} />}
      {failed !== undefined && found !== undefined && <p class="muted">Below is what held before this change.</p>}
      {found !== undefined && <Servers servers={found.servers} />}
    </>
  );
}

function Servers({ servers }: Pick<Explanation, "servers">) {
  if (servers.length === 0) {
    return <p class="notice">This login concerns no server: the application it names is not in the configuration, or has no servers. The person is let in.</p>;
  }
  return (
    <FirstOfMany items={servers} at={SHOWN} what="servers">
      {(server) => <ServerCard key={server.server} server={server} />}
    </FirstOfMany>
  );
}
