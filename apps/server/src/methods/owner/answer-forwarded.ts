/** The owner's side of a forwarded request. */
import { OwnershipLost } from "@skein/core/ports";
import type { ErrorObject } from "@skein/protocol/errors";
import { isOfClosedPool } from "../../database/database-failure.ts";
import type { ThreadKey } from "../../subscription/subscriptions.ts";
import { ThreadHeldElsewhere } from "../../thread/ownership.ts";
import type { Effects } from "../effects.ts";
import {
  type Ask,
  type Caller,
  decodeForwarded,
  encodeForwarded,
  type ForwardedAnswer,
  type ForwardedRequest,
} from "./forwarded-request.ts";

export interface AnswerPorts {
  /** null: this node. */
  locate(thread: ThreadKey): Promise<string | null>;
  /** What must happen after the answer goes into `effects`. */
  perform(caller: Caller, thread: ThreadKey, ask: Ask, effects: Effects): Promise<unknown>;
  effects(): Effects;
  describe(reason: unknown): ErrorObject;
  /** The seq through which the thread's followers have been told. */
  publishedSeq(threadId: string): number;
}

export function forwardedAnswerer(ports: AnswerPorts): (body: Uint8Array) => Promise<Uint8Array> {
  return async (body) => {
    const request = decodeForwarded<ForwardedRequest>(body);
    const effects = ports.effects();
    const answer = encodeForwarded(await answerOf(ports, request, effects));
    // The reply leaves first.
    setImmediate(() => void effects.run());
    return answer;
  };
}

async function answerOf(
  { locate, perform, describe, publishedSeq }: AnswerPorts,
  { caller, thread, ask }: ForwardedRequest,
  effects: Effects,
): Promise<ForwardedAnswer> {
  const through = () => publishedSeq(thread.threadId);
  let isBegun = false;
  try {
    if ((await locate(thread)) !== null) return { type: "notOwner" };
    isBegun = true;
    const result = await perform(caller, thread, ask, effects);
    return { type: "result", result, through: through() };
  } catch (reason) {
    if (reason instanceof ThreadHeldElsewhere) return { type: "notOwner" };
    if (reason instanceof OwnershipLost) return { type: "lost" };
    // The node stops, and others go on.
    if (isOfClosedPool(reason)) return { type: isBegun ? "lost" : "notOwner" };
    return { type: "error", error: describe(reason), through: through() };
  }
}
