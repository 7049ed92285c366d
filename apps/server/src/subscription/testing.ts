/** A log in memory, and followers that write down what they are sent. */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ThreadEvent } from "@skein/timeline/event";
import type { EventSource, LogPage } from "./event-source.ts";
import type { Follower } from "./follower.ts";
import { textOfFrame } from "./text-frame.ts";

export function chunk(seq: number, text = `<${seq}>`): ThreadEvent {
  const place = { turnId: "turn", itemId: "item", channel: "text", index: 0 } as const;
  return { type: "item.chunk", at: 0, seq, ...place, text };
}

export function diff(seq: number): ThreadEvent {
  return { type: "diff.updated", seq, at: 0, turnId: "turn", diff: `diff of ${seq}` };
}

/** Reads what the array holds at the moment of reading; `head` may lie beyond its last event. */
export class MemoryLog implements EventSource {
  readonly events: ThreadEvent[];
  logEpoch = 1;
  head: number;
  pageEvents = 500;
  reads = 0;
  isDown = false;

  constructor(events: ThreadEvent[] = []) {
    this.events = events;
    this.head = 0;
  }

  async readAfter(seq: number): Promise<LogPage> {
    this.reads += 1;
    const head = Math.max(this.head, this.events.at(-1)?.seq ?? 0);
    const after = this.events.filter((event) => event.seq > seq);
    const events = after.slice(0, this.pageEvents);
    const through = events.length < after.length ? (events.at(-1)?.seq ?? seq) : Math.max(head, seq);
    await Promise.resolve();
    if (this.isDown) throw new Error("the database is away");
    return { events, head, through, logEpoch: this.logEpoch };
  }

  async sizeAfter(seq: number): Promise<number> {
    const after = this.events.filter((event) => event.seq > seq);
    return JSON.stringify(after).length;
  }
}

interface RangeParams {
  readonly from: number;
  readonly to: number;
  readonly cursor: string;
  readonly events: readonly { readonly seq: number }[];
  readonly upToDate: boolean;
}

interface Message {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into params of every kind
  readonly params: any;
}

export class RecordingFollower implements Follower {
  isFull = false;
  readonly messages: Message[] = [];
  /** Ids of the approvals that it was asked, each behind what was sent before. */
  readonly asked: string[] = [];
  readonly settled: RequestId[] = [];
  /** After so many more messages the socket is full. */
  room = Number.POSITIVE_INFINITY;

  send(messages: readonly Buffer[]): void {
    this.messages.push(...messages.map((message) => JSON.parse(textOfFrame(message))));
    this.room -= messages.length;
    if (this.room <= 0) this.isFull = true;
  }

  offer(_about: string, notice: Buffer): void {
    if (!this.isFull) this.send([notice]);
  }

  ask(_threadId: string, { id }: { readonly id: string }): void {
    this.asked.push(id);
  }

  settle(requestId: RequestId): void {
    this.settled.push(requestId);
  }

  advanced(): void {}

  unfollow(): boolean {
    return true;
  }

  get ranges(): readonly RangeParams[] {
    return this.messages.filter(({ method }) => method === "skein/thread/events").map(({ params }) => params);
  }

  /** Every event that it was shown, by its seq. */
  get seqs(): readonly number[] {
    return this.ranges.flatMap(({ events }) => events.map(({ seq }) => seq));
  }

  methods(): readonly string[] {
    return this.messages.map(({ method }) => method);
  }
}
