// A file dropped anywhere on the page is brought in; while one is held over it, the page says so.
import { useEffect, useState } from "preact/hooks";
import { bringFile } from "../../share/arrivals";

export function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const has = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const listeners: [string, (event: DragEvent) => void][] = [
      ["dragenter", (event) => has(event) && setOver(true)],
      [
        "dragover",
        (event) => {
          if (!has(event)) return;
          // Without this the browser would leave the page and open the file.
          event.preventDefault();
          setOver(true);
        },
      ],
      ["dragleave", (event) => event.relatedTarget === null && setOver(false)],
      [
        "drop",
        (event) => {
          if (!has(event)) return;
          event.preventDefault();
          event.stopPropagation();
          setOver(false);
          const file = event.dataTransfer?.files[0];
          if (file !== undefined) void bringFile(file);
        },
      ],
    ];
    // Before the editors, which would paste the file's text.
    for (const [name, listener] of listeners) addEventListener(name, listener as EventListener, { capture: true });
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener as EventListener, { capture: true });
    };
  }, []);
  return over ? (
    <div class="drop-zone" aria-hidden="true">
      <p>Drop the file to bring it in: a configuration or a login</p>
    </div>
  ) : null;
}
