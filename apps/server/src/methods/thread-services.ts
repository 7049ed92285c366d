/** What the handlers of threads and turns share. */

import type { Clock, Ids } from "@skein/core/ports";
import { errors, type ProtocolError } from "@skein/protocol/errors";
import type { Thread } from "@skein/protocol/thread";
import { parseThreadId } from "@skein/protocol/thread-id";
import type { Turn } from "@skein/protocol/turn";
import type { Principal } from "../identity/principal.ts";
import type { ThreadRecord } from "../log/thread-record.ts";
import type { Models } from "../model/models.ts";
import type { Subscriptions, ThreadKey } from "../subscription/subscriptions.ts";
import { presentThread } from "../thread/present-thread.ts";
import type { ThreadDirectory } from "../thread/thread-directory.ts";
import type { ThreadHost } from "../thread/thread-host.ts";
import type { ThreadManager } from "../thread/thread-manager.ts";
import type { Workspaces } from "../workspace/workspaces.ts";
import type { Worktrees } from "../workspace/worktrees.ts";
import type { KeyedCommands } from "./keyed-commands.ts";
import type { Owners } from "./owner/owners.ts";
import { refuse } from "./request-error.ts";

export interface ThreadServices {
  readonly directory: ThreadDirectory;
  readonly commands: KeyedCommands;
  readonly manager: ThreadManager;
  readonly subscriptions: Subscriptions;
  readonly owners: Owners;
  readonly workspaces: Workspaces;
  readonly worktrees: Worktrees;
  readonly models: Models;
  /** Commands of the tenant may connect to somewhere, unless their thread says otherwise. */
  allowsNetwork(tenantId: string): Promise<boolean>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of the database; cursors carry it. */
  readonly incarnation: string;
}

/** How a method says that a thread is unknown, which is also how it says that it is somebody else's. */
export type NotFound = (threadId: string) => ProtocolError;

export function keyOf(principal: Principal, threadId: string): ThreadKey {
  const parsed = parseThreadId(threadId);
  if (!parsed.ok) refuse(errors.invalidThreadId(parsed.detail));
  return { tenantId: principal.tenantId, threadId: parsed.threadId };
}

export async function findThread(
  { directory }: ThreadServices,
  key: ThreadKey,
  notFound: NotFound,
): Promise<ThreadRecord> {
  return (await directory.find(key)) ?? refuse(notFound(key.threadId));
}

/** The thread's host, loaded if need be. */
export async function hostOf({ manager }: ThreadServices, key: ThreadKey, notFound: NotFound): Promise<ThreadHost> {
  return (await manager.host(key)) ?? refuse(notFound(key.threadId));
}

export function presentRecord({ manager }: ThreadServices, record: ThreadRecord, turns: readonly Turn[] = []): Thread {
  return presentThread(record, manager.statusOf(record), turns);
}
