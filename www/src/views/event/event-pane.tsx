// The sample login: ready-made, pasted, or converted from another platform's shape.
import { useState } from "preact/hooks";
import { adapters, samples, type SampleEvent } from "../../events";
import { written } from "../../events/follow";
import { announce, config, eventText, setEvent } from "../../model/state";
import { findSecrets } from "../../share/secrets";
import { CodeWords } from "../parts/code-words";
import { EventEditor } from "./event-editor";
import { lookAt } from "./look";
import "../../style/take-away.css";

export function EventPane() {
  const [notes, setNotes] = useState<{ text: string; notes: string[] }>();
  const text = eventText.value;
  const look = lookAt(text, config.value);
  const chosen = samples.find(({ make }) => text === written(make(config.value)));

  const convert = () => {
    if (look.kind !== "foreign") return;
    const { event, platform, notes: told } = look.adapted;
    const converted = written(event);
    setEvent(converted, `convert the login from ${platform}`);
    setNotes({ text: converted, notes: told });
    announce(`Converted from the shape of ${platform}`);
  };
  return (
    <div class="view event-pane">
      <div class="view-head">
        <h2>The sample login</h2>
        <p class="lead">What your platform's hook would hand over. Take a ready-made one, paste your own, or paste what {adapters.map(({ platform }) => platform).join(", ")} send.</p>
      </div>
      <div class="samples" role="group" aria-label="Ready-made events">
        {samples.map((sample) => (
          <button key={sample.id} type="button" class="button sample" aria-pressed={sample === chosen} title={sample.note} onClick={() => setEvent(written(sample.make(config.peek())), `sample login: ${sample.title}`)}>
            {sample.title}
          </button>
        ))}
      </div>
      <p class="hint sample-note">{chosen === undefined ? (text.trim() === "" ? "Take one, or paste one." : "An event of your own.") : <CodeWords text={chosen.note} />}</p>
      <EventEditor />
      <Look look={look} convert={convert} />
      {notes?.text === text && (
        <ul class="hint event-notes">
          {notes.notes.map((note) => (
            <li key={note}>
              <CodeWords text={`${note}.`} />
            </li>
          ))}
        </ul>
      )}
      <Flagged text={text} />
    </div>
  );
}

function Look({ look, convert }: { look: ReturnType<typeof lookAt>; convert: () => void }) {
  switch (look.kind) {
    case "empty":
    case "good":
      return null;
    case "token":
      return (
        <p class="notice notice-wait" role="status">
          This is a token, and a token is a secret: paste the claims inside it instead. It was not kept.
        </p>
      );
    case "broken":
      return (
        <p class="notice notice-bad" role="status">
          Not JSON: {look.message}
        </p>
      );
    case "foreign":
      return (
        <div class="notice event-offer" role="status">
          <p>
            This has the shape of <strong>{look.adapted.platform}</strong>.
          </p>
          <button type="button" class="button button-primary" onClick={convert}>
            Convert it
          </button>
        </div>
      );
    case "refused":
      return (
        <div class="notice notice-bad" role="status">
          <p>
            <CodeWords text={`${look.refused.charAt(0).toUpperCase()}${look.refused.slice(1)}.`} />
          </p>
          <details>
            <summary>What can be pasted here</summary>
            <ul>
              <li>
                an event of scimhook: <code>{'{ "application": "…", "user": { "id": "…" } }'}</code>
              </li>
              {adapters.map(({ platform, takes }) => (
                <li key={platform}>
                  {platform}: <CodeWords text={takes} />
                </li>
              ))}
            </ul>
          </details>
        </div>
      );
    case "elsewhere":
      return (
        <div class="notice event-offer" role="status">
          <p>
            The configuration has no application <code>{look.application}</code>: nobody is provisioned there.
          </p>
          {look.known.slice(0, 5).map((id) => (
            <button key={id} type="button" class="button" onClick={() => setEvent(written(look.as(id) as SampleEvent), `log in to ${id}`)}>
              Make it <code>{id}</code>
            </button>
          ))}
        </div>
      );
  }
}

function Flagged({ text }: { text: string }) {
  let found: ReturnType<typeof findSecrets> = [];
  try {
    // A captured login is small; a pasted giant is not searched at every key.
    if (text.length < 200_000) found = findSecrets(JSON.parse(text));
  } catch {
    return null;
  }
  if (found.length === 0) return null;
  return (
    <p class="notice notice-wait">
      Something here looks like a real secret ({found.slice(0, 3).map(({ path, why }, at) => (
        <span key={path}>
          {at > 0 && ", "}
          <code>{path}</code>: {why}
        </span>
      ))}
      ). The plugin does not need it, and it is neither kept nor shared.
    </p>
  );
}
