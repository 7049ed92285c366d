/** Whoever follows threads: a connection, as far as its subscriptions know it. */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ApprovalServerRequest } from "@skein/timeline/present/approval";

export interface Follower {
  /** The client has not taken what it was sent: its subscriptions stop, until they are told to go on. */
  readonly isFull: boolean;
  /** Text frames, in this order, and all of them. */
  send(messages: readonly Buffer[]): void;
  /** What may be lost: of what is `about` the same, a client that does not keep up is sent the newest when it does again. */
  offer(about: string, notice: Buffer): void;
  /** Asks the client to decide an approval, unless it has been asked already. */
  ask(threadId: string, request: ApprovalServerRequest): void;
  /** The request with this id has been decided, by whomever. */
  settle(requestId: RequestId): void;
  /** A subscription of its has sent more, or will send nothing for now: what waited for it may go. */
  advanced(): void;
  /** False: it did not follow that thread. */
  unfollow(threadId: string): boolean;
}
