import { useOwnTenants } from "../../session/own-tenants.ts";
import { usePerson } from "../../session/person.ts";
import { GitAccess } from "./git-access.tsx";
import { Members } from "./members.tsx";
import { ModelAccess } from "./model-access.tsx";
import { NewTeam } from "./new-team.tsx";
import styles from "./settings-page.module.css";
import { SettingsSection } from "./settings-section.tsx";
import { TeamName } from "./team-name.tsx";

export function TeamSettings() {
  const { role, tenantId } = usePerson();
  const team = useOwnTenants().find(({ id }) => id === tenantId);
  return (
    <>
      {role === "owner" && team !== undefined && (
        <SettingsSection title="Team">
          <TeamName name={team.name} />
        </SettingsSection>
      )}
      <SettingsSection title="Members">
        <p className={styles.note}>{team === undefined ? "" : `Who belongs to ${team.name}.`}</p>
        <Members />
      </SettingsSection>
      {role === "owner" && (
        <SettingsSection title="The team's model key">
          <ModelAccess scope="tenant" />
        </SettingsSection>
      )}
      {role === "owner" && (
        <SettingsSection title="The team's credentials for Git">
          <GitAccess scope="tenant" />
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
