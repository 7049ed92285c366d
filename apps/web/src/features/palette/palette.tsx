import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useLocation } from "wouter";
import { usePerson } from "../../session/person.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { classNames } from "../../ui/class-names.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { usePalette } from "../shell/palette-state.tsx";
import { useShell } from "../shell/shell-state.tsx";
import { deriveThreadEntry } from "../threads/derive-thread-groups.ts";
import styles from "./palette.module.css";
import { rankMatches } from "./rank-matches.ts";

interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** How many entries are listed at once; more is a reason to type another letter. */
const maxEntries = 50;

export function Palette() {
  const { paletteOpen, close } = usePalette();
  return (
    <Dialog open={paletteOpen} onClose={close} title="Search threads and commands" titleHidden size="palette">
      <PaletteSearch />
    </Dialog>
  );
}

function PaletteSearch() {
  const { close } = usePalette();
  const entries = useEntries();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const id = useId();
  const found = rankMatches(entries, query).slice(0, maxEntries);
  const chosen = found[Math.min(active, found.length - 1)];
  const run = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return;
    close();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setActive((at) => (at + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") run(chosen);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`${id}-${chosen?.id}`)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen?.id]);
  return (
    <>
      <input
        className={styles.input}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen && `${id}-${chosen.id}`}
        aria-label="Search threads and commands"
        placeholder="Search threads and commands"
        // biome-ignore lint/a11y/noAutofocus: the dialog is this field; opening it is asking to type
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Results" className={styles.list}>
        {found.map((entry) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which names the active option
          <div
            key={entry.id}
            id={`${id}-${entry.id}`}
            role="option"
            aria-selected={entry === chosen}
            className={classNames(styles.entry, entry === chosen && styles.active)}
            onClick={() => run(entry)}
          >
            <span className={styles.label}>{entry.label}</span>
            <span className={styles.note}>{entry.note}</span>
            {entry.keys && <Kbd keys={entry.keys} />}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={styles.none}>Nothing found</p>}
    </>
  );
}

function useEntries(): PaletteEntry[] {
  const session = useSession();
  const state = useStore(session.threads);
  const { toggleSidebar, togglePanel } = useShell();
  const { openKeys } = usePalette();
  const [, navigate] = useLocation();
  const start = { id: "new", label: "New thread", note: "", keys: "mod+N", run: () => navigate("/") };
  const person = usePerson();
  const mayStart = person.role !== "viewer";
  const threads = state.threads.map((thread) => deriveThreadEntry(thread, person));
  return [
    ...(mayStart ? [start] : []),
    ...threads.map(({ id, title, cwd }) => ({
      id: `t-${id}`,
      label: title,
      note: cwd,
      run: () => navigate(`/t/${id}`),
    })),
    { id: "settings", label: "Settings", note: "", run: () => navigate("/settings") },
    { id: "sidebar", label: "Show or hide threads", note: "", keys: "mod+B", run: toggleSidebar },
    { id: "panel", label: "Show or hide details", note: "", keys: "mod+J", run: togglePanel },
    { id: "keys", label: "Keyboard shortcuts", note: "", keys: "?", run: openKeys },
  ];
}
