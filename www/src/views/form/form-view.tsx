// The configuration as a form; before there is one, a greeting.
import { config } from "../../model/state";
import { Start } from "./start";

export function FormView() {
  if (config.value === undefined) return <Start />;
  return <p class="muted">{config.value.servers?.length ?? 0} servers</p>;
}
