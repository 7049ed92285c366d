/**
 * Does what only the owner of a thread can do, wherever the owner is: here, at another node, or here again when the other
 * node has gone. A request is carried out once, or the client is told that nobody knows.
 */
import { setTimeout as delay } from "node:timers/promises";
import { OwnershipLost } from "@skein/core/ports";
import { errors } from "@skein/protocol/errors";
import type { BusReply } from "../../bus/bus.ts";
import type { ThreadOwner } from "../../log/thread-owner.ts";
import type { ThreadKey } from "../../subscription/subscriptions.ts";
import { ThreadHeldElsewhere } from "../../thread/ownership.ts";
import { ForwardedError, refuse } from "../request-error.ts";
import { type Ask, type Caller, decodeForwarded, encodeForwarded, type ForwardedAnswer } from "./forwarded-request.ts";

export interface OwnersPorts {
  readonly nodeId: string;
  readonly leaseMs: number;
  /** Here, and of this tenant: that there is a thread must not be told by how soon it is found not to be somebody's. */
  isLoaded(thread: ThreadKey): boolean;
  /** null: there is no such thread in the tenant. */
  ownerOf(thread: ThreadKey): Promise<ThreadOwner | null>;
  /** Makes this node the owner, who goes on with the thread's turn. */
  load(thread: ThreadKey): Promise<unknown>;
  call(nodeId: string, id: string, body: Uint8Array, timeoutMs: number): Promise<BusReply>;
  /** Resolves when followers here have been told everything through `seq`. */
  reach(threadId: string, seq: number): Promise<void>;
}

export interface OwnerRequest<T> {
  readonly caller: Caller;
  readonly thread: ThreadKey;
  readonly ask: Ask;
  /** Whether a second node may carry it out when a first one perhaps has. */
  readonly repeatable: boolean;
  here(): Promise<T> | T;
}

/** A request that the owner has received gets its reply in this time, or is sent again. */
const attemptMs = 1_000;
const pauseMs = 50;
/** A live owner may be long at it: an interrupted turn ends its commands first. */
const patienceMs = 60_000;
/** Beyond the lease of a node that does not hear: time for another to claim its threads. */
const graceMs = 2_000;

/** What has become of a request so far. */
interface Progress {
  /** Under which a node knows the request. */
  id: string;
  readonly since: number;
  /** Nobody has been there since. */
  unheardSince: number | null;
  /** The node that perhaps carries it out. */
  perhapsAt: string | null;
}

export class Owners {
  readonly #ports: OwnersPorts;

  constructor(ports: OwnersPorts) {
    this.#ports = ports;
  }

  /** Where the thread has to be dealt with; null: here. A thread in mid-turn whose owner has gone is taken over first. */
  async locate(thread: ThreadKey): Promise<string | null> {
    const { nodeId, isLoaded, ownerOf, load } = this.#ports;
    if (isLoaded(thread)) return null;
    const owner = await ownerOf(thread);
    if (owner === null) return null;
    if (owner.nodeId !== null && owner.nodeId !== nodeId) return owner.nodeId;
    // Nobody holds it, or this node is about to leave it to the one that reaches its workspace.
    if (owner.nearerNodeId !== null) return owner.nearerNodeId;
    if (owner.isActive) await load(thread);
    return null;
  }

  async run<T>(request: OwnerRequest<T>): Promise<T> {
    const progress: Progress = {
      id: crypto.randomUUID(),
      since: performance.now(),
      unheardSince: null,
      perhapsAt: null,
    };
    for (;;) {
      const outcome = await this.#attempt(request, progress);
      if (outcome !== null) return outcome.result;
      if (this.#isHopeless(progress)) {
        return refuse(progress.perhapsAt === null ? errors.ownerUnavailable() : errors.outcomeUnknown());
      }
      await delay(pauseMs);
    }
  }

  /** null: to be tried again. */
  async #attempt<T>(request: OwnerRequest<T>, progress: Progress): Promise<{ readonly result: T } | null> {
    try {
      const nodeId = await this.locate(request.thread);
      const isElsewhere = progress.perhapsAt !== null && progress.perhapsAt !== nodeId;
      if (isElsewhere && !request.repeatable) return refuse(errors.outcomeUnknown());
      return nodeId === null ? { result: await request.here() } : await this.#forward(request, progress, nodeId);
    } catch (reason) {
      // Claimed by another node in between: nothing has been done.
      if (reason instanceof ThreadHeldElsewhere) return null;
      if (!(reason instanceof OwnershipLost)) throw reason;
      // What was being written perhaps got there.
      if (!request.repeatable) return refuse(errors.outcomeUnknown());
      return null;
    }
  }

  async #forward<T>(
    { caller, thread, ask }: OwnerRequest<T>,
    progress: Progress,
    nodeId: string,
  ): Promise<{ readonly result: T } | null> {
    const body = encodeForwarded({ caller, thread, ask });
    const reply = await this.#ports.call(nodeId, progress.id, body, attemptMs);
    progress.unheardSince = reply.type === "nobody" ? (progress.unheardSince ?? performance.now()) : null;
    if (reply.type === "silence") progress.perhapsAt = nodeId;
    if (reply.type !== "reply") return null;
    const answer = decodeForwarded<ForwardedAnswer>(reply.payload);
    if (answer.type === "notOwner" || answer.type === "lost") {
      progress.perhapsAt = answer.type === "lost" ? nodeId : null;
      // The node has answered this one; should it own the thread later, it must be asked anew.
      progress.id = crypto.randomUUID();
      return null;
    }
    await this.#ports.reach(thread.threadId, answer.through);
    if (answer.type === "error") throw new ForwardedError(answer.error);
    return { result: answer.result as T };
  }

  #isHopeless({ since, unheardSince }: Progress): boolean {
    const now = performance.now();
    if (unheardSince !== null && now - unheardSince > this.#ports.leaseMs + graceMs) return true;
    return now - since > patienceMs;
  }
}
