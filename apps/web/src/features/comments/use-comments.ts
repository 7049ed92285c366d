import { maxCommentChars } from "@skein/protocol/comment";
import { useCallback, useMemo, useState } from "react";
import { useSession } from "../../session/session-context.ts";
import type { Draft } from "../composer/use-draft.ts";
import type { TimelineActions } from "../timeline/timeline-actions.ts";

/** Saying something to the others in a thread. What the server does not take comes back into the draft. */
export function useComments(threadId: string, draft: Draft, mayManage: boolean) {
  const session = useSession();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set());
  const add = useCallback(
    async (text: string) => {
      if (text.length > maxCommentChars) {
        draft.giveBack(text);
        return setRefusal(`A comment has at most ${maxCommentChars.toLocaleString("en")} characters.`);
      }
      try {
        const said = { threadId, text, clientCommentId: crypto.randomUUID() };
        const { comment } = await session.request("skein/thread/comment/add", said);
        setMine((before) => new Set(before).add(comment.id));
        setRefusal(null);
      } catch (error) {
        draft.giveBack(text);
        setRefusal(error instanceof Error ? error.message : String(error));
      }
    },
    [session, threadId, draft],
  );
  const rows = useMemo(
    (): NonNullable<TimelineActions["comments"]> => ({
      // A viewer is not told whose a comment is, and knows those that this page has sent.
      mayRemove: ({ id, author }) =>
        mayManage || mine.has(id) || (author.userId !== null && author.userId === session.userId),
      remove: async (commentId) => {
        try {
          await session.request("skein/thread/comment/delete", { threadId, commentId });
        } catch (error) {
          setRefusal(error instanceof Error ? error.message : String(error));
        }
      },
    }),
    [session, threadId, mayManage, mine],
  );
  return { add, rows, refusal };
}
