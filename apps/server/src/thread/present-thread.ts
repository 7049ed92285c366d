/** A thread as lists and answers show it. */
import { worktreeAround } from "@skein/executor/worktree/worktree-place";
import type { Thread } from "@skein/protocol/thread";
import type { ThreadStatus } from "@skein/protocol/thread-status";
import type { Turn } from "@skein/protocol/turn";
import type { ThreadSettings } from "@skein/timeline/event";
import { presentSettings } from "@skein/timeline/present/settings";
import { skeinVersion } from "../version.ts";

/** The listing columns of a thread. Times in milliseconds since the epoch. */
export interface ListedThread {
  readonly id: string;
  readonly name: string | null;
  readonly preview: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly recencyAtMs: number;
  readonly settings: ThreadSettings;
  readonly source: string;
  readonly threadSource: string | null;
  readonly originator: string;
  readonly ephemeral: boolean;
  readonly forkedFromId: string | null;
  readonly createdBy: string | null;
  readonly workspaceId: string | null;
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

export function presentThread(thread: ListedThread, status: ThreadStatus, turns: readonly Turn[] = []): Thread {
  const { settings } = thread;
  return {
    id: thread.id,
    sessionId: thread.id,
    forkedFromId: thread.forkedFromId,
    parentThreadId: null,
    attachedToThreadId: null,
    preview: thread.preview,
    name: thread.name,
    ephemeral: thread.ephemeral,
    historyMode: "paginated",
    model: settings.model,
    modelProvider: settings.modelProvider,
    reasoningEffort: settings.effort,
    createdAt: seconds(thread.createdAtMs),
    updatedAt: seconds(thread.updatedAtMs),
    recencyAt: seconds(thread.recencyAtMs),
    status,
    path: null,
    cwd: settings.cwd,
    cliVersion: skeinVersion,
    originator: thread.originator,
    source: "appServer",
    threadSource: thread.threadSource,
    canAcceptDirectInput: true,
    agentNickname: null,
    agentRole: null,
    gitInfo: presentBranch(settings.cwd),
    environments: presentSettings(settings).environments ?? null,
    projectId: null,
    section: null,
    sectionEnteredAt: null,
    daybreakEnabled: null,
    extra: null,
    turns: [...turns],
    createdBy: thread.createdBy,
    workspaceId: thread.workspaceId,
  };
}

/** Of what a thread has checked out only what Skein has made for it is known here. */
function presentBranch(cwd: string): Thread["gitInfo"] {
  const worktree = worktreeAround(cwd);
  return worktree === null ? null : { sha: null, branch: worktree.branch, originUrl: null };
}

/** Of a thread that is shared, for a viewer: what it is called, and nothing of how and where it works. */
export function presentViewedThread(
  { id, createdAtMs, recencyAtMs }: Pick<ListedThread, "id" | "createdAtMs" | "recencyAtMs">,
  name: string | null,
  status: ThreadStatus,
  turns: readonly Turn[] = [],
): Thread {
  const thread: ListedThread = {
    ...{ id, name, createdAtMs, recencyAtMs, updatedAtMs: recencyAtMs, settings: nobodysSettings },
    ...{
      preview: "",
      source: "",
      threadSource: null,
      originator: "",
      ephemeral: false,
      forkedFromId: null,
      createdBy: null,
      workspaceId: null,
    },
  };
  return { ...presentThread(thread, status, turns), originator: null, model: null, environments: null };
}

/** What the protocol wants to be said of settings where nothing may be. */
export const nobodysSettings: ThreadSettings = {
  ...{ model: "", modelProvider: "", effort: null, summary: null, cwd: "/", approvalPolicy: "on-request" },
  ...{
    sandbox: { type: "readOnly", networkAccess: false },
    tools: false,
    baseInstructions: null,
    developerInstructions: null,
  },
};

/** The settings in force, as `thread/start`, `thread/resume` and `thread/fork` answer them. */
export function presentConfigured(settings: ThreadSettings, instructionSources: readonly string[]) {
  const wire = presentSettings(settings);
  return {
    model: settings.model,
    modelProvider: settings.modelProvider,
    serviceTier: null,
    cwd: settings.cwd,
    runtimeWorkspaceRoots: settings.tools ? [settings.cwd] : [],
    instructionSources: [...instructionSources],
    approvalPolicy: wire.approvalPolicy,
    approvalsReviewer: wire.approvalsReviewer,
    sandbox: wire.sandboxPolicy,
    activePermissionProfile: wire.activePermissionProfile ?? null,
    reasoningEffort: settings.effort,
    multiAgentMode: wire.multiAgentMode,
    disabledPluginIds: [],
  };
}
