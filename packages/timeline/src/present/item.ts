/** Events about an item of a turn. */
import type { EventOf } from "./event-of.ts";
import { presentItem } from "./items.ts";
import type { WireNotification } from "./notification.ts";

type DeltaMethod =
  | "item/agentMessage/delta"
  | "item/reasoning/summaryTextDelta"
  | "item/reasoning/textDelta"
  | "item/commandExecution/outputDelta";

export function presentItemStarted(threadId: string, event: EventOf<"item.started">): WireNotification<"item/started"> {
  const item = presentItem(event.item, { startedAtMs: event.at, completedAtMs: null });
  return {
    method: "item/started",
    params: { item, threadId, turnId: event.turnId, startedAtMs: event.at },
    emittedAtMs: event.at,
  };
}

export function presentItemCompleted(
  threadId: string,
  event: EventOf<"item.completed">,
): WireNotification<"item/completed"> {
  const item = presentItem(event.item, { startedAtMs: event.startedAt, completedAtMs: event.at });
  return {
    method: "item/completed",
    params: { item, threadId, turnId: event.turnId, contentTokenCount: null, completedAtMs: event.at },
    emittedAtMs: event.at,
  };
}

export function presentChunk(threadId: string, event: EventOf<"item.chunk">): WireNotification<DeltaMethod> {
  const { turnId, itemId, text: delta, index, at: emittedAtMs } = event;
  const params = { threadId, turnId, itemId, delta };
  switch (event.channel) {
    case "text":
      return { method: "item/agentMessage/delta", params, emittedAtMs };
    case "summary":
      return { method: "item/reasoning/summaryTextDelta", params: { ...params, summaryIndex: index }, emittedAtMs };
    case "reasoning":
      return { method: "item/reasoning/textDelta", params: { ...params, contentIndex: index }, emittedAtMs };
    case "output":
      return { method: "item/commandExecution/outputDelta", params, emittedAtMs };
  }
}

export function presentSummaryPart(
  threadId: string,
  event: EventOf<"item.summaryPart">,
): WireNotification<"item/reasoning/summaryPartAdded"> {
  const { turnId, itemId, index } = event;
  return {
    method: "item/reasoning/summaryPartAdded",
    params: { threadId, turnId, itemId, summaryIndex: index },
    emittedAtMs: event.at,
  };
}

export function presentCommandInput(
  threadId: string,
  event: EventOf<"command.input">,
): WireNotification<"item/commandExecution/terminalInteraction"> {
  const { turnId, itemId, processId, stdin } = event;
  return {
    method: "item/commandExecution/terminalInteraction",
    params: { threadId, turnId, itemId, processId, stdin },
    emittedAtMs: event.at,
  };
}
