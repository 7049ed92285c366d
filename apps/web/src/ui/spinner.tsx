import styles from "./spinner.module.css";

/** Something is under way. Turns in steps, which costs no frame in between; stands still where motion is unwanted. */
export function Spinner({ size = 12 }: { readonly size?: number }) {
  return (
    <svg className={styles.spinner} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      <path d="M6 1.5 A4.5 4.5 0 1 1 1.5 6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
