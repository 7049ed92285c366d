import type { ReactNode } from "react";
import { usePerson } from "../../session/person.ts";
import { Page } from "../shell/page.tsx";
import { About } from "./about.tsx";
import { AccessTokens } from "./access-tokens.tsx";
import { Account } from "./account.tsx";
import { AppearanceChoice } from "./appearance-choice.tsx";
import { Members } from "./members.tsx";
import { NewTeam } from "./new-team.tsx";
import { Sessions } from "./sessions.tsx";
import styles from "./settings-page.module.css";

export function SettingsPage() {
  const { accounts, role } = usePerson();
  return (
    <Page currentId={null} skipTo="main" topBar={<h1 className={styles.heading}>Settings</h1>}>
      <title>Settings – Skein</title>
      <div className={styles.screen}>
        <div className={styles.column}>
          <Section title="Appearance">
            <AppearanceChoice />
          </Section>
          {accounts && (
            <>
              <Section title="Account">
                <Account />
              </Section>
              <Section title="Members">
                <Members />
              </Section>
              {role === "owner" && (
                <Section title="Teams">
                  <NewTeam />
                </Section>
              )}
            </>
          )}
          <Section title="Sessions">
            <Sessions />
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
