/**
 * A viewer joins the thread, for the first time or again, as a member does: the subscription is made before anything is read, and starts
 * when the answer has been sent. What is frozen has no subscription: nothing comes of it any more.
 */
import { errors } from "@skein/protocol/errors";
import type { ParamsOf, ResultOf } from "@skein/protocol/methods";
import type { TurnsPage } from "../../log/read-pages.ts";
import {
  decideReplay,
  isTooFarBehind,
  type LogPosition,
  presentReplay,
  type ReplayDecision,
} from "../../subscription/decide-replay.ts";
import { presentTurnsPage } from "../../thread/present-pages.ts";
import { nobodysSettings, presentConfigured } from "../../thread/present-thread.ts";
import { viewTurnsPage, withinRange } from "../../thread/view-pages.ts";
import type { MethodCall } from "../handler.ts";
import { refuse } from "../request-error.ts";
import { viewReader } from "./view-read.ts";
import type { ViewServices } from "./view-services.ts";
import { findViewed, positionOf, presentViewed, type ViewedThread } from "./viewed-thread.ts";

type Params = ParamsOf<"thread/resume">;
type Result = ResultOf<"thread/resume">;

const defaultTurns = 25;
const maxTurns = 200;

export async function resumeView(services: ViewServices, params: Params, call: MethodCall): Promise<Result> {
  const { connection } = call;
  if (!connection.encoding.replay) refuse(errors.unsupported("following a shared thread without skein/replay"));
  const viewed = await findViewed(services, call, params.threadId, errors.noRolloutFound);
  const { key, share } = viewed;
  if (share.frozenAtSeq !== null) return (await read(services, params, viewed)).result;
  const isNew = !connection.isSubscribedTo(key.threadId);
  try {
    const { current, subscription } = await follow(services, call, viewed);
    const { result, from, log } = await read(services, params, current);
    services.subscriptions.noteHead(key.threadId, log);
    call.afterwards(() => {
      subscription.start(from);
      connection.watch(key.threadId);
    });
    return result;
  } catch (error) {
    if (isNew) connection.unfollow(key.threadId);
    else call.afterwards(() => connection.subscriptionTo(key.threadId)?.resume());
    throw error;
  }
}

/** The thread as it is once whatever is committed reaches the subscription, and both by the same terms: those may change in between. */
async function follow(services: ViewServices, call: MethodCall, viewed: ViewedThread) {
  const { threadId } = viewed.key;
  for (let before = viewed; ; ) {
    const subscription = call.connection.follow(threadId, call.rights, before.terms);
    const current = await findViewed(services, call, threadId, errors.noRolloutFound);
    if (current.terms.key === before.terms.key && !subscription.isOver) return { current, subscription };
    before = current;
  }
}

async function read(services: ViewServices, params: Params, viewed: ViewedThread) {
  const { record, share } = viewed;
  const decision = await judgeCursor(services, params.replay?.cursor ?? null, viewed);
  const page = decision.type === "continue" ? null : await newestPage(services, params, viewed);
  const log: LogPosition = positionOf(viewed, page?.headSeq ?? record.headSeq);
  const from = decision.type === "continue" ? decision.seq : log.headSeq;
  const turns = page === null ? null : presentTurnsPage(page, params.initialTurnsPage?.itemsView ?? "full", viewReader);
  const isPaged = params.initialTurnsPage !== null && params.initialTurnsPage !== undefined;
  const result: Result = {
    thread: presentViewed(services, viewed, isPaged || turns === null ? [] : turns.data.toReversed()),
    ...presentConfigured(nobodysSettings, []),
    initialTurnsPage: isPaged ? turns : null,
    ...{ turnsBackwardsCursor: null, itemsBackwardsCursor: null },
    asOf: log.headSeq,
    replay: presentReplay(decision, log),
    ...(page === null ? {} : { tokenUsage: null, pendingApprovals: [], warnings: [] }),
  };
  return { result, from: Math.max(from, share.fromSeq), log };
}

/** What is frozen is had in whole or not at all. */
async function judgeCursor(
  { directory }: ViewServices,
  cursor: string | null,
  { key, record, share, terms }: ViewedThread,
): Promise<ReplayDecision> {
  const { frozenAtSeq } = share;
  const log = { incarnation: terms.incarnation, logEpoch: record.logEpoch, headSeq: frozenAtSeq ?? record.headSeq };
  const decision = decideReplay(cursor, log);
  if (decision.type === "reset") return decision;
  if (frozenAtSeq !== null) {
    return decision.seq === frozenAtSeq ? decision : { type: "reset", reason: "tooFarBehind" };
  }
  const missed = { events: record.headSeq - decision.seq, bytes: await directory.sizeAfter(key, decision.seq) };
  return isTooFarBehind(missed) ? { type: "reset", reason: "tooFarBehind" } : decision;
}

async function newestPage(
  { directory }: ViewServices,
  { initialTurnsPage }: Params,
  { key, share, terms }: ViewedThread,
): Promise<TurnsPage> {
  const limit = Math.min(Math.max(initialTurnsPage?.limit ?? defaultTurns, 1), maxTurns);
  const direction = initialTurnsPage?.sortDirection ?? "desc";
  const request = { from: null, direction, limit, items: "all", ...withinRange(share) } as const;
  const page = (await directory.turns(key, request)) ?? refuse(errors.noRolloutFound(key.threadId));
  return viewTurnsPage(page, share, terms.rules);
}
