import type { Provider } from "./providers";
import { Words } from "./words";

/** The way to the credentials, in the provider's own words. */
export function WhereToFind({ provider, open }: { provider: Provider; open: boolean }) {
  return (
    <details class="where" open={open}>
      <summary>Where to find these at {provider.type === "generic" ? "the provider" : provider.name}</summary>
      <ul>
        {provider.needs.map((need) => (
          <li key={need}>
            <Words text={need} />
          </li>
        ))}
      </ul>
      <ol>
        {provider.steps.map((step) => (
          <li key={step}>
            <Words text={step} />
          </li>
        ))}
      </ol>
    </details>
  );
}
