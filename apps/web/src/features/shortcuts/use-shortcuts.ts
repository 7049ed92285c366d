import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { isApple } from "../../lib/keys.ts";
import { usePalette } from "../shell/palette-state.tsx";
import { useShell } from "../shell/shell-state.tsx";
import { decideShortcut, type ShortcutAction } from "./decide-shortcut.ts";

export function useShortcuts(): void {
  const { toggleSidebar, togglePanel } = useShell();
  const { openPalette, openKeys } = usePalette();
  const [, navigate] = useLocation();
  const actions: Readonly<Record<ShortcutAction, () => void>> = {
    palette: openPalette,
    newThread: () => navigate("/"),
    sidebar: toggleSidebar,
    panel: togglePanel,
    keys: openKeys,
  };
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key, shiftKey: shift, altKey: alt } = event;
      const typing = target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
      const action = decideShortcut({ key, mod: isApple ? event.metaKey : event.ctrlKey, shift, alt, typing });
      if (action === null || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      latest.current[action]();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
