/**
 * Folds a thread's log into what the agent knows of it: settings, the model's history, what the model has been told,
 * grants, and what is open. What people see of the same events is `packages/timeline`'s to fold.
 *
 * Applying a chunk costs the same however long the thread is.
 */
import type { ApprovalRequest, ThreadEvent, ThreadSettings, TokenCounts } from "@skein/timeline/event";
import { noGrants, type SessionGrants, withGrant, withNetworkRule } from "../approval/session-grants.ts";
import { appendHistory, emptyHistory, type History } from "./history.ts";
import { emptyQueue, evolveQueue, type MessageQueue } from "./message-queue.ts";
import { type OpenItem, withChunk } from "./open-item.ts";
import { beginTurn, evolveOpenTurn, type OpenTurn } from "./open-turn.ts";
import { noTokens } from "./token-counts.ts";

export interface PendingApproval {
  readonly approvalId: string;
  readonly turnId: string;
  readonly itemId: string;
  readonly request: ApprovalRequest;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
}

export interface ThreadState {
  /** Position of the last event folded; 0 before the first. */
  readonly seq: number;
  readonly settings: ThreadSettings;
  /** No turn has ever started. */
  readonly isEmpty: boolean;
  /** Raw Responses API items, in the order in which the next request sends them. */
  readonly history: History;
  /** What the model has been told of the world, by section; see `context/`. */
  readonly told: Readonly<Record<string, string>>;
  /** Over all responses of the thread. */
  readonly totalUsage: TokenCounts;
  readonly lastUsage: TokenCounts;
  readonly grants: SessionGrants;
  /** By approval id, in the order in which they were requested. */
  readonly pendingApprovals: ReadonlyMap<string, PendingApproval>;
  readonly openTurn: OpenTurn | null;
  readonly queue: MessageQueue;
  /** By item id. Commands that went to the background stay here after their turn. */
  readonly openItems: ReadonlyMap<string, OpenItem>;
}

/** What holds before the log's first event, which is `thread.created`: nothing is permitted. */
const noSettings: ThreadSettings = {
  model: "",
  modelProvider: "",
  effort: null,
  summary: null,
  cwd: "/",
  approvalPolicy: "untrusted",
  sandbox: { type: "readOnly", networkAccess: false },
  tools: false,
  baseInstructions: null,
  developerInstructions: null,
};

export const initialState: ThreadState = {
  seq: 0,
  settings: noSettings,
  isEmpty: true,
  history: emptyHistory,
  told: {},
  totalUsage: noTokens,
  lastUsage: noTokens,
  grants: noGrants,
  pendingApprovals: new Map(),
  openTurn: null,
  queue: emptyQueue,
  openItems: new Map(),
};

export function evolve(state: ThreadState, event: ThreadEvent): ThreadState {
  const openTurn = state.openTurn === null ? null : evolveOpenTurn(state.openTurn, event, isConnection(state, event));
  return { ...state, openTurn, ...changesOf(state, event), seq: event.seq };
}

/** It settles what was asked about a connection of a command, which runs, and not about the command. */
function isConnection({ pendingApprovals }: ThreadState, event: ThreadEvent): boolean {
  return event.type === "approval.resolved" && pendingApprovals.get(event.approvalId)?.request.type === "network";
}

function changesOf(state: ThreadState, event: ThreadEvent): Partial<ThreadState> {
  switch (event.type) {
    case "thread.created":
    case "settings.changed":
      return { settings: event.settings };
    case "turn.started":
      return { isEmpty: false, openTurn: beginTurn(event) };
    case "turn.completed":
      return {
        queue: evolveQueue(state.queue, event),
        ...(state.openTurn?.turnId === event.turnId ? { openTurn: null } : {}),
      };
    case "queue.added":
    case "queue.updated":
    case "queue.removed":
    case "queue.reordered":
    case "queue.taken":
      return { queue: evolveQueue(state.queue, event) };
    case "item.started":
      return { openItems: withEntry(state.openItems, event.item.id, openItem(event)) };
    case "item.chunk": {
      const open = state.openItems.get(event.itemId);
      return open === undefined ? {} : { openItems: withEntry(state.openItems, event.itemId, withChunk(open, event)) };
    }
    case "item.completed":
      return { openItems: withoutEntry(state.openItems, event.item.id) };
    case "usage.updated":
      return { totalUsage: event.total, lastUsage: event.last };
    case "approval.requested": {
      const { approvalId, turnId, itemId, request } = event;
      const pending = { approvalId, turnId, itemId, request, requestedAt: event.at };
      return { pendingApprovals: withEntry(state.pendingApprovals, approvalId, pending) };
    }
    case "approval.resolved":
      return {
        pendingApprovals: withoutEntry(state.pendingApprovals, event.approvalId),
        grants: grantsAfter(state, event),
      };
    case "model.items":
      return {
        history: appendHistory(state.history, event.items),
        told: event.context === null ? state.told : { ...state.told, ...event.context },
      };
    case "turn.continued":
    case "turn.handedOver":
    case "response.completed":
    case "thread.named":
    case "thread.archived":
    case "thread.unarchived":
    case "thread.handedOver":
    case "item.summaryPart":
    case "command.input":
    case "plan.updated":
    case "diff.updated":
    case "error.reported":
    case "warning.reported":
    // What people say to each other is theirs.
    case "comment.added":
    case "comment.deleted":
    case "comment.left":
      return {};
  }
}

function openItem(event: Extract<ThreadEvent, { type: "item.started" }>): OpenItem {
  return { turnId: event.turnId, item: event.item, startedAt: event.at };
}

function grantsAfter(state: ThreadState, event: Extract<ThreadEvent, { type: "approval.resolved" }>): SessionGrants {
  const pending = state.pendingApprovals.get(event.approvalId);
  if (event.outcome.type === "networkRule") {
    return withNetworkRule(state.grants, event.outcome.host, event.outcome.action);
  }
  const isForSession = event.outcome.type === "decided" && event.outcome.decision === "acceptForSession";
  return pending !== undefined && isForSession ? withGrant(state.grants, pending.request) : state.grants;
}

function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

function withoutEntry<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}
