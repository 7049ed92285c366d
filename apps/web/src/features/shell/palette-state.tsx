import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

interface PaletteState {
  readonly paletteOpen: boolean;
  readonly keysOpen: boolean;
  openPalette(): void;
  openKeys(): void;
  close(): void;
}

const PaletteContext = createContext<PaletteState | null>(null);

export function usePalette(): PaletteState {
  const state = useContext(PaletteContext);
  if (state === null) throw new Error("the palette is used outside its provider");
  return state;
}

/** Which of the two app-wide dialogs is open: the palette or the list of shortcuts. */
export function PaletteProvider({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<"palette" | "keys" | null>(null);
  const value = useMemo<PaletteState>(
    () => ({
      paletteOpen: open === "palette",
      keysOpen: open === "keys",
      openPalette: () => setOpen("palette"),
      openKeys: () => setOpen("keys"),
      close: () => setOpen(null),
    }),
    [open],
  );
  return <PaletteContext value={value}>{children}</PaletteContext>;
}
