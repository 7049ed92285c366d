import type { ReactNode } from "react";
import { Page } from "../shell/page.tsx";
import { About } from "./about.tsx";
import { AccessTokens } from "./access-tokens.tsx";
import { AppearanceChoice } from "./appearance-choice.tsx";
import styles from "./settings-page.module.css";

export function SettingsPage() {
  return (
    <Page currentId={null} skipTo="main" topBar={<h1 className={styles.heading}>Settings</h1>}>
      <title>Settings – Skein</title>
      <div className={styles.screen}>
        <div className={styles.column}>
          <Section title="Appearance">
            <AppearanceChoice />
          </Section>
          <Section title="Access tokens">
            <AccessTokens />
          </Section>
          <Section title="About">
            <About />
          </Section>
        </div>
      </div>
    </Page>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
