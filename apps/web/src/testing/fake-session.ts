/** A session without a server: fixed state, and requests that answer at once. For the fixtures page. */
import type { ConnectionState } from "@skein/client/connection/state";
import type { OutboxEntry } from "@skein/client/outbox/entry";
import type { ThreadPhase, ThreadSnapshot } from "@skein/client/thread/thread-snapshot";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { MethodName, ResultOf } from "@skein/protocol/methods";
import type { ServerNotification } from "@skein/protocol/notifications";
import type { PresentPeople } from "@skein/protocol/notifications/presence";
import type { DatabaseStatus } from "@skein/protocol/notifications/server";
import type { Right } from "@skein/protocol/right";
import type { Thread } from "@skein/protocol/thread";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import type { Person } from "../session/person.ts";
import type { Session, Store, ThreadStore } from "../session/session.ts";
import { fixtureAnswers } from "./answers.ts";
import { fixtureUserId } from "./approvals.ts";

const allRights: readonly Right[] = ["read", "prompt", "approve", "manage"];

export interface FakeSessionOptions {
  readonly connection: ConnectionState;
  readonly database?: DatabaseStatus;
  readonly threads: readonly Thread[];
  readonly timeline: Timeline;
  readonly outbox?: readonly OutboxEntry[];
  /** What the reader is besides a local user. */
  readonly person?: Partial<Person>;
  /** The reader's, on the thread. */
  readonly rights?: readonly Right[];
  /** Who has the thread open. */
  readonly people?: readonly PresentPeople[];
  readonly phase?: ThreadPhase;
  /** What the server says outside of frames, to everyone who listens. */
  readonly said?: readonly ServerNotification[];
  /** In place of what the fixtures' server answers. */
  readonly answers?: Partial<Record<MethodName, unknown>>;
  /** Called with the timeline's setter once a thread is open, for fixtures that move. */
  readonly play?: ((change: (timeline: Timeline) => void) => void) | undefined;
}

function storeOf<T>(value: T): Store<T> & { set(value: T): void } {
  const listeners = new Set<() => void>();
  let current = value;
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => current,
    set: (next) => {
      current = next;
      for (const listener of listeners) listener();
    },
  };
}

export function fakeSession({
  connection,
  database = { state: "available" },
  threads,
  timeline,
  outbox = [],
  rights = allRights,
  people = [],
  phase = { type: "live" },
  said = [],
  answers = {},
  play,
}: FakeSessionOptions): Session {
  const list = storeOf({ phase: { type: "ready" as const }, threads, hasMore: false });
  const thread = threads[0]!;
  const snapshot: ThreadSnapshot = {
    threadId: thread.id,
    phase,
    timeline,
    thread,
    configuration: {
      model: "demo",
      modelProvider: "demo",
      cwd: thread.cwd,
      approvalPolicy: "on-request",
      sandbox: {
        type: "workspaceWrite",
        writableRoots: [],
        networkAccess: false,
        excludeTmpdirEnvVar: false,
        excludeSlashTmp: false,
      },
      reasoningEffort: null,
    },
    status: thread.status,
    rights,
    people,
    older: { type: "idle" },
  };
  const state = storeOf(snapshot);
  play?.((next) => state.set({ ...state.getSnapshot(), timeline: next }));
  const store: ThreadStore = {
    ...state,
    interrupt: async () => ({}),
    answerApproval: settle,
    answerQuestions: settle,
    loadOlder: async () => {},
    retry: () => {},
    type: () => {},
  };
  function settle(requestId: RequestId): void {
    const now = state.getSnapshot();
    const pendingApprovals = now.timeline!.pendingApprovals.filter((approval) => approval.requestId !== requestId);
    setTimeout(() => state.set({ ...now, timeline: { ...now.timeline!, pendingApprovals } }), 600);
  }
  return {
    userId: fixtureUserId,
    state: storeOf(connection),
    database: storeOf(database),
    answers: storeOf(new Map()),
    outbox: {
      ...storeOf(outbox),
      hasRoomFor: () => true,
      post: () => new Promise(() => {}),
      retry: () => {},
      discard: () => {},
    },
    retryNow: () => {},
    onNotification: (listener) => {
      for (const notification of said) setTimeout(() => listener(notification));
      return () => {};
    },
    threads: { ...list, reload: async () => {}, loadMore: async () => {} },
    openThread: () => store,
    closeThread: () => {},
    request: async <M extends MethodName>(method: M) => {
      const answer = { ...(fixtureAnswers as Partial<Record<MethodName, unknown>>), ...answers }[method];
      if (answer === undefined) throw new Error(`the fixtures have no answer to ${method}`);
      return answer as ResultOf<M>;
    },
  };
}
