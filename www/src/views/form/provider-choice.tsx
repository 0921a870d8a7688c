import type { ServerType } from "../../engine/protocol";
import { PROVIDERS } from "./providers";

export function ProviderChoice({ choose }: { choose(type: ServerType): void }) {
  return (
    <ul class="choices" aria-label="Providers">
      {PROVIDERS.map(({ type, name, about }) => (
        <li key={type}>
          <button type="button" class="choice-card" onClick={() => choose(type)}>
            <strong>{name}</strong>
            <span>{about}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
