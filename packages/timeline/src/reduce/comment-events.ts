import type { Comment } from "@skein/protocol/comment";
import type { Timeline } from "./timeline.ts";
import { changeTurn } from "./turn-events.ts";

export function applyCommentAdded(timeline: Timeline, comment: Comment, seq: number): Timeline {
  return changeTurn(timeline, comment.turnId, seq, (turn) => ({
    ...turn,
    comments: withComment(turn.comments, comment),
  }));
}

export function applyCommentDeleted(timeline: Timeline, turnId: string, commentId: string, seq: number): Timeline {
  return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, comments: withoutComment(turn.comments, commentId) }));
}

export function withComment(comments: readonly Comment[], comment: Comment): readonly Comment[] {
  return [...comments, comment];
}

export function withoutComment(comments: readonly Comment[], commentId: string): readonly Comment[] {
  return comments.filter(({ id }) => id !== commentId);
}
