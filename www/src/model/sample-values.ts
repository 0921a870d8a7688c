// What the sample login gives for each attribute of one server, as the plugin maps it: `explain`, a moment after the last
// keystroke. It is asked about that server alone, so that values show before its address and credentials are there, and
// whatever is wrong elsewhere.
import { effect, signal } from "@preact/signals";
import { engine } from "../engine/client";
import { isFailed, type Explanation, type Failed } from "../engine/protocol";
import { fieldsOf, pathOf, serversOf, type Fields } from "./shape";
import { broken, config, eventText } from "./state";

export type Mapped = Explanation["servers"][number]["mapping"][number];

export const sampleValues = signal<Mapped[] | undefined>(undefined);

const PAUSE_MS = 150;

let watched = -1;

/** While the server's form is open. */
export function watchSampleValues(index: number): () => void {
  if (watched !== index) sampleValues.value = undefined;
  watched = index;
  return effect(() => {
    const server = serversOf(config.value)[index];
    const event = eventText.value;
    if (server === undefined || broken.value !== undefined) return;
    let current = true;
    const timer = setTimeout(() => {
      void mappingOf(server, event).then((mapping) => {
        if (current) sampleValues.value = mapping;
      });
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  });
}

async function mappingOf(server: Fields, event: string): Promise<Mapped[] | undefined> {
  const asked: Fields = {
    id: "sample",
    type: server["type"],
    // Neither matters for the mapping, and both may be missing yet.
    url: "https://provider.example/scim",
    authentication: { scheme: "accessToken", accessToken: { secret: "sample" } },
    ...(server["attributes"] === undefined ? {} : { attributes: written(server["attributes"]) }),
  };
  const first = await ask(asked, event);
  if (!isFailed(first)) return first.servers[0]?.mapping;
  if (first.of !== "config") return undefined;
  // What cannot be read is left out, and a type that misses an attribute is no reason to show none.
  const wrong = new Set(first.problems.map(({ path }) => pathOf(path)[3]));
  const attributes = Object.fromEntries(Object.entries(fieldsOf(asked["attributes"])).filter(([target]) => !wrong.has(target)));
  const second = await ask({ ...asked, type: "generic", attributes }, event);
  if (isFailed(second)) return undefined;
  // `generic` adds what this type may not have.
  return second.servers[0]?.mapping.filter(({ target }) => target in attributes);
}

/** A source that is still to be typed is none yet. */
function written(attributes: unknown): Fields {
  const empty = (source: unknown): boolean => source === "" || (Array.isArray(source) && source.every(empty)) || fieldsOf(source)["expression"] === "";
  return Object.fromEntries(
    Object.entries(fieldsOf(attributes))
      .filter(([, source]) => !empty(source))
      .map(([target, source]) => [target, Array.isArray(source) ? source.filter((one) => !empty(one)) : source]),
  );
}

function ask(server: Fields, event: string): Promise<Explanation | Failed> {
  const text = JSON.stringify({ servers: [server], applications: [{ id: applicationOf(event), servers: ["sample"] }] });
  return engine.explain(text, event, { sample: true });
}

function applicationOf(event: string): string {
  try {
    const { application } = fieldsOf(JSON.parse(event));
    const id = typeof application === "string" ? application : fieldsOf(application)["id"];
    return typeof id === "string" && id !== "" ? id : "sample";
  } catch {
    return "sample";
  }
}
