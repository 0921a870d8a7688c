// Which attribute comes from where, and what the sample login gives for it.
import { useState } from "preact/hooks";
import { engine } from "../../engine/client";
import type { ServerType } from "../../engine/protocol";
import { BinIcon, PlusIcon } from "../../icons";
import { edit, rename } from "../../model/edit";
import { sampleValues, type Mapped } from "../../model/sample-values";
import { fieldsOf, isFields, type Path } from "../../model/shape";
import { announce } from "../../model/state";
import { idOf, NameInput, problemsAt, Problems } from "./field";
import { SampleValue } from "./sample-value";
import { SourceEditor } from "./source-editor";
import { ATTRIBUTE_LIST } from "./suggestions";

interface Props {
  path: Path;
  value: unknown;
  type: ServerType | undefined;
}

export function Attributes({ path, value, type }: Props) {
  const mapping = sampleValues.value;
  if (value === undefined) return <TypesOwn path={path} type={type} mapping={mapping} />;
  const rows = Object.entries(fieldsOf(value));
  const rest = (mapping ?? []).filter(({ target, from }) => from === "template" && !(target in fieldsOf(value)));
  return (
    <>
      {!isFields(value) && <p class="notice notice-bad">This is no table of attributes. Mend it under JSON.</p>}
      <table class="attributes">
        <thead>
          <tr>
            <th scope="col">SCIM attribute</th>
            <th scope="col">Source</th>
            <th scope="col">Sample value</th>
            <th>
              <span class="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {/* By place, not by name: the field keeps the focus while its name changes. */}
          {rows.map(([target, source], at) => (
            <Row key={at} path={[...path, target]} target={target} source={source} others={rows.map(([name]) => name)} mapped={mapping?.find((one) => one.target === target)} reached={mapping !== undefined} />
          ))}
          {rest.map((mapped) => (
            <tr key={mapped.target} class="attributes-own">
              <th scope="row">
                <code>{mapped.target}</code>
              </th>
              <td data-label="Source">
                <code>{mapped.source}</code> <span class="hint">always, unless mapped above</span>
              </td>
              <td data-label="Sample value">
                <SampleValue mapped={mapped} reached />
              </td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      <Problems found={problemsAt(path)} />
      <AddAttribute path={path} taken={rows.map(([name]) => name)} />
      {mapping === undefined && <p class="hint">Sample values show once the sample login is an event about a user.</p>}
    </>
  );
}

function Row({ path, target, source, others, mapped, reached }: { path: Path; target: string; source: unknown; others: string[]; mapped: Mapped | undefined; reached: boolean }) {
  const found = problemsAt(path, true);
  const about = `${idOf(path)}.about`;
  const move = (name: string) => {
    if (name === "" || others.includes(name)) return announce(name === "" ? "An attribute needs a name." : `${name} is mapped already.`);
    rename(path, name, "another attribute");
  };
  return (
    <tr id={idOf(path)}>
      <th scope="row">
        <NameInput label="SCIM attribute" value={target} mono list={ATTRIBUTE_LIST} commit={move} />
      </th>
      <td data-label="Source">
        <SourceEditor path={path} value={source} target={target} describedBy={about} invalid={found.some(({ severity }) => severity === "error")} />
        <Problems id={about} found={found} />
      </td>
      <td data-label="Sample value">
        <SampleValue mapped={mapped} reached={reached} />
      </td>
      <td>
        <button type="button" class="button button-quiet button-icon" aria-label={`Remove ${target}`} onClick={() => edit(path, undefined, `remove ${target}`)}>
          <BinIcon />
        </button>
      </td>
    </tr>
  );
}

function AddAttribute({ path, taken }: { path: Path; taken: string[] }) {
  const [name, setName] = useState("");
  const again = taken.includes(name.trim());
  const id = `${idOf(path)}.new`;
  const add = (event: Event) => {
    event.preventDefault();
    const target = name.trim();
    if (target === "" || again) return;
    edit([...path, target], "", `add ${target}`);
    setName("");
    announce(`${target} added; give its source.`);
    // Once it is drawn.
    setTimeout(() => document.getElementById(idOf([...path, target]))?.querySelector<HTMLInputElement>("td input")?.focus(), 50);
  };
  return (
    <form class="add-row" onSubmit={add}>
      <label class="visually-hidden" for={id}>
        Another SCIM attribute
      </label>
      <input id={id} class="mono" list={ATTRIBUTE_LIST} placeholder="another attribute" value={name} spellcheck={false} autocomplete="off" data-own-undo={name === "" ? undefined : ""} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      <button type="submit" class="button" disabled={name.trim() === "" || again}>
        <PlusIcon /> Add
      </button>
      {again && <span class="field-problem">{name.trim()} is mapped already</span>}
    </form>
  );
}

/** Nothing is given: the type's map holds. */
function TypesOwn({ path, type, mapping }: { path: Path; type: ServerType | undefined; mapping: Mapped[] | undefined }) {
  const copy = async () => {
    if (type === undefined) return;
    edit(path, (await engine.template(type)).attributes ?? {}, "the type's attributes, to be changed");
  };
  return (
    <>
      <p class="hint">Nothing is given here, so the type's own map holds.</p>
      {mapping !== undefined && (
        <table class="attributes">
          <thead>
            <tr>
              <th scope="col">SCIM attribute</th>
              <th scope="col">Source</th>
              <th scope="col">Sample value</th>
            </tr>
          </thead>
          <tbody>
            {mapping
              .filter(({ from }) => from === "template")
              .map((mapped) => (
                <tr key={mapped.target}>
                  <th scope="row">
                    <code>{mapped.target}</code>
                  </th>
                  <td data-label="Source">
                    <code>{mapped.source}</code>
                  </td>
                  <td data-label="Sample value">
                    <SampleValue mapped={mapped} reached />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
      <button type="button" class="button" onClick={() => void copy()}>
        Change it
      </button>
    </>
  );
}
