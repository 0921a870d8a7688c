// An empty page: choose a provider, or try with a sample.
import { announce, setConfig } from "../../model/state";
import { firstConfig } from "../../model/new-server";
import { PROVIDERS } from "./providers";

export function Start() {
  const begin = async (type: (typeof PROVIDERS)[number]["type"]) => {
    setConfig(await firstConfig(type), "start from a provider");
    announce("The form is filled in. What is still missing is marked.");
  };
  return (
    <div class="form-view">
      <h2>Where shall accounts be made?</h2>
      <div class="choices">
        {PROVIDERS.map(({ type, name, about }) => (
          <button key={type} type="button" class="choice-card" onClick={() => void begin(type)}>
            <strong>{name}</strong>
            <span>{about}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
