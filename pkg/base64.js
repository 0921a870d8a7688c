/** The bytes of a base64 text. `atob` is in every runtime; `Buffer` and `Uint8Array.fromBase64` are not. */
export function decodeBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
