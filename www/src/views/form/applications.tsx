// Whose logins provision where.
import type { Application, Config } from "../../engine/protocol";
import { BinIcon, PlusIcon } from "../../icons";
import { append, edit } from "../../model/edit";
import { freeId } from "../../model/new-server";
import { applicationsOf, listOf, serversOf, textOf, type Path } from "../../model/shape";
import { announce } from "../../model/state";
import { FirstOfMany } from "../parts/first-of-many";
import { NameField, problemsAt, Problems, TextField, YesNoField } from "./field";

export function Applications({ config }: { config: Config }) {
  const applications = applicationsOf(config);
  const ids = serversOf(config).map(({ id }) => textOf(id)).filter((id) => id !== "");
  const unused = ids.filter((id) => !applications.some(({ servers }) => listOf(servers).includes(id)));
  const taken = applications.map(({ id }) => textOf(id));
  const add = (servers: string[]) => {
    append(["applications"], { id: freeId(servers[0] ?? "application", taken), servers }, "add an application");
    announce("Application added. Give it the id your platform calls it by.");
  };
  return (
    <section aria-labelledby="applications-title">
      <h2 id="applications-title">Applications</h2>
      <p class="hint">Who signs in to one of these is provisioned at its servers.</p>
      <Problems found={problemsAt(["applications"])} />
      <FirstOfMany items={applications} at={20} what="applications">
        {(application, index) => <ApplicationCard key={index} application={application} index={index} ids={ids} />}
      </FirstOfMany>
      {unused.length > 0 && unused.length <= 3 && (
        <div class="notice notice-wait">
          <p>
            No application refers to {unused.map((id, at) => [at > 0 && ", ", <code key={id}>{id}</code>])} yet, so nobody is provisioned there.
          </p>
          <div class="buttons">
            <button type="button" class="button" onClick={() => add(unused)}>
              Add an application for it
            </button>
          </div>
        </div>
      )}
      <button type="button" class="button" onClick={() => add(ids.length === 1 ? ids : [])}>
        <PlusIcon /> Add an application
      </button>
    </section>
  );
}

function ApplicationCard({ application, index, ids }: { application: Partial<Application>; index: number; ids: string[] }) {
  const path: Path = ["applications", index];
  const title = textOf(application.name) || textOf(application.id) || `application ${index + 1}`;
  return (
    <article class="card application-card">
      <div class="card-head">
        <h3>{title}</h3>
        <button type="button" class="button button-quiet button-icon" aria-label={`Remove the application ${title}`} onClick={() => edit(path, undefined, `remove the application ${title}`)}>
          <BinIcon />
        </button>
      </div>
      <div class="grid-2">
        <NameField label="Id" path={[...path, "id"]} value={application.id} mono hint="As your platform calls it; the login names it." commit={(next) => edit([...path, "id"], next, "another id for an application")} />
        <TextField label="Name (optional)" path={[...path, "name"]} value={application.name} />
      </div>
      <ServerChoice path={[...path, "servers"]} value={application.servers} ids={ids} />
      <div class="grid-2">
        <TextField label="Condition (optional)" path={[...path, "condition"]} value={application.condition} mono placeholder="user.department == 'Operations'" hint="CEL over `user`, `application` and `event`: who is provisioned. Default: everyone." />
        <YesNoField label="Takes part" path={[...path, "enabled"]} value={application.enabled} unset="yes (default)" />
      </div>
      <Problems found={problemsAt(path)} />
    </article>
  );
}

function ServerChoice({ path, value, ids }: { path: Path; value: unknown; ids: string[] }) {
  const chosen = listOf(value).map(textOf);
  const unknown = chosen.filter((id) => !ids.includes(id));
  const toggle = (id: string) => {
    const at = chosen.indexOf(id);
    if (at >= 0) edit([...path, at], undefined, "servers of an application");
    else append(path, id, "servers of an application");
  };
  return (
    <fieldset class="check-list">
      <legend>Servers</legend>
      <div class="checks">
        <FirstOfMany items={[...ids, ...unknown]} at={12} what="servers">
          {(id) => (
            <label class="check" key={id}>
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} /> <code>{id}</code>
            </label>
          )}
        </FirstOfMany>
      </div>
      <Problems found={problemsAt(path, true)} />
    </fieldset>
  );
}
