/**
 * Joining a thread, for the first time or again. The subscription is made before anything is read, so that whatever is
 * committed after the read reaches it; it starts when the answer has been sent.
 */
import type { PendingApproval } from "@skein/core/thread/evolve";
import { errors } from "@skein/protocol/errors";
import type { ParamsOf, ResultOf } from "@skein/protocol/methods";
import type { ThreadEvent, ThreadSettings } from "@skein/timeline/event";
import { presentApprovalRequested, presentApprovalServerRequest } from "@skein/timeline/present/approval";
import { present } from "@skein/timeline/present/present";
import { foldOpenItems } from "@skein/timeline/project/fold-open-items";
import { encodePlace } from "../log/place.ts";
import type { TurnsPage } from "../log/read-pages.ts";
import type { ThreadRecord } from "../log/thread-record.ts";
import {
  decideReplay,
  isTooFarBehind,
  type LogPosition,
  presentReplay,
  type ReplayDecision,
} from "../subscription/decide-replay.ts";
import type { Subscription } from "../subscription/subscription.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { type Announcement, deriveAnnouncements } from "../thread/announce-open-items.ts";
import { sameSettings } from "../thread/decide-settings.ts";
import { presentTurnsPage } from "../thread/present-pages.ts";
import { presentConfigured } from "../thread/present-thread.ts";
import { actorOfCaller } from "./acting.ts";
import { followAllowed } from "./follow-allowed.ts";
import type { MethodCall } from "./handler.ts";
import type { Caller } from "./owner/forwarded-request.ts";
import { refuse } from "./request-error.ts";
import { wakeQueue } from "./thread-queue.ts";
import { findThread, hostOf, keyOf, presentRecord, type ThreadServices } from "./thread-services.ts";
import { changeSettings } from "./thread-settings.ts";

type Params = ParamsOf<"thread/resume">;
type Result = ResultOf<"thread/resume">;

const defaultTurns = 25;
const maxTurns = 200;

export async function resumeThread(services: ThreadServices, params: Params, call: MethodCall): Promise<Result> {
  const { connection } = call;
  const key = keyOf(call.principal, params.threadId);
  const isNew = !connection.isSubscribedTo(key.threadId);
  // Also before it is followed: what its followers share is of one tenant.
  if (isNew) await findThread(services, key, errors.noRolloutFound);
  const { subscription, rights } = await followAllowed(services, call, key);
  try {
    return { ...(await resumeHeld(services, params, call, key)), rights: [...rights] };
  } catch (error) {
    if (isNew) connection.unfollow(key.threadId);
    else call.afterwards(() => subscription.resume());
    throw error;
  }
}

async function resumeHeld(services: ThreadServices, params: Params, call: MethodCall, key: ThreadKey): Promise<Result> {
  const { incarnation, subscriptions } = services;
  const { replay } = call.connection.encoding;
  const record = await findThread(services, key, errors.noRolloutFound);
  if (record.archivedAtMs !== null) refuse(errors.threadArchived(key.threadId));
  const settings = await applySettings(services, params, call, key, record);
  const decision = replay ? await judgeCursor(services, key, params.replay?.cursor ?? null, record) : null;
  const page = decision?.type === "continue" ? null : await newestPage(services, params, key);
  const log = { incarnation, ...(page ?? record) };
  subscriptions.noteHead(key.threadId, log);
  const usage = page === null ? null : await services.directory.lastUsage(key, log.headSeq);
  const told = usage === null || replay ? [] : present(key.threadId, usage);
  call.afterwards(() => begin(services, call, key, decision, [...told, ...announcementsFor(replay, key, page)], log));
  return {
    thread: presentRecord(
      services,
      record,
      page === null || params.excludeTurns === true ? [] : fullTurns(page, replay),
    ),
    ...presentConfigured(settings, []),
    initialTurnsPage: await initialPage(services, params, key, page, replay),
    ...backwardsCursors(log.headSeq),
    asOf: log.headSeq,
    ...(decision === null ? {} : { replay: presentReplay(decision, log) }),
    ...(replay && page !== null
      ? { ...(await stateOf(services, key, page, usage)), handOvers: [...record.handOvers] }
      : {}),
  };
}

/** What the timeline of somebody who begins here has beside the turns. */
async function stateOf(services: ThreadServices, key: ThreadKey, page: TurnsPage, usage: ThreadEvent | null) {
  return {
    tokenUsage: tokenUsageOf(usage),
    pendingApprovals: page.pendingApprovals.map(
      (pending) => presentApprovalRequested(key.threadId, requestedAgain(pending)).params,
    ),
    warnings: await warningsBehind(services, key, page),
  };
}

/** What was said since the last turn. What is said in a turn is in the turn. */
async function warningsBehind(
  { directory }: ThreadServices,
  key: ThreadKey,
  { turns: [newest], headSeq }: TurnsPage,
): Promise<Result["warnings"]> {
  const afterSeq = newest?.asOf ?? 0;
  if (newest?.status === "inProgress" || afterSeq === headSeq) return [];
  return [...(await directory.warnings(key, { afterSeq, throughSeq: headSeq }))];
}

function tokenUsageOf(usage: ThreadEvent | null): Result["tokenUsage"] {
  if (usage?.type !== "usage.updated") return null;
  const { total, last, modelContextWindow } = usage;
  return { total, last, modelContextWindow };
}

/** What the client has missed is weighed too, unless it is little enough to be in memory. */
async function judgeCursor(
  { directory, subscriptions, incarnation }: ThreadServices,
  key: ThreadKey,
  cursor: string | null,
  { logEpoch, headSeq }: ThreadRecord,
): Promise<ReplayDecision> {
  const decision = decideReplay(cursor, { incarnation, logEpoch, headSeq });
  if (decision.type === "reset" || subscriptions.reachesBackTo(key.threadId, decision.seq)) return decision;
  const missed = { events: headSeq - decision.seq, bytes: await directory.sizeAfter(key, decision.seq) };
  return isTooFarBehind(missed) ? { type: "reset", reason: "tooFarBehind" } : decision;
}

/** After the answer: what is open for those who cannot know it, the missed events, then what waits for a decision. */
async function begin(
  services: ThreadServices,
  { connection }: MethodCall,
  key: ThreadKey,
  decision: ReplayDecision | null,
  announcements: readonly { readonly method: string; readonly params: unknown }[],
  { headSeq }: LogPosition,
): Promise<void> {
  for (const { method, params } of announcements) connection.notify(method, params);
  const subscription = connection.subscriptionTo(key.threadId);
  subscription?.start(decision?.type === "continue" ? decision.seq : headSeq);
  connection.watch(key.threadId);
  if (subscription !== undefined) await remindOfPending(services, key, subscription);
  await wakeQueue(services, key);
}

/** An approval that is requested just now is in the rows before its event is published: that goes out first. */
export async function remindOfPending(
  { directory, subscriptions }: Pick<ThreadServices, "directory" | "subscriptions">,
  key: ThreadKey,
  subscription: Subscription,
): Promise<void> {
  const pending = await directory.pendingApprovals(key);
  if (pending.length === 0) return;
  const record = await directory.find(key);
  if (record !== null) await subscriptions.reach(key.threadId, record.headSeq);
  subscription.remind(pending.map((approval) => presentApprovalServerRequest(key.threadId, requestedAgain(approval))));
}

/** As the event that asked for it, but for its place. */
function requestedAgain(pending: PendingApproval) {
  return { type: "approval.requested", at: pending.requestedAt, seq: 0, ...pending } as const;
}

function announcementsFor(replay: boolean, key: ThreadKey, page: TurnsPage | null): readonly Announcement[] {
  if (replay || page === null) return [];
  return deriveAnnouncements(key.threadId, foldOpenItems(page.items, page.openEvents));
}

/** The newest turns, as many as the answer shows; the running one is always among them, for its open items. */
async function newestPage({ directory }: ThreadServices, params: Params, key: ThreadKey): Promise<TurnsPage> {
  const { initialTurnsPage, excludeTurns } = params;
  const wanted =
    initialTurnsPage === null || initialTurnsPage === undefined ? 1 : (initialTurnsPage.limit ?? defaultTurns);
  const limit = excludeTurns === true ? Math.min(Math.max(wanted, 1), maxTurns) : maxTurns;
  const page = await directory.turns(key, { from: null, direction: "desc", limit, items: "all" });
  return page ?? refuse(errors.noRolloutFound(key.threadId));
}

async function initialPage(
  { directory }: ThreadServices,
  { initialTurnsPage }: Params,
  key: ThreadKey,
  newest: TurnsPage | null,
  replay: boolean,
): Promise<Result["initialTurnsPage"]> {
  if (initialTurnsPage === null || initialTurnsPage === undefined) return null;
  const view = initialTurnsPage.itemsView ?? "summary";
  if (newest !== null && initialTurnsPage.sortDirection !== "asc") return presentTurnsPage(newest, view, { replay });
  const limit = Math.min(Math.max(initialTurnsPage.limit ?? defaultTurns, 1), maxTurns);
  const direction = initialTurnsPage.sortDirection ?? "desc";
  const page = await directory.turns(key, { from: null, direction, limit, items: "all" });
  return page === null ? null : presentTurnsPage(page, view, { replay });
}

function fullTurns(page: TurnsPage, replay: boolean) {
  return presentTurnsPage(page, "full", { replay }).data.toReversed();
}

/** From the head backwards: turns and items are placed by the seq at which they started. */
function backwardsCursors(headSeq: number) {
  const head = encodePlace({ ordinal: headSeq, inclusive: true });
  return { turnsBackwardsCursor: head, itemsBackwardsCursor: head };
}

/** A client may change settings as it resumes; most send none. */
async function applySettings(
  services: ThreadServices,
  params: Params,
  call: MethodCall,
  key: ThreadKey,
  record: ThreadRecord,
): Promise<ThreadSettings> {
  const settings = await changeSettings(services, call, record.settings, params);
  if (sameSettings(settings, record.settings)) return settings;
  const { client, origin } = call.connection;
  const caller = { principal: call.principal, client, origin };
  await services.owners.run({
    caller,
    thread: key,
    ask: { type: "settings", settings },
    repeatable: true,
    here: () => putSettings(services, caller, key, settings),
  });
  return settings;
}

/** On the node that owns the thread. */
export async function putSettings(
  services: ThreadServices,
  caller: Caller,
  key: ThreadKey,
  settings: ThreadSettings,
): Promise<void> {
  const host = await hostOf(services, key, errors.noRolloutFound);
  await host.append([{ type: "settings.changed", settings, actor: actorOfCaller(caller) }]);
}
