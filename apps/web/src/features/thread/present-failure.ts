import { RpcError } from "@skein/client/rpc/rpc-error";
import type { ThreadPhase } from "@skein/client/thread/thread-snapshot";

export interface PresentedFailure {
  readonly title: string;
  readonly text: string;
  readonly retry: boolean;
}

/** Why a thread cannot be shown; null when it can, or will be. */
export function presentFailure(phase: ThreadPhase): PresentedFailure | null {
  switch (phase.type) {
    case "loading":
    case "catchingUp":
    case "live":
      return null;
    case "deleted":
      return { title: "Thread deleted", text: "It was deleted, or is no longer shared with you.", retry: false };
    case "failed":
      // The server gives one answer for threads that do not exist and for those of others.
      return phase.error instanceof RpcError &&
        /no rollout found|thread not (found|loaded)|invalid thread id/.test(phase.error.message)
        ? { title: "There is no such thread", text: "It was deleted, or it belongs to someone else.", retry: false }
        : { title: "The thread could not be loaded", text: phase.error.message, retry: true };
  }
}
