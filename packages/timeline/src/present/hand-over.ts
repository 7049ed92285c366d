/** A thread becomes another member's. */
import type { HandOver } from "@skein/protocol/hand-over";
import type { NamedMember } from "../event.ts";
import type { EventOf } from "./event-of.ts";
import type { WireNotification } from "./notification.ts";

export function presentHandedOver(
  threadId: string,
  event: EventOf<"thread.handedOver">,
): WireNotification<"skein/thread/handedOver"> {
  return {
    method: "skein/thread/handedOver",
    params: { threadId, handOver: presentHandOver(event) },
    emittedAtMs: event.at,
  };
}

export function presentHandOver({ seq, at, from, to, actor }: EventOf<"thread.handedOver">): HandOver {
  const by = { userId: actor.memberId, name: actor.name ?? "" };
  return { seq, at, from: from === null ? null : presentMember(from), to: presentMember(to), by };
}

function presentMember({ memberId: userId, name }: NamedMember) {
  return { userId, name };
}
