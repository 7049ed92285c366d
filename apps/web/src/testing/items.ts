/** Items, turns and timelines for tests and for the fixtures page: whole by default, so that a test names only what it is about. */

import type { ThreadItem } from "@skein/protocol/item";
import type { CommandExecutionItem, FileChangeItem } from "@skein/protocol/item/command";
import type { AgentMessageItem, ReasoningItem, UserMessageItem } from "@skein/protocol/item/message";
import { emptyTimeline, type ItemView, type Timeline, type TurnView } from "@skein/timeline/reduce/timeline";

/** When fixtures happen; a fixed time, so that tests and pictures do not change from day to day. */
export const fixtureTimeMs = Date.UTC(2026, 10, 20, 14, 2, 31);

const times = { startedAtMs: fixtureTimeMs, completedAtMs: fixtureTimeMs };

export function userItem(text: string, fields: Partial<UserMessageItem> = {}): UserMessageItem {
  return {
    type: "userMessage",
    id: `user-${text}`,
    clientId: null,
    content: [{ type: "text", text, text_elements: [] }],
    ...times,
    ...fields,
  };
}

export function agentItem(text: string, fields: Partial<AgentMessageItem> = {}): AgentMessageItem {
  return {
    type: "agentMessage",
    id: `agent-${text.slice(0, 40)}`,
    text,
    phase: null,
    moderation: null,
    memoryCitation: null,
    delivery: null,
    questions: null,
    ...times,
    ...fields,
  };
}

export function reasoningItem(summary: readonly string[]): ReasoningItem {
  return { type: "reasoning", id: `reasoning-${summary[0]}`, summary: [...summary], content: [], ...times };
}

export function commandItem(fields: Partial<CommandExecutionItem> = {}): CommandExecutionItem {
  const command = fields.command ?? "ls";
  return {
    type: "commandExecution",
    id: `command-${command}`,
    pluginId: null,
    scriptPath: null,
    command,
    cwd: "/workspaces/api",
    processId: null,
    source: "agent",
    status: "completed",
    commandActions: [{ type: "unknown", command }],
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
    ...times,
    ...fields,
  };
}

export function fileItem(changes: FileChangeItem["changes"], fields: Partial<FileChangeItem> = {}): FileChangeItem {
  return { type: "fileChange", id: `files-${changes[0]?.path}`, changes, status: "completed", ...times, ...fields };
}

export function viewOf(item: ThreadItem, open = false): ItemView {
  return { item, startedAtMs: item.startedAtMs, completedAtMs: open ? null : item.completedAtMs, asOf: 0 };
}

export function turnOf(items: readonly ThreadItem[], fields: Partial<TurnView> = {}): TurnView {
  return {
    id: "turn-1",
    status: "completed",
    error: null,
    startedAt: fixtureTimeMs / 1000,
    completedAt: fixtureTimeMs / 1000 + 48,
    durationMs: 48_000,
    items: items.map((item) => viewOf(item)),
    plan: null,
    diff: null,
    errors: [],
    questions: [],
    warnings: [],
    decisions: [],
    comments: [],
    asOf: 0,
    ...fields,
  };
}

export function timelineOf(turns: readonly TurnView[], fields: Partial<Timeline> = {}): Timeline {
  const activeTurnId = turns.find(({ status }) => status === "inProgress")?.id ?? null;
  return { ...emptyTimeline, turns, activeTurnId, ...fields };
}
