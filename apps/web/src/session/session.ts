import type { Outbox } from "@skein/client/outbox/outbox";
import type { SkeinClient } from "@skein/client/skein-client";
import type { ThreadStore as ClientThreadStore } from "@skein/client/thread/thread-store";
import type { ThreadListStore } from "@skein/client/thread-list/thread-list-store";

/** State outside React, read with `useStore`. A snapshot is the same object until something changed. */
export interface Store<T> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => T;
}

/** What the screens use of a thread. */
export type ThreadStore = Pick<
  ClientThreadStore,
  "subscribe" | "getSnapshot" | "interrupt" | "answerApproval" | "answerQuestions" | "loadOlder" | "retry" | "type"
>;

/** What the screens use of the client; small enough for the fixtures to imitate. */
export interface Session
  extends Pick<
    SkeinClient,
    "state" | "database" | "answers" | "request" | "closeThread" | "retryNow" | "onNotification"
  > {
  /** Of the person who is signed in. */
  readonly userId: string;
  readonly outbox: Pick<Outbox, "subscribe" | "getSnapshot" | "post" | "retry" | "discard" | "hasRoomFor">;
  readonly threads: Pick<ThreadListStore, "subscribe" | "getSnapshot" | "reload" | "loadMore">;
  openThread(threadId: string): ThreadStore;
}
