// Where a value comes from: an attribute of the login, an expression, or the first of several that gives something.
import { edit } from "../../model/edit";
import { isFields, type Path } from "../../model/shape";
import { CrossIcon, PlusIcon } from "../../icons";
import { showInJson } from "../../where";
import { pointerOf } from "../../model/shape";
import { SOURCE_LIST } from "./suggestions";

type Plain = string | { expression: string };

function isPlain(value: unknown): value is Plain {
  return typeof value === "string" || (isFields(value) && typeof value["expression"] === "string" && Object.keys(value).length === 1);
}

export function SourceEditor({ path, value, target, describedBy, invalid }: { path: Path; value: unknown; target: string; describedBy: string; invalid: boolean }) {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every(isPlain)) {
    return (
      <p class="source-nested">
        <code>{JSON.stringify(value)}</code>{" "}
        <button type="button" class="link" onClick={() => showInJson({ path: pointerOf(path) })}>
          Edit in JSON
        </button>
      </p>
    );
  }
  const write = (next: Plain[]) => edit(path, next.length === 1 && !(Array.isArray(value) && next.length === value.length) ? next[0] : next, `source of ${target}`);
  const replace = (at: number, next: Plain) => write(list.map((one, other) => (other === at ? next : one)));
  return (
    <div class="sources">
      {list.map((one, at) => {
        const isExpression = typeof one !== "string";
        const which = list.length > 1 ? `, choice ${at + 1}` : "";
        return (
          <div class="source-row" key={at}>
            <select
              aria-label={`Kind of source of ${target}${which}`}
              value={isExpression ? "expression" : "attribute"}
              onChange={({ currentTarget }) => replace(at, currentTarget.value === "expression" ? { expression: asExpression(one) } : asAttribute(one))}
            >
              <option value="attribute">{at === 0 ? "from" : "else from"}</option>
              <option value="expression">{at === 0 ? "CEL" : "else CEL"}</option>
            </select>
            <input
              class="mono"
              aria-label={`${isExpression ? "Expression" : "Attribute of the login"} for ${target}${which}`}
              aria-describedby={describedBy}
              aria-invalid={invalid || undefined}
              value={isExpression ? one.expression : one}
              list={isExpression ? undefined : SOURCE_LIST}
              spellcheck={false}
              autocomplete="off"
              onInput={({ currentTarget }) => replace(at, isExpression ? { expression: currentTarget.value } : currentTarget.value)}
            />
            {list.length > 1 ? (
              <button type="button" class="button button-quiet button-icon" aria-label={`Remove choice ${at + 1} of ${target}`} onClick={() => write(list.filter((_, other) => other !== at))}>
                <CrossIcon />
              </button>
            ) : (
              <button type="button" class="button button-quiet button-icon" aria-label={`Add a source for ${target} where this gives nothing`} title="Add another, taken where this gives nothing" onClick={() => write([...list, ""])}>
                <PlusIcon />
              </button>
            )}
          </div>
        );
      })}
      {list.length > 1 && (
        <button type="button" class="link" onClick={() => write([...list, ""])}>
          or else …
        </button>
      )}
    </div>
  );
}

function asExpression(value: Plain): string {
  return typeof value === "string" && value !== "" ? `user.${value}` : typeof value === "string" ? "" : value.expression;
}

function asAttribute(value: Plain): string {
  if (typeof value === "string") return value;
  return /^user\.([\w.]+)$/.exec(value.expression)?.[1] ?? value.expression;
}
