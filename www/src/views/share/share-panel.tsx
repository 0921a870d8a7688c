// Take it away: as a file, a link, or code; bring one in; what this browser keeps.
import { useRef } from "preact/hooks";
import { applicationsOf } from "../../events";
import { announce, broken, config, configText } from "../../model/state";
import { nodeCode, textWithoutSecrets } from "../../share";
import { bringFile } from "../../share/arrivals";
import { forget, heldBack, keep, keeping, leftOut, resume, savedAt } from "../../share/keep";
import { eventText } from "../../model/state";
import { CopyButton } from "./copy-button";
import { SecretsNotice } from "./secrets-notice";
import { ShareLink } from "./share-link";
import "../../style/take-away.css";

export function SharePanel() {
  return (
    <div class="view share-panel">
      <div class="view-head">
        <h2>Take it away</h2>
        <p class="lead">Nothing leaves this page unless you carry it: no request goes anywhere, and no secret goes along.</p>
      </div>
      <SecretsNotice />
      <div class="share-cards">
        <section class="card" aria-labelledby="share-file">
          <h3 id="share-file">As a file</h3>
          <FileCard />
        </section>
        <section class="card" aria-labelledby="share-link">
          <h3 id="share-link">As a link</h3>
          <ShareLink />
        </section>
        <section class="card card-wide" aria-labelledby="share-node">
          <h3 id="share-node">In Node</h3>
          <NodeCard />
        </section>
        <section class="card card-wide" aria-labelledby="share-kept">
          <h3 id="share-kept">In this browser</h3>
          <KeptCard />
        </section>
      </div>
    </div>
  );
}

function FileCard() {
  const input = useRef<HTMLInputElement>(null);
  const text = configText.value;
  const empty = text.trim() === "";
  const clean = empty ? undefined : textWithoutSecrets(text);
  const download = () => {
    if (clean === undefined) return;
    const url = URL.createObjectURL(new Blob([clean.text], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "scimhook.json";
    link.click();
    // After the download has begun; until then it needs the address.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    announce("Downloaded as scimhook.json");
  };
  return (
    <>
      <div class="buttons">
        <CopyButton text={clean?.text ?? ""} what="configuration" disabled={clean === undefined} />
        <button type="button" class="button" onClick={download} disabled={clean === undefined}>
          Download scimhook.json
        </button>
      </div>
      {broken.value !== undefined && <p class="hint">The configuration is not JSON as it stands: mend it first, at {broken.value.message}.</p>}
      {clean !== undefined && clean.taken.length > 0 && <p class="hint">Both go without the {clean.taken.length === 1 ? "secret" : "secrets"} at {clean.taken.map(({ path }) => path).join(", ")}.</p>}
      <div class="buttons">
        <button type="button" class="button" onClick={() => input.current?.click()}>
          Bring in a file…
        </button>
        <span class="hint">or drop it anywhere on the page: a configuration or a login</span>
      </div>
      <input
        ref={input}
        hidden
        type="file"
        accept=".json,application/json,text/plain"
        onChange={(change) => {
          const file = change.currentTarget.files?.[0];
          // The same file again is a change again.
          change.currentTarget.value = "";
          if (file !== undefined) void bringFile(file);
        }}
      />
    </>
  );
}

function NodeCard() {
  const { code, variables } = nodeCode(config.value, applicationsOf(config.value)[0] ?? "console");
  return (
    <>
      <p class="hint">
        Beside <code>scimhook.json</code>, after <code>npm install scimhook</code>.{" "}
        {variables.length > 0 && (
          <>
            The {variables.length === 1 ? "secret comes" : "secrets come"} from the environment:{" "}
            {variables.map(({ secret, variable }, at) => (
              <span key={secret}>
                {at > 0 && ", "}
                <code>{secret}</code> from <code>{variable}</code>
              </span>
            ))}
            .
          </>
        )}
      </p>
      <pre class="code" tabIndex={0} role="region" aria-label="Code that loads the configuration in Node">
        <code>{code}</code>
      </pre>
      <div class="buttons">
        <CopyButton text={code} what="code" />
      </div>
    </>
  );
}

function KeptCard() {
  const state = keeping.value;
  if (state === "unable") return <p class="notice">This browser keeps nothing for this page: its storage is switched off or full. The page works all the same; download what you want to keep.</p>;
  const on = state === "on";
  const toggle = (next: boolean) => {
    if (!next) return void (forget(), announce("Forgotten. Nothing is kept in this browser"));
    resume();
    keep(configText.peek(), eventText.peek());
    announce("Kept in this browser from now on");
  };
  return (
    <>
      <label class="check">
        <input type="checkbox" checked={on} onChange={(change) => toggle(change.currentTarget.checked)} /> Keep the configuration and the sample login here between visits, without secrets
      </label>
      <p class="hint">
        {on
          ? heldBack.value !== undefined
            ? `Not kept as it stands: ${heldBack.value}. What was kept before still is.`
            : savedAt.value === undefined
              ? "Nothing has changed since the page was opened."
              : `Kept${leftOut.value.length > 0 ? `, without ${leftOut.value.map(({ path }) => path).join(", ")}` : ""}.`
          : "Nothing is kept here. Closing the page loses what you have not taken away."}
      </p>
      <div class="buttons">
        <button type="button" class="button" disabled={!on} onClick={() => toggle(false)}>
          Forget what is kept here
        </button>
      </div>
    </>
  );
}
