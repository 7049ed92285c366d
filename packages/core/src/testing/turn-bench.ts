/** A thread in memory on which tests run turns. */
import type { Actor, ApprovalDecision, ApprovalOutcome, ThreadSettings } from "@skein/timeline/event";
import type { Approvals, Clock, Environment, Model, ModelGate } from "../ports.ts";
import { createProcessRegistry } from "../tools/command/processes.ts";
import type { ProcessRegistry, ToolDefinition } from "../tools/tool.ts";
import { runTurn } from "../turn/run-turn.ts";
import { TurnControl, type TurnUserInput } from "../turn/turn-control.ts";
import { FakeClock } from "./fake-clock.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { openGate } from "./open-gate.ts";
import { ScriptedModel, type ScriptedResponse } from "./scripted-model.ts";

export const benchSettings: ThreadSettings = {
  model: "gpt-5.5",
  modelProvider: "openai",
  effort: null,
  summary: null,
  cwd: "/desk",
  approvalPolicy: "on-request",
  sandbox: {
    type: "workspaceWrite",
    writableRoots: [],
    networkAccess: false,
    excludeTmpdirEnvVar: false,
    excludeSlashTmp: false,
  },
  tools: true,
  baseInstructions: null,
  developerInstructions: null,
};

export interface BenchOptions {
  readonly script: readonly ScriptedResponse[];
  readonly settings?: Partial<ThreadSettings>;
  readonly tools?: readonly ToolDefinition[];
  readonly environment?: Environment | null;
  readonly clock?: Clock;
}

export interface RunningBenchTurn {
  readonly turnId: string;
  readonly control: TurnControl;
  readonly done: Promise<void>;
}

export class TurnBench {
  readonly journal = new MemoryJournal();
  readonly clock = new FakeClock();
  readonly model: ScriptedModel;
  readonly approvals = new HeldApprovals();
  readonly processes: ProcessRegistry = createProcessRegistry();
  gate: ModelGate = openGate;
  readonly #options: BenchOptions;
  #ids = 0;
  #turns = 0;

  private constructor(options: BenchOptions) {
    this.#options = options;
    this.model = new ScriptedModel(options.script);
  }

  static async open(options: BenchOptions): Promise<TurnBench> {
    const bench = new TurnBench(options);
    await bench.changeSettings({}, "thread.created");
    return bench;
  }

  async changeSettings(
    change: Partial<ThreadSettings>,
    as: "settings.changed" | "thread.created" = "settings.changed",
  ): Promise<void> {
    const at = this.clock.now();
    if (as === "settings.changed") {
      const settings = { ...this.journal.state.settings, ...change };
      await this.journal.append([{ type: "settings.changed", settings, at }]);
      return;
    }
    const settings = { ...benchSettings, ...this.#options.settings };
    const about = { source: "test", threadSource: null, ephemeral: false, originator: "test", forkedFromId: null };
    await this.journal.append([{ type: "thread.created", settings, ...about, at }]);
  }

  start(
    text: string | readonly TurnUserInput[],
    more: { outputSchema?: Record<string, unknown> } = {},
  ): RunningBenchTurn {
    const control = new TurnControl();
    this.#turns += 1;
    const turnId = `turn-${this.#turns}`;
    const userInput = typeof text === "string" ? [says(text)] : text;
    const { signal, steering, handover } = control;
    const input = { threadId: "thread-1", turnId, state: () => this.journal.state, userInput, actor: null };
    const done = runTurn({ ...input, ...more, signal, steering, handover }, this.ports());
    done.catch(() => {});
    return { turnId, control, done };
  }

  /** Runs a turn to its end. */
  async run(
    text: string | readonly TurnUserInput[],
    more: { outputSchema?: Record<string, unknown> } = {},
  ): Promise<void> {
    await this.start(text, more).done;
  }

  ports(model: Model = this.model): Parameters<typeof runTurn>[1] {
    const { environment = null, tools = [], clock = this.clock } = this.#options;
    return {
      journal: this.journal,
      model,
      gate: this.gate,
      modelInfo: (slug) => ({
        slug,
        contextWindow: 100_000,
        supportsParallelToolCalls: true,
        supportsReasoningSummaries: true,
        defaultEffort: "medium",
      }),
      environment,
      approvals: this.approvals,
      clock,
      ids: { uuid: () => `id-${++this.#ids}` },
      tools,
      processes: this.processes,
      timeZone: "UTC",
    };
  }

  /** Ids of items, in the order in which they were completed. */
  get completedItems(): readonly string[] {
    return this.journal.ofType("item.completed").map((event) => event.item.id);
  }
}

export function says(text: string, clientId: string | null = null): TurnUserInput {
  return { clientId, content: [{ type: "text", text, textElements: [] }] };
}

/** Approvals that wait until the test decides them. */
export class HeldApprovals implements Approvals {
  readonly #waiting = new Map<string, (answer: { outcome: ApprovalOutcome; actor: Actor | null }) => void>();

  decision(approvalId: string, signal: AbortSignal): Promise<{ outcome: ApprovalOutcome; actor: Actor | null }> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(approvalId, resolve);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  decide(approvalId: string, decision: ApprovalDecision): void {
    const actor = { memberId: "member-1", clientName: "test" };
    this.#waiting.get(approvalId)?.({ outcome: { type: "decided", decision }, actor });
  }
}
