import type { KeyboardEvent, PointerEvent } from "react";
import styles from "./shell.module.css";
import { maxPanelWidth, minPanelWidth, useShell } from "./shell-state.tsx";

/** The panel's edge: dragged, or moved with the arrow keys. */
export function PanelResizer() {
  const { panelWidth, setPanelWidth } = useShell();
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons === 1) setPanelWidth(window.innerWidth - event.clientX);
  };
  const step = (event: KeyboardEvent) => {
    const by = event.key === "ArrowLeft" ? 24 : event.key === "ArrowRight" ? -24 : 0;
    if (by !== 0) setPanelWidth(panelWidth + by);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a widget, which <hr> is not
    <div
      className={styles.resizer}
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the details"
      aria-valuenow={panelWidth}
      aria-valuemin={minPanelWidth}
      aria-valuemax={maxPanelWidth}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={step}
    />
  );
}
