// One server, whole.
import { useEffect } from "preact/hooks";
import type { Server } from "../../engine/protocol";
import { edit, renameServer } from "../../model/edit";
import { watchSampleValues } from "../../model/sample-values";
import { fieldsOf, textOf, type Path } from "../../model/shape";
import { Attributes } from "./attributes";
import { Authentication } from "./authentication";
import { ChoiceField, NameField, problemsAt, Problems, TextField } from "./field";
import { Groups } from "./groups";
import { Policy } from "./policy";
import { providerOf } from "./providers";
import { Section } from "./section";
import { ServerTypeField } from "./server-type";
import { StaticAttributes } from "./static-attributes";
import { WhereToFind } from "./where-to-find";
import { Words } from "./words";

const MODES = [
  { value: "live", label: "live" },
  { value: "shadow", label: "shadow: decide and report, write nothing" },
  { value: "off", label: "off: take part in nothing" },
];

export function ServerForm({ server, index }: { server: Partial<Server>; index: number }) {
  const path: Path = ["servers", index];
  const id = textOf(server.id);
  useEffect(() => watchSampleValues(index), [index]);
  const provider = providerOf(server.type);
  const count = (value: unknown, what: string) => `${Object.keys(fieldsOf(value)).length} ${what}`;
  return (
    <div class="server-form">
      <Problems found={problemsAt(path)} />
      <div class="grid-2">
        <ServerTypeField path={path} server={server} />
        <NameField label="Id" path={[...path, "id"]} value={server.id} mono hint="Its name in applications, outcomes and the state store." commit={(next) => renameServer(index, next)} />
        <TextField label="Name (optional)" path={[...path, "name"]} value={server.name} />
        <TextField label="Description (optional)" path={[...path, "description"]} value={server.description} />
      </div>
      <TextField label="URL" path={[...path, "url"]} value={server.url} mono required placeholder={provider?.url.example ?? "https://"} hint={provider?.url.where} />
      <Authentication path={[...path, "authentication"]} value={server.authentication} type={server.type} serverId={id} />
      {provider !== undefined && <WhereToFind key={provider.type} provider={provider} open={textOf(server.url) === ""} />}
      <Section title="Attributes" at={[[...path, "attributes"]]} open summary={server.attributes === undefined ? "the type's own" : count(server.attributes, "mapped")}>
        {() => (
          <>
            {provider !== undefined && (
              <p class="hint">
                <Words text={provider.userName} />
              </p>
            )}
            <Attributes path={[...path, "attributes"]} value={server.attributes} type={server.type} />
          </>
        )}
      </Section>
      <Section title="Static attributes" at={[[...path, "staticAttributes"]]} open={server.staticAttributes !== undefined} summary={server.staticAttributes === undefined ? "none" : count(server.staticAttributes, "given")}>
        {() => <StaticAttributes path={[...path, "staticAttributes"]} value={server.staticAttributes} />}
      </Section>
      <Section title="Groups" at={[[...path, "groups"]]} summary={textOf(fieldsOf(server.groups)["mode"]) || "as the type has it"}>
        {() => <Groups path={[...path, "groups"]} value={server.groups} />}
      </Section>
      <Section title="Policy and mode" at={[[...path, "policy"], [...path, "mode"]]} summary={policySummary(server)}>
        {() => (
          <>
            <ChoiceField label="Mode" path={[...path, "mode"]} value={server.mode} choices={MODES.slice(1)} unset="live (default)" read={(value) => (value === "live" ? "" : textOf(value))} onChoose={(mode) => edit([...path, "mode"], mode === "" ? undefined : mode, "mode")} />
            <Policy path={[...path, "policy"]} value={server.policy} />
          </>
        )}
      </Section>
    </div>
  );
}

function policySummary({ policy, mode }: Partial<Server>): string {
  const set = Object.keys(fieldsOf(policy)).length;
  return [mode ?? "live", set === 0 ? "as for every server" : `${set} set here`].join(", ");
}
