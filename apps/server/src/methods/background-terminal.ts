import { errors } from "@skein/protocol/errors";
import type { ThreadHost } from "../thread/thread-host.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { findThread, keyOf, type ThreadServices } from "./thread-services.ts";

type Methods =
  | "thread/backgroundTerminals/list"
  | "thread/backgroundTerminals/terminate"
  | "thread/backgroundTerminals/clean";

/** A thread that is not loaded runs nothing. */
export function backgroundTerminalHandlers(services: ThreadServices): Handlers<Methods> {
  const loadedHost = async ({ principal }: MethodCall, threadId: string): Promise<ThreadHost | null> => {
    const key = keyOf(principal, threadId);
    await findThread(services, key, errors.threadNotFound);
    return services.manager.loadedHost(key.threadId);
  };

  return {
    "thread/backgroundTerminals/list": async ({ threadId }, call) => {
      const host = await loadedHost(call, threadId);
      return { data: host?.backgroundCommands() ?? [], nextCursor: null };
    },

    "thread/backgroundTerminals/terminate": async ({ threadId, processId }, call) => {
      const host = await loadedHost(call, threadId);
      return { terminated: (await host?.endBackgroundCommand(processId)) ?? false };
    },

    "thread/backgroundTerminals/clean": async ({ threadId }, call) => {
      const host = await loadedHost(call, threadId);
      const running = host?.backgroundCommands() ?? [];
      await Promise.all(running.map(({ processId }) => host?.endBackgroundCommand(processId)));
      return {};
    },
  };
}
