/**
 * Lifts stored events to the current shape. The log keeps every event as it was written; whoever reads the log reads
 * through here, so that the rest of the code knows one shape per type.
 */
import type { ThreadEvent, ThreadEventType } from "./event.ts";

/** The version under which each type of event is written today. */
export const versions: Readonly<Record<ThreadEventType, number>> = {
  "thread.created": 1,
  "thread.named": 1,
  "thread.archived": 1,
  "thread.unarchived": 1,
  "thread.handedOver": 1,
  "settings.changed": 1,
  "turn.started": 3,
  "turn.continued": 1,
  "turn.handedOver": 1,
  "turn.completed": 1,
  "item.started": 2,
  "item.completed": 2,
  "item.chunk": 1,
  "item.summaryPart": 1,
  "command.input": 1,
  "plan.updated": 1,
  "diff.updated": 1,
  "usage.updated": 1,
  "queue.added": 2,
  "queue.updated": 2,
  "queue.removed": 1,
  "queue.reordered": 1,
  "queue.taken": 1,
  "error.reported": 1,
  "warning.reported": 2,
  "comment.added": 1,
  "comment.deleted": 1,
  "comment.left": 1,
  "approval.requested": 3,
  "approval.resolved": 4,
  "model.items": 2,
  "response.completed": 1,
};

type Payload = Readonly<Record<string, unknown>>;

/** By type: how to lift a payload of version n to n + 1, at index n - 1. */
const lifts: Partial<Record<ThreadEventType, readonly ((payload: Payload) => Payload)[]>> = {
  // What came with version 2, and the names of people with version 3, may be absent.
  "turn.started": [asItIs, asItIs],
  "queue.added": [asItIs],
  // Who changed a message may be absent.
  "queue.updated": [asItIs],
  // The author of a message may be absent.
  "item.started": [asItIs],
  "item.completed": [asItIs],
  "model.items": [liftModelItems],
  // Version 2 asks questions, too, and the last version asks about connections; what was asked before stays as it is.
  "approval.requested": [asItIs, asItIs],
  "approval.resolved": [asItIs, asItIs, asItIs],
  // Version 1 did not say when a warning was about a runner.
  "warning.reported": [(payload) => ({ ...payload, runner: null })],
};

/** A row of the log. `payload` holds the event's own fields, without `type`, `seq` and `at`. */
export interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  readonly version: number;
  readonly payload: unknown;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The log holds an event that this build cannot read: a newer node wrote it. Such a thread must not be owned or changed here. */
export class UnknownEventVersion extends Error {
  override readonly name = "UnknownEventVersion";
  readonly eventType: string;
  readonly version: number;
  readonly seq: number;
  constructor(stored: StoredEvent) {
    super(`event ${stored.seq} has type "${stored.type}" in version ${stored.version}, which this build does not know`);
    this.eventType = stored.type;
    this.version = stored.version;
    this.seq = stored.seq;
  }
}

/** Throws `UnknownEventVersion` for a type or version that this build does not know. */
export function upcast(stored: StoredEvent): ThreadEvent {
  const { seq, type, version, payload, at } = stored;
  if (!isKnownType(type) || version < 1 || version > versions[type]) throw new UnknownEventVersion(stored);
  if (typeof payload !== "object" || payload === null) {
    throw new TypeError(`event ${seq} of type "${type}" has a payload that is no object`);
  }
  const missing = lifts[type]?.slice(version - 1) ?? [];
  const lifted = missing.reduce((lower, lift) => lift(lower), payload as Payload);
  return { ...lifted, type, seq, at } as unknown as ThreadEvent;
}

function asItIs(payload: Payload): Payload {
  return payload;
}

/** Version 1 did not say which of people's messages the items tell the model. */
function liftModelItems(payload: Payload): Payload {
  const items = payload.items as readonly { readonly role?: string }[];
  return items.some(({ role }) => role === "user") ? { ...payload, tells: "all" } : payload;
}

function isKnownType(type: string): type is ThreadEventType {
  return Object.hasOwn(versions, type);
}
