import styles from "./timeline.module.css";

/** Four rows of the height that most rows have, so that nothing jumps when the real ones come. */
export function TimelineSkeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading the conversation">
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className={styles.bone} />
      ))}
    </div>
  );
}
