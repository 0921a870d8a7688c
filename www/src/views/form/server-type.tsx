// Choosing a type fills in what it needs, after saying what that overwrites.
import { useRef, useState } from "preact/hooks";
import { engine } from "../../engine/client";
import type { Server, ServerType } from "../../engine/protocol";
import { edit, editAll } from "../../model/edit";
import { ordered } from "../../model/new-server";
import type { Path } from "../../model/shape";
import { announce } from "../../model/state";
import { ChoiceField } from "./field";
import { PROVIDERS, providerOf } from "./providers";

const CHOICES = PROVIDERS.map(({ type, name, about }) => ({ value: type, label: type === "generic" ? name : `${name}: ${about}` }));
const FILLED = ["authentication", "attributes", "staticAttributes", "groups"] as const;
const WORDS = { authentication: "authentication", attributes: "attributes", staticAttributes: "static attributes", groups: "groups" };

export function ServerTypeField({ path, server }: { path: Path; server: Partial<Server> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [wanted, setWanted] = useState<ServerType>();
  const here = FILLED.filter((name) => server[name] !== undefined);

  const fillIn = async (type: ServerType) => {
    const filled = ordered(await engine.template(type));
    editAll([[[...path, "type"], type], ...FILLED.map((name): [Path, unknown] => [[...path, name], filled[name]])], `fill in for ${providerOf(type)?.name}`);
    announce(`Filled in for ${providerOf(type)?.name}.`);
    dialog.current?.close();
  };
  const choose = (value: string) => {
    if (value === "" || value === server.type) return;
    const type = value as ServerType;
    if (here.length === 0) return void fillIn(type);
    setWanted(type);
    dialog.current?.showModal();
  };

  return (
    <>
      <ChoiceField key={wanted} label="Provider" path={[...path, "type"]} value={server.type} choices={CHOICES} onChoose={choose} />
      {/* What was chosen and not taken is not what holds: the list is drawn anew. */}
      <dialog ref={dialog} class="dialog" aria-labelledby="type-dialog" onClose={() => setWanted(undefined)}>
        <h3 id="type-dialog">Fill in for {providerOf(wanted)?.name}?</h3>
        <p>
          This overwrites this server's {here.map((name) => WORDS[name]).join(", ")}. Its id, name, URL and policy stay as they are. Undo brings everything back.
        </p>
        <div class="buttons">
          <button type="button" class="button button-primary" onClick={() => wanted !== undefined && void fillIn(wanted)}>
            Overwrite
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              if (wanted !== undefined) edit([...path, "type"], wanted, "another type");
              dialog.current?.close();
            }}
          >
            Change the type only
          </button>
          <button type="button" class="button button-quiet" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </dialog>
    </>
  );
}
