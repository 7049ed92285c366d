import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useStoredState } from "../../lib/stored-state.ts";

export const minPanelWidth = 320;
export const maxPanelWidth = 720;

export type PanelTab = "changes" | "plan";

interface ShellState {
  readonly sidebarOpen: boolean;
  readonly panelOpen: boolean;
  readonly panelWidth: number;
  readonly panelTab: PanelTab;
  /** The turn whose changes the panel shows; null for the latest. */
  readonly panelTurnId: string | null;
  toggleSidebar(): void;
  togglePanel(): void;
  setPanelWidth(px: number): void;
  showPanel(tab: PanelTab, turnId: string | null): void;
  /** Closes what lies over the page on a small screen. */
  closeOverlays(): void;
}

const ShellContext = createContext<ShellState | null>(null);

export function useShell(): ShellState {
  const shell = useContext(ShellContext);
  if (shell === null) throw new Error("a part of the shell stands outside it");
  return shell;
}

const narrow = () => matchMedia("(max-width: 767px)");
const isNarrow = () => narrow().matches;
const isOverlay = () => matchMedia("(max-width: 1099px)").matches;

export function ShellProvider({ children }: { readonly children: ReactNode }) {
  const [sidebarOpen, setSidebarOpen] = useState(() => !isNarrow());
  const [panelOpen, setPanelOpen] = useState(false);
  const [storedWidth, storeWidth] = useStoredState("skein.panel-width", 420);
  const [panelTab, setPanelTab] = useState<PanelTab>("changes");
  const [panelTurnId, setPanelTurnId] = useState<string | null>(null);
  // What stands beside a wide page would lie over a narrow one.
  useEffect(() => {
    const width = narrow();
    const follow = () => setSidebarOpen(!width.matches);
    width.addEventListener("change", follow);
    return () => width.removeEventListener("change", follow);
  }, []);
  const closeOverlays = useCallback(() => {
    if (isNarrow()) setSidebarOpen(false);
    if (isOverlay()) setPanelOpen(false);
  }, []);
  const value = useMemo<ShellState>(
    () => ({
      sidebarOpen,
      panelOpen,
      panelWidth: Math.min(maxPanelWidth, Math.max(minPanelWidth, storedWidth)),
      panelTab,
      panelTurnId,
      toggleSidebar: () => setSidebarOpen((open) => !open),
      togglePanel: () => setPanelOpen((open) => !open),
      setPanelWidth: (px) => storeWidth(Math.min(maxPanelWidth, Math.max(minPanelWidth, Math.round(px)))),
      showPanel: (tab, turnId) => {
        setPanelTab(tab);
        setPanelTurnId(turnId);
        setPanelOpen(true);
      },
      closeOverlays,
    }),
    [sidebarOpen, panelOpen, storedWidth, storeWidth, panelTab, panelTurnId, closeOverlays],
  );
  return <ShellContext value={value}>{children}</ShellContext>;
}
