import type { Comment } from "@skein/protocol/comment";
import { createContext, useContext } from "react";

/** What rows can ask of the page around them. One value per thread, so that rows never re-render for it. */
export interface TimelineActions {
  /** The thread's directory; paths inside it are shown relative to it. */
  readonly root: string;
  /** Where the whole output of a command is downloaded from; null: nowhere. */
  readonly outputAddress: ((itemId: string) => string) | null;
  /** The reader may answer what the agent asks. */
  readonly mayAnswer: boolean;
  readonly toggleFold: (key: string, open: boolean) => void;
  /** Opens the changes panel at a turn; null: there is no such panel here. */
  readonly openChanges: ((turnId: string) => void) | null;
  /** Sends the message of a failed turn again; null: whoever looks on may not. */
  readonly retryTurn: ((turnId: string) => void) | null;
  /** What can be done with comments; null: nothing. */
  readonly comments: {
    readonly mayRemove: (comment: Comment) => boolean;
    readonly remove: (commentId: string) => Promise<void>;
  } | null;
  readonly resend: (clientId: string) => void;
  /** Takes an unsent message away; `edit` puts its text back into the composer. */
  readonly withdraw: (clientId: string, then: "edit" | "delete") => void;
}

export const TimelineActionsContext = createContext<TimelineActions | null>(null);

export function useTimelineActions(): TimelineActions {
  const actions = useContext(TimelineActionsContext);
  if (actions === null) throw new Error("a timeline row stands outside a timeline");
  return actions;
}
