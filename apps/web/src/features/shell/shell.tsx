import { type ReactNode, useEffect } from "react";
import { useMedia } from "../../lib/use-media.ts";
import { ConnectionBar } from "../connection/connection-bar.tsx";
import { UsageBar } from "../usage/usage-bar.tsx";
import { PanelResizer } from "./panel-resizer.tsx";
import styles from "./shell.module.css";
import { useShell } from "./shell-state.tsx";

interface ShellProps {
  readonly sidebar: ReactNode;
  readonly topBar: ReactNode;
  readonly children: ReactNode;
  /** The details beside the thread; null where there are none. */
  readonly panel: ReactNode | null;
  /** Where the skip link leads. */
  readonly skipTo: "composer" | "main";
}

/** Sidebar | page | panel. Below 1100 px the panel lies over the page, below 768 px sidebar and panel are sheets. */
export function Shell({ sidebar, topBar, children, panel, skipTo }: ShellProps) {
  const { sidebarOpen, panelOpen, panelWidth, closeOverlays } = useShell();
  const narrow = useMedia("(max-width: 767px)");
  const overlay = useMedia("(max-width: 1099px)");
  const covered = (narrow && sidebarOpen) || (overlay && panelOpen && panel !== null);
  useEffect(() => {
    if (!covered) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && document.querySelector("dialog[open], [role=menu]") === null) closeOverlays();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [covered, closeOverlays]);
  return (
    <div className={styles.shell}>
      <a href={`#${skipTo}`} className={styles.skip}>
        {skipTo === "composer" ? "Skip to the message field" : "Skip to the page"}
      </a>
      {sidebarOpen && (
        <nav className={styles.sidebar} aria-label="Threads">
          {sidebar}
        </nav>
      )}
      <main id="main" tabIndex={-1} className={styles.main} inert={covered}>
        <header className={styles.top}>{topBar}</header>
        <ConnectionBar />
        <UsageBar />
        {children}
      </main>
      {covered && <button type="button" className={styles.scrim} aria-label="Close" onClick={closeOverlays} />}
      {panel !== null && panelOpen && (
        <aside className={styles.panel} aria-label="Details" style={overlay ? undefined : { width: panelWidth }}>
          {!overlay && <PanelResizer />}
          {panel}
        </aside>
      )}
    </div>
  );
}
