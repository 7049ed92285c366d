import type { ThreadSnapshot } from "@skein/client/thread/thread-snapshot";
import type { AskForApproval, SandboxPolicy } from "@skein/protocol/policy";
import type { Timeline } from "@skein/timeline/reduce/timeline";

/** A thread of which there is something to show. */
export interface LoadedThread {
  readonly timeline: Timeline;
  readonly settings: ThreadSettingsView;
  /** Where it works, also when that was deleted; null: nobody says. */
  readonly workspaceId: string | null;
}

/** The settings that the next turn will use. */
export interface ThreadSettingsView {
  readonly model: string;
  readonly cwd: string;
  readonly approvalPolicy: AskForApproval;
  readonly sandboxPolicy: SandboxPolicy;
}

/** null as long as nothing of the thread is there. What was loaded stays, whatever becomes of the connection. */
export function loadedThread({ timeline, configuration, thread }: ThreadSnapshot): LoadedThread | null {
  if (timeline === null || configuration === null) return null;
  const { settings: later } = timeline;
  const settings = later === null ? { ...configuration, sandboxPolicy: configuration.sandbox } : later;
  const { model, cwd, approvalPolicy, sandboxPolicy } = settings;
  const workspaceId = thread?.workspaceId ?? null;
  return { timeline, workspaceId, settings: { model, cwd, approvalPolicy, sandboxPolicy } };
}
