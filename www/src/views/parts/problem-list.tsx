import type { Failed, Problem } from "../../engine/protocol";
import { showInJson } from "../../where";
import { CodeWords } from "./code-words";

const WHOSE: Record<Failed["of"], string> = {
  config: "The configuration is not ready yet",
  event: "The sample login cannot be used yet",
  tester: "That did not work",
};

export function FailedNotice({ failed }: { failed: Failed }) {
  return (
    <div class="notice notice-bad" role="status">
      <h3>{WHOSE[failed.of]}</h3>
      <ProblemList problems={failed.problems} />
    </div>
  );
}

/** A place in the configuration leads there; one in the profile or the event is only named. */
function Place({ path }: { path: string }) {
  if (!/^\/(servers|applications|policy|version)\b/.test(path)) return <code class="problem-path">{path}</code>;
  return (
    <button type="button" class="problem-path" title="Show in the JSON" onClick={() => showInJson({ path })}>
      <code>{path}</code>
    </button>
  );
}

/** More than these are not read one by one. */
const SHOWN = 20;

export function ProblemList({ problems }: { problems: Problem[] }) {
  const more = problems.length - SHOWN;
  return (
    <ul class="problem-list">
      {problems.slice(0, SHOWN).map(({ severity, path, message, help }, at) => (
        <li key={at} class={`problem problem-${severity}`}>
          <span class="problem-severity">{severity}</span>{" "}
          {path !== "" && (
            <>
              <Place path={path} />{" "}
            </>
          )}
          <CodeWords text={message} />
          {help !== undefined && (
            <div class="problem-help">
              <CodeWords text={help} />
            </div>
          )}
        </li>
      ))}
      {more > 0 && <li class="problem">and {more} more</li>}
    </ul>
  );
}
