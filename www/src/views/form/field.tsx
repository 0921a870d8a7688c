// One field of the form: label, input, hint, and what is wrong with it, tied together for those who hear them.
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { edit } from "../../model/edit";
import { pointerOf, textOf, type Path } from "../../model/shape";
import { problems } from "../../model/state";
import type { Problem } from "../../engine/protocol";
import { CodeWords } from "../parts/code-words";
import { Words } from "./words";

export interface FieldProps {
  label: string;
  path: Path;
  value: unknown;
  hint?: ComponentChildren;
  placeholder?: string;
  mono?: boolean;
  /** The label is there for those who hear it; a table's head shows it. */
  bare?: boolean;
  list?: string;
  /** Problems of everything below belong to it. */
  deep?: boolean;
}

export function problemsAt(path: Path, deep = false): Problem[] {
  const pointer = pointerOf(path);
  return problems.value.filter((one) => one.path === pointer || (deep && one.path.startsWith(pointer + "/")));
}

export const idOf = (path: Path) => "f" + pointerOf(path).replaceAll(/[^\w/-]/g, (sign) => `.${sign.charCodeAt(0)}`);

export function Problems({ id, found }: { id?: string; found: Problem[] }) {
  return (
    <div id={id} class="field-problems">
      {found.map(({ severity, message, help }, at) => (
        <p key={at} class={severity === "error" ? "field-problem" : "field-problem field-warning"}>
          <span class="visually-hidden">{severity}: </span>
          <CodeWords text={message} />
          {help !== undefined && (
            <span class="field-help">
              {" "}
              · <CodeWords text={help} />
            </span>
          )}
        </p>
      ))}
    </div>
  );
}

interface Input {
  id: string;
  "aria-describedby": string;
  "aria-invalid": boolean | undefined;
}

/** Everything around an input. */
export function Framed({ label, path, hint, bare = false, deep = false, children }: Omit<FieldProps, "value"> & { children(input: Input): ComponentChildren }) {
  const id = idOf(path);
  const found = problemsAt(path, deep);
  const invalid = found.some(({ severity }) => severity === "error");
  return (
    <div class="field">
      <label for={id} class={bare ? "visually-hidden" : undefined}>
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}.about`, "aria-invalid": invalid || undefined })}
      <div id={`${id}.about`} class="field-about">
        {hint !== undefined && <p class="hint">{typeof hint === "string" ? <Words text={hint} /> : hint}</p>}
        {found.length > 0 && <Problems found={found} />}
      </div>
    </div>
  );
}

/** Writes at every key. What is emptied is removed, unless it must be there. */
export function TextField({ required = false, ...props }: FieldProps & { required?: boolean }) {
  const { path, value, label } = props;
  return (
    <Framed {...props}>
      {(input) => (
        <input
          {...input}
          class={props.mono ? "mono" : undefined}
          value={textOf(value)}
          placeholder={props.placeholder}
          list={props.list}
          spellcheck={false}
          autocomplete="off"
          required={required}
          onInput={({ currentTarget }) => edit(path, currentTarget.value === "" && !required ? undefined : currentTarget.value, label)}
        />
      )}
    </Framed>
  );
}

/** Writes when it is left or Enter is pressed: for names that others refer to, which must not pass through half of one. */
export function NameField(props: FieldProps & { commit(next: string): void }) {
  return (
    <Framed {...props}>
      {(input) => <NameInput {...input} label={props.label} value={textOf(props.value)} mono={props.mono ?? false} list={props.list} placeholder={props.placeholder} commit={props.commit} />}
    </Framed>
  );
}

interface NameInputProps {
  label: string;
  value: string;
  mono?: boolean;
  list?: string | undefined;
  placeholder?: string | undefined;
  commit(next: string): void;
}

export function NameInput({ label, value, mono, list, placeholder, commit, ...rest }: NameInputProps & Partial<Input>) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <input
      {...rest}
      aria-label={rest.id === undefined ? label : undefined}
      class={mono ? "mono" : undefined}
      value={draft}
      list={list}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      data-own-undo={draft === value ? undefined : ""}
      onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      onChange={({ currentTarget }) => currentTarget.value !== value && commit(currentTarget.value)}
      onKeyDown={(event) => event.key === "Escape" && setDraft(value)}
    />
  );
}

export interface Choice {
  value: string;
  label: string;
}

/** An empty choice is the default: the field is left out. */
export function ChoiceField({ choices, unset, read = textOf, write = (text) => text, onChoose, ...props }: FieldProps & { choices: Choice[]; unset?: string; read?(value: unknown): string; write?(text: string): unknown; onChoose?(value: string): void }) {
  const { path, value, label } = props;
  const shown = read(value);
  const known = choices.some((choice) => choice.value === shown) || (shown === "" && unset !== undefined);
  return (
    <Framed {...props}>
      {(input) => (
        <select
          {...input}
          value={shown}
          onChange={({ currentTarget }) => {
            if (onChoose !== undefined) onChoose(currentTarget.value);
            else edit(path, currentTarget.value === "" ? undefined : write(currentTarget.value), label);
          }}
        >
          {unset !== undefined && <option value="">{unset}</option>}
          {!known && <option value={shown}>{shown === "" ? "choose" : shown}</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Framed>
  );
}

export function YesNoField(props: FieldProps & { unset: string; yes?: string; no?: string }) {
  return <ChoiceField {...props} choices={[{ value: "true", label: props.yes ?? "yes" }, { value: "false", label: props.no ?? "no" }]} write={(text) => text === "true"} />;
}

export function NumberField(props: FieldProps & { unit?: string }) {
  const { path, value, label } = props;
  return (
    <Framed {...props} label={props.unit === undefined ? label : `${label} (${props.unit})`}>
      {(input) => (
        <input
          {...input}
          inputMode="numeric"
          value={textOf(value)}
          placeholder={props.placeholder}
          autocomplete="off"
          onInput={({ currentTarget }) => {
            const text = currentTarget.value.trim();
            // What is no number is written as it is, and the plugin says so at its place.
            edit(path, text === "" ? undefined : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text, label);
          }}
        />
      )}
    </Framed>
  );
}

/** One name on each line. */
export function LinesField(props: FieldProps) {
  const { path, value, label } = props;
  const text = Array.isArray(value) ? value.map(textOf).join("\n") : textOf(value);
  const [draft, setDraft] = useState(text);
  useEffect(() => setDraft(text), [text]);
  return (
    <Framed {...props} deep>
      {(input) => (
        <textarea
          {...input}
          class="mono"
          rows={Math.min(Math.max(draft.split("\n").length, 2), 8)}
          value={draft}
          placeholder={props.placeholder}
          spellcheck={false}
          data-own-undo={draft === text ? undefined : ""}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onChange={({ currentTarget }) => {
            const lines = currentTarget.value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
            edit(path, lines.length === 0 ? undefined : lines, label);
          }}
        />
      )}
    </Framed>
  );
}
