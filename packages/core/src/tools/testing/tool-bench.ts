import type { ApprovalOutcome, ApprovalRequest, ThreadEventBody, ThreadSettings } from "@skein/timeline/event";
import { noGrants, type SessionGrants } from "../../approval/session-grants.ts";
import { createProcessRegistry } from "../command/processes.ts";
import { createTurnPatches } from "../patch/turn-diff.ts";
import type { CommandNetwork, ToolContext, ToolDefinition, ToolOutput } from "../tool.ts";
import { ManualClock } from "./manual-clock.ts";
import { ScriptedEnvironment } from "./scripted-environment.ts";

export const workspaceWrite: ThreadSettings["sandbox"] = {
  type: "workspaceWrite",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};

/** A tool's surroundings, with everything that it said and asked on record. */
export class ToolBench {
  readonly environment = new ScriptedEnvironment();
  readonly clock = new ManualClock();
  readonly processes = createProcessRegistry();
  readonly events: ThreadEventBody[] = [];
  readonly asked: ApprovalRequest[] = [];
  readonly interrupt = new AbortController();
  settings: ThreadSettings = {
    model: "m",
    modelProvider: "p",
    effort: null,
    summary: null,
    cwd: "/ws",
    approvalPolicy: "on-request",
    sandbox: workspaceWrite,
    tools: true,
    baseInstructions: null,
    developerInstructions: null,
  };
  grants: SessionGrants = noGrants;
  network: CommandNetwork | null = null;
  answer: ApprovalOutcome = { type: "decided", decision: "accept" };
  /** Runs before each commit; what it throws is what the log says. */
  beforeEmit: (events: readonly ThreadEventBody[]) => void = () => {};
  /** Runs while an approval is pending. */
  whileAsked: () => void = () => {};
  /** How often a sink was waited for. */
  flushes = 0;
  #patches = createTurnPatches();
  #uuids = 0;

  context(turnId = "turn-1"): ToolContext {
    const commit = (events: readonly ThreadEventBody[]) => {
      this.beforeEmit(events);
      this.events.push(...events);
    };
    return {
      threadId: "thread-1",
      turnId,
      settings: this.settings,
      environment: this.environment,
      processes: this.processes,
      patches: this.#patches,
      clock: this.clock,
      ids: { uuid: () => `00000000-0000-7000-8000-${(++this.#uuids).toString(16).padStart(12, "0")}` },
      signal: this.interrupt.signal,
      grants: () => this.grants,
      emit: async (events) => commit(events),
      ask: async (item, request) => {
        if (!this.isOpen(item.id)) commit([{ type: "item.started", turnId, item }]);
        this.asked.push(request);
        this.whileAsked();
        return this.answer;
      },
      question: async (_, questions) => {
        this.asked.push({ type: "questions", questions });
        this.whileAsked();
        return this.answer;
      },
      network: async () => this.network,
      chunks: (itemId, channel) => ({
        push: (text) => commit([{ type: "item.chunk", turnId, itemId, channel, index: 0, text }]),
        flush: async () => void this.flushes++,
      }),
    };
  }

  run(tool: ToolDefinition, input: unknown, callId = "call-1"): Promise<ToolOutput> {
    const isCustom = tool.spec.type === "custom";
    const call = {
      callId,
      name: tool.name,
      kind: isCustom ? ("custom" as const) : ("function" as const),
      input: isCustom ? String(input) : JSON.stringify(input),
    };
    return tool.run(call, this.context());
  }

  isOpen(itemId: string): boolean {
    const last = this.events.findLast((event) => "item" in event && event.item.id === itemId);
    return last?.type === "item.started";
  }

  /** Types of the events so far, with an item's status. */
  get story(): readonly string[] {
    return this.events.map((event) => {
      if (event.type === "item.started") return `started ${event.item.type}`;
      if (event.type === "item.completed") {
        return `${"status" in event.item ? event.item.status : "completed"} ${event.item.type}`;
      }
      if (event.type === "item.chunk") return `chunk ${JSON.stringify(event.text)}`;
      return event.type;
    });
  }
}
