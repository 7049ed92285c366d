/** A thread's settings in the protocol's words. */

import type { ReasoningSummary } from "@skein/protocol/model-settings";
import type { ActivePermissionProfile, SandboxPolicy as WireSandboxPolicy } from "@skein/protocol/policy";
import type { ThreadSettings as WireThreadSettings } from "@skein/protocol/thread-settings";
import type { SandboxPolicy, ThreadSettings } from "../event.ts";
import type { EventOf } from "./event-of.ts";
import type { WireNotification } from "./notification.ts";

export function presentSettingsUpdated(
  threadId: string,
  event: EventOf<"settings.changed">,
): WireNotification<"thread/settings/updated"> {
  return {
    method: "thread/settings/updated",
    params: { threadId, threadSettings: presentSettings(event.settings) },
    emittedAtMs: event.at,
  };
}

export function presentSettings(settings: ThreadSettings): WireThreadSettings {
  const { cwd, model, modelProvider, effort, approvalPolicy } = settings;
  return {
    disabledPluginIds: [],
    cwd,
    environments: settings.tools ? [{ environmentId: "local", cwd, runtimeWorkspaceRoots: [cwd] }] : [],
    approvalPolicy,
    approvalsReviewer: "user",
    sandboxPolicy: presentSandboxPolicy(settings.sandbox),
    activePermissionProfile: presentPermissionProfile(settings.sandbox),
    model,
    modelProvider,
    serviceTier: null,
    effort,
    summary: settings.summary as ReasoningSummary | null,
    collaborationMode: {
      mode: "default",
      settings: { model, reasoning_effort: effort, developer_instructions: null },
    },
    multiAgentMode: "explicitRequestOnly",
  };
}

function presentSandboxPolicy(policy: SandboxPolicy): WireSandboxPolicy {
  return policy.type === "workspaceWrite" ? { ...policy, writableRoots: [...policy.writableRoots] } : policy;
}

/** The built-in profile that a sandbox policy amounts to. */
function presentPermissionProfile(policy: SandboxPolicy): ActivePermissionProfile {
  switch (policy.type) {
    case "readOnly":
      return { id: ":read-only", extends: null };
    case "workspaceWrite":
      return { id: ":workspace", extends: null };
    case "dangerFullAccess":
      return { id: ":danger-full-access", extends: null };
  }
}
