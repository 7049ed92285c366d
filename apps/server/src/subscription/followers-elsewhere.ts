/**
 * Whether somebody follows a thread at another node. Its owner asks every node that the database knows to be there; one
 * that does not answer, because the bus is away from it or from here, counts as one where somebody does.
 */
import type { Bus, Unsubscribe } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";

export interface FollowersPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "followers">;
  readonly nodeId: string;
  /** The ids of the nodes that are there. */
  liveNodes(): readonly string[];
  /** Whether the thread is followed here, or was until a moment ago. */
  isFollowedHere(threadId: string): boolean;
}

const answerWithinMs = 5_000;
const followed = new TextEncoder().encode("followed");
const unfollowed = new TextEncoder().encode("unfollowed");

export class FollowersElsewhere {
  readonly #ports: FollowersPorts;
  readonly #leave: Unsubscribe;

  constructor(ports: FollowersPorts) {
    this.#ports = ports;
    const { bus, subjects, nodeId, isFollowedHere } = ports;
    this.#leave = bus.answer(subjects.followers(nodeId), async (payload) =>
      isFollowedHere(Buffer.from(payload).toString()) ? followed : unfollowed,
    );
  }

  async mayFollow(threadId: string): Promise<boolean> {
    const { bus, subjects, nodeId, liveNodes } = this.#ports;
    const others = liveNodes().filter((id) => id !== nodeId);
    const question = Buffer.from(threadId);
    const replies = await Promise.all(
      others.map((id) => bus.request(subjects.followers(id), question, answerWithinMs)),
    );
    return replies.some(
      (reply) => reply.type !== "reply" || !unfollowed.every((byte, at) => reply.payload[at] === byte),
    );
  }

  stop(): void {
    this.#leave();
  }
}
