import { errors } from "@skein/protocol/errors";
import { record } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { ThreadHost } from "../thread/thread-host.ts";
import { actingBy } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { findThread, keyOf, type ThreadServices } from "./thread-services.ts";

type Methods =
  | "thread/backgroundTerminals/list"
  | "thread/backgroundTerminals/terminate"
  | "thread/backgroundTerminals/clean";

/** A thread that is not loaded runs nothing. */
export function backgroundTerminalHandlers(
  services: ThreadServices & { readonly withTenant: WithTenant },
): Handlers<Methods> {
  const loadedHost = async ({ principal }: MethodCall, threadId: string): Promise<ThreadHost | null> => {
    const key = keyOf(principal, threadId);
    await findThread(services, key, errors.threadNotFound);
    return services.manager.loadedHost(key.threadId);
  };
  const end = (host: ThreadHost, call: MethodCall, threadId: string, processId: string) =>
    host.endBackgroundCommand(processId, (itemId) =>
      services.withTenant(call.principal.tenantId, (sql) => {
        const details = { client: call.connection.client?.name ?? "" };
        return record(sql, actingBy(call), { action: "backgroundCommand.ended", threadId, subject: itemId, details });
      }),
    );

  return {
    "thread/backgroundTerminals/list": async ({ threadId }, call) => {
      const host = await loadedHost(call, threadId);
      return { data: host?.backgroundCommands() ?? [], nextCursor: null };
    },

    "thread/backgroundTerminals/terminate": async ({ threadId, processId }, call) => {
      const host = await loadedHost(call, threadId);
      return { terminated: host !== null && (await end(host, call, threadId, processId)) };
    },

    "thread/backgroundTerminals/clean": async ({ threadId }, call) => {
      const host = await loadedHost(call, threadId);
      if (host === null) return {};
      await Promise.all(host.backgroundCommands().map(({ processId }) => end(host, call, threadId, processId)));
      return {};
    },
  };
}
