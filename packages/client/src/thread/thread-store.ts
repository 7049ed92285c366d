/**
 * One thread outside React: its timeline, kept up to date over any number of connections.
 *
 * While `thread/resume` is under way, everything else that arrives waits in the inbox: its answer is a promise and may
 * be seen after frames that the server sent behind it. Each resume has a number; an answer to an earlier one is dropped.
 */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { ThreadEvents } from "@skein/protocol/replay";
import type { ServerRequestMethod, ServerRequestResponse } from "@skein/protocol/server-requests";
import { applyApprovalRequested } from "@skein/timeline/reduce/approval-events";
import { applyFrame } from "@skein/timeline/reduce/frame";
import { loadPage, openTimeline } from "@skein/timeline/reduce/page";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import { NotConnected } from "../connection/not-connected.ts";
import { Observable } from "../observable.ts";
import type { RpcClient, ServerRequest } from "../rpc/rpc-client.ts";
import { ConnectionLost } from "../rpc/rpc-error.ts";
import type { Scheduler } from "../scheduler.ts";
import { pendingApprovalOf } from "./pending-approval.ts";
import { readPage, readThreadState } from "./read-page.ts";
import { cursorAt } from "./replay-cursor.ts";
import type { ThreadNotification } from "./thread-notification.ts";
import { initialSnapshot, type ThreadPhase, type ThreadSnapshot } from "./thread-snapshot.ts";

export interface ThreadStoreOptions {
  readonly threadId: string;
  readonly rpc: Pick<RpcClient, "request" | "respond">;
  readonly schedule: Scheduler;
  /** Turns per page. */
  readonly pageTurns: number;
}

type Approvals = Exclude<ServerRequestMethod, "item/tool/requestUserInput">;
export type ApprovalDecision = ServerRequestResponse<Approvals>["decision"];

/** How often in a row a page or a range may miss its mark before the person is told. */
const maxTries = 5;

export class ThreadStore {
  readonly threadId: string;
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => ThreadSnapshot;
  readonly #options: ThreadStoreOptions;
  readonly #state: Observable<ThreadSnapshot>;
  /** As the server gave it last; the timeline knows how far it has been used. */
  #cursor: string | null = null;
  #resumeNumber = 0;
  #isResuming = false;
  #inbox: (() => void)[] = [];
  #gapsInARow = 0;

  constructor(options: ThreadStoreOptions) {
    this.threadId = options.threadId;
    this.#options = options;
    this.#state = new Observable(initialSnapshot(options.threadId), options.schedule);
    this.subscribe = this.#state.subscribe;
    this.getSnapshot = this.#state.getSnapshot;
  }

  /** A connection is there, a first one or another. */
  connected(): void {
    if (this.#state.value.phase.type !== "deleted") void this.#resume();
  }

  disconnected(): void {
    this.#resumeNumber += 1;
    this.#isResuming = false;
    this.#inbox = [];
    if (this.#state.value.phase.type === "live") this.#change({ phase: { type: "catchingUp" } });
  }

  /** After `failed`. */
  retry(): void {
    if (this.#state.value.phase.type === "failed") void this.#resume();
  }

  receiveFrame(frame: ThreadEvents): void {
    this.#take(() => this.#applyFrame(frame));
  }

  receiveNotification(notification: ThreadNotification): void {
    this.#take(() => this.#applyNotification(notification));
  }

  receiveRequest(request: ServerRequest): void {
    this.#take(() => {
      const approval = pendingApprovalOf(request);
      const { timeline } = this.#state.value;
      if (approval === null || timeline === null) return;
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

  startTurn(params: Omit<ParamsInput<"turn/start">, "threadId">): Promise<ResultOf<"turn/start">> {
    return this.#options.rpc.request("turn/start", { threadId: this.threadId, ...params });
  }

  steer(params: Omit<ParamsInput<"turn/steer">, "threadId">): Promise<ResultOf<"turn/steer">> {
    return this.#options.rpc.request("turn/steer", { threadId: this.threadId, ...params });
  }

  interrupt(turnId: string): Promise<ResultOf<"turn/interrupt">> {
    return this.#options.rpc.request("turn/interrupt", { threadId: this.threadId, turnId });
  }

  /** Throws `NotConnected`; whether the answer counted shows when the approval is no longer pending. */
  answerApproval(requestId: RequestId, decision: ApprovalDecision): void {
    this.#options.rpc.respond(requestId, { decision });
  }

  async #resume(): Promise<void> {
    this.#resumeNumber += 1;
    const number = this.#resumeNumber;
    this.#isResuming = true;
    this.#change({ phase: { type: this.#state.value.timeline === null ? "loading" : "catchingUp" } });
    try {
      const resumed = await this.#askToResume();
      const timeline = number === this.#resumeNumber ? await this.#timelineAfter(resumed) : null;
      if (number === this.#resumeNumber && timeline !== null) this.#goOn(resumed, timeline);
    } catch (error) {
      if (number === this.#resumeNumber) this.#resumeFailed(error as Error);
    }
  }

  /** Without a cursor the newest page comes along with the answer. */
  #askToResume(): Promise<ResultOf<"thread/resume">> {
    const { timeline } = this.#state.value;
    const cursor = timeline === null || this.#cursor === null ? null : cursorAt(this.#cursor, timeline.seq);
    const limit = this.#options.pageTurns;
    return this.#options.rpc.request("thread/resume", {
      threadId: this.threadId,
      excludeTurns: true,
      replay: { cursor },
      ...(cursor === null ? { initialTurnsPage: { limit, itemsView: "full", sortDirection: "desc" } } : {}),
    });
  }

  async #timelineAfter(resumed: ResultOf<"thread/resume">): Promise<Timeline> {
    const { timeline } = this.#state.value;
    if (resumed.replay === undefined) throw new Error("the server did not answer with a replay verdict");
    if (resumed.replay.verdict === "continue" && timeline !== null) return timeline;
    const state = readThreadState(resumed.thread);
    if (resumed.initialTurnsPage !== null && resumed.asOf !== undefined) {
      return openTimeline(readPage(resumed.initialTurnsPage, resumed.asOf), state);
    }
    return openTimeline(await this.#requestPage(null), state);
  }

  #goOn(resumed: ResultOf<"thread/resume">, timeline: Timeline): void {
    const { thread, model, modelProvider, cwd, approvalPolicy, sandbox, reasoningEffort } = resumed;
    this.#cursor = resumed.replay?.cursor ?? null;
    this.#change({
      phase: { type: timeline.seq >= (resumed.asOf ?? 0) ? "live" : "catchingUp" },
      timeline,
      thread,
      configuration: { model, modelProvider, cwd, approvalPolicy, sandbox, reasoningEffort },
      status: thread.status,
    });
    this.#isResuming = false;
    while (!this.#isResuming && this.#inbox.length > 0) this.#inbox.shift()?.();
  }

  /** A lost connection is no failure: the next one resumes again. */
  #resumeFailed(error: Error): void {
    this.#isResuming = false;
    this.#inbox = [];
    if (error instanceof ConnectionLost || error instanceof NotConnected) return;
    this.#change({ phase: { type: "failed", error } });
  }

  #take(work: () => void): void {
    if (this.#isResuming) this.#inbox.push(work);
    else work();
  }

  #applyFrame(frame: ThreadEvents): void {
    const { timeline, phase } = this.#state.value;
    if (timeline === null || phase.type === "failed" || phase.type === "deleted") return;
    const result = applyFrame(timeline, frame);
    if (result.kind === "gap") {
      this.#healGap(timeline, frame);
      return;
    }
    this.#gapsInARow = 0;
    this.#change({ timeline: result.timeline, phase: frame.upToDate ? live : phase });
  }

  #healGap(timeline: Timeline, frame: ThreadEvents): void {
    this.#gapsInARow += 1;
    if (this.#gapsInARow <= maxTries) {
      void this.#resume();
      return;
    }
    const error = new Error(`events ${timeline.seq + 1} to ${frame.from} never came, after ${maxTries} attempts`);
    this.#change({ phase: { type: "failed", error } });
  }

  #applyNotification(notification: ThreadNotification): void {
    const { timeline } = this.#state.value;
    switch (notification.method) {
      case "thread/status/changed":
        this.#change({ status: notification.params.status });
        break;
      case "thread/deleted":
        this.#change({ phase: { type: "deleted" } });
        break;
      case "thread/tokenUsage/updated":
        if (timeline !== null && timeline.tokenUsage === null) {
          this.#change({ timeline: { ...timeline, tokenUsage: notification.params.tokenUsage } });
        }
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

  async #requestPage(cursor: string | null) {
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
