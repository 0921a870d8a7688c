import { useEffect, useState } from "preact/hooks";
import { announce } from "../../model/state";

/** Copies a text, and says whether that went well: a browser may refuse. */
export function CopyButton({ text, what, disabled = false }: { text: string; what: string; disabled?: boolean }) {
  const [done, setDone] = useState<string>();
  useEffect(() => {
    if (done === undefined) return;
    const timer = setTimeout(() => setDone(undefined), 2_500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    const well = await toClipboard(text);
    setDone(well ? "Copied" : "The browser refused");
    announce(well ? `Copied the ${what}` : `The browser does not let this page copy; select the ${what} and copy it by hand`);
  };
  return (
    <button type="button" class="button" onClick={() => void copy()} disabled={disabled}>
      {done ?? `Copy the ${what}`}
    </button>
  );
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from plain http has no clipboard of its own, but may still ask for the old way.
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "visually-hidden";
    const focused = document.activeElement;
    document.body.append(box);
    box.select();
    const well = document.execCommand("copy");
    box.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return well;
  }
}
