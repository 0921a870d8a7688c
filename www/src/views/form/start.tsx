// An empty page: choose a provider, or try with a sample.
import type { ServerType } from "../../engine/protocol";
import { samples } from "../../events";
import { firstConfig, sampleConfig } from "../../model/new-server";
import { announce, eventText, setBoth } from "../../model/state";
import { goTo } from "../../where";
import { ProviderChoice } from "./provider-choice";

export function Start() {
  const begin = async (type: ServerType) => {
    const made = await firstConfig(type);
    setBoth(written(made), eventText.peek().trim() === "" ? firstLogin(made) : eventText.peek(), "start from a provider");
    announce("The form is filled in. What is still missing is marked.");
  };
  const trySample = () => {
    const made = sampleConfig();
    setBoth(written(made), firstLogin(made), "the sample");
    goTo("explain");
    announce("A sample configuration and login are filled in.");
  };
  return (
    <div class="form-view">
      <div class="greeting">
        <h2>Where shall accounts be made?</h2>
        <p class="lead">
          When somebody signs in, scimhook creates or updates their account and groups at these providers. Choose one: what it needs is filled in, and the form says where to
          find the rest.
        </p>
      </div>
      <ProviderChoice choose={(type) => void begin(type)} />
      <div class="card sample-card">
        <div>
          <h3>Only looking?</h3>
          <p class="hint">A finished configuration with a login, against simulated providers. No account is needed, and none is touched.</p>
        </div>
        <button type="button" class="button button-primary" onClick={trySample}>
          Try with a sample
        </button>
      </div>
      <p class="hint">
        You have a configuration? Paste it under <LinkButton onClick={() => goTo("json")}>JSON</LinkButton>, or open its file under{" "}
        <LinkButton onClick={() => goTo("share")}>Take away</LinkButton>.
      </p>
    </div>
  );
}

function LinkButton({ onClick, children }: { onClick(): void; children: string }) {
  return (
    <button type="button" class="link" onClick={onClick}>
      {children}
    </button>
  );
}

const written = (value: object) => JSON.stringify(value, null, 2) + "\n";
const firstLogin = (config: object) => written(samples[0]?.make(config) ?? {});
