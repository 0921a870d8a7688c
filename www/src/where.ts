// Which tab each pane shows. Views send people to another by these.
import { computed, signal } from "@preact/signals";

export const CONFIG_TABS = ["form", "json"] as const;
export const RESULT_TABS = ["login", "explain", "run", "matrix", "share"] as const;
export type TabId = (typeof CONFIG_TABS)[number] | (typeof RESULT_TABS)[number];

/** Wide enough for two panes, counted in letters: at 200 % zoom it is not. */
const twoPanes = matchMedia("(min-width: 68rem)");
export const wide = signal(twoPanes.matches);
twoPanes.addEventListener("change", ({ matches }) => void (wide.value = matches));

export const configTab = signal<string>("form");
export const resultTab = signal<string>("login");
/** In one pane. */
export const onlyTab = signal<string>("form");

export function goTo(id: TabId): void {
  ((CONFIG_TABS as readonly string[]).includes(id) ? configTab : resultTab).value = id;
  onlyTab.value = id;
}

export const configShown = computed(() => (wide.value ? configTab.value : onlyTab.value));

/** A place in the configuration that the JSON editor shall show: a JSON Pointer, or an offset. */
export const lookAt = signal<{ path: string } | { from: number } | undefined>(undefined);

export function showInJson(place: { path: string } | { from: number }): void {
  lookAt.value = place;
  goTo("json");
}
