/**
 * Turns that no prompt starts. What is not offered ends as a failed turn that says so, since the stock terminal client
 * ends itself when one of these methods answers with an error.
 */
import { errors } from "@skein/protocol/errors";
import type { ThreadHost } from "../thread/thread-host.ts";
import { actorOf } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, hostOf, keyOf, type ThreadServices } from "./thread-services.ts";
import { orRefuse } from "./thread-settings.ts";
import { presentBegun } from "./turn.ts";

type Methods = "thread/shellCommand" | "thread/compact/start" | "review/start";

export function specialTurnHandlers(services: ThreadServices): Handlers<Methods> {
  const openHost = async (call: MethodCall, threadId: string): Promise<ThreadHost> => {
    const key = keyOf(call.principal, threadId);
    const record = await findThread(services, key, errors.threadNotFound);
    if (record.archivedAtMs !== null) refuse(errors.threadArchived(key.threadId));
    return hostOf(services, key, errors.threadNotFound);
  };
  const refuseTurn = async (call: MethodCall, threadId: string, what: string): Promise<string> => {
    const host = await openHost(call, threadId);
    const { message } = errors.unsupported(what);
    if (host.activeTurnId !== null) refuse(errors.unsupported(`${what} while a turn is running`));
    return host.refuseTurn(message, actorOf(call));
  };

  return {
    "thread/shellCommand": async ({ threadId, command, timeoutMs }, call) => {
      if (command.trim() === "") refuse(errors.emptyInput());
      const host = await openHost(call, threadId);
      const userCommand = { command, timeoutMs: timeoutMs ?? null };
      await orRefuse(host.settings.cwd, () => host.runUserCommand(userCommand, actorOf(call)));
      return {};
    },

    "thread/compact/start": async ({ threadId }, call) => {
      await refuseTurn(call, threadId, "compacting a thread's context on demand");
      return {};
    },

    "review/start": async ({ threadId }, call) => {
      const turnId = await refuseTurn(call, threadId, "reviews");
      return { turn: presentBegun(turnId), reviewThreadId: threadId };
    },
  };
}
