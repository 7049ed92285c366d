/**
 * The tool calls of a turn while they run. Calls start as soon as the log holds them, run together where the tools
 * allow it, and their outputs are taken in the order of the calls. A call gives an output whatever happens: an unknown
 * tool, a crash of the tool, an interrupt that the tool does not heed.
 */
import type { ThreadSettings } from "@skein/timeline/event";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { closedAsCutShort } from "../thread/open-item.ts";
import { outputItem } from "../thread/unanswered-calls.ts";
import type { TurnPatches } from "../tools/patch/turn-diff.ts";
import type { AskedCall, ToolCall, ToolContext, ToolDefinition, ToolOutput } from "../tools/tool.ts";
import { askApproval, askQuestions } from "./ask-approval.ts";
import { NetworkGates } from "./network-gates.ts";
import { ToolGate } from "./tool-gate.ts";
import type { Handover } from "./turn-control.ts";
import type { TurnScope } from "./turn-scope.ts";

interface RunningCall {
  readonly call: ToolCall;
  /** null: the call is left to the thread's next owner. */
  readonly output: Promise<string | null>;
}

/** How long a call may take to end after an interrupt before it is left behind. */
const graceMs = 5_000;

export class ToolRuns {
  readonly #scope: TurnScope;
  readonly #gate = new ToolGate();
  readonly #patches: TurnPatches;
  readonly #working: WorkingCalls;
  readonly #isSpokenTo: () => boolean;
  readonly #networks: NetworkGates;
  #running: RunningCall[] = [];
  #spoken = new AbortController();

  /** `isSpokenTo`: a person has said something that the model has not been told. */
  constructor(scope: TurnScope, patches: TurnPatches, isSpokenTo: () => boolean) {
    this.#scope = scope;
    this.#patches = patches;
    this.#isSpokenTo = isSpokenTo;
    this.#working = new WorkingCalls(scope.input.handover);
    this.#networks = new NetworkGates(scope);
  }

  /** The ways out of the turn's commands. */
  get networks(): NetworkGates {
    return this.#networks;
  }

  get isEmpty(): boolean {
    return this.#running.length === 0;
  }

  /** Whoever says something has no answer to what is asked: the model is to read that, and not to wait. */
  withdrawQuestions(): void {
    this.#spoken.abort();
    this.#spoken = new AbortController();
  }

  /** `committed`: the model's call is in the log. `asked`: it has asked before a restart, and goes on from there. */
  start(call: ToolCall, committed: Promise<void>, settings: ThreadSettings, asked: AskedCall | null = null): void {
    const output = this.#answer(call, committed, settings, asked);
    // Awaited in `outputs`; a rejection before that is not unhandled.
    output.catch(() => {});
    this.#running.push({ call, output });
  }

  /**
   * Waits for all calls and takes their outputs. Rejects only when the log takes nothing more. When the turn is handed
   * over, calls that wait for a decision, have not started, or did not end in time give none.
   */
  async outputs(): Promise<readonly ResponseInputItem[]> {
    const running = this.#running;
    const items: ResponseInputItem[] = [];
    for (const { call, output } of running) {
      const text = await Promise.race([output, this.#working.left]);
      if (text !== null) items.push(outputItem(call, text));
    }
    this.#running = [];
    return items;
  }

  async #answer(
    call: ToolCall,
    committed: Promise<void>,
    settings: ThreadSettings,
    asked: AskedCall | null,
  ): Promise<string | null> {
    const tool = this.#find(call);
    if (tool === undefined) return `unsupported ${call.kind === "custom" ? "custom tool call" : "call"}: ${call.name}`;
    return await this.#gate.run(tool.parallel ? "together" : "alone", async () => {
      await committed;
      if (this.#scope.input.handover.begun.aborted) return null;
      if (this.#scope.signal.aborted && asked === null) return "aborted by user";
      return await this.#working.during(() => this.#run(tool, call, settings, asked));
    });
  }

  #find(call: ToolCall): ToolDefinition | undefined {
    const { environment, tools } = this.#scope.ports;
    if (environment === null) return undefined;
    return tools.find((tool) => tool.name === call.name && tool.spec.type === call.kind);
  }

  async #run(tool: ToolDefinition, call: ToolCall, settings: ThreadSettings, asked: AskedCall | null): Promise<string> {
    const spoken = () => (this.#isSpokenTo() ? AbortSignal.abort() : this.#spoken.signal);
    const lease = new CallLease(this.#scope, this.#working, asked, spoken, this.#networks);
    const isOver = new AbortController();
    try {
      const run = async () => {
        const context = lease.context(settings, this.#patches);
        return await (asked === null ? tool.run(call, context) : tool.resume!(call, asked, context));
      };
      const answer = run().catch((error: unknown) => this.#crashed(tool, error));
      const result = await Promise.race([answer, this.#patience(isOver.signal)]);
      await lease.end(result === null ? "abandoned" : "returned");
      return result === null ? "aborted by user" : result.output;
    } finally {
      isOver.abort();
    }
  }

  #crashed(tool: ToolDefinition, error: unknown): ToolOutput {
    const { failure } = this.#scope.journal;
    if (failure !== null) throw failure.error;
    if (this.#scope.signal.aborted) return { output: "aborted by user", success: false };
    const message = error instanceof Error ? error.message : String(error);
    return { output: `${tool.name} failed: ${message}`, success: false };
  }

  /** Settles when an interrupted call has had its time; never otherwise. */
  #patience(isOver: AbortSignal): Promise<null> {
    const { ports, signal } = this.#scope;
    return new Promise((resolve) => {
      const begin = () => {
        ports.clock.sleep(graceMs, isOver).then(
          () => resolve(null),
          () => {},
        );
      };
      if (signal.aborted) begin();
      else signal.addEventListener("abort", begin, { once: true, signal: isOver });
    });
  }
}

/** Counts the calls that do something, so that a node that stops knows when nothing is lost by leaving the turn. */
class WorkingCalls {
  readonly #handover: Handover;
  readonly #left = Promise.withResolvers<null>();
  #count = 0;

  constructor(handover: Handover) {
    this.#handover = handover;
    if (handover.begun.aborted) this.#left.resolve(null);
    handover.begun.addEventListener("abort", () => this.#check(), { once: true });
    handover.due.addEventListener("abort", () => this.#left.resolve(null), { once: true });
  }

  /** Resolves when the turn is handed over and nothing works any more, or has had its time. */
  get left(): Promise<null> {
    return this.#left.promise;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      // The output that is due now is taken first.
      setImmediate(() => this.#check());
    }
  }

  /** A call that waits for a person does not work. */
  async except<T>(wait: () => Promise<T>): Promise<T> {
    this.#count -= 1;
    this.#check();
    try {
      return await wait();
    } finally {
      this.#count += 1;
    }
  }

  #check(): void {
    if (this.#handover.begun.aborted && this.#count === 0) this.#left.resolve(null);
  }
}

/** One call's hold on the log: what it opened and left open is closed when it ends, unless a process still needs it. */
class CallLease {
  readonly #scope: TurnScope;
  readonly #started = new Set<string>();
  readonly #working: WorkingCalls;
  readonly #spoken: () => AbortSignal;
  readonly #networks: NetworkGates;
  #isEnded = false;

  constructor(
    scope: TurnScope,
    working: WorkingCalls,
    asked: AskedCall | null,
    spoken: () => AbortSignal,
    networks: NetworkGates,
  ) {
    this.#scope = scope;
    this.#networks = networks;
    this.#working = working;
    this.#spoken = spoken;
    if (asked !== null && "item" in asked) this.#started.add(asked.item.id);
  }

  context(settings: ThreadSettings, patches: TurnPatches): ToolContext {
    const { input, ports, journal, signal } = this.#scope;
    const { environment, processes, clock, ids } = ports;
    if (environment === null) throw new Error("A tool cannot run in a thread without an environment.");
    return {
      threadId: input.threadId,
      turnId: input.turnId,
      settings,
      environment,
      processes,
      patches,
      clock,
      ids,
      signal,
      grants: () => input.state().grants,
      emit: async (events) => {
        const still = this.#isEnded ? events.filter((event) => this.#isWanted(event)) : events;
        for (const event of still) if (event.type === "item.started") this.#started.add(event.item.id);
        if (still.length > 0) await journal.emit(still);
      },
      ask: (item, request) => {
        this.#started.add(item.id);
        return this.#working.except(() => askApproval(this.#scope, item, request));
      },
      question: (callId, questions) =>
        this.#working.except(() => askQuestions(this.#scope, callId, questions, this.#spoken())),
      network: (item, sandbox) => this.#networks.open(item, sandbox, settings),
      chunks: (itemId, channel) => {
        const buffer = journal.buffer(itemId, channel, 0);
        return { push: (text) => buffer.push(text), flush: () => journal.committed() };
      },
    };
  }

  /** An abandoned call's processes are killed; nobody waits for their end. */
  async end(how: "returned" | "abandoned"): Promise<void> {
    this.#isEnded = true;
    const { journal, ports, input } = this.#scope;
    const mine = ports.processes.all().filter((process) => this.#started.has(process.itemId));
    if (how === "abandoned") for (const process of mine) void process.kill().catch(() => {});
    const stillNeeded = new Set(how === "returned" ? mine.map((process) => process.itemId) : []);
    const left = [...this.#started].filter((id) => !stillNeeded.has(id)).map((id) => journal.openItems.get(id));
    const closing = left.flatMap((open) => {
      if (open === undefined) return [];
      const { item, startedAt } = open;
      return [{ type: "item.completed" as const, turnId: input.turnId, item: closedAsCutShort(item), startedAt }];
    });
    if (closing.length > 0) await journal.emit(closing);
  }

  /** After its call a background process may only speak of an item that is still open. */
  #isWanted(event: Parameters<ToolContext["emit"]>[0][number]): boolean {
    const { openItems } = this.#scope.journal;
    if (event.type === "item.completed") return openItems.has(event.item.id);
    if (event.type === "item.chunk" || event.type === "command.input") return openItems.has(event.itemId);
    return event.type !== "item.started";
  }
}
