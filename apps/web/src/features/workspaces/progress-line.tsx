import type { Shown } from "./present-workspace.ts";
import styles from "./workspaces.module.css";

/** How far a workspace is. */
export function ProgressLine({ shown, name }: { readonly shown: Shown; readonly name: string }) {
  if (shown.type !== "making") return null;
  return (
    <div className={styles.progress}>
      <progress aria-label={`Progress of ${name}`} {...(shown.share === null ? {} : { value: shown.share })} />
      <span className={styles.note}>{shown.words}</span>
    </div>
  );
}
