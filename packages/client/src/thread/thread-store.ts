/** One thread outside React: its timeline, kept up to date over any number of connections. */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { ThreadEvents } from "@skein/protocol/replay";
import type { UserAnswers } from "@skein/protocol/user-question";
import { applyApprovalRequested } from "@skein/timeline/reduce/approval-events";
import { applyFrame } from "@skein/timeline/reduce/frame";
import { loadPage, openTimeline } from "@skein/timeline/reduce/page";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import type { Clock } from "../connection/clock.ts";
import { Observable } from "../observable.ts";
import type { RpcClient, ServerRequest } from "../rpc/rpc-client.ts";
import type { Scheduler } from "../scheduler.ts";
import type { ApprovalDecision } from "./approval-decision.ts";
import { Follower, type Resumed } from "./follower.ts";
import { pendingApprovalOf } from "./pending-approval.ts";
import { readPage, readThreadState } from "./read-page.ts";
import type { ThreadNotification } from "./thread-notification.ts";
import { initialSnapshot, type ThreadPhase, type ThreadSnapshot } from "./thread-snapshot.ts";
import { TypingSignal } from "./typing-signal.ts";

export interface ThreadStoreOptions {
  readonly threadId: string;
  readonly rpc: Pick<RpcClient, "request">;
  readonly clock: Pick<Clock, "now" | "after" | "random">;
  /** Gives the answer to a request of the server's, now or when it asks again. */
  readonly answer: (requestId: RequestId, result: unknown) => void;
  /** Its timeline begins anew, with whatever was committed until then. */
  readonly onLoaded: (threadId: string) => void;
  readonly schedule: Scheduler;
  /** Turns per page. */
  readonly pageTurns: number;
}

/** How often a page may miss its mark before the person is told. */
const maxTries = 5;

export class ThreadStore {
  readonly threadId: string;
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => ThreadSnapshot;
  readonly #options: ThreadStoreOptions;
  readonly #state: Observable<ThreadSnapshot>;
  readonly #follower: Follower;
  readonly #typing: TypingSignal;

  constructor(options: ThreadStoreOptions) {
    this.threadId = options.threadId;
    this.#options = options;
    this.#state = new Observable(initialSnapshot(options.threadId), options.schedule);
    this.subscribe = this.#state.subscribe;
    this.getSnapshot = this.#state.getSnapshot;
    this.#follower = new Follower({
      ...{ threadId: options.threadId, rpc: options.rpc, clock: options.clock },
      seq: () => this.#state.value.timeline?.seq ?? null,
      resumeParams: (cursor) => this.#pageParams(cursor),
      resuming: () => this.#change({ phase: { type: this.#state.value.timeline === null ? "loading" : "catchingUp" } }),
      accept: (resumed) => this.#goOn(resumed),
      apply: (frame) => this.#applyFrame(frame),
      failed: (error) => this.#change({ phase: { type: "failed", error } }),
    });
    this.#typing = new TypingSignal(options.clock, (typing) => {
      const params = { threadId: options.threadId, typing };
      // Safe to lose, and no matter of the person's.
      options.rpc.request("skein/thread/typing", params).catch(() => {});
    });
  }

  /** The person writes something here, or has stopped; may be said at every key. */
  type(typing: boolean): void {
    this.#typing.says(typing);
  }

  /** A connection is there, a first one or another. */
  connected(): void {
    if (this.#state.value.phase.type !== "deleted") this.#follower.connected();
  }

  disconnected(): void {
    this.#follower.disconnected();
    this.#typing.forget();
    if (this.#state.value.people.length > 0) this.#change({ people: [] });
    if (this.#state.value.phase.type === "live") this.#change({ phase: { type: "catchingUp" } });
  }

  /** The server cannot go on by itself: it has to be asked. */
  resume(): void {
    const { type } = this.#state.value.phase;
    if (type !== "failed" && type !== "deleted") this.#follower.resume();
  }

  /** After `failed`. */
  retry(): void {
    if (this.#state.value.phase.type === "failed") this.#follower.resume();
  }

  receiveFrame(frame: ThreadEvents): void {
    const { type } = this.#state.value.phase;
    if (type !== "failed" && type !== "deleted") this.#follower.receiveFrame(frame);
  }

  receiveNotification(notification: ThreadNotification): void {
    this.#follower.take(() => this.#applyNotification(notification));
  }

  receiveRequest(request: ServerRequest): void {
    this.#follower.take(() => {
      const { timeline } = this.#state.value;
      if (timeline === null) return;
      const approval = pendingApprovalOf(request, this.#options.clock.now());
      this.#change({ timeline: applyApprovalRequested(timeline, approval) });
    });
  }

  /** Loads the page before the window; says in `older` how it went. */
  async loadOlder(): Promise<void> {
    const { timeline, older } = this.#state.value;
    if (timeline === null || timeline.window.olderCursor === null || older.type === "loading") return;
    this.#change({ older: { type: "loading" } });
    try {
      await this.#loadBefore(timeline.window.olderCursor);
      this.#change({ older: { type: "idle" } });
    } catch (error) {
      this.#change({ older: { type: "failed", error: error as Error } });
    }
  }

  interrupt(turnId: string): Promise<ResultOf<"turn/interrupt">> {
    return this.#options.rpc.request("turn/interrupt", { threadId: this.threadId, turnId });
  }

  /** Whether the answer counted shows when the approval is no longer pending. */
  answerApproval(requestId: RequestId, decision: ApprovalDecision): void {
    this.#options.answer(requestId, { decision });
  }

  /** As `answerApproval`, where the approval is of the kind `questions`. A question without an entry is left open. */
  answerQuestions(requestId: RequestId, answers: UserAnswers): void {
    this.#options.answer(requestId, { answers });
  }

  /** Without a cursor the newest page comes along with the answer. */
  #pageParams(cursor: string | null): Partial<ParamsInput<"thread/resume">> {
    if (cursor !== null) return {};
    return { initialTurnsPage: { limit: this.#options.pageTurns, itemsView: "full", sortDirection: "desc" } };
  }

  #timelineAfter(resumed: Resumed): Timeline {
    const { timeline } = this.#state.value;
    if (resumed.replay.verdict === "continue" && timeline !== null) return timeline;
    if (resumed.initialTurnsPage === null || resumed.asOf === undefined) {
      throw new Error("the server sent no page to begin with");
    }
    return openTimeline(readPage(resumed.initialTurnsPage, resumed.asOf), readThreadState(resumed));
  }

  #goOn(resumed: Resumed): void {
    const timeline = this.#timelineAfter(resumed);
    const isLoaded = timeline !== this.#state.value.timeline;
    const { thread, model, modelProvider, cwd, approvalPolicy, sandbox, reasoningEffort } = resumed;
    this.#change({
      phase: { type: timeline.seq >= (resumed.asOf ?? 0) ? "live" : "catchingUp" },
      timeline,
      thread,
      configuration: { model, modelProvider, cwd, approvalPolicy, sandbox, reasoningEffort },
      status: thread.status,
      rights: resumed.rights ?? null,
    });
    if (isLoaded) this.#options.onLoaded(this.threadId);
  }

  #applyFrame(frame: ThreadEvents): void {
    const { timeline, phase } = this.#state.value;
    if (timeline === null) return;
    const result = applyFrame(timeline, frame);
    if (result.kind === "applied") this.#change({ timeline: result.timeline, phase: frame.upToDate ? live : phase });
  }

  #applyNotification(notification: ThreadNotification): void {
    switch (notification.method) {
      case "thread/status/changed":
        this.#change({ status: notification.params.status });
        break;
      case "skein/thread/access/changed":
        this.#change({ rights: notification.params.rights });
        break;
      case "skein/thread/presence":
        this.#change({ people: notification.params.people });
        break;
      case "thread/deleted":
        this.#change({ phase: { type: "deleted" }, people: [] });
        break;
    }
  }

  async #loadBefore(cursor: string): Promise<void> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const page = await this.#requestPage(cursor);
      const { timeline } = this.#state.value;
      if (timeline?.window.olderCursor !== cursor) return;
      const result = loadPage(timeline, page);
      if (result.kind === "applied") {
        this.#change({ timeline: result.timeline });
        return;
      }
    }
    throw new Error("the page kept changing while it was read");
  }

  async #requestPage(cursor: string) {
    const { rpc, pageTurns: limit } = this.#options;
    const params = { threadId: this.threadId, cursor, limit, sortDirection: "desc", itemsView: "full" } as const;
    const page = await rpc.request("thread/turns/list", params);
    if (page.asOf === undefined) throw new Error("the server sent a page without the seq that it reflects");
    return readPage(page, page.asOf);
  }

  #change(patch: Partial<ThreadSnapshot>): void {
    this.#state.value = { ...this.#state.value, ...patch };
  }
}

const live: ThreadPhase = { type: "live" };
