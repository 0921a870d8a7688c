// The requests of a press on a line of time, server by server, with the budget drawn in.
import { useId, useState } from "preact/hooks";
import type { Exchange, RunReport } from "../../engine/protocol";
import { FirstOfMany } from "../parts/first-of-many";
import { HeadersTable } from "../parts/headers-table";
import { JsonText } from "../parts/json-text";
import { milliseconds, statusInWords, toneOfExchange } from "../parts/words";
import { scaleOf, type Scale } from "./scale";

/** So many servers are laid out at once. */
const SHOWN = 12;

export function Waterfall({ report }: { report: RunReport }) {
  const { exchanges, budgetMs, tookMs } = report;
  const end = Math.max(tookMs, ...exchanges.map(({ endedAt }) => endedAt));
  const [whole, setWhole] = useState<boolean>();
  const scale = scaleOf(end, budgetMs, whole);
  const shows = scale.at(budgetMs) <= 100;
  const servers = [...new Set(exchanges.map(({ server }) => server))];
  return (
    <div class="waterfall">
      <div class="budget-line">
        <meter class="visually-hidden" min={0} max={budgetMs} value={Math.min(tookMs, budgetMs)}>
          {`${milliseconds(tookMs)} of ${milliseconds(budgetMs)}`}
        </meter>
        <p>
          <strong>{milliseconds(tookMs)}</strong> of the budget of {milliseconds(budgetMs)}
        </p>
        <div class="budget-bar" aria-hidden="true">
          <i style={{ width: `${Math.min(100, (tookMs / budgetMs) * 100)}%` }} class={tookMs >= budgetMs ? "spent" : ""} />
        </div>
        {exchanges.length > 0 && (
          <button type="button" class="button button-quiet" aria-pressed={shows} onClick={() => setWhole(!shows)}>
            {shows ? "Zoom in" : "Show the whole budget"}
          </button>
        )}
      </div>
      {exchanges.length > 0 && (
        <>
          <Axis scale={scale} budgetMs={budgetMs} />
          <FirstOfMany items={servers} at={SHOWN} what="servers">
            {(server) => (
              <section key={server} aria-label={`Requests to ${server}`}>
                <h4 class="waterfall-server">{server}</h4>
                <ol class="waterfall-rows">
                  {exchanges.map((exchange, at) => exchange.server === server && <Row key={at} exchange={exchange} scale={scale} budgetMs={budgetMs} />)}
                </ol>
              </section>
            )}
          </FirstOfMany>
        </>
      )}
    </div>
  );
}

function Axis({ scale, budgetMs }: { scale: Scale; budgetMs: number }) {
  const budget = scale.at(budgetMs);
  return (
    <div class="waterfall-axis" aria-hidden="true">
      <div class="track">
        {scale.ticks.map((ms) => (
          <span key={ms} class="tick" style={{ left: `${scale.at(ms)}%` }}>
            {ms}
          </span>
        ))}
        {budget <= 100 && (
          <span class="tick tick-budget" style={{ left: `${budget}%` }}>
            budget
          </span>
        )}
      </div>
    </div>
  );
}

function Row({ exchange, scale, budgetMs }: { exchange: Exchange; scale: Scale; budgetMs: number }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { method, purpose, startedAt, endedAt, fault } = exchange;
  const took = endedAt - startedAt;
  const tone = toneOfExchange(exchange);
  const budget = scale.at(budgetMs);
  return (
    <li class="waterfall-row">
      <button type="button" class="waterfall-button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <span class="what">
          <span class="purpose">{purpose ?? "request"}</span>
          <span class="request-line">
            <span class="method">{method}</span> <span class="url">{shortPath(exchange.path)}</span>
          </span>
        </span>
        <span class="track" aria-hidden="true">
          {scale.ticks.map((ms) => (
            <i key={ms} class="grid" style={{ left: `${scale.at(ms)}%` }} />
          ))}
          {budget <= 100 && <i class="grid grid-budget" style={{ left: `${budget}%` }} />}
          <i class={`bar bar-${tone} ${exchange.end === "answered" ? "" : "bar-open"}`} style={{ left: `${scale.at(startedAt)}%`, width: `${scale.at(took)}%` }} />
        </span>
        <span class={`status status-${tone}`}>{statusInWords(exchange)}</span>
        <span class="time">
          {milliseconds(took)}
          <span class="visually-hidden">, from {milliseconds(startedAt)}</span>
        </span>
        {fault !== undefined && <span class="fault">dial: {fault}</span>}
      </button>
      <div id={id} hidden={!open} class="exchange">
        {open && <Bodies exchange={exchange} />}
      </div>
    </li>
  );
}

function Bodies({ exchange: { url, headers, body, reply, replyHeaders, method, status, end } }: { exchange: Exchange }) {
  return (
    <>
      <div>
        <h5>Sent</h5>
        <p class="request-url">
          <code>
            {method} {url}
          </code>
        </p>
        <HeadersTable headers={headers} />
        {body === undefined ? <p class="muted">No body.</p> : <JsonText label="Body that was sent" text={body} />}
      </div>
      <div>
        <h5>Answered</h5>
        {end === "answered" ? (
          <>
            <p class="request-url">
              <code>{status}</code>
            </p>
            <HeadersTable headers={replyHeaders ?? []} />
            {reply === undefined ? <p class="muted">No body.</p> : <JsonText label="Body that was answered" text={reply} />}
          </>
        ) : (
          <p>{end === "cut" ? "No answer came in the time this request had; the plugin gave it up." : "The connection broke before the reply came. Whether the provider acted, the plugin cannot know; what it holds is shown below."}</p>
        )}
      </div>
    </>
  );
}

/** Readable: without percent signs, and ids cut to their beginning. */
function shortPath(path: string): string {
  const cut = path.replace(/([0-9a-f]{8})-[0-9a-f-]{20,}/gi, "$1…");
  try {
    return decodeURIComponent(cut);
  } catch {
    return cut;
  }
}
