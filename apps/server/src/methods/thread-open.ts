/** Methods after which the connection follows a thread. */
import type { CommandReceipt } from "@skein/core/ports";
import { encodeCursor } from "@skein/protocol/cursor";
import { errors } from "@skein/protocol/errors";
import type { ParamsOf, ResultOf } from "@skein/protocol/methods";
import { type Right, rights } from "@skein/protocol/right";
import type { ThreadSettings } from "@skein/timeline/event";
import { decideThreadRights } from "../identity/authorise.ts";
import { threadStartScope } from "../log/append.ts";
import type { NewThread } from "../log/create-thread.ts";
import type { ThreadRecord } from "../log/thread-record.ts";
import type { ModelOffer } from "../model/models.ts";
import { defaultSandbox } from "../thread/decide-settings.ts";
import { presentConfigured } from "../thread/present-thread.ts";
import type { OwnedThread } from "../thread/thread-journal.ts";
import type { WorkPlace } from "../workspace/workspaces.ts";
import { actingBy } from "./acting.ts";
import { followAllowed } from "./follow-allowed.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { resumeThread } from "./thread-resume.ts";
import { findThread, keyOf, presentRecord, type ThreadServices } from "./thread-services.ts";
import { changeSettings, decide, orRefuse, placeOf } from "./thread-settings.ts";

type Methods = "thread/start" | "thread/resume" | "thread/fork";

export function threadOpenHandlers(services: ThreadServices): Handlers<Methods> {
  return {
    "thread/start": (params, call) => startThread(services, params, call),
    "thread/resume": (params, call) => resumeThread(services, params, call),
    "thread/fork": (params, call) => forkThread(services, params, call),
  };
}

async function startThread(
  services: ThreadServices,
  params: ParamsOf<"thread/start">,
  call: MethodCall,
): Promise<ResultOf<"thread/start">> {
  const { models, commands, clock, ids } = services;
  const offer = await models.offerFor(call.principal);
  checkProvider(offer, params.modelProvider);
  const tools = params.environments === null || params.environments === undefined || params.environments.length > 0;
  const place = tools ? await placeOf(services, call.principal, params.cwd ?? null) : null;
  const network = await services.allowsNetwork(call.principal.tenantId);
  const settings = decide(firstSettings(offer, place?.cwd ?? "/", { tools, network }), { ...params, cwd: null });
  const thread = newThread(call, settings, {
    id: ids.uuid(),
    createdAtMs: clock.now(),
    workspaceId: place?.record.id ?? null,
    threadSource: params.threadSource ?? null,
    ephemeral: params.ephemeral ?? false,
  });
  const make = (receipt: CommandReceipt | null) =>
    params.worktree === true
      ? createInWorktree(services, call, thread, place, receipt)
      : create(services, call, thread, receipt);
  const { clientThreadId, ...input } = params;
  if (clientThreadId === null || clientThreadId === undefined) return make(null);
  const command = {
    principal: call.principal,
    scope: threadStartScope,
    key: clientThreadId,
    method: "thread/start",
    field: "clientThreadId",
    input,
  };
  let answer: ResultOf<"thread/start"> | null = null;
  const { result } = await commands.once<{ threadId: string }>(command, async (receiptFor) => {
    const made = { threadId: thread.id };
    answer = await make(receiptFor(made));
    return made;
  });
  return answer ?? openAgain(services, call, result.threadId);
}

/** Of a thread for which nobody has said anything else. `network`: commands of the tenant may connect to somewhere. */
export function firstSettings(
  { defaultModel, provider }: ModelOffer,
  cwd: string,
  { tools, network }: { readonly tools: boolean; readonly network: boolean },
): ThreadSettings {
  return {
    model: defaultModel,
    modelProvider: provider,
    effort: null,
    summary: null,
    cwd,
    approvalPolicy: "on-request",
    sandbox: defaultSandbox(network),
    tools,
    baseInstructions: null,
    developerInstructions: null,
  };
}

/** The worktree is there before the thread is: a thread without its directory would be of no use. */
async function createInWorktree(
  services: ThreadServices,
  call: MethodCall,
  thread: NewThread,
  place: WorkPlace | null,
  receipt: CommandReceipt | null,
) {
  const { worktrees } = services;
  const { tenantId } = call.principal;
  if (place === null) return refuse(errors.invalidParams("Invalid request: a thread without tools has no worktree"));
  if (thread.ephemeral) return refuse(errors.ephemeralUnsupported("worktree"));
  const { record, root, cwd } = place;
  if (cwd !== root) return refuse(errors.cwdRefused(cwd, "is refused: worktrees are of a workspace's root"));
  const own = await orRefuse(cwd, () => worktrees.add(tenantId, record.id, thread.id));
  try {
    return await create(services, call, { ...thread, settings: { ...thread.settings, cwd: own } }, receipt);
  } catch (error) {
    worktrees.remove(tenantId, record.id, own);
    throw error;
  }
}

async function create(services: ThreadServices, call: MethodCall, thread: NewThread, receipt: CommandReceipt | null) {
  const { directory, manager } = services;
  const owned = await directory.create(call.principal.tenantId, thread, actingBy(call), receipt);
  manager.adopt(owned, thread);
  return opened(services, call, owned, recordOf(thread, owned));
}

/** The thread that the same command made before; nobody else needs to hear of it again. */
async function openAgain(services: ThreadServices, call: MethodCall, threadId: string) {
  const key = keyOf(call.principal, threadId);
  await findThread(services, key, errors.noRolloutFound);
  // It may be somebody else's by now.
  const { rights } = await followAllowed(services, call, key);
  const record = await findThread(services, key, errors.noRolloutFound);
  return follow(services, call, record, rights);
}

async function forkThread(
  services: ThreadServices,
  params: ParamsOf<"thread/fork">,
  call: MethodCall,
): Promise<ResultOf<"thread/fork">> {
  const { directory, manager, clock, ids } = services;
  const source = keyOf(call.principal, params.threadId);
  if (params.lastTurnId || params.beforeTurnId) refuse(errors.unsupported("a fork of a part of a thread"));
  const record = await findThread(services, source, errors.noRolloutFound);
  const settings = await changeSettings(
    services,
    // The copy is the caller's own.
    { ...call, rights: new Set(rights) },
    record.settings,
    params,
  );
  const thread = newThread(call, settings, {
    id: ids.uuid(),
    createdAtMs: clock.now(),
    workspaceId: record.workspaceId,
    threadSource: params.threadSource ?? record.threadSource,
    ephemeral: params.ephemeral ?? false,
    forkedFromId: source.threadId,
    preview: record.preview,
    name: record.name,
  });
  const owned = (await directory.fork(source, thread, actingBy(call))) ?? refuse(errors.overloaded());
  manager.adopt(owned, thread);
  return opened(services, call, owned, recordOf(thread, owned));
}

/** The connection follows the new thread; the others of the tenant learn that it is there. */
function opened(services: ThreadServices, call: MethodCall, { thread }: OwnedThread, record: ThreadRecord) {
  const own = decideThreadRights(call.principal, { createdBy: call.principal.userId, granted: [] });
  const answer = follow(services, call, record, own);
  if (!record.ephemeral) {
    const started = { thread: answer.thread };
    call.afterwards(() =>
      services.subscriptions.announceToTenant(
        { ...thread, createdBy: record.createdBy, guests: [] },
        "thread/started",
        started,
      ),
    );
  }
  return answer;
}

/** From the thread's head; the connection itself hears of it in any case. */
function follow(
  services: ThreadServices,
  { connection, afterwards }: MethodCall,
  record: ThreadRecord,
  rights: ReadonlySet<Right>,
) {
  const subscription = connection.follow(record.id, rights);
  services.subscriptions.noteHead(record.id, record);
  const thread = presentRecord(services, record);
  afterwards(() => {
    connection.notify("thread/started", { thread });
    subscription.start(record.headSeq);
    connection.watch(record.id);
  });
  const { logEpoch, headSeq: seq } = record;
  const place = connection.encoding.replay
    ? { cursor: encodeCursor({ incarnation: services.incarnation, logEpoch, seq }) }
    : {};
  return { thread, ...presentConfigured(record.settings, []), asOf: seq, ...place, rights: [...rights] };
}

type ThreadFacts = Pick<NewThread, "id" | "createdAtMs" | "workspaceId" | "threadSource" | "ephemeral"> &
  Partial<Pick<NewThread, "forkedFromId" | "preview" | "name">>;

function newThread({ principal, connection }: MethodCall, settings: ThreadSettings, facts: ThreadFacts): NewThread {
  return {
    name: null,
    preview: "",
    forkedFromId: null,
    ...facts,
    settings,
    source: "appServer",
    originator: connection.client?.name ?? "",
    createdBy: principal.userId,
  };
}

/** What the row of a thread that was just made holds. */
function recordOf(thread: NewThread, { headSeq }: OwnedThread): ThreadRecord {
  const { settings, createdAtMs } = thread;
  return {
    ...thread,
    handOvers: [],
    ...{ logEpoch: 1, headSeq, ownerNode: null, status: "idle", archivedAtMs: null },
    ...{ updatedAtMs: createdAtMs, recencyAtMs: createdAtMs },
    ...{ cwd: settings.cwd, model: settings.model, modelProvider: settings.modelProvider },
  };
}

function checkProvider(offer: ModelOffer, provider: string | null | undefined): void {
  if (provider !== null && provider !== undefined && provider !== offer.provider) {
    refuse(errors.modelProviderNotFound(provider));
  }
}
