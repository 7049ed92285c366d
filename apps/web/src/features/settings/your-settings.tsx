import { usePerson } from "../../session/person.ts";
import { About } from "./about.tsx";
import { AccessTokens } from "./access-tokens.tsx";
import { Account } from "./account.tsx";
import { AppearanceChoice } from "./appearance-choice.tsx";
import { GitAccess } from "./git-access.tsx";
import { ModelAccess } from "./model-access.tsx";
import { Sessions } from "./sessions.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** What concerns one person, in whatever team. */
export function YourSettings() {
  const { accounts } = usePerson();
  return (
    <>
      <SettingsSection title="Appearance">
        <AppearanceChoice />
      </SettingsSection>
      {accounts && (
        <SettingsSection title="Account">
          <Account />
        </SettingsSection>
      )}
      <SettingsSection title="Sessions">
        <Sessions />
      </SettingsSection>
      <SettingsSection title="Your model key">
        <ModelAccess scope="user" />
      </SettingsSection>
      <SettingsSection title="Your credentials for Git">
        <GitAccess scope="user" />
      </SettingsSection>
      <SettingsSection title="Access tokens">
        <AccessTokens />
      </SettingsSection>
      <SettingsSection title="About">
        <About />
      </SettingsSection>
    </>
  );
}
