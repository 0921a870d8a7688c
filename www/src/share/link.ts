// A configuration in the fragment of the page's address, which no browser sends anywhere.
//
//   #scimhook=1.<length>.<CRC-32>.<data>     data: base64url of DEFLATE (RFC 1951) of JSON {"config": text, "event": text}
//
// The length tells a link that was cut off from one that was changed; the number before it, a later version.

export interface Shared {
  /** The texts as in the editors. */
  config: string;
  event?: string;
}

const PREFIX = "scimhook=";
const VERSION = 1;
/** Unpacked: a configuration and an event of the largest size that the plugin takes. */
const MOST_BYTES = 2 * 1024 * 1024 + 4096;
/** Longer ones are cut by many mail and chat programs. */
export const COMFORTABLE = 8_000;

export const CUT_OFF = "this link was cut off on its way: ask for it again, as a whole";

export function isLink(fragment: string): boolean {
  return fragment.replace(/^#/, "").startsWith(PREFIX);
}

/** The fragment, without `#`. Secrets are not looked for here. */
export async function encodeLink(state: Shared): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"), Infinity);
  const data = base64url(packed);
  return `${PREFIX}${VERSION}.${data.length}.${crc32(packed).toString(16).padStart(8, "0")}.${data}`;
}

export async function decodeLink(fragment: string): Promise<{ state: Shared } | { refused: string }> {
  if (!isLink(fragment)) return { refused: "this address carries no configuration" };
  const rest = fragment.replace(/^#/, "").slice(PREFIX.length);
  const version = /^(\d{1,9})(\.|$)/.exec(rest);
  if (version === null) return { refused: CUT_OFF };
  if (Number(version[1]) > VERSION) return { refused: `this link was made by a later version of this page (its form is ${version[1]}, known here is ${VERSION}): open it where it was made` };
  const [, length, sum, data] = /^\d+\.(\d{1,9})\.([0-9a-f]{8})\.(.*)$/s.exec(rest) ?? [];
  if (length === undefined || sum === undefined || data === undefined || data.length < Number(length)) return { refused: CUT_OFF };
  const packed = data.length === Number(length) ? fromBase64url(data) : undefined;
  if (packed === undefined || crc32(packed).toString(16).padStart(8, "0") !== sum) return { refused: "this link was changed on its way: ask for it again" };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await through(packed, new DecompressionStream("deflate-raw"), MOST_BYTES));
  } catch (error) {
    return { refused: error instanceof TooLarge ? `what this link carries is larger than ${Math.floor(MOST_BYTES / 1024 / 1024)} MiB unpacked: no configuration is` : "what this link carries cannot be unpacked" };
  }
  return read(text);
}

function read(text: string): { state: Shared } | { refused: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { config, event } = (value ?? {}) as { config?: unknown; event?: unknown };
  if (typeof config !== "string" || (event !== undefined && typeof event !== "string")) return { refused: "what this link carries is no configuration of this page" };
  return { state: event === undefined ? { config } : { config, event } };
}

class TooLarge extends Error {}

/** Reads no further than `most` bytes, however little was packed. */
async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new TooLarge();
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// RFC 4648 section 5, without padding.
function base64url(bytes: Uint8Array): string {
  let text = "";
  // By pieces: a call takes some 65 000 arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

// CRC-32 as in RFC 1952 section 8: enough against accidents, and there where WebCrypto is not (a page from plain http).
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
