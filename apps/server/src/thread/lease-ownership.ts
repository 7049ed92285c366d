/** Ownership of threads by leases in the database. */
import { OwnershipLost } from "@skein/core/ports";
import type { LeaseKeeper } from "../lease/lease-keeper.ts";
import { claimThread, type LeaseTerms, releaseLeases } from "../lease/leases.ts";
import { type Ownership, ThreadHeldElsewhere } from "./ownership.ts";

/** A fork may hold the row for longer; then the lease ends by itself. */
const releaseWaitMs = 1_000;

/** Who watches over the leases while they last. */
export type LeaseProofs = Pick<LeaseKeeper, "proved" | "released" | "holds">;

export function leaseOwnership(terms: LeaseTerms, proofs: () => LeaseProofs): Ownership {
  return {
    claim: async (threadId) => {
      const beganAt = performance.now();
      const claim = await claimThread(terms, threadId);
      switch (claim.type) {
        case "claimed":
          proofs().proved(threadId, beganAt);
          return { fence: claim.lease.fence };
        case "ownedBy":
          throw new ThreadHeldElsewhere(`the thread ${threadId} belongs to the node ${claim.nodeId}`);
        case "locked":
          throw new ThreadHeldElsewhere(`the row of the thread ${threadId} is locked`);
        case "gone":
          throw new OwnershipLost(`the thread ${threadId} is gone`);
      }
    },
    holds: (threadId) => proofs().holds(threadId),
    release: async (threadId, fence) => {
      proofs().released(threadId);
      await releaseLeases(terms, [{ threadId, fence }], releaseWaitMs);
    },
  };
}
