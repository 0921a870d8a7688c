// The link that carries the configuration.
import { useEffect, useState } from "preact/hooks";
import { announce, configText, eventText } from "../../model/state";
import { COMFORTABLE, encodeLink, textWithoutSecrets } from "../../share";
import { CopyButton } from "./copy-button";

type Made = { link: string; taken: string[] } | { refused: string };

export function ShareLink() {
  const [withEvent, setWithEvent] = useState(false);
  const [made, setMade] = useState<Made>();
  const text = configText.value;
  const event = withEvent ? eventText.value : undefined;
  // A link shown beside another configuration would be a trap.
  useEffect(() => setMade(undefined), [text, event]);

  const make = async () => {
    const next = await linkOf(text, event);
    setMade(next);
    announce("refused" in next ? next.refused : `Link made, ${next.link.length} characters`);
  };
  return (
    <>
      <p class="hint">The configuration travels behind the <code>#</code> of this page's address, which browsers keep to themselves. It opens in this page, wherever this page is served.</p>
      <label class="check">
        <input type="checkbox" checked={withEvent} onChange={(change) => setWithEvent(change.currentTarget.checked)} /> with the sample login, which may name a real person
      </label>
      <div class="buttons">
        <button type="button" class="button" onClick={() => void make()} disabled={text.trim() === ""}>
          Make a link
        </button>
        {made !== undefined && "link" in made && <CopyButton text={made.link} what="link" />}
      </div>
      {made !== undefined && "refused" in made && <p class="notice notice-bad">{made.refused}</p>}
      {made !== undefined && "link" in made && (
        <>
          <label class="field">
            <span>Share link</span>
            <input class="mono" type="text" readOnly value={made.link} onFocus={(focus) => focus.currentTarget.select()} />
          </label>
          <p class="hint">
            {made.link.length.toLocaleString("en")} characters.
            {made.taken.length > 0 && ` Without ${made.taken.length === 1 ? "the secret" : "the secrets"} at ${made.taken.join(", ")}.`}
            {made.link.length > COMFORTABLE && " Some mail and chat programs cut links this long; whoever opens a cut one is told so. A file is safer."}
          </p>
        </>
      )}
    </>
  );
}

async function linkOf(config: string, event: string | undefined): Promise<Made> {
  const cleanConfig = textWithoutSecrets(config);
  if (cleanConfig === undefined) return { refused: "The configuration is not JSON as it stands, so secrets in it cannot be found: mend it first." };
  const cleanEvent = event === undefined ? undefined : textWithoutSecrets(event);
  if (event !== undefined && cleanEvent === undefined) return { refused: "The sample login is not JSON as it stands: mend it first, or leave it out." };
  const state = cleanEvent === undefined ? { config: cleanConfig.text } : { config: cleanConfig.text, event: cleanEvent.text };
  try {
    const { origin, pathname, search } = location;
    const taken = [...cleanConfig.taken, ...(cleanEvent?.taken ?? [])].map(({ path }) => path);
    return { link: `${origin === "null" ? "" : origin}${pathname}${search}#${await encodeLink(state)}`, taken };
  } catch {
    return { refused: "This browser cannot make share links: it is too old. Download the file instead." };
  }
}
