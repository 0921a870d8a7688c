// Share links by other means than the page's: by zlib, and a CRC-32 with a table.
import { deflateRawSync } from "node:zlib";

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte >>> 0;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** The fragment of a link, without `#`. */
export function linkOf({ config, event }) {
  const bytes = deflateRawSync(JSON.stringify({ config: textOf(config), ...(event === undefined ? {} : { event: textOf(event) }) }));
  const data = bytes.toString("base64url");
  return `scimhook=1.${data.length}.${crc32(bytes).toString(16).padStart(8, "0")}.${data}`;
}

export const textOf = (value) => (typeof value === "string" ? value : `${JSON.stringify(value, undefined, 2)}\n`);
