// A few strokes each, drawn for this page.
const stroke = { fill: "none", stroke: "currentColor", "stroke-width": "1.75", "stroke-linecap": "round", "stroke-linejoin": "round" } as const;

function icon(path: string) {
  return () => (
    <svg viewBox="0 0 24 24" aria-hidden="true" {...stroke}>
      <path d={path} />
    </svg>
  );
}

export const UndoIcon = icon("M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-4");
export const RedoIcon = icon("m16 5 4 4-4 4M20 9H10a5 5 0 0 0 0 10h4");
export const SunIcon = icon("M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4");
export const MoonIcon = icon("M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5");
export const ScreenIcon = icon("M4 5h16v11H4zM9 20h6M12 16v4");
export const PlusIcon = icon("M12 5v14M5 12h14");
export const CrossIcon = icon("m6 6 12 12M18 6 6 18");
export const BinIcon = icon("M5 7h14M10 7V4.5h4V7M7 7l.8 12h8.4l.8-12M10.5 11v5M13.5 11v5");
