/** Threads for tests: events with their projection, folded as the owner of a thread folds them. */
import type { NewThreadEvent, ThreadEvent, ThreadEventBody } from "@skein/timeline/event";
import { deriveApprovals } from "@skein/timeline/project/derive-approvals";
import { deriveProjection } from "@skein/timeline/project/derive-projection";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import { uuidv7 } from "uuidv7";
import type { TestDatabase, TestTenant } from "../database/testing.ts";
import type { Append, AppendedRange } from "./append.ts";
import { createThread, firstFence, type NewThread } from "./create-thread.ts";
import type { EventLog } from "./event-log.ts";

/** 2026-11-20; event times in tests are counted from here. */
const startMs = 1_795_168_621_000;

const settings = {
  model: "demo",
  modelProvider: "demo",
  effort: null,
  summary: null,
  cwd: "/workspaces/one",
  approvalPolicy: "on-request",
  sandbox: { type: "readOnly", networkAccess: false },
  tools: true,
  baseInstructions: null,
  developerInstructions: null,
} as const;

export function newThread(id: string = uuidv7()): NewThread {
  return {
    id,
    createdAtMs: startMs,
    name: null,
    preview: "",
    workspaceId: null,
    source: "appServer",
    threadSource: "user",
    originator: "test",
    ephemeral: false,
    settings,
    forkedFromId: null,
    createdBy: null,
  };
}

const created: ThreadEventBody = {
  type: "thread.created",
  settings,
  source: "appServer",
  threadSource: "user",
  ephemeral: false,
  originator: "test",
  forkedFromId: null,
};

/** The owner of one thread: knows its timeline, head and fence, and appends to it. */
export class ThreadWriter {
  readonly id: string;
  fence: bigint;
  timeline: Timeline;
  headSeq: number;

  constructor(id: string, fence = firstFence, headSeq = 0, timeline: Timeline = emptyTimeline) {
    this.id = id;
    this.fence = fence;
    this.headSeq = headSeq;
    this.timeline = timeline;
  }

  /** The append of these events after the head; the writer moves on only when `committed` is called. */
  prepare(...bodies: readonly ThreadEventBody[]): { append: Append; committed: () => void } {
    const events: NewThreadEvent[] = bodies.map((body, index) => ({ ...body, at: startMs + this.headSeq + index }));
    const placed = events.map((event, index) => ({ ...event, seq: this.headSeq + index + 1 }) as ThreadEvent);
    const projection = deriveProjection(this.timeline, this.id, placed);
    const approvals = deriveApprovals(events, null);
    const append = { threadId: this.id, fence: this.fence, expectedSeq: this.headSeq, events, projection, approvals };
    return {
      append,
      committed: () => {
        this.timeline = projection.after;
        this.headSeq += events.length;
      },
    };
  }

  async write(log: EventLog, ...bodies: readonly ThreadEventBody[]): Promise<AppendedRange> {
    const { append, committed } = this.prepare(...bodies);
    const range = await log.append(append);
    committed();
    return range;
  }
}

/** A thread of the tenant, owned by the node "node-a", whose log holds `thread.created`. */
export async function makeThread(
  database: Pick<TestDatabase, "withTenant">,
  { tenantId }: Pick<TestTenant, "tenantId">,
  change: Partial<NewThread> = {},
): Promise<ThreadWriter> {
  const thread = { ...newThread(), ...change };
  const writer = new ThreadWriter(thread.id);
  const { append, committed } = writer.prepare(created);
  const owner = { nodeId: "node-a", leaseSeconds: 60 };
  await database.withTenant(tenantId, (sql) => createThread(sql, thread, owner, append));
  committed();
  return writer;
}

export function startedMessage(turnId: string, id: string, text = ""): ThreadEventBody {
  return { type: "item.started", turnId, item: { type: "agentMessage", id, text, phase: null } };
}

export function completedMessage(turnId: string, id: string, text: string): ThreadEventBody {
  return { type: "item.completed", turnId, item: { type: "agentMessage", id, text, phase: null }, startedAt: startMs };
}

export function chunk(turnId: string, itemId: string, text: string): ThreadEventBody {
  return { type: "item.chunk", turnId, itemId, channel: "text", index: 0, text };
}

export function startedTurn(turnId: string): ThreadEventBody {
  return { type: "turn.started", turnId, actor: null };
}

export function completedTurn(turnId: string): ThreadEventBody {
  return {
    type: "turn.completed",
    turnId,
    status: "completed",
    error: null,
    startedAt: startMs,
    durationMs: 5,
    finalMessage: null,
  };
}
