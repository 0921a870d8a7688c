// What is done when. Every field has a default and is left out of the configuration until it is set.
import { edit } from "../../model/edit";
import { fieldsOf, type Path } from "../../model/shape";
import { ChoiceField, NumberField, problemsAt, Problems, YesNoField } from "./field";

const FAILURE = [
  { value: "allow", label: "lets the person in" },
  { value: "deny", label: "denies the login" },
  { value: "denyFirst", label: "denies only who has no account there yet" },
];
const ADOPT = [
  { value: "never", label: "never" },
  { value: "sameExternalId", label: "if it carries our externalId" },
  { value: "unowned", label: "also if it carries none" },
];
const DEPROVISION = [
  { value: "deactivate", label: "is deactivated" },
  { value: "delete", label: "is deleted" },
  { value: "none", label: "stays as it is" },
];
const NOT_ENTITLED = [
  { value: "ignore", label: "leaves the account as it is" },
  { value: "deactivate", label: "deactivates the account" },
];

/** `whole`: of every server; otherwise of one, where a field left open follows the whole's. */
export function Policy({ path, value, whole = false }: { path: Path; value: unknown; whole?: boolean }) {
  const policy = fieldsOf(value);
  const of = (name: string) => ({ path: [...path, name], value: policy[name] });
  const unset = (ofAll: string) => (whole ? `${ofAll} (default)` : "as for every server");
  return (
    <div class="grid-2">
      <ChoiceField label="A failure" {...of("onFailure")} choices={FAILURE} unset={unset("lets the person in")} />
      <YesNoField label="Send later profile changes" {...of("updates")} unset={whole ? "as the type has it (default)" : "as for every server"} />
      <ChoiceField label="Take over an existing account" {...of("adopt")} choices={ADOPT} unset={unset("also if it carries none")} />
      <YesNoField label="Turn an inactive account on again" {...of("reactivate")} unset={unset("yes")} />
      <ChoiceField label="A disabled or deleted user's account" {...of("deprovision")} choices={DEPROVISION} unset={unset("is deactivated")} />
      <ChoiceField label="A login whose condition no longer holds" {...of("whenNotEntitled")} choices={NOT_ENTITLED} unset={unset("leaves the account as it is")} />
      {whole && <NumberField label="Budget of one login" unit="ms" {...of("budgetMs")} placeholder="2500" hint="Over all servers. What is not done by then is handed on." />}
      <NumberField label="Look again after" unit="s" {...of("recheckAfter")} placeholder={whole ? "604800" : ""} hint="An unchanged account is trusted that long. 0: never look again." />
      <NumberField label="Further tries of a request" {...of("retries")} placeholder={whole ? "2" : ""} />
      <NumberField label="Longest wait for one answer" unit="ms" {...of("requestTimeoutMs")} placeholder={whole ? "what the budget leaves" : ""} />
      <Pair label="Hold mass removal" path={[...path, "deprovisionLimit"]} value={policy["deprovisionLimit"]} first={["count", "removals, at most", 10]} second={["windowMs", "within ms", 3_600_000]} />
      <Pair label="Rest a failing server" path={[...path, "breaker"]} value={policy["breaker"]} first={["failures", "failed runs in a row", 5]} second={["coolDownMs", "rest, ms", 30_000]} />
      {problemsAt(path).length > 0 && <Problems found={problemsAt(path)} />}
    </div>
  );
}

type Part = [name: string, label: string, start: number];

/** Two numbers that only make sense together. */
function Pair({ label, path, value, first, second }: { label: string; path: Path; value: unknown; first: Part; second: Part }) {
  const given = fieldsOf(value);
  const on = value !== undefined;
  return (
    <fieldset class="pair">
      <legend>
        <label class="check">
          <input type="checkbox" checked={on} onChange={() => edit(path, on ? undefined : { [first[0]]: first[2], [second[0]]: second[2] }, label)} /> {label}
          {label.startsWith("Rest") ? " otherwise than by default" : ""}
        </label>
      </legend>
      {on && [first, second].map(([name, words]) => <NumberField key={name} label={words} path={[...path, name]} value={given[name]} />)}
      {on && <Problems found={problemsAt(path)} />}
    </fieldset>
  );
}
