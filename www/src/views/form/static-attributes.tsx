// The same value for everybody: any JSON, mostly a word.
import { useEffect, useState } from "preact/hooks";
import { BinIcon, PlusIcon } from "../../icons";
import { at, edit, rename } from "../../model/edit";
import { fieldsOf, type Path } from "../../model/shape";
import { announce } from "../../model/state";
import { idOf, NameInput, problemsAt, Problems } from "./field";
import { ATTRIBUTE_LIST } from "./suggestions";

export function StaticAttributes({ path, value }: { path: Path; value: unknown }) {
  const rows = Object.entries(fieldsOf(value));
  const [name, setName] = useState("");
  const add = (event: Event) => {
    event.preventDefault();
    const target = name.trim();
    if (target === "" || fieldsOf(at(path))[target] !== undefined) return;
    edit([...path, target], "", `add ${target}`);
    setName("");
  };
  return (
    <>
      {rows.length === 0 && <p class="hint">None. A value given here is sent for every user, such as a profile or a user type.</p>}
      {rows.map(([target, given], place) => (
        <div class="static-row" key={place} id={idOf([...path, target])}>
          <NameInput
            label="SCIM attribute"
            value={target}
            mono
            list={ATTRIBUTE_LIST}
            commit={(next) => (next === "" || rows.some(([other]) => other === next) ? announce(`${next} is given already.`) : rename([...path, target], next, "another attribute"))}
          />
          <JsonValue path={[...path, target]} value={given} target={target} />
          <button type="button" class="button button-quiet button-icon" aria-label={`Remove ${target}`} onClick={() => edit(rows.length === 1 ? path : [...path, target], undefined, `remove ${target}`)}>
            <BinIcon />
          </button>
        </div>
      ))}
      <Problems found={problemsAt(path)} />
      <form class="add-row" onSubmit={add}>
        <label class="visually-hidden" for={`${idOf(path)}.new`}>
          Another static attribute
        </label>
        <input id={`${idOf(path)}.new`} class="mono" list={ATTRIBUTE_LIST} placeholder="another attribute" value={name} spellcheck={false} autocomplete="off" onInput={({ currentTarget }) => setName(currentTarget.value)} />
        <button type="submit" class="button" disabled={name.trim() === ""}>
          <PlusIcon /> Add
        </button>
      </form>
    </>
  );
}

/** Words are written as they are; what begins like JSON is JSON, and waits until it can be read. */
function JsonValue({ path, value, target }: { path: Path; value: unknown; target: string }) {
  const shown = typeof value === "string" && !isJson(value) ? value : JSON.stringify(value);
  const [draft, setDraft] = useState(shown);
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    if (!wrong && JSON.stringify(meant(draft)) === JSON.stringify(value)) return;
    setDraft(shown);
    setWrong(false);
  }, [shown]);
  const found = problemsAt(path, true);
  const about = `${idOf(path)}.about`;
  return (
    <div class="field">
      <textarea
        class="mono"
        aria-label={`Value of ${target}: a word, or JSON`}
        aria-describedby={about}
        aria-invalid={wrong || found.length > 0 || undefined}
        rows={Math.min(Math.max(Math.ceil(draft.length / 44), 1), 6)}
        value={draft}
        spellcheck={false}
        data-own-undo={wrong ? "" : undefined}
        onInput={({ currentTarget }) => {
          setDraft(currentTarget.value);
          const next = meant(currentTarget.value);
          setWrong(next === undefined);
          if (next !== undefined) edit(path, next, `value of ${target}`);
        }}
      />
      <div id={about}>
        {wrong && <p class="field-problem">this is not JSON yet; what was there before still holds</p>}
        <Problems found={found} />
      </div>
    </div>
  );
}

/** Whether a text would be read as JSON rather than as itself. */
function isJson(text: string): boolean {
  return meant(text) !== text;
}

function meant(text: string): unknown {
  const trimmed = text.trim();
  if (!/^(?:[[{"]|-?\d|(?:true|false|null)$)/.test(trimmed)) return text;
  try {
    return JSON.parse(trimmed);
  } catch {
    // A word that begins with a digit is a word.
    return /^[[{"]/.test(trimmed) ? undefined : text;
  }
}
