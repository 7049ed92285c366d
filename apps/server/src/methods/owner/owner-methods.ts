/** The methods that only the owner of their thread can carry out: those that write to its log or command its turn. */
import type { MethodName } from "@skein/protocol/methods";

const ownerMethods: ReadonlySet<MethodName> = new Set<MethodName>([
  "thread/archive",
  "thread/unarchive",
  "thread/delete",
  "thread/name/set",
  "thread/settings/update",
  "skein/thread/handOver",
  "turn/start",
  "turn/steer",
  "turn/interrupt",
  "skein/thread/comment/add",
  "skein/thread/comment/delete",
  "thread/queue/add",
  "thread/queue/update",
  "thread/queue/delete",
  "thread/queue/reorder",
  "thread/queue/start",
  "thread/shellCommand",
  "thread/compact/start",
  "review/start",
  "thread/backgroundTerminals/list",
  "thread/backgroundTerminals/terminate",
  "thread/backgroundTerminals/clean",
]);

export function needsOwner(method: MethodName): boolean {
  return ownerMethods.has(method);
}

/** Those whose second time is as good as the first. */
const repeatable: ReadonlySet<MethodName> = new Set<MethodName>([
  "thread/archive",
  "thread/unarchive",
  "thread/name/set",
  "thread/settings/update",
  "skein/thread/handOver",
  "skein/thread/comment/delete",
  "thread/queue/update",
  "thread/queue/reorder",
  "thread/backgroundTerminals/list",
  "thread/backgroundTerminals/clean",
]);

/** Whether another node may carry it out when nobody knows whether one has: it changes nothing, or a key protects it. */
export function isRepeatable(method: MethodName, params: unknown): boolean {
  if (repeatable.has(method)) return true;
  const { clientUserMessageId, clientCommentId, queuedSubmissionId } = (params ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const key = method === "thread/queue/start" ? queuedSubmissionId : (clientUserMessageId ?? clientCommentId);
  return typeof key === "string" && key !== "";
}
