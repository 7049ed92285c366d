import type { FileUpdateChange } from "@skein/protocol/item/command";
import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { plural } from "../../lib/plural.ts";

/** An approval about something that is to happen; questions are shown as questions. */
export type PendingDecision = Exclude<PendingApproval, { kind: "questions" }>;

export type ApprovalChoice = "accept" | "acceptForSession" | "decline" | "cancel" | HostRefusal;

/** Every connection of the thread to this host is refused from now on. */
export interface HostRefusal {
  readonly applyNetworkPolicyAmendment: {
    readonly network_policy_amendment: { readonly host: string; readonly action: "deny" };
  };
}

/** What a person is asked, in their words. */
export interface PresentedApproval {
  readonly title: string;
  readonly reason: string | null;
  readonly cwd: string | null;
  /** The exact command line, to be shown with nothing left out; null for file changes. */
  readonly command: string | null;
  readonly changes: readonly FileUpdateChange[];
  /** What "Allow in this thread" covers, to be read before it is pressed. */
  readonly threadScope: string;
  /** What "accept" is called. */
  readonly acceptLabel: string;
  /** Where it is about a host; null: it is not. */
  readonly hostRefusal: HostRefusal | null;
}

export function presentApproval(approval: PendingDecision, timeline: Timeline): PresentedApproval {
  switch (approval.kind) {
    case "commandExecution": {
      const { params } = approval;
      const host = params.networkApprovalContext?.host;
      return {
        title: host ? `Allow network access to ${host}?` : commandTitle(params.kind),
        reason: params.reason ?? null,
        cwd: params.cwd ?? null,
        command: params.command ?? null,
        changes: [],
        threadScope: host ? `every connection to ${host} through the same port` : "exactly this command, nothing else",
        acceptLabel: host ? "Allow for this command" : "Approve once",
        hostRefusal: host ? refusalOf(host) : null,
      };
    }
    case "fileChange": {
      const changes = changesOf(approval.itemId, timeline);
      const root = approval.params.grantRoot ?? null;
      return {
        title: changes.length === 0 ? "Change files?" : `Change ${plural(changes.length, "file")}?`,
        reason: approval.params.reason ?? null,
        cwd: root,
        command: null,
        changes,
        threadScope: root === null ? "further changes to these files" : `changes anywhere under ${root}`,
        acceptLabel: "Approve once",
        hostRefusal: null,
      };
    }
  }
}

function refusalOf(host: string): HostRefusal {
  return { applyNetworkPolicyAmendment: { network_policy_amendment: { host, action: "deny" } } };
}

function commandTitle(kind: "command" | "writeStdin" | "humanCommand"): string {
  return kind === "writeStdin" ? "Type this into the running command?" : "Run this command?";
}

/** The changes stand in the item that the approval names. */
function changesOf(itemId: string, timeline: Timeline): readonly FileUpdateChange[] {
  for (const turn of timeline.turns.toReversed()) {
    for (const { item } of turn.items) if (item.id === itemId && item.type === "fileChange") return item.changes;
  }
  return [];
}
