import type { ThreadTokenUsage } from "@skein/protocol/token-usage";
import { classNames } from "../../ui/class-names.ts";
import { Tooltip } from "../../ui/tooltip.tsx";
import styles from "./context-meter.module.css";
import { presentContext } from "./present-context.ts";

/** How full the model's window is. Nothing is shown before the first answer, or when the window's size is unknown. */
export function ContextMeter({ usage }: { readonly usage: ThreadTokenUsage | null }) {
  const context = presentContext(usage);
  if (context === null) return null;
  const { percent, level, words } = context;
  return (
    <Tooltip text={words}>
      <button type="button" className={classNames(styles.meter, level !== "normal" && styles.full)} aria-label={words}>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle className={styles.track} cx="8" cy="8" r="6" />
          <circle className={styles.fill} cx="8" cy="8" r="6" pathLength="100" strokeDasharray={`${percent} 100`} />
        </svg>
        {percent}%
      </button>
    </Tooltip>
  );
}
