/** Writes events in order, as the one writer of a thread would. */
import type { NewThreadEvent, ThreadEvent, ThreadEventBody } from "../event.ts";
import type { AgentMessageItem, CommandItem, Item, PatchItem, ReasoningItem, UserMessageItem } from "../item.ts";

const epochMs = 1_700_000_000_000;

export class LogBuilder {
  readonly events: ThreadEvent[] = [];
  /** Ids of queued messages, first the one that is taken next. */
  waiting: readonly string[] = [];
  #ids = 0;

  id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}-${this.#ids}`;
  }

  add(body: ThreadEventBody): ThreadEvent {
    const event: NewThreadEvent = { ...body, at: this.nowMs };
    this.events.push({ ...event, seq: this.events.length + 1 });
    return this.events.at(-1) as ThreadEvent;
  }

  get nowMs(): number {
    return epochMs + (this.events.length + 1) * 37;
  }
}

export function userMessage(id: string, text: string): UserMessageItem {
  return { type: "userMessage", id, clientId: null, content: [{ type: "text", text, textElements: [] }] };
}

export function agentMessage(id: string, text: string): AgentMessageItem {
  return { type: "agentMessage", id, text, phase: null };
}

export function reasoning(id: string, summary: readonly string[], content: readonly string[]): ReasoningItem {
  return { type: "reasoning", id, summary, content };
}

export function command(id: string, change: Partial<CommandItem> = {}): CommandItem {
  return {
    type: "command",
    id,
    command: "/bin/bash -c ls",
    cwd: "/desk",
    actions: [],
    source: "session",
    processId: "1",
    status: "inProgress",
    output: null,
    exitCode: null,
    durationMs: null,
    ...change,
  };
}

export function patch(id: string, status: PatchItem["status"]): PatchItem {
  return { type: "patch", id, changes: [{ path: "/desk/a", kind: { type: "add" }, diff: "a\n" }], status };
}

/** Starts and completes an item at once. */
export function addWhole(log: LogBuilder, turnId: string, item: Item): void {
  const startedAt = log.nowMs;
  log.add({ type: "item.started", turnId, item });
  log.add({ type: "item.completed", turnId, item, startedAt });
}
