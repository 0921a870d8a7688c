// Long lists are laid out in steps: hundreds of tables at once would hold the page up.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

interface Props<Item> {
  items: Item[];
  /** How many at first. */
  at: number;
  what: string;
  /** Whether it stands in a list, whose children are items. */
  inList?: boolean;
  children(item: Item, index: number): ComponentChildren;
}

export function FirstOfMany<Item>({ items, at, what, inList = false, children }: Props<Item>) {
  const [shown, setShown] = useState(at);
  const left = items.length - shown;
  const more = (
    <button type="button" class="button" onClick={() => setShown(shown + at * 2)}>
      Show more {what} ({left})
    </button>
  );
  return (
    <>
      {items.slice(0, shown).map(children)}
      {left > 0 && (inList ? <li>{more}</li> : more)}
    </>
  );
}
