/** Comments are in no row: pages read the few events that there are of them. */
import type { Comment } from "@skein/protocol/comment";
import type { ThreadEvent } from "../event.ts";
import { presentComment } from "../present/comment.ts";
import { withComment, withoutComment } from "../reduce/comment-events.ts";

/** `events`: in the order of the log. Those that are still there, in that order. */
export function foldComments(events: readonly ThreadEvent[]): readonly Comment[] {
  return events.reduce<readonly Comment[]>((comments, event) => {
    if (event.type === "comment.added") return withComment(comments, presentComment(event));
    if (event.type === "comment.deleted") return withoutComment(comments, event.commentId);
    return comments;
  }, []);
}
