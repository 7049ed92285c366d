import { Activity } from "./activity.tsx";
import { SettingsSection } from "./settings-section.tsx";

export function ActivitySettings() {
  return (
    <SettingsSection title="Activity">
      <Activity />
    </SettingsSection>
  );
}
