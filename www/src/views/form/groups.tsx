// Which groups are synchronised, and how far.
import { edit, rename } from "../../model/edit";
import { CrossIcon, PlusIcon } from "../../icons";
import { fieldsOf, isFields, textOf, type Path } from "../../model/shape";
import { ChoiceField, LinesField, NameInput, problemsAt, Problems, TextField, YesNoField } from "./field";

const MODES = [
  { value: "off", label: "off: none" },
  { value: "add", label: "add: create groups and assign the user" },
  { value: "mirror", label: "mirror: also take the user out of groups left" },
];
const RENAMES = [
  { value: "table", label: "by a table" },
  { value: "expression", label: "by an expression" },
];

export function Groups({ path, value }: { path: Path; value: unknown }) {
  const groups = fieldsOf(value);
  const on = groups["mode"] === "add" || groups["mode"] === "mirror";
  return (
    <div class="grid-2">
      <ChoiceField label="Groups" path={[...path, "mode"]} value={groups["mode"]} choices={MODES} unset="as the type has it" onChoose={(mode) => edit(mode === "" ? path : [...path, "mode"], mode === "" ? undefined : mode, "groups")} />
      {on && (
        <>
          <YesNoField label="Create a group that the provider lacks" path={[...path, "create"]} value={groups["create"]} unset="yes (default)" />
          <LinesField label="Managed groups" path={[...path, "include"]} value={groups["include"]} placeholder="*" hint="Names with * for anything, one on each line. Default: all." />
          <LinesField label="Except" path={[...path, "exclude"]} value={groups["exclude"]} placeholder="internal-*" hint="These are never touched; wins over the managed ones." />
          <Rename path={[...path, "rename"]} value={groups["rename"]} />
        </>
      )}
    </div>
  );
}

function Rename({ path, value }: { path: Path; value: unknown }) {
  const kind = value === undefined ? "" : isFields(value) && typeof value["expression"] === "string" && Object.keys(value).length === 1 ? "expression" : "table";
  const pairs = Object.entries(fieldsOf(value));
  const choose = (next: string) => edit(path, next === "" ? undefined : next === "table" ? { "": "" } : { expression: "group.name" }, "renamed groups");
  return (
    <div class="span-all rename">
      <ChoiceField label="Names at the provider" path={path} value={kind} choices={RENAMES} unset="the same (default)" onChoose={choose} />
      {kind === "expression" && <TextField label="Expression over group" path={[...path, "expression"]} value={fieldsOf(value)["expression"]} mono required hint="CEL over `group`: its `name`, and its `id` where the platform gives one." />}
      {kind === "table" && (
        <div>
          {pairs.map(([from, to], at) => (
            <div class="pair-row" key={at}>
              <NameInput label="Name on your platform" value={from} placeholder="name on your platform" commit={(next) => !pairs.some(([other]) => other === next) && rename([...path, from], next, "renamed groups")} />
              <span aria-hidden="true">→</span>
              <input
                aria-label={`Name at the provider for ${from}`}
                placeholder="name at the provider"
                value={textOf(to)}
                spellcheck={false}
                autocomplete="off"
                onInput={({ currentTarget }) => edit([...path, from], currentTarget.value, "renamed groups")}
              />
              <button type="button" class="button button-quiet button-icon" aria-label={`Remove the name for ${from}`} onClick={() => edit(pairs.length === 1 ? path : [...path, from], undefined, "renamed groups")}>
                <CrossIcon />
              </button>
              <Problems found={problemsAt([...path, from])} />
            </div>
          ))}
          <button type="button" class="button" disabled={pairs.some(([from]) => from === "")} onClick={() => edit([...path, ""], "", "renamed groups")}>
            <PlusIcon /> Add a name
          </button>
        </div>
      )}
    </div>
  );
}
