import { eventText, setEvent } from "../../model/state";
import { refusePaste } from "../../share/arrivals";

/** A plain text field: a login is short, and the tab key should leave it. */
export function EventEditor() {
  return (
    <label class="field event-editor">
      <span class="label">Event</span>
      <textarea
        class="mono"
        rows={20}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        wrap="off"
        value={eventText.value}
        placeholder='{ "application": "console", "user": { "id": "u-1", … } }'
        onPaste={(paste) => refusePaste(paste.clipboardData?.getData("text/plain") ?? "") && paste.preventDefault()}
        onInput={(input) => setEvent(input.currentTarget.value, "edit the sample login")}
      />
    </label>
  );
}
