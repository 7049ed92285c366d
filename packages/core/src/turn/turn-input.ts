/** What one turn is given, and what of the world it reaches. */
import type { Actor } from "@skein/timeline/event";
import type {
  Approvals,
  Clock,
  Environment,
  Ids,
  Journal,
  Model,
  ModelGate,
  ModelInfo,
  TenantNetwork,
} from "../ports.ts";
import type { ThreadState } from "../thread/evolve.ts";
import type { ProcessRegistry, ToolDefinition } from "../tools/tool.ts";
import type { Handover, SteerQueue, TurnUserInput } from "./turn-control.ts";

export interface TurnInput {
  readonly threadId: string;
  readonly turnId: string;
  /** The fold of everything committed so far; an event counts as soon as the `append` that carried it has resolved. */
  readonly state: () => ThreadState;
  readonly userInput: readonly TurnUserInput[];
  /** JSON Schema that the answers of this turn must have. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly actor: Actor | null;
  /** Aborted: the turn is interrupted. All three are a `TurnControl`'s. */
  readonly signal: AbortSignal;
  readonly steering: SteerQueue;
  readonly handover: Handover;
}

/** A turn that the node did not start itself; the rest of what it is given is in the log. */
export type ContinuedInput = Omit<TurnInput, "userInput" | "outputSchema" | "actor">;

export interface TurnPorts {
  readonly journal: Journal;
  readonly model: Model;
  readonly gate: ModelGate;
  readonly modelInfo: (slug: string) => ModelInfo;
  /** null: the thread has no environment, hence no tools. */
  readonly environment: Environment | null;
  readonly approvals: Approvals;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tools: readonly ToolDefinition[];
  /** What the tenant lets commands connect to; absent: nothing. */
  readonly network?: TenantNetwork;
  /** The thread's, not the turn's. */
  readonly processes: ProcessRegistry;
  /** IANA name; what the model is told about dates. */
  readonly timeZone: string;
  /** How long a stream may be silent before it counts as broken; 300 s when absent. */
  readonly streamIdleMs?: number;
}
