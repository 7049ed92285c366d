import styles from "./faces.module.css";

/** "Ana is typing…", where the composer stands under it. */
export function TypingLine({ typing }: { readonly typing: string | null }) {
  return (
    <div className={styles.typing} role="status">
      {typing}
    </div>
  );
}
