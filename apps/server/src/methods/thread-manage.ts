import { errors } from "@skein/protocol/errors";
import type { ThreadEventBody } from "@skein/timeline/event";
import type { ThreadRecord } from "../log/thread-record.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { actingBy, actorOf } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, hostOf, keyOf, presentRecord, type ThreadServices } from "./thread-services.ts";

type Methods =
  | "thread/archive"
  | "thread/unarchive"
  | "thread/delete"
  | "thread/name/set"
  | "thread/unsubscribe"
  | "thread/readState/update";

const maxNameChars = 500;

export function threadManageHandlers(services: ThreadServices): Handlers<Methods> {
  const { directory, manager, subscriptions } = services;

  const write = async (call: MethodCall, threadId: string, event: ThreadEventBody): Promise<ThreadKey> => {
    const key = keyOf(call.principal, threadId);
    const record = await findThread(services, key, errors.noRolloutFound);
    if (record.ephemeral) refuse(errors.ephemeralUnsupported(event.type));
    const host = await hostOf(services, key, errors.noRolloutFound);
    await host.append([event]);
    return key;
  };

  return {
    "thread/archive": async ({ threadId }, call) => {
      const key = keyOf(call.principal, threadId);
      const record = await findThread(services, key, errors.noRolloutFound);
      if (record.archivedAtMs !== null) return {};
      if (manager.loadedHost(key.threadId)?.activeTurnId)
        refuse(errors.unsupported("archiving while a turn is running"));
      await write(call, threadId, { type: "thread.archived", actor: actorOf(call) });
      return {};
    },

    "thread/unarchive": async ({ threadId }, call) => {
      const key = keyOf(call.principal, threadId);
      const before = await findThread(services, key, errors.noRolloutFound);
      if (before.archivedAtMs !== null) {
        await write(call, threadId, { type: "thread.unarchived", actor: actorOf(call) });
      }
      const record: ThreadRecord = await findThread(services, key, errors.noRolloutFound);
      return { thread: presentRecord(services, record) };
    },

    "thread/delete": async ({ threadId }, call) => {
      const key = keyOf(call.principal, threadId);
      const { createdBy, workspaceId, cwd } = await findThread(services, key, errors.noRolloutFound);
      const guests = await directory.guests(key);
      await manager.unload(key.threadId);
      if (!(await directory.delete(key, actingBy(call)))) refuse(errors.noRolloutFound(key.threadId));
      if (workspaceId !== null) services.worktrees.remove(key.tenantId, workspaceId, cwd);
      call.afterwards(() => {
        subscriptions.announceToTenant({ ...key, createdBy, guests }, "thread/deleted", { threadId: key.threadId });
        subscriptions.gone(key);
      });
      return {};
    },

    "thread/name/set": async ({ threadId, name }, call) => {
      const trimmed = name.trim();
      if (trimmed.length > maxNameChars) refuse(errors.tooLarge("name", maxNameChars));
      const named = { type: "thread.named", name: trimmed === "" ? null : trimmed } as const;
      await write(call, threadId, { ...named, actor: actorOf(call) });
      return {};
    },

    "thread/unsubscribe": async ({ threadId }, { principal, connection }) => {
      const key = keyOf(principal, threadId);
      if (connection.unfollow(key.threadId)) return { status: "unsubscribed" };
      const exists = (await directory.find(key)) !== null;
      return { status: exists && manager.loadedHost(key.threadId) !== null ? "notSubscribed" : "notLoaded" };
    },

    /** Skein keeps no read marks yet: every thread is read, under one revision that never changes. */
    "thread/readState/update": async ({ threadId }, { principal }) => {
      const key = keyOf(principal, threadId);
      await findThread(services, key, errors.threadNotFound);
      return { readState: { firstUnread: null, revision: key.threadId } };
    },
  };
}
