import styles from "./diff-stat.module.css";

/** "+18 −6", spoken in words. */
export function DiffStat({ added, deleted }: { readonly added: number; readonly deleted: number }) {
  return (
    <span className={styles.stat}>
      <span aria-hidden="true">
        <span className={styles.added}>+{added}</span> <span className={styles.deleted}>−{deleted}</span>
      </span>
      <span className="visually-hidden">
        {added} added, {deleted} deleted
      </span>
    </span>
  );
}
