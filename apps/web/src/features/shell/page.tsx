import { PanelLeftOpen, SquarePen } from "lucide-react";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { useMedia } from "../../lib/use-media.ts";
import { usePerson } from "../../session/person.ts";
import { IconButton } from "../../ui/button.tsx";
import { usePalette } from "./palette-state.tsx";
import { Shell } from "./shell.tsx";
import { useShell } from "./shell-state.tsx";
import { Sidebar } from "./sidebar.tsx";

interface PageProps {
  readonly currentId: string | null;
  readonly topBar: ReactNode;
  readonly panel?: ReactNode | null;
  readonly skipTo?: "composer" | "main";
  readonly children: ReactNode;
}

/** A signed-in page: the shell with its sidebar, and the buttons that stand in for a hidden one. */
export function Page({ currentId, topBar, panel = null, skipTo = "composer", children }: PageProps) {
  const { sidebarOpen, toggleSidebar } = useShell();
  const { openPalette } = usePalette();
  const [, navigate] = useLocation();
  const narrow = useMedia("(max-width: 767px)");
  const mayStart = usePerson().role !== "viewer";
  return (
    <Shell
      sidebar={<Sidebar currentId={currentId} onSearch={openPalette} />}
      panel={panel}
      skipTo={skipTo}
      topBar={
        <>
          {!sidebarOpen && (
            <>
              <IconButton label="Show threads" keys="mod+B" onClick={toggleSidebar}>
                <PanelLeftOpen size={16} />
              </IconButton>
              {!narrow && mayStart && (
                <IconButton label="New thread" keys="mod+N" onClick={() => navigate("/")}>
                  <SquarePen size={16} />
                </IconButton>
              )}
            </>
          )}
          {topBar}
        </>
      }
    >
      {children}
    </Shell>
  );
}
