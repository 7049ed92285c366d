/** Events about a turn. The protocol counts a turn's times in whole seconds. */
import type { Turn } from "@skein/protocol/turn";
import type { EventOf } from "./event-of.ts";
import { presentItem } from "./items.ts";
import type { WireNotification } from "./notification.ts";
import { presentTurnError } from "./turn-error.ts";

export function presentTurnStarted(threadId: string, event: EventOf<"turn.started">): WireNotification<"turn/started"> {
  const turn: Turn = {
    id: event.turnId,
    rootTurnId: event.turnId,
    items: [],
    itemsView: "notLoaded",
    status: "inProgress",
    error: null,
    startedAt: secondsOf(event.at),
    completedAt: null,
    durationMs: null,
  };
  return { method: "turn/started", params: { threadId, turn }, emittedAtMs: event.at };
}

/** `items` holds the last message of a turn that has one, and nothing else; clients have the items from their own notifications. */
export function presentTurnCompleted(
  threadId: string,
  event: EventOf<"turn.completed">,
): WireNotification<"turn/completed"> {
  const summary = event.status === "completed" ? event.finalMessage : null;
  const turn: Turn = {
    id: event.turnId,
    rootTurnId: event.turnId,
    items: summary === null ? [] : [presentItem(summary, { startedAtMs: null, completedAtMs: null })],
    itemsView: summary === null ? "notLoaded" : "summary",
    status: event.status,
    error: event.error === null ? null : presentTurnError(event.error),
    startedAt: secondsOf(event.startedAt),
    completedAt: secondsOf(event.at),
    durationMs: event.durationMs,
  };
  return { method: "turn/completed", params: { threadId, turn }, emittedAtMs: event.at };
}

export function presentPlan(threadId: string, event: EventOf<"plan.updated">): WireNotification<"turn/plan/updated"> {
  const { turnId, explanation, plan } = event;
  return {
    method: "turn/plan/updated",
    params: { threadId, turnId, explanation, plan: [...plan] },
    emittedAtMs: event.at,
  };
}

export function presentDiff(threadId: string, event: EventOf<"diff.updated">): WireNotification<"turn/diff/updated"> {
  const { turnId, diff } = event;
  return { method: "turn/diff/updated", params: { threadId, turnId, diff }, emittedAtMs: event.at };
}

export function presentError(threadId: string, event: EventOf<"error.reported">): WireNotification<"error"> {
  const { turnId, willRetry } = event;
  return {
    method: "error",
    params: { error: presentTurnError(event.error), willRetry, threadId, turnId },
    emittedAtMs: event.at,
  };
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}
