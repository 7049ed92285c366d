/**
 * What a tool is to the turn loop, and what the loop gives a tool to work with. The loop has committed the model's call
 * before `run` is called; a tool commits `item.started` (await `emit`) before its effect starts and `item.completed`
 * before it returns, so that a log never shows less than what happened.
 */
import type {
  ApprovalOutcome,
  ApprovalRequest,
  Question,
  SandboxPolicy,
  ThreadEventBody,
  ThreadSettings,
} from "@skein/timeline/event";
import type { CommandItem, Item } from "@skein/timeline/item";
import type { Tool } from "openai/resources/responses/responses";
import type { SessionGrants } from "../approval/session-grants.ts";
import type { Clock, Environment, Ids, NetworkGate, ProcessExit } from "../ports.ts";
import type { TurnPatches } from "./patch/turn-diff.ts";

export interface ToolCall {
  /** The model's `call_id`; the id of the item that the call becomes. */
  readonly callId: string;
  readonly name: string;
  /** Arguments as JSON for a function, free text for a custom tool. */
  readonly input: string;
  readonly kind: "function" | "custom";
}

/** As the model reads it. A failure is an answer too: `run` rejects only for what nobody foresaw. */
export interface ToolOutput {
  readonly output: string;
  readonly success: boolean;
}

/** Where streamed text of one open item goes. It is batched into `item.chunk` events; `push` never blocks. */
export interface ChunkSink {
  push(text: string): void;
  /** Resolves when everything pushed so far is committed. `emit` of the item's completion flushes by itself. */
  flush(): Promise<void>;
}

/** A command of the agent; it may go on after its call has answered, and outlive the turn. */
export interface SessionProcess {
  readonly processId: string;
  /** Its command item, still open. Whoever added the process closes the item when the process ends. */
  readonly itemId: string;
  readonly turnId: string;
  readonly hasEnded: boolean;
  /** Rejects with `EnvironmentFailure` when it takes no input any more. */
  write(bytes: Uint8Array): Promise<void>;
  interrupt(): Promise<void>;
  kill(): Promise<void>;
  /** Waits until the process has ended and its item is closed, at most `maxMs`, or until `signal` aborts. */
  wait(maxMs: number, signal: AbortSignal): Promise<"ended" | "running" | "aborted">;
  /** What it wrote and the model has not been told yet; telling it twice would be wrong, so it is given once. */
  takeProgress(): ProcessProgress;
}

export interface ProcessProgress {
  /** Head and tail when there was more than is kept; then with a marker between them. */
  readonly text: string;
  /** Of everything that was written, kept or not. */
  readonly totalBytes: number;
  readonly totalLines: number;
  /** null while it runs. */
  readonly exit: ProcessExit | null;
}

/**
 * The processes of one thread, those that calls still wait for included: made by `createProcessRegistry` of
 * `command/processes.ts`. Lives as long as the thread is loaded, across turns.
 */
export interface ProcessRegistry {
  add(process: SessionProcess): void;
  /** Running, or ended while nobody waited, so that the model can still be told how. */
  get(processId: string): SessionProcess | undefined;
  /** It has ended. The last few stay to be found by `get` until they are forgotten. */
  ended(processId: string): void;
  /** The model has been told of its end. */
  forget(processId: string): void;
  /** Those that run. */
  all(): readonly SessionProcess[];
}

export interface ToolContext {
  readonly threadId: string;
  readonly turnId: string;
  /** As they were when the sampling request that made the call was sent. */
  readonly settings: ThreadSettings;
  readonly environment: Environment;
  readonly processes: ProcessRegistry;
  /** One per turn, made by `createTurnPatches` of `patch/turn-diff.ts`. */
  readonly patches: TurnPatches;
  readonly clock: Clock;
  readonly ids: Ids;
  /**
   * Aborted by an interrupt: a call in flight kills what it runs, closes its item (`failed`) and returns
   * an output that says `aborted by user`. Processes that went to the background earlier are not concerned.
   */
  readonly signal: AbortSignal;
  /** What was allowed for the session so far; read it anew for every decision. */
  grants(): SessionGrants;
  /** Commits events, after the chunks pushed so far. Stays usable after the turn, for what runs on in the background. */
  emit(events: readonly ThreadEventBody[]): Promise<void>;
  /**
   * Opens the item and puts an approval into the log, both at once, and waits for the outcome; an approval of the item
   * that the log holds already is waited for. `withdrawn` after an interrupt. For `cancel` the loop interrupts the turn by
   * itself. The tool closes the item: as `declined` for every outcome but accept and acceptForSession (`failed`: as
   * `failed`), even though `signal` may be aborted by then.
   */
  ask(item: Item, request: ApprovalRequest): Promise<ApprovalOutcome>;
  /** As `ask`, of a person and about no item. Outcomes are `answered`, `withdrawn` and `failed`. */
  question(callId: string, questions: readonly Question[]): Promise<ApprovalOutcome>;
  /** Decides about the connections of the item's command in this sandbox; null: it has none, because nothing lets it. */
  network(item: CommandItem, sandbox: SandboxPolicy): Promise<CommandNetwork | null>;
  /** `index` is 0 for the channel "output". One sink per item and channel. */
  chunks(itemId: string, channel: "output"): ChunkSink;
}

/** The way out of one command. */
export interface CommandNetwork {
  readonly gate: NetworkGate;
  /** Resolves when no person is being asked any more; null: nobody is. */
  asking(): Promise<void> | null;
  /** Called with a sentence for each host that was refused, once. */
  tell(listener: (sentence: string) => void): void;
  /** The command has ended: what is asked for it is withdrawn. */
  end(): void;
}

/** What a call asked for before its node died, exactly as the log has it. Nothing of it has happened yet. */
export type AskedCall = AskedEffect | AskedQuestions;

export interface AskedEffect {
  readonly request: Exclude<ApprovalRequest, { type: "questions" | "network" }>;
  readonly item: Item;
  /** When the item was started. Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A call that waits for a decision is resumed by the tool that asked for it. */
export function effectOf(asked: AskedCall): AskedEffect {
  if ("item" in asked) return asked;
  throw new TypeError("the call asked a question, and nothing waits to happen");
}

export interface AskedQuestions {
  readonly request: Extract<ApprovalRequest, { type: "questions" }>;
}

export interface ToolDefinition {
  readonly name: string;
  /** What the model is told, as the Responses API takes it. */
  readonly spec: Tool;
  /** May run while other parallel tools run. A tool that is not parallel runs alone. */
  readonly parallel: boolean;
  /** Without an item of the call in the log nothing has happened that may not happen again: after a restart the call starts. */
  readonly startsWithItem: boolean;
  run(call: ToolCall, context: ToolContext): Promise<ToolOutput>;
  /** Goes on with a call that waits for a decision; what then happens is what was asked. Absent: the tool never asks. */
  resume?(call: ToolCall, asked: AskedCall, context: ToolContext): Promise<ToolOutput>;
}
