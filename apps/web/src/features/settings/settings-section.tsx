import type { ReactNode } from "react";
import styles from "./settings-page.module.css";

export function SettingsSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
