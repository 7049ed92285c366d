/** Messages that wait for their turn. Changing them needs the thread's owner; listing them reads the log. */
import { errors } from "@skein/protocol/errors";
import type { ParamsOf, ResultOf } from "@skein/protocol/methods";
import type { QueuedMessage } from "@skein/timeline/event";
import { presentAuthoredMessage, presentQueuedMessage } from "@skein/timeline/present/queue";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import {
  decideAdd,
  decideRemove,
  decideReorder,
  decideUpdate,
  type QueueDecision,
} from "../thread/decide-queue-change.ts";
import { readInput } from "../thread/read-input.ts";
import type { ThreadHost } from "../thread/thread-host.ts";
import { actorOf } from "./acting.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, hostOf, keyOf, type ThreadServices } from "./thread-services.ts";
import { orRefuse } from "./thread-settings.ts";
import { presentBegun } from "./turn.ts";

type Methods = `thread/queue/${"add" | "update" | "delete" | "reorder" | "list" | "start"}`;

const defaultLimit = 25;

export function threadQueueHandlers(services: ThreadServices): Handlers<Methods> {
  const findQueue = (call: MethodCall, threadId: string) => findQueueOf(services, call, threadId);
  const openHost = async (call: MethodCall, threadId: string): Promise<ThreadHost> => {
    return hostOf(services, await findQueue(call, threadId), errors.noRolloutFound);
  };

  return {
    "thread/queue/add": (params, call) => addMessage(services, params, call),

    "thread/queue/update": async ({ threadId, queuedSubmissionId, input, responsesapiClientMetadata }, call) => {
      const host = await openHost(call, threadId);
      const change = { content: contentOf(input), metadata: responsesapiClientMetadata ?? null, actor: actorOf(call) };
      accept(await host.queue.change((queue) => decideUpdate(queue, queuedSubmissionId, change)));
      const message = (await services.directory.queue(host.journal.thread)).find(({ id }) => id === queuedSubmissionId);
      if (message === undefined) return refuse(errors.queuedMessageNotFound(queuedSubmissionId));
      return { queuedSubmission: presentQueuedMessage(message) };
    },

    "thread/queue/delete": async ({ threadId, queuedSubmissionId }, call) => {
      const host = await openHost(call, threadId);
      const decision = accept(
        await host.queue.change((queue) => decideRemove(queue, queuedSubmissionId, actorOf(call))),
      );
      return { deleted: decision.type === "change" };
    },

    "thread/queue/reorder": async ({ threadId, queuedSubmissionIds }, call) => {
      const host = await openHost(call, threadId);
      accept(await host.queue.change((queue) => decideReorder(queue, queuedSubmissionIds, actorOf(call))));
      return {};
    },

    "thread/queue/list": async ({ threadId, cursor, limit }, call) => {
      const messages = await services.directory.queue(await findQueue(call, threadId));
      const from = placeOf(cursor ?? null);
      const to = from + Math.max(limit ?? defaultLimit, 1);
      const present = call.connection.encoding.replay ? presentAuthoredMessage : presentQueuedMessage;
      const data = messages.slice(from, to).map(present);
      return { data, nextCursor: to < messages.length ? String(to) : null };
    },

    "thread/queue/start": (params, call) => startMessage(services, params, call),
  };
}

/** What could not be started is tried again when somebody opens the thread; where it is owned by another node, that node knows of it. */
export async function wakeQueue(services: ThreadServices, key: ThreadKey): Promise<void> {
  const { manager, directory } = services;
  const loaded = manager.loadedHost(key.threadId);
  if (loaded !== null) return loaded.queue.wake();
  if ((await directory.queue(key)).length === 0) return;
  if ((await services.owners.locate(key)) !== null) return;
  await hostOf(services, key, errors.noRolloutFound);
}

async function addMessage(
  services: ThreadServices,
  params: ParamsOf<"thread/queue/add">,
  call: MethodCall,
): Promise<ResultOf<"thread/queue/add">> {
  const key = await findQueueOf(services, call, params.threadId);
  const { clientUserMessageId: clientId, responsesapiClientMetadata } = params;
  const content = contentOf(params.input);
  const metadata = responsesapiClientMetadata ?? null;
  const message: QueuedMessage = { id: services.ids.uuid(), clientId, content, metadata, actor: actorOf(call) };
  const added = { id: message.id, metadata };
  const add = async (receipts: Parameters<ThreadHost["queue"]["change"]>[1]) => {
    const host = await hostOf(services, key, errors.noRolloutFound);
    accept(await host.queue.change((queue) => decideAdd(queue, message), receipts));
    call.afterwards(() => host.queue.wake());
    return added;
  };
  if (clientId === "") {
    await add([]);
    return { queuedSubmission: presentQueuedMessage(message) };
  }
  const command = {
    principal: call.principal,
    scope: key.threadId,
    // Of its own kind: what has waited may be said again as a turn, under the same id of the client's.
    key: `queue/${clientId}`,
    method: "thread/queue/add",
    field: "clientUserMessageId",
    input: content,
  };
  const { result } = await services.commands.once<typeof added>(command, (receiptFor) => add([receiptFor(added)]));
  return { queuedSubmission: presentQueuedMessage({ ...message, ...result }) };
}

async function startMessage(
  services: ThreadServices,
  { threadId, queuedSubmissionId, steer }: ParamsOf<"thread/queue/start">,
  call: MethodCall,
): Promise<ResultOf<"thread/queue/start">> {
  const key = await findQueueOf(services, call, threadId);
  const messageId = queuedSubmissionId ?? null;
  const start = async (receipt: Pick<Parameters<ThreadHost["queue"]["start"]>[0], "receiptFor">) => {
    const host = await hostOf(services, key, errors.noRolloutFound);
    const wanted = { messageId, steer: steer ?? false, by: actorOf(call), ...receipt };
    const started = await orRefuse(host.settings.cwd, () => host.queue.start(wanted));
    return started.type === "refused" ? refuse(started.error) : { turnId: started.turnId };
  };
  if (messageId === null) return { turn: presentBegun((await start({})).turnId) };
  const command = {
    principal: call.principal,
    scope: key.threadId,
    key: `queue/start/${messageId}`,
    method: "thread/queue/start",
    field: "queuedSubmissionId",
    input: null,
  };
  const { result } = await services.commands.once<{ turnId: string }>(command, (receiptFor) =>
    start({ receiptFor: (turnId) => receiptFor({ turnId }) }),
  );
  return { turn: presentBegun(result.turnId) };
}

/** The thread, when it is one that has a queue. */
async function findQueueOf(services: ThreadServices, call: MethodCall, threadId: string): Promise<ThreadKey> {
  const key = keyOf(call.principal, threadId);
  const record = await findThread(services, key, errors.noRolloutFound);
  if (record.ephemeral) refuse(errors.queueUnsupported(key.threadId));
  if (record.archivedAtMs !== null) refuse(errors.threadArchived(key.threadId));
  return key;
}

function contentOf(input: ParamsOf<"thread/queue/add">["input"]): QueuedMessage["content"] {
  if (input.length === 0) refuse(errors.queueNeedsInput());
  const read = readInput(input);
  return read.ok ? read.content : refuse(read.refusal);
}

function accept(decision: QueueDecision): Exclude<QueueDecision, { type: "refuse" }> {
  return decision.type === "refuse" ? refuse(decision.error) : decision;
}

/** The number of messages before the page; upstream's cursors are the same. */
function placeOf(cursor: string | null): number {
  if (cursor === null) return 0;
  return /^\d{1,9}$/.test(cursor) ? Number(cursor) : refuse(errors.queueCursorInvalid());
}
