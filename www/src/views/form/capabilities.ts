// The support matrix, asked for once.
import { signal } from "@preact/signals";
import { engine } from "../../engine/client";
import type { Capabilities } from "../../engine/protocol";

export const capabilities = signal<Capabilities[] | undefined>(undefined);

export function loadCapabilities(): void {
  if (capabilities.peek() !== undefined) return;
  engine.capabilities().then(
    (found) => void (capabilities.value = found),
    // Then every scheme is offered, and the plugin says which it does not take.
    () => undefined,
  );
}
