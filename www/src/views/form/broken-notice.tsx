// The text cannot be read: where, why, and the ways out of it.
import { broken, config, restoreLastGood } from "../../model/state";
import { showInJson } from "../../where";
import { CodeWords } from "../parts/code-words";

export function BrokenNotice({ inJson = false }: { inJson?: boolean }) {
  const problem = broken.value;
  if (problem === undefined) return null;
  const place = problem.from;
  return (
    // Said aloud where nobody is typing the JSON; there it would be said at every key.
    <div class="notice notice-bad" role={inJson ? undefined : "status"}>
      <p>
        <strong>{problem.code === "bad-json" ? "This is not JSON" : "This is no configuration"}</strong>: <CodeWords text={problem.message} />.
        {problem.help !== undefined && (
          <>
            {" "}
            <CodeWords text={problem.help[0]?.toUpperCase() + problem.help.slice(1)} />.
          </>
        )}
      </p>
      {!inJson && config.value !== undefined && <p class="hint">Below stands the last configuration that could be read. It can be edited again once the JSON can be read.</p>}
      <div class="buttons">
        {place !== undefined && (
          <button type="button" class="button" onClick={() => showInJson({ from: place })}>
            Show the place
          </button>
        )}
        {config.value !== undefined && (
          <button type="button" class="button" onClick={restoreLastGood}>
            Back to the last good state
          </button>
        )}
      </div>
    </div>
  );
}
