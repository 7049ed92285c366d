/** What the fake server answers about its thread, read from the fold of its log. */
import type { Thread } from "@skein/protocol/thread";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import { threadId } from "@skein/timeline/testing/fold";

export function fakeThread(change: Partial<Thread> = {}): Thread {
  return {
    ...{ id: threadId, sessionId: threadId, forkedFromId: null, parentThreadId: null, attachedToThreadId: null },
    ...{ preview: "", name: null, ephemeral: false, historyMode: "paginated", model: "m", modelProvider: "p" },
    ...{ reasoningEffort: null, createdAt: 1, updatedAt: 1, recencyAt: 1, status: { type: "idle" }, path: null },
    ...{ cwd: "/desk", cliVersion: "0", originator: null, source: "appServer", threadSource: null },
    ...{ canAcceptDirectInput: true, agentNickname: null, agentRole: null, gitInfo: null, environments: null },
    ...{ projectId: null, section: null, sectionEnteredAt: null, daybreakEnabled: null, extra: null, turns: [] },
    ...change,
  };
}

export function threadResult(whole: Timeline) {
  return {
    thread: fakeThread({ name: whole.name }),
    ...{ model: "m", modelProvider: "p", serviceTier: null, cwd: "/desk", approvalPolicy: "on-request" },
    ...{ sandbox: { type: "readOnly", networkAccess: false }, reasoningEffort: null },
    ...{ turnsBackwardsCursor: null, itemsBackwardsCursor: null, warnings: whole.warnings },
  };
}

/** Newest first; the cursor is the id of the turn that the page before it ended with. */
export function turnsPage(whole: Timeline, cursor: string | null, limit: number) {
  const end = cursor === null ? whole.turns.length : whole.turns.findIndex(({ id }) => id === cursor);
  const start = Math.max(0, end - limit);
  const data = whole.turns
    .slice(start, end)
    .map(({ items, plan, diff, errors, questions, warnings, decisions, comments, asOf: _, ...turn }) => ({
      ...turn,
      rootTurnId: turn.id,
      itemsView: "full",
      items: items.map(({ item }) => item),
      extras: { plan, diff, errors, questions, warnings, decisions, comments },
    }));
  return {
    data: data.reverse(),
    nextCursor: start > 0 ? (whole.turns[start]?.id ?? null) : null,
    backwardsCursor: null,
  };
}
