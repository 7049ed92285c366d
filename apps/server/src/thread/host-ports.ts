/** What the host of a thread needs of its node. */
import type { CommandReceipt, Environment, ModelGate } from "@skein/core/ports";
import type { TurnPorts } from "@skein/core/turn/turn-input";
import type { Waiting } from "@skein/executor/host/runner-host";
import type { ThreadSettings } from "@skein/timeline/event";
import type { TellPlace } from "../admission/turn-slots.ts";

/** Between a turn and the model. */
export interface TurnGate extends ModelGate {
  /** The turn waits for a person. */
  pause(): void;
  /** What a call has cost is committed. */
  settled(): void;
  /** The turn is over. */
  close(): void;
}

/** The same for every turn. */
export type HostPorts = Pick<
  TurnPorts,
  "model" | "modelInfo" | "clock" | "ids" | "tools" | "processes" | "timeZone" | "streamIdleMs" | "network"
> & {
  /** null: the thread has no environment. */
  openEnvironment(settings: ThreadSettings, waiting: Omit<Waiting, "known">): Promise<Environment | null>;
  /** For one turn; `tellPlace`: how many turns wait before it, null when it waits no longer. */
  openGate(tellPlace: TellPlace): TurnGate;
  turnFailed(turnId: string, reason: unknown): void;
  /** Whether this member may still say something in the thread. */
  mayPrompt(memberId: string): Promise<boolean>;
  /** Whether the log holds a receipt under this key. */
  isCarriedOut(receipt: CommandReceipt): Promise<boolean>;
};
