// The configuration as a form; before there is one, a greeting.
import { useEffect } from "preact/hooks";
import { broken, config, configText, problems } from "../../model/state";
import "../../style/form.css";
import { Applications } from "./applications";
import { BrokenNotice } from "./broken-notice";
import { loadCapabilities } from "./capabilities";
import { Policy } from "./policy";
import { Section } from "./section";
import { Servers } from "./servers";
import { Start } from "./start";
import { Suggestions } from "./suggestions";

export function FormView() {
  useEffect(loadCapabilities, []);
  if (configText.value.trim() === "") return <Start />;
  const shown = config.value;
  const isBroken = broken.value !== undefined;
  return (
    <div class="form-view">
      <BrokenNotice />
      {shown !== undefined && (
        // The last good state can be read while the text is broken, not edited: an edit would have to throw the text away.
        <div class="form-body" inert={isBroken} aria-disabled={isBroken || undefined}>
          <Elsewhere />
          <Servers config={shown} />
          <Applications config={shown} />
          <Section title="Policy of every server" at={[["policy"]]} summary={shown.policy === undefined ? "defaults" : `${Object.keys(shown.policy).length} set`}>
            {() => <Policy path={["policy"]} value={shown.policy} whole />}
          </Section>
          <Suggestions />
        </div>
      )}
    </div>
  );
}

/** What is wrong where the form has no field. */
function Elsewhere() {
  const found = problems.value.filter(({ path }) => path !== "" && !/^\/(servers|applications|policy)(\/|$)/.test(path));
  const whole = problems.value.filter(({ path }) => path === "");
  if (broken.value !== undefined || found.length + whole.length === 0) return null;
  return (
    <ul class="notice notice-wait elsewhere">
      {[...whole, ...found].map(({ path, message, help }, at) => (
        <li key={at}>
          {path !== "" && <code>{path}</code>} {message}
          {help !== undefined && <span class="field-help"> · {help}</span>}
        </li>
      ))}
    </ul>
  );
}
