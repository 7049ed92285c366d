/** Ownership of threads by leases in the database. */
import { OwnershipLost } from "@skein/core/ports";
import { claimThread, type LeaseTerms, releaseLeases } from "../lease/leases.ts";
import type { Ownership } from "./thread-manager.ts";

/** Another node holds the thread's lease: nothing has been done here. */
export class ThreadHeldElsewhere extends OwnershipLost {}

export function leaseOwnership(terms: LeaseTerms): Ownership {
  return {
    claim: async (threadId) => {
      const claim = await claimThread(terms, threadId);
      switch (claim.type) {
        case "claimed":
          return { fence: claim.lease.fence };
        case "ownedBy":
          throw new ThreadHeldElsewhere(`the thread ${threadId} belongs to the node ${claim.nodeId}`);
        case "gone":
          throw new OwnershipLost(`the thread ${threadId} is gone`);
      }
    },
    release: (threadId, fence) => releaseLeases(terms, [{ threadId, fence }]),
  };
}
