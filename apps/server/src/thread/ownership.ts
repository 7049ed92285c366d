/** Ownership of threads, as whatever grants it has it. */
import { OwnershipLost } from "@skein/core/ports";

export interface Ownership {
  /** Rejects with `OwnershipLost` while another node holds the thread. */
  claim(threadId: string): Promise<{ fence: bigint }>;
  /** Whether the last claim or renewal is young enough that nobody else can own the thread. */
  holds(threadId: string): boolean;
  release(threadId: string, fence: bigint): Promise<void>;
}

/** Another node holds the thread's lease, or is going to: nothing has been done here. */
export class ThreadHeldElsewhere extends OwnershipLost {}
