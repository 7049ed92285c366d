import styles from "./settings-page.module.css";

export function ErrorLine({ error }: { readonly error: string | null }) {
  if (error === null) return null;
  return (
    <p className={styles.error} role="alert">
      {error}
    </p>
  );
}
