/** What is open at one place of a log that is being verified. */
import type { Item } from "../item.ts";

interface OpenItem {
  readonly turnId: string;
  readonly type: Item["type"];
  /** A hole in the log lies after its start. */
  isCompacted: boolean;
}

export interface LogState {
  hasBegun: boolean;
  openTurn: string | null;
  readonly turns: Set<string>;
  /** By item id. */
  readonly openItems: Map<string, OpenItem>;
  readonly closedItems: Set<string>;
  readonly pendingApprovals: Set<string>;
  readonly resolvedApprovals: Set<string>;
  /** Ids of calls of the model that have no output yet. */
  readonly unansweredCalls: Set<string>;
  /** By the id of a comment that is there, its turn's. */
  readonly comments: Map<string, string>;
  /** Ids of messages that wait for their turn. */
  readonly queued: Set<string>;
}

export function openedLog(): LogState {
  return {
    hasBegun: false,
    openTurn: null,
    turns: new Set(),
    openItems: new Map(),
    closedItems: new Set(),
    pendingApprovals: new Set(),
    resolvedApprovals: new Set(),
    unansweredCalls: new Set(),
    comments: new Map(),
    queued: new Set(),
  };
}
