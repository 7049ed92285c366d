import { usePerson } from "../../session/person.ts";
import { Members } from "./members.tsx";
import { ModelAccess } from "./model-access.tsx";
import { NewTeam } from "./new-team.tsx";
import { SettingsSection } from "./settings-section.tsx";

export function TeamSettings() {
  const { role } = usePerson();
  return (
    <>
      <SettingsSection title="Members">
        <Members />
      </SettingsSection>
      {role === "owner" && (
        <SettingsSection title="The team's model key">
          <ModelAccess scope="tenant" />
        </SettingsSection>
      )}
      {role === "owner" && (
        <SettingsSection title="Another team">
          <NewTeam />
        </SettingsSection>
      )}
    </>
  );
}
