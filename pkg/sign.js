import { decodeBase64 } from "./base64.js";
import { ScimHookError, problem } from "./errors.js";

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** RSASSA-PKCS1-v1_5 with SHA-256 by WebCrypto. The key is imported for each signature: one an hour, and nothing kept. */
export async function sign(privateKeyPem, data) {
  const der = readPem(privateKeyPem);
  let key;
  try {
    key = await crypto.subtle.importKey("pkcs8", der, RS256, false, ["sign"]);
  } catch {
    throw badKey("the private key is not an RSA key that WebCrypto reads");
  }
  return new Uint8Array(await crypto.subtle.sign(RS256, key, data));
}

/** The PKCS#8 bytes of a PEM text. Environment variables often carry its line breaks as `\n`. */
function readPem(pem) {
  const found = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/.exec(String(pem).replaceAll("\\n", "\n").replaceAll("\\r", ""));
  if (!found) throw badKey("the private key is not PEM", "it starts with `-----BEGIN PRIVATE KEY-----` or `-----BEGIN RSA PRIVATE KEY-----`");
  const [, label, body] = found;
  if (label === "ENCRYPTED PRIVATE KEY" || body.includes("ENCRYPTED")) {
    throw badKey("the private key is encrypted", "decrypt it first: openssl pkcs8 -topk8 -nocrypt");
  }
  if (label !== "PRIVATE KEY" && label !== "RSA PRIVATE KEY") throw badKey(`the PEM holds a \`${label}\`, not an RSA private key`);
  let der;
  try {
    der = decodeBase64(body.replace(/\s/g, ""));
  } catch {
    throw badKey("the private key's PEM is damaged: its body is not base64");
  }
  return label === "PRIVATE KEY" ? der : wrap(der);
}

// RFC 5208: SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL }, OCTET STRING { the PKCS#1 key } }
const RSA_KEY_HEAD = [0x02, 1, 0, 0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];

/** WebCrypto reads PKCS#8 only; GitHub hands out PKCS#1. */
function wrap(pkcs1) {
  return element(0x30, [...RSA_KEY_HEAD, ...element(0x04, pkcs1)]);
}

/** A DER element: tag, length, content. */
function element(tag, content) {
  const size = [];
  for (let rest = content.length; rest > 0; rest >>= 8) size.unshift(rest & 0xff);
  const length = content.length < 0x80 ? [content.length] : [0x80 | size.length, ...size];
  return Uint8Array.from([tag, ...length, ...content]);
}

function badKey(message, help) {
  return new ScimHookError("host", [problem("", "bad-private-key", message, help)]);
}
