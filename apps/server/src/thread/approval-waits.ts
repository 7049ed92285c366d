/** The approvals of one running turn. The first answer wins; whoever comes later is told so. */
import type { Approvals } from "@skein/core/ports";
import type { Actor, ApprovalOutcome } from "@skein/timeline/event";
import { type Answer, isSameAnswer } from "./is-same-answer.ts";

export class ApprovalWaits implements Approvals {
  readonly #isPending: (approvalId: string) => boolean;
  /** An answer may come before the turn asks for it: clients see the request as soon as it is committed. */
  readonly #decided = new Map<string, Answer>();
  readonly #waiting = new Map<string, (decision: Answer) => void>();

  /** `isPending`: whether the log holds the request, and no outcome yet. */
  constructor(isPending: (approvalId: string) => boolean) {
    this.#isPending = isPending;
  }

  decision(approvalId: string, signal: AbortSignal): Promise<Answer> {
    const decided = this.#decided.get(approvalId);
    if (decided !== undefined) return Promise.resolve(decided);
    return new Promise((resolve) => {
      const withdraw = () => this.#decide(approvalId, { outcome: { type: "withdrawn" }, actor: null });
      this.#waiting.set(approvalId, (decision) => {
        signal.removeEventListener("abort", withdraw);
        resolve(decision);
      });
      if (signal.aborted) withdraw();
      else signal.addEventListener("abort", withdraw, { once: true });
    });
  }

  /** False: it was decided already, and not by the same answer, or it was never asked. */
  answer(approvalId: string, outcome: ApprovalOutcome, actor: Actor | null): boolean {
    const decided = this.#decided.get(approvalId);
    if (decided !== undefined) return isSameAnswer(decided, { outcome, actor });
    if (!this.#isPending(approvalId)) return false;
    this.#decide(approvalId, { outcome, actor });
    return true;
  }

  #decide(approvalId: string, decision: Answer): void {
    this.#decided.set(approvalId, decision);
    this.#waiting.get(approvalId)?.(decision);
    this.#waiting.delete(approvalId);
  }
}
