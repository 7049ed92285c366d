import type { ComponentType } from "react";
import type { Person } from "../../session/person.ts";
import { ActivitySettings } from "./activity-settings.tsx";
import { NetworkSettings } from "./network-settings.tsx";
import { TeamSettings } from "./team-settings.tsx";
import { UsageSettings } from "./usage-settings.tsx";
import { YourSettings } from "./your-settings.tsx";

export interface SettingsArea {
  /** Behind `/settings`; empty: what is shown first. */
  readonly path: string;
  readonly title: string;
  readonly Area: ComponentType;
  /** Everybody, unless it says otherwise. The server decides; here it is decided what is worth showing. */
  readonly isFor?: (person: Person) => boolean;
}

/** In the order in which they stand. */
export const settingsAreas: readonly SettingsArea[] = [
  { path: "", title: "You", Area: YourSettings },
  { path: "/team", title: "Team", Area: TeamSettings, isFor: ({ accounts }) => accounts },
  { path: "/usage", title: "Usage", Area: UsageSettings },
  { path: "/network", title: "Network", Area: NetworkSettings },
  { path: "/activity", title: "Activity", Area: ActivitySettings, isFor: ({ role }) => role === "owner" },
];
