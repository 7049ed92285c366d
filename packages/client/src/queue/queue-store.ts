/**
 * The messages that wait in one thread; new ones go through the outbox. The server tells only that they changed, so the list is read again then, and
 * whenever the thread is up to date after it was not: one read at a time, and one more for what came meanwhile.
 */
import type { ParamsInput } from "@skein/protocol/methods";
import type { QueuedSubmission } from "@skein/protocol/methods/thread-queue";
import { Observable } from "../observable.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { RpcError } from "../rpc/rpc-error.ts";
import type { Scheduler } from "../scheduler.ts";
import type { ThreadStore } from "../thread/thread-store.ts";
import { movedBy } from "./moved-by.ts";
import { withText } from "./queued-text.ts";

export interface QueueStoreOptions {
  readonly threadId: string;
  readonly rpc: Pick<RpcClient, "request">;
  readonly thread: Pick<ThreadStore, "subscribe" | "getSnapshot">;
  readonly schedule: Scheduler;
}

type QueueCommand = `thread/queue/${"update" | "delete" | "reorder" | "start"}`;

/** More than the server lets wait. */
const pageLimit = 200;

export class QueueStore {
  readonly subscribe: (listener: () => void) => () => void;
  /** First the one that starts next; null until the list was read. */
  readonly getSnapshot: () => readonly QueuedSubmission[] | null;
  readonly #options: QueueStoreOptions;
  readonly #state: Observable<readonly QueuedSubmission[] | null>;
  /** What the list was last read for; null: read it when the thread is next up to date. */
  #readAt: number | null = null;
  #isReading = false;
  #isStale = false;

  constructor(options: QueueStoreOptions) {
    this.#options = options;
    this.#state = new Observable<readonly QueuedSubmission[] | null>(null, options.schedule);
    this.subscribe = this.#state.subscribe;
    this.getSnapshot = this.#state.getSnapshot;
  }

  /** Keeps the list up to date until the returned function is called. */
  watch(): () => void {
    const leave = this.#options.thread.subscribe(() => this.#look());
    this.#look();
    return leave;
  }

  async changeText(id: string, text: string): Promise<void> {
    const message = this.#state.value?.find((candidate) => candidate.id === id);
    if (message === undefined) return;
    await this.#request("thread/queue/update", { queuedSubmissionId: id, input: withText(message.input, text) });
  }

  async remove(id: string): Promise<void> {
    await this.#request("thread/queue/delete", { queuedSubmissionId: id });
  }

  /** By so many places down. What is shown moves at once, and back when the server refuses. */
  async move(id: string, places: number): Promise<void> {
    const before = this.#state.value ?? [];
    const after = movedBy(before, id, places);
    if (after === before) return;
    this.#state.value = after;
    await this.#request("thread/queue/reorder", { queuedSubmissionIds: after.map((message) => message.id) });
  }

  /** To the turn that runs, or to one of its own. A message that has just started by itself is what was wanted. */
  async sendNow(id: string): Promise<void> {
    try {
      await this.#request("thread/queue/start", { queuedSubmissionId: id, steer: true });
    } catch (error) {
      if (!(error instanceof RpcError && error.kind === "queuedMessageNotFound")) throw error;
    }
  }

  async #request<M extends QueueCommand>(method: M, params: Omit<ParamsInput<M>, "threadId">): Promise<void> {
    const { rpc, threadId } = this.#options;
    try {
      await rpc.request(method, { threadId, ...params } as unknown as ParamsInput<M>);
    } finally {
      this.#read();
    }
  }

  #look(): void {
    const { phase, timeline } = this.#options.thread.getSnapshot();
    if (phase.type !== "live" || timeline === null) {
      this.#readAt = null;
    } else if (this.#readAt !== timeline.queueChangedAt) {
      this.#readAt = timeline.queueChangedAt;
      this.#read();
    }
  }

  #read(): void {
    this.#isStale = true;
    if (!this.#isReading) void this.#readUntilFresh();
  }

  async #readUntilFresh(): Promise<void> {
    const { rpc, threadId } = this.#options;
    this.#isReading = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        const { data } = await rpc.request("thread/queue/list", { threadId, limit: pageLimit });
        if (!this.#isStale) this.#state.value = data;
      }
    } catch {
      // The connection went: the list is read again when the thread is up to date. What is shown stays.
      this.#readAt = null;
    } finally {
      this.#isReading = false;
    }
  }
}
