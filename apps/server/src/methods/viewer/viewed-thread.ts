/** The thread that a viewer sees by a link. */
import type { ProtocolError } from "@skein/protocol/errors";
import type { Thread } from "@skein/protocol/thread";
import type { ThreadStatus } from "@skein/protocol/thread-status";
import type { Turn } from "@skein/protocol/turn";
import { redactText } from "@skein/timeline/redact/redact-text";
import type { Share } from "../../identity/principal.ts";
import type { ThreadRecord } from "../../log/thread-record.ts";
import type { ThreadKey } from "../../subscription/subscriptions.ts";
import type { ViewTerms } from "../../subscription/view-terms.ts";
import { presentViewedThread } from "../../thread/present-thread.ts";
import type { MethodCall } from "../handler.ts";
import { refuse } from "../request-error.ts";
import { findThread, keyOf } from "../thread-services.ts";
import { deriveViewTerms, redactionRules, type ViewServices } from "./view-services.ts";

export interface ViewedThread {
  readonly key: ThreadKey;
  readonly share: Share;
  readonly record: ThreadRecord;
  readonly terms: ViewTerms;
}

/** Any other thread is one that nobody has. */
export async function findViewed(
  services: ViewServices,
  { principal }: MethodCall,
  threadId: string,
  notFound: (threadId: string) => ProtocolError,
): Promise<ViewedThread> {
  const key = keyOf(principal, threadId);
  const { via } = principal;
  if (via.type !== "shareLink" || via.share.threadId !== key.threadId) refuse(notFound(key.threadId));
  const record = await findThread(services, key, notFound);
  const rules = await redactionRules(services, key.tenantId, record);
  return {
    key,
    record,
    share: via.share,
    terms: deriveViewTerms(services.incarnation, key.tenantId, via.share, rules),
  };
}

/** Where the thread ends for viewers. */
export function positionOf({ record, share, terms }: ViewedThread, headSeq: number) {
  return { incarnation: terms.incarnation, logEpoch: record.logEpoch, headSeq: share.frozenAtSeq ?? headSeq };
}

/** A name that the thread got in its hidden past, or after the end of what is shown, is not told. */
export function presentViewed(
  { manager }: ViewServices,
  { record, share, terms }: ViewedThread,
  turns: readonly Turn[] = [],
): Thread {
  const isWhole = share.frozenAtSeq === null && share.fromSeq === 0;
  const name = isWhole && record.name !== null ? redactText(record.name, terms.rules) : share.title;
  const status = share.frozenAtSeq === null ? withoutFlags(manager.statusOf(record)) : ({ type: "idle" } as const);
  return presentViewedThread(record, name, status, turns);
}

/** What the turn waits for concerns members. */
function withoutFlags(status: ThreadStatus): ThreadStatus {
  return status.type === "active" ? { type: "active", activeFlags: [] } : status;
}
