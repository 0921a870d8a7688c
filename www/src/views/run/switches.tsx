// How one kind of provider may differ.
import { useEffect, useId, useState } from "preact/hooks";
import { engine } from "../../engine/client";
import type { ServerType, Switch } from "../../engine/protocol";
import { CodeWords } from "../parts/code-words";
import { dialsFor, turn } from "./session";

export function Switches({ type, server }: { type: string; server: string | undefined }) {
  const [found, setFound] = useState<Record<string, Switch>>();
  const [filter, setFilter] = useState("");
  const id = useId();
  useEffect(() => {
    let current = true;
    engine.switches(type as ServerType).then(
      (switches) => void (current && setFound(switches)),
      () => void (current && setFound({})),
    );
    return () => void (current = false);
  }, [type]);

  const { switches } = dialsFor(server);
  const set = (name: string, value: string, byDefault: string) => {
    const { [name]: _, ...rest } = switches;
    turn(server, { switches: value === byDefault ? rest : { ...rest, [name]: value } });
  };
  const all = Object.entries(found ?? {});
  const words = filter.trim().toLowerCase();
  const some = all.filter(([name, { about }]) => `${name} ${about}`.toLowerCase().includes(words));
  const turned = all.filter(([name]) => name in switches);
  return (
    <section class="switches" aria-labelledby={`${id}-title`}>
      <div class="switches-head">
        <h4 id={`${id}-title`}>
          <code>{type}</code> {turned.length > 0 && <span class="muted">{turned.length} turned</span>}
        </h4>
        {turned.length > 0 && (
          <button type="button" class="button button-quiet" onClick={() => turn(server, { switches: Object.fromEntries(Object.entries(switches).filter(([name]) => !turned.some(([other]) => other === name))) })}>
            As usual
          </button>
        )}
        <label class="visually-hidden" for={`${id}-filter`}>
          Search the behaviours of {type}
        </label>
        <input id={`${id}-filter`} type="search" placeholder={`search ${all.length}`} value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
      </div>
      <ul class="switch-list">
        {some.map(([name, one]) => (
          <li key={name} class={name in switches ? "switch switch-turned" : "switch"}>
            <label for={`${id}-${name}`}>
              <code>{name}</code>
              <span class="switch-about">
                <CodeWords text={one.about} />
              </span>
            </label>
            <Value id={`${id}-${name}`} one={one} value={switches[name] ?? one.default} onChange={(value) => set(name, value, one.default)} />
          </li>
        ))}
        {found !== undefined && some.length === 0 && <li class="muted">nothing of that name</li>}
      </ul>
    </section>
  );
}

function Value({ id, one, value, onChange }: { id: string; one: Switch; value: string; onChange(value: string): void }) {
  if (one.type === "choice") {
    return (
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {one.values.map((choice) => (
          <option key={choice} value={choice} selected={choice === value}>
            {choice}
            {choice === one.default ? " (usual)" : ""}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      id={id}
      type="text"
      inputMode={one.type === "number" ? "numeric" : "text"}
      value={value}
      placeholder={one.values.find((example) => example !== "") ?? ""}
      onChange={(event) => onChange(event.currentTarget.value === "" ? one.default : event.currentTarget.value)}
    />
  );
}
