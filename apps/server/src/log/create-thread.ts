import type { ThreadSettings } from "@skein/timeline/event";
import type { Transaction } from "../database/pools.ts";
import { type Append, CommandRepeated } from "./append.ts";
import { type BatchArguments, encodeAppend, encodeBatch, splitNothing } from "./encode-append.ts";
import { deriveListedSettings } from "./list-patch.ts";
import { cleanText } from "./rows.ts";

/** The row of a thread that is to be. */
export interface NewThread {
  /** A UUIDv7 that no thread has. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly name: string | null;
  readonly preview: string;
  readonly workspaceId: string | null;
  readonly source: string;
  readonly threadSource: string | null;
  readonly originator: string;
  readonly ephemeral: boolean;
  readonly settings: ThreadSettings;
  readonly forkedFromId: string | null;
  readonly createdBy: string | null;
}

export interface FirstOwner {
  readonly nodeId: string;
  readonly leaseSeconds: number;
}

/** What is written together with the thread, all of it or nothing. */
export type FirstAppend = Pick<Append, "events" | "projection" | "receipts">;

/** The fence under which the first owner holds a new thread. */
export const firstFence = 1n;

/**
 * Makes a thread whose log is `first.events`, owned by `owner` under `firstFence`, in the epoch 1. Rejects with `CommandRepeated`, and makes
 * nothing, when the command was carried out before.
 */
export async function createThread(
  sql: Transaction,
  thread: NewThread,
  owner: FirstOwner,
  first: FirstAppend,
): Promise<void> {
  const { entries, events, turns, items, commands } = encodeFirst(thread, 0, first);
  try {
    await sql`select create_thread(${encodeThread(thread)}::text::jsonb, ${JSON.stringify(thread.settings)}, ${owner.nodeId}, ${owner.leaseSeconds},
      ${entries}, ${events}, ${turns}, ${items}, ${commands})`;
  } catch (error) {
    throw repeatedOr(error);
  }
}

export interface ForkSource {
  readonly threadId: string;
  /** The head of the log that the caller read. */
  readonly headSeq: number;
}

/**
 * As `createThread`, after a copy of the source's whole log; `added` continues it. False: the source does not end at `headSeq`, or is
 * no thread of this tenant; nothing was made.
 */
export async function forkThread(
  sql: Transaction,
  source: ForkSource,
  thread: NewThread,
  owner: FirstOwner,
  added: FirstAppend,
): Promise<boolean> {
  const { entries, events, turns, items, commands } = encodeFirst(thread, source.headSeq, added);
  try {
    const [row] = await sql<[{ forked: boolean }]>`
      select fork_thread(${source.threadId}, ${source.headSeq}, ${encodeThread(thread)}::text::jsonb, ${JSON.stringify(thread.settings)}, ${owner.nodeId},
        ${owner.leaseSeconds}, ${entries}, ${events}, ${turns}, ${items}, ${commands}) as forked`;
    return row.forked;
  } catch (error) {
    throw repeatedOr(error);
  }
}

/** False: there is no such thread in this tenant. */
export async function deleteThread(sql: Transaction, threadId: string): Promise<boolean> {
  const [row] = await sql<[{ deleted: boolean }]>`select delete_thread(${threadId}) as deleted`;
  return row.deleted;
}

function encodeFirst(thread: NewThread, expectedSeq: number, first: FirstAppend): BatchArguments {
  const append: Append = { ...first, threadId: thread.id, fence: firstFence, expectedSeq };
  return encodeBatch([encodeAppend(append, splitNothing)]);
}

function encodeThread({ settings, createdAtMs, ...thread }: NewThread): string {
  const columns = {
    ...thread,
    ...deriveListedSettings(settings),
    createdAt: Math.trunc(createdAtMs),
    name: thread.name === null ? null : cleanText(thread.name),
    preview: cleanText(thread.preview),
    originator: cleanText(thread.originator),
  };
  return JSON.stringify(columns);
}

function repeatedOr(error: unknown): unknown {
  const constraint = (error as { constraint_name?: string }).constraint_name;
  return constraint?.startsWith("thread_commands_") === true
    ? new CommandRepeated("a command with this key was carried out before", { cause: error })
    : error;
}
