/** What stands between a turn and the model: first its place among the turns of this node, then what the call is paid with. */
import type { Admission, ModelGate, PlannedCall } from "@skein/core/ports";
import type { TellPlace, TurnSlot, TurnSlots } from "../admission/turn-slots.ts";
import type { CallAllowance, PayingThread } from "./call-allowance.ts";

export interface TurnGatePorts {
  readonly slots: TurnSlots;
  readonly allowance: CallAllowance;
  /** To whoever may read the thread. */
  announce(thread: PayingThread, turnId: string, ahead: number | null): void;
  /** What a person may still use may have changed. */
  used(payer: { readonly tenantId: string; readonly userId: string | null }): void;
}

export class TurnGate implements ModelGate {
  readonly #ports: TurnGatePorts;
  readonly #thread: PayingThread;
  readonly #tellPlace: TellPlace;
  #slot: TurnSlot | null = null;
  #userId: string | null = null;

  constructor(ports: TurnGatePorts, thread: PayingThread, tellPlace: TellPlace) {
    this.#ports = ports;
    this.#thread = thread;
    this.#tellPlace = tellPlace;
  }

  async admit(call: PlannedCall, signal: AbortSignal): Promise<Admission> {
    const { slots, allowance } = this.#ports;
    const { tenantId } = this.#thread;
    this.#userId = call.actor?.memberId ?? null;
    this.#slot ??= slots.open({ tenantId, userId: this.#userId ?? "" }, (ahead) => {
      this.#tellPlace(ahead);
      this.#ports.announce(this.#thread, call.turnId, ahead);
    });
    await this.#slot.enter(signal);
    const admission = await allowance.admit(this.#thread, call, signal);
    if (admission.type === "refused") this.#tellUse();
    return admission;
  }

  /** The turn waits for a person. What it asks the model after that, it asks when it has a place again. */
  pause(): void {
    this.#slot?.leave();
  }

  /** What a call has cost is committed. */
  settled(): void {
    this.#ports.allowance.settled();
    this.#tellUse();
  }

  /** The turn is over. */
  close(): void {
    this.#slot?.leave();
  }

  #tellUse(): void {
    const { tenantId } = this.#thread;
    if (!this.#ports.allowance.isUnlimited(tenantId, this.#userId))
      this.#ports.used({ tenantId, userId: this.#userId });
  }
}
