import type { ReactNode } from "react";
import styles from "./sign-in-screen.module.css";

interface EntryScreenProps {
  readonly title: string;
  readonly intro?: ReactNode;
  readonly children?: ReactNode;
}

export function EntryScreen({ title, intro, children }: EntryScreenProps) {
  return (
    <main className={styles.screen}>
      <title>{`${title} – Skein`}</title>
      <div className={styles.column}>
        <img src="/icon.svg" alt="" width={40} height={40} />
        <h1>{title}</h1>
        {intro !== undefined && <p>{intro}</p>}
        {children}
      </div>
    </main>
  );
}
