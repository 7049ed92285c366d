import type { TurnUserInput } from "@skein/core/turn/turn-control";
import { errors } from "@skein/protocol/errors";
import type { ParamsOf } from "@skein/protocol/methods";
import type { Turn } from "@skein/protocol/turn";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { readInput } from "../thread/read-input.ts";
import type { StartTurn, ThreadHost } from "../thread/thread-host.ts";
import { actorOf } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, hostOf, keyOf, type ThreadServices } from "./thread-services.ts";
import { changeTurnSettings, orRefuse } from "./thread-settings.ts";

type Message = Pick<ParamsOf<"turn/steer">, "input" | "clientUserMessageId">;

export function turnHandlers(services: ThreadServices): Handlers<"turn/start" | "turn/steer" | "turn/interrupt"> {
  return {
    "turn/start": async (params, call) => {
      const key = keyOf(call.principal, params.threadId);
      const record = await findThread(services, key, errors.threadNotFound);
      const input = messageOf(params, call);
      const { turnId } = await sayOnce(services, call, "turn/start", key, input, async (receipt) => {
        if (record.archivedAtMs !== null) refuse(errors.threadArchived(key.threadId));
        const host = await hostOf(services, key, errors.threadNotFound);
        const settings = await changeTurnSettings(services, call, host.settings, params);
        const start = { input, settings, actor: actorOf(call), ...schemaOf(params), ...receipt };
        return orRefuse(settings.cwd, () => host.startTurn(start));
      });
      return { turn: presentBegun(turnId) };
    },

    "turn/steer": async (params, call) => {
      const key = keyOf(call.principal, params.threadId);
      await findThread(services, key, errors.threadNotFound);
      const input = messageOf(params, call);
      // The host comes before the look for a receipt: what an earlier owner committed is then there to be seen.
      const host = loadedHost(services, key.threadId);
      return sayOnce(services, call, "turn/steer", key, input, async (receipt) => {
        const outcome = await host?.steer(params.expectedTurnId, { input, ...receipt });
        switch (outcome?.type) {
          case undefined:
          case "noActiveTurn":
            return refuse(errors.nothingToSteer());
          case "otherTurn":
            return refuse(errors.otherTurnActive(params.expectedTurnId, outcome.activeTurnId));
          case "steered":
            return outcome.turnId;
        }
      });
    },

    "turn/interrupt": async ({ threadId, turnId }, call) => {
      const key = keyOf(call.principal, threadId);
      await findThread(services, key, errors.threadNotFound);
      const host = loadedHost(services, key.threadId);
      const activeTurnId = host?.activeTurnId ?? null;
      if (host === null || activeTurnId === null) return refuse(errors.nothingToInterrupt());
      // An empty id is upstream's way to name whichever turn runs.
      if (turnId !== "" && turnId !== activeTurnId) refuse(errors.otherTurnActive(turnId, activeTurnId));
      await host.interrupt(actorOf(call));
      return {};
    },
  };
}

/**
 * Carries a message to its turn, once where it has a key. Only what was said is compared: the stock terminal client may
 * send a steer again as `turn/start`.
 */
async function sayOnce(
  { commands }: ThreadServices,
  { principal }: MethodCall,
  method: string,
  { threadId: scope }: ThreadKey,
  { clientId: key, content }: TurnUserInput,
  say: (receipt: Pick<StartTurn, "receiptFor">) => Promise<string>,
): Promise<{ turnId: string }> {
  if (key === null || key === "") return { turnId: await say({}) };
  const command = { principal, scope, key, method, field: "clientUserMessageId", input: content };
  const { result } = await commands.once<{ turnId: string }>(command, async (receiptFor) => {
    return { turnId: await say({ receiptFor: (turnId) => receiptFor({ turnId }) }) };
  });
  return result;
}

function loadedHost({ manager }: ThreadServices, threadId: string): ThreadHost | null {
  return manager.loadedHost(threadId);
}

function messageOf({ input, clientUserMessageId }: Message, call: MethodCall) {
  const read = readInput(input);
  if (!read.ok) return refuse(read.refusal);
  return { clientId: clientUserMessageId ?? null, content: read.content, author: actorOf(call) };
}

function schemaOf({ outputSchema }: Pick<ParamsOf<"turn/start">, "outputSchema">) {
  if (outputSchema === undefined || outputSchema === null) return {};
  if (typeof outputSchema !== "object" || Array.isArray(outputSchema)) {
    return refuse(errors.invalidParams("Invalid request: outputSchema must be a JSON Schema object"));
  }
  return { outputSchema: outputSchema as Record<string, unknown> };
}

/** As upstream answers: the turn has been accepted; what it does is told by notifications. */
export function presentBegun(turnId: string): Turn {
  return {
    id: turnId,
    rootTurnId: turnId,
    items: [],
    itemsView: "notLoaded",
    status: "inProgress",
    error: null,
    startedAt: null,
    completedAt: null,
    durationMs: null,
  };
}
