// What can be turned before the next press.
import { signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { NO_FAULT } from "../../engine/dials";
import type { AccountDial, FaultDial } from "../../engine/protocol";
import { config } from "../../model/state";
import { elapsed, milliseconds } from "../parts/words";
import { dialsFor, elapsedMs, presses, seed, turn } from "./session";
import { Switches } from "./switches";

const forServer = signal<string | undefined>(undefined);

const FAULTS: [FaultDial["kind"], string][] = [
  ["none", "nothing"],
  ["throttle", "429, too many requests"],
  ["error", "500, server error"],
  ["lost", "the reply is lost"],
  ["hang", "no answer at all"],
];
const WHICH: [FaultDial["which"], string][] = [
  ["first", "with the first request"],
  ["create", "with the first POST /Users"],
  ["groups", "with the first request about groups"],
  ["token", "with the first request for a token"],
  ["every", "with every request"],
];
const ACCOUNTS: [AccountDial, string][] = [
  ["as-is", "nothing"],
  ["ours", "an account is there: ours"],
  ["unowned", "an account is there: nobody's"],
  ["another", "an account is there: another's"],
  ["deactivated", "the account is deactivated there"],
  ["renamed", "the family name is changed there"],
  ["deleted", "the account is deleted there"],
];
const ELAPSED = [1_000, 60_000, 3_600_000, 86_400_000, 8 * 86_400_000];

export function DialsPanel() {
  const servers = serversOf(config.value);
  const server = servers.some(({ id }) => id === forServer.value) ? forServer.value : undefined;
  const { latencyMs, fault, account } = dialsFor(server);
  const types = [...new Set(servers.filter(({ id }) => server === undefined || id === server).map(({ type }) => type))];
  return (
    <section class="card dials" aria-labelledby="dials-title">
      <h3 id="dials-title">Dials</h3>
      <div class="dial-grid">
        {servers.length > 1 && (
          <Choice
            label="For"
            value={server ?? ""}
            options={[["", "all servers"], ...servers.map(({ id }) => [id, id] as [string, string])]}
            onChange={(id) => void (forServer.value = id === "" ? undefined : id)}
          />
        )}
        <Latency value={latencyMs} onChange={(ms) => turn(server, { latencyMs: ms })} />
        <Choice label="What goes wrong" value={fault.kind} options={FAULTS} onChange={(kind) => turn(server, { fault: { ...fault, kind } })} />
        {fault.kind !== "none" && <Choice label="When" value={fault.which} options={WHICH} onChange={(which) => turn(server, { fault: { ...fault, which } })} />}
        {fault.kind === "throttle" && (
          <Whole label="Retry-After, seconds (0: without)" value={fault.retryAfter} most={3600} onChange={(retryAfter) => turn(server, { fault: { ...NO_FAULT, ...fault, retryAfter } })} />
        )}
        <Choice label="Before this login" value={account} options={ACCOUNTS} onChange={(next) => turn(server, { account: next })} />
        {presses.value.length > 0 && (
          <Choice
            label="Since the press before"
            value={String(elapsedMs.value)}
            options={ELAPSED.map((ms) => [String(ms), elapsed(ms)])}
            onChange={(ms) => void (elapsedMs.value = Number(ms))}
          />
        )}
      </div>
      <details class="more-dials">
        <summary>How the provider behaves</summary>
        <p class="hint">
          Each stands for something that documents leave open or that differs in the field. Turning one begins with an empty provider.
        </p>
        {types.map((type) => (
          <Switches key={type} type={type} server={server} />
        ))}
        {types.length === 0 && <p class="muted">There is no server yet.</p>}
        <div class="dial-grid">
          <Whole label="Seed of ids and waits" value={seed.value} most={999_999} onChange={(next) => void (seed.value = next)} />
        </div>
      </details>
    </section>
  );
}

/** Servers with an id and a type, of whatever the configuration is at the moment. */
function serversOf(value: unknown): { id: string; type: string }[] {
  const servers = (value as { servers?: unknown } | undefined)?.servers;
  if (!Array.isArray(servers)) return [];
  return servers.flatMap((one: { id?: unknown; type?: unknown } | null) =>
    typeof one?.id === "string" && typeof one.type === "string" ? [{ id: one.id, type: one.type }] : [],
  );
}

function Choice<Value extends string>({ label, value, options, onChange }: { label: string; value: Value; options: [Value, string][]; onChange(value: Value): void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value as Value)}>
        {options.map(([name, text]) => (
          <option key={name} value={name} selected={name === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Latency({ value, onChange }: { value: number; onChange(ms: number): void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        Latency <output class="dial-value">{milliseconds(value)}</output>
      </label>
      <input id={id} type="range" min={0} max={1500} step={10} value={value} aria-valuetext={milliseconds(value)} onInput={(event) => onChange(Number(event.currentTarget.value))} />
    </div>
  );
}

function Whole({ label, value, most, onChange }: { label: string; value: number; most: number; onChange(value: number): void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={0}
        max={most}
        step={1}
        value={value}
        onInput={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (Number.isInteger(next) && next >= 0 && next <= most) onChange(next);
        }}
      />
    </div>
  );
}
