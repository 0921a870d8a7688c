import { MoonIcon, RedoIcon, ScreenIcon, SunIcon, UndoIcon } from "./icons";
import { announce, canRedo, canUndo, redo, undo } from "./model/state";
import icon from "./style/icon.svg";
import { nextTheme, theme } from "./theme";

const THEMES = { system: ["as the system", ScreenIcon], light: ["light", SunIcon], dark: ["dark", MoonIcon] } as const;

export function Header() {
  const [words, ThemeIcon] = THEMES[theme.value];
  return (
    <header class="header">
      <h1>
        <img src={icon} alt="" width="28" height="28" />
        <span>
          scimhook <small>config tester</small>
        </span>
      </h1>
      <p class="promise">Nothing you enter leaves this page.</p>
      <div class="tools">
        <Tool label="Undo" keys="Control+Z" onClick={undo} off={!canUndo.value}>
          <UndoIcon />
        </Tool>
        <Tool label="Redo" keys="Control+Shift+Z" onClick={redo} off={!canRedo.value}>
          <RedoIcon />
        </Tool>
        <Tool label={`Colours: ${words}`} onClick={() => announce(`Colours: ${THEMES[nextTheme()][0]}`)}>
          <ThemeIcon />
        </Tool>
      </div>
    </header>
  );
}

interface ToolProps {
  label: string;
  keys?: string;
  off?: boolean;
  onClick(): void;
  children: preact.ComponentChildren;
}

/** Not `disabled` when there is nothing to do: the focus would fall off it after the last undo. */
function Tool({ label, keys, off = false, onClick, children }: ToolProps) {
  return (
    <button type="button" class="button button-quiet button-icon" aria-label={label} title={keys === undefined ? label : `${label} (${keys})`} aria-keyshortcuts={keys} aria-disabled={off} onClick={onClick}>
      {children}
    </button>
  );
}
