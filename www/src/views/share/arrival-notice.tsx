// What came in last, or why it did not.
import { arrival, dismissArrival } from "../../share/arrivals";
import { CodeWords } from "../parts/code-words";
import "../../style/take-away.css";

export function ArrivalNotice() {
  const now = arrival.value;
  if (now === undefined) return null;
  return (
    <div class={`notice arrival ${now.tone === "bad" ? "notice-bad" : "notice-good"}`}>
      <p>
        <CodeWords text={`${now.message}.`} />
        {now.notes.map((note) => (
          <span key={note}>
            {" "}
            <CodeWords text={`${note}.`} />
          </span>
        ))}
      </p>
      <button type="button" class="button" onClick={dismissArrival}>
        Close
      </button>
    </div>
  );
}
