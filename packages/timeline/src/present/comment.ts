/** What people say to each other. */
import type { Comment } from "@skein/protocol/comment";
import type { EventOf } from "./event-of.ts";
import type { WireNotification } from "./notification.ts";

export function presentCommentAdded(
  threadId: string,
  event: EventOf<"comment.added">,
): WireNotification<"skein/thread/comment/added"> {
  return {
    method: "skein/thread/comment/added",
    params: { threadId, comment: presentComment(event) },
    emittedAtMs: event.at,
  };
}

export function presentCommentDeleted(
  threadId: string,
  { turnId, commentId, at }: EventOf<"comment.deleted">,
): WireNotification<"skein/thread/comment/deleted"> {
  return { method: "skein/thread/comment/deleted", params: { threadId, turnId, commentId }, emittedAtMs: at };
}

export function presentComment({
  commentId,
  turnId,
  text,
  name,
  isViewer,
  actor,
  at,
}: EventOf<"comment.added">): Comment {
  return { id: commentId, turnId, text, author: { userId: actor?.memberId ?? null, name, isViewer }, at };
}
