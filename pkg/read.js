import { hush } from "./hush.js";

/** H6: a longer reply is a protocol failure. SCIM's own lists of 100 users stay far below it. */
export const LIMIT = 1_048_576;

const lost = (why) => ({ lost: why });

/**
 * What `fetch` gave, as `{ status, headers, body }` or `{ lost: why }`. Never throws: a response is anything that a
 * host made, getters and all. Aborting `signal` ends reading, also of a stream that knows nothing of the signal.
 */
export async function readReply(response, names, signal) {
  let status, headers, body;
  try {
    // A redirect that the runtime hides (browsers), or that was followed although we asked not to (H3).
    if (response.type === "opaqueredirect" || response.redirected === true) {
      discard(response);
      return { status: 302, headers: "{}", body: undefined };
    }
    status = response.status;
    if (!Number.isInteger(status) || status < 100 || status > 999) return lost("bad-shape");
    headers = readHeaders(response.headers, names);
    body = response.body;
    if (typeof body?.getReader !== "function" && typeof response.text !== "function") return lost("bad-shape");
  } catch {
    return lost("bad-shape");
  }
  const read = typeof body?.getReader === "function" ? await readStream(body, signal) : await readText(response);
  return typeof read === "string" ? { status, headers, body: read } : read;
}

/** Gives a response back unread, so that its connection does not wait for us. */
export function discard(response) {
  try {
    hush(response?.body?.cancel?.());
  } catch {
    // Then it stays unread.
  }
}

function readHeaders(headers, names) {
  const found = {};
  for (const name of names) {
    const value = headers.get(name);
    if (typeof value === "string") found[name] = value;
  }
  return JSON.stringify(found);
}

async function readText(response) {
  let text;
  try {
    text = await response.text();
  } catch {
    return lost("transport");
  }
  if (typeof text !== "string") return lost("bad-shape");
  return isLong(text) ? lost("too-long") : text;
}

/** Whether a text has more than LIMIT bytes in UTF-8, which takes 1 to 3 bytes for one unit of UTF-16. */
function isLong(text) {
  if (text.length > LIMIT) return true;
  return text.length * 3 > LIMIT && new TextEncoder().encode(text).length > LIMIT;
}

async function readStream(body, signal) {
  let reader;
  try {
    reader = body.getReader();
  } catch {
    return lost("unreadable"); // Locked: somebody else is reading it.
  }
  const cancel = () => {
    try {
      hush(reader.cancel());
    } catch {
      // Nothing more can be done about it.
    }
  };
  signal.addEventListener("abort", cancel, { once: true });
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      if (!ArrayBuffer.isView(value)) {
        cancel();
        return lost("unreadable");
      }
      size += value.byteLength;
      if (size > LIMIT) {
        cancel();
        return lost("too-long");
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return lost("transport"); // Reset or cut short.
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
