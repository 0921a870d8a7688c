// All problems in a list, each a way to its place.
import { broken, problems } from "../../model/state";
import { showInJson } from "../../where";
import { CodeWords } from "../parts/code-words";
import { FirstOfMany } from "../parts/first-of-many";

export function ProblemsBelow() {
  if (broken.value !== undefined || problems.value.length === 0) return null;
  return (
    <ul class="problems-below" aria-label="Problems">
      <FirstOfMany items={problems.value} at={20} what="problems" inList>
        {({ severity, path, message, help }, at) => (
          <li key={at}>
            <span class={`badge badge-${severity === "error" ? "bad" : "wait"}`}>{severity}</span>
            <span>
              <button type="button" class="link mono" onClick={() => showInJson({ path })}>
                {path === "" ? "the whole" : path}
              </button>{" "}
              <CodeWords text={message} />
              {help !== undefined && (
                <span class="field-help">
                  {" "}
                  · <CodeWords text={help} />
                </span>
              )}
            </span>
          </li>
        )}
      </FirstOfMany>
    </ul>
  );
}
