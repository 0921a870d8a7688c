// The configuration as JSON, with what is wrong with it at its place.
import { configText, setConfig } from "../../model/state";
import { JsonEditor } from "./json-editor";

export function EditorView() {
  return <JsonEditor label="Configuration, JSON" text={configText.value} onChange={(text) => setConfig(text, "typing in the JSON")} minHeight="24rem" />;
}
