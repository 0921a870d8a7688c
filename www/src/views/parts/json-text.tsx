/** JSON to read: indented where it is JSON, as it is where it is not. Can be reached and scrolled by keyboard. */
export function JsonText({ label, text, value }: { label: string; text?: string; value?: unknown }) {
  return (
    <pre class="json-text" tabIndex={0} role="group" aria-label={label}>
      <code>{value === undefined ? indented(text ?? "") : JSON.stringify(value, null, 2)}</code>
    </pre>
  );
}

export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // A form, or a page of HTML.
    return text.replaceAll("&", "\n&");
  }
}
