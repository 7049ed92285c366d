/** Makes a thread of the events of another one, of this database or of a different one. */
import { evolve, initialState, type ThreadState } from "@skein/core/thread/evolve";
import { deriveCopyEnd } from "@skein/core/thread/recover";
import type { NewThreadEvent, ThreadEvent } from "@skein/timeline/event";
import { deriveApprovals } from "@skein/timeline/project/derive-approvals";
import { deriveProjection } from "@skein/timeline/project/derive-projection";
import { dropSettledTurns } from "@skein/timeline/reduce/drop-settled";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import { uuidv7 } from "uuidv7";
import type { Transaction } from "../database/pools.ts";
import { createThread, firstFence, type NewThread } from "../log/create-thread.ts";
import { encodeAppend, encodeBatch } from "../log/encode-append.ts";
import { referToBlobs } from "../log/refer-to-blobs.ts";

export interface ImportedThread {
  /** null: a new id. The caller has seen that no thread has it. */
  readonly id: string | null;
  readonly name: string | null;
  readonly preview: string;
  readonly createdAtMs: number;
  readonly source: string;
  readonly threadSource: string | null;
  readonly originator: string;
  /** Where it goes on; null: wherever it was, if that is here. */
  readonly workspace: { readonly id: string; readonly root: string } | null;
}

/** Events may be large; a page of them is held in memory. */
const pageEvents = 50;
const owner = { nodeId: "import", leaseSeconds: 3600 };

interface Progress {
  readonly threadId: string;
  readonly headSeq: number;
  readonly state: ThreadState;
  readonly timeline: Timeline;
}

/**
 * In a transaction of the tenant. Places are given anew, without the holes of compaction. A turn that was running does not go on: it
 * is interrupted in the copy, and what it had begun is left to the original. A kept id gets a log epoch that no cursor has.
 */
export async function importThread(
  sql: Transaction,
  thread: ImportedThread,
  stored: AsyncIterable<StoredEvent>,
): Promise<{ readonly threadId: string; readonly events: number }> {
  const threadId = thread.id ?? uuidv7();
  let progress: Progress | null = null;
  let waiting: NewThreadEvent[] = [];
  for await (const event of stored) {
    const { seq: _, ...lifted } = upcast(event);
    if (progress === null) progress = await begin(sql, thread, threadId, lifted as NewThreadEvent);
    else waiting.push(lifted as NewThreadEvent);
    if (progress === null || waiting.length < pageEvents) continue;
    progress = await append(sql, progress, waiting);
    waiting = [];
  }
  if (progress === null) throw new TypeError("the log is empty");
  progress = await append(sql, progress, waiting);
  progress = await append(sql, progress, closing(progress.state, thread));
  await release(sql, threadId, thread);
  return { threadId, events: progress.headSeq };
}

async function begin(
  sql: Transaction,
  { workspace, id: _, ...facts }: ImportedThread,
  threadId: string,
  event: NewThreadEvent,
): Promise<Progress> {
  if (event.type !== "thread.created") throw new TypeError("the log does not begin with the thread");
  const { settings } = event;
  const thread: NewThread = {
    ...facts,
    ...{ id: threadId, settings, workspaceId: workspace?.id ?? null },
    ...{ ephemeral: false, forkedFromId: null, createdBy: null },
  };
  const placed = { ...event, seq: 1 } as ThreadEvent;
  const projection = deriveProjection(emptyTimeline, threadId, [placed]);
  await createThread(sql, thread, owner, { events: [event], projection });
  return { threadId, headSeq: 1, state: evolve(initialState, placed), timeline: projection.after };
}

async function append(sql: Transaction, before: Progress, events: readonly NewThreadEvent[]): Promise<Progress> {
  if (events.length === 0) return before;
  const { threadId, headSeq } = before;
  const placed = events.map((event, index) => ({ ...event, seq: headSeq + index + 1 }) as ThreadEvent);
  const projection = deriveProjection(before.timeline, threadId, placed);
  const approvals = deriveApprovals(events, before.state.openTurn?.actor ?? null);
  const place = { threadId, fence: firstFence, expectedSeq: headSeq };
  const rows = encodeBatch([encodeAppend({ ...place, events, projection, approvals })]);
  await referToBlobs(sql, threadId, rows.blobs);
  const [reply] = await sql<{ appended: boolean }[]>`
    select * from append_events(${rows.entries}, ${rows.events}, ${rows.turns}, ${rows.items}, ${rows.commands}, '', ${rows.approvals})`;
  if (reply?.appended !== true) throw new Error(`the events of thread ${threadId} do not continue its log`);
  const state = placed.reduce(evolve, before.state);
  return { threadId, headSeq: headSeq + events.length, state, timeline: dropSettledTurns(projection.after) };
}

function closing(state: ThreadState, { workspace }: ImportedThread): readonly NewThreadEvent[] {
  const at = Date.now();
  const closed = deriveCopyEnd(state, at);
  const settings = workspace === null ? null : { ...state.settings, cwd: workspace.root };
  const moved = settings === null ? [] : [{ type: "settings.changed" as const, settings }];
  // What waits in the original was said to the original.
  const dropped = state.queue.messages.map(({ id }) => ({ type: "queue.removed", messageId: id }) as const);
  return [...closed, ...moved, ...dropped].map((event) => ({ ...event, at }));
}

async function release(sql: Transaction, threadId: string, { id, name, preview }: ImportedThread): Promise<void> {
  const epoch = id === null ? null : Date.now();
  await sql`
    update threads set owner_node = null, lease_until = null, log_epoch = coalesce(${epoch}::bigint, log_epoch),
      name = ${name}, preview = ${preview}
    where tenant_id = current_tenant() and id = ${threadId}`;
}
