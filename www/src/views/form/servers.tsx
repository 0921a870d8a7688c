// The servers: one open, the others a line each, so that two hundred are no burden.
import { signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import type { Config, Server, ServerType } from "../../engine/protocol";
import { PlusIcon } from "../../icons";
import { append, edit } from "../../model/edit";
import { newServer } from "../../model/new-server";
import { applicationsOf, listOf, serversOf, textOf } from "../../model/shape";
import { announce } from "../../model/state";
import { problemsAt, Problems } from "./field";
import { ProviderChoice } from "./provider-choice";
import { providerOf } from "./providers";
import { ProblemMark } from "./section";
import { ServerForm } from "./server-form";

/** The place of the open one; -1: none. */
const open = signal(0);
/** So many are listed without asking for a filter. */
const MANY = 12;

export function Servers({ config }: { config: Config }) {
  const servers = serversOf(config);
  const [filter, setFilter] = useState("");
  const [adding, setAdding] = useState(false);
  const wanted = filter.trim().toLowerCase();
  const matches = ({ id, name, type }: Partial<Server>) => [id, name, type].some((text) => textOf(text).toLowerCase().includes(wanted));

  const add = async (type: ServerType) => {
    const server = await newServer(type, servers.map(({ id }) => textOf(id)));
    append(["servers"], server, `add ${providerOf(type)?.name}`);
    open.value = servers.length;
    setAdding(false);
    announce(`${providerOf(type)?.name} added. Give its URL and credentials, then an application that refers to it.`);
  };

  return (
    <section aria-labelledby="servers-title">
      <div class="section-head">
        <h2 id="servers-title">Servers</h2>
        {servers.length > MANY && <input type="search" aria-label="Find a server" placeholder={`find one of ${servers.length}`} value={filter} data-own-undo onInput={({ currentTarget }) => setFilter(currentTarget.value)} />}
      </div>
      <Problems found={problemsAt(["servers"])} />
      {servers.map((server, index) => (wanted === "" || matches(server) ? <ServerCard key={index} server={server} index={index} config={config} /> : null))}
      {adding ? (
        <div class="card">
          <h3>Which provider?</h3>
          <ProviderChoice choose={(type) => void add(type)} />
          <button type="button" class="button button-quiet" onClick={() => setAdding(false)}>
            Cancel
          </button>
        </div>
      ) : (
        <button type="button" class="button" onClick={() => setAdding(true)}>
          <PlusIcon /> Add a server
        </button>
      )}
    </section>
  );
}

function ServerCard({ server, index, config }: { server: Partial<Server>; index: number; config: Config }) {
  const isOpen = open.value === index;
  const title = textOf(server.name) || textOf(server.id) || `server ${index + 1}`;
  const type = providerOf(server.type)?.name ?? textOf(server.type);
  // The same until something of it changes: typing in one server does not draw the heads of all the others.
  const head = useMemo(() => <ServerHead title={title} type={type} index={index} isOpen={isOpen} />, [title, type, index, isOpen]);
  return (
    <article class="card server-card">
      {head}
      {isOpen && <ServerBody server={server} index={index} title={title} config={config} />}
    </article>
  );
}

function ServerHead({ title, type, index, isOpen }: { title: string; type: string; index: number; isOpen: boolean }) {
  return (
    <h3 class="server-head">
      <button type="button" aria-expanded={isOpen} aria-controls={isOpen ? `server-${index}` : undefined} onClick={() => void (open.value = isOpen ? -1 : index)}>
        <span class="server-title">{title}</span>
        <span class="muted">{type}</span>
        <ProblemMark at={[["servers", index]]} />
      </button>
    </h3>
  );
}

function ServerBody({ server, index, title, config }: { server: Partial<Server>; index: number; title: string; config: Config }) {
  const id = textOf(server.id);
  const named = applicationsOf(config).filter(({ servers }) => listOf(servers).includes(id));
  const remove = () => {
    edit(["servers", index], undefined, `remove ${title}`);
    open.value = -1;
    announce(`${title} removed. Undo brings it back.`);
  };
  return (
    <div id={`server-${index}`}>
      <ServerForm key={index} server={server} index={index} />
      <div class="server-foot">
        <span class="hint">{named.length === 0 ? "No application refers to it: nobody is provisioned here." : `For ${named.map((one) => textOf(one.name) || textOf(one.id)).join(", ")}.`}</span>
        <button type="button" class="button button-quiet button-danger" onClick={remove}>
          Remove this server
        </button>
      </div>
    </div>
  );
}
