/**
 * The extension `skein/replay`: a thread's notifications arrive in range frames that carry seqs, and a client that was
 * away continues from its cursor. Asked for in `initialize.params.capabilities.extensions`, granted in the result's
 * `extensions`; who does not ask sees the plain protocol.
 */
import { z } from "zod";
import { commandApprovalParamsSchema, fileChangeApprovalParamsSchema } from "./approval.ts";
import { commentNotifications } from "./comment.ts";
import { handOverSchema } from "./hand-over.ts";
import { requestIdSchema } from "./json-rpc.ts";
import { itemNotifications } from "./notifications/item.ts";
import { noticeNotifications } from "./notifications/notice.ts";
import { threadNotifications } from "./notifications/thread.ts";
import { turnNotifications } from "./notifications/turn.ts";
import { answeredBySchema, approvalOutcomeSchema, requestUserInputParamsSchema } from "./user-question.ts";
import { reportedWarningSchema } from "./warning.ts";

/** The seq of the last event that a page, read or snapshot already contains; events up to it change nothing that came with it. */
export const asOfSchema = z.int().min(0);

/** A place in a thread's log; 0 is before the first event. */
const seqSchema = z.int().min(0);

const approvalRef = {
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  approvalId: z.string(),
  /** The id of the server request that asks the same; answering either client's copy answers the approval. */
  requestId: requestIdSchema,
  /** Milliseconds since the epoch. */
  at: z.int(),
};

/** An approval as a durable event; the server request of the same `requestId` follows the frame. `params` are that request's. */
export const approvalRequestedSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("commandExecution"), ...approvalRef, params: commandApprovalParamsSchema }),
  z.object({ kind: z.literal("fileChange"), ...approvalRef, params: fileChangeApprovalParamsSchema }),
  z.object({ kind: z.literal("questions"), ...approvalRef, params: requestUserInputParamsSchema }),
]);
export type ApprovalRequested = z.infer<typeof approvalRequestedSchema>;

/** What became of it, and by whom. The `serverRequest/resolved` of the same seq follows. */
export const approvalResolvedSchema = z.object({
  ...approvalRef,
  outcome: approvalOutcomeSchema,
  answeredBy: answeredBySchema.nullable(),
});
export type ApprovalResolved = z.infer<typeof approvalResolvedSchema>;

/** The `warning` of the same seq says the same without its place. `turnId` null: it came between turns. */
const warningReportedSchema = z.object({
  threadId: z.string(),
  turnId: z.string().nullable(),
  warning: reportedWarningSchema,
});
export type WarningReported = z.infer<typeof warningReportedSchema>;

const threadHandedOverSchema = z.object({ threadId: z.string(), handOver: handOverSchema });

/** The notifications that come from the log and so carry a seq; all others travel outside frames and are safe to lose. */
export const framedNotifications = {
  "thread/archived": threadNotifications["thread/archived"],
  "thread/unarchived": threadNotifications["thread/unarchived"],
  "thread/name/updated": threadNotifications["thread/name/updated"],
  "thread/tokenUsage/updated": threadNotifications["thread/tokenUsage/updated"],
  "thread/settings/updated": threadNotifications["thread/settings/updated"],
  "thread/queue/changed": threadNotifications["thread/queue/changed"],
  ...turnNotifications,
  ...itemNotifications,
  error: noticeNotifications.error,
  warning: noticeNotifications.warning,
  "serverRequest/resolved": noticeNotifications["serverRequest/resolved"],
  "skein/approval/requested": approvalRequestedSchema,
  "skein/approval/resolved": approvalResolvedSchema,
  "skein/warning/reported": warningReportedSchema,
  "skein/thread/handedOver": threadHandedOverSchema,
  ...commentNotifications,
} as const;
export type FramedMethod = keyof typeof framedNotifications;

export type FramedEvent = {
  [M in FramedMethod]: {
    readonly seq: number;
    readonly method: M;
    readonly params: z.infer<(typeof framedNotifications)[M]>;
  };
}[FramedMethod];

const framedEventSchema = z.union(
  Object.entries(framedNotifications).map(([method, params]) =>
    z.object({ seq: seqSchema, method: z.literal(method), params }),
  ),
) as unknown as z.ZodType<FramedEvent>;

/**
 * A range frame: all events of the thread in (from, to] that present anything. One event may give several entries with
 * the same seq. `cursor` stands for `to`; `upToDate`: `to` was the head of the log when the frame was made.
 */
export const threadEventsSchema = z.object({
  threadId: z.string(),
  from: seqSchema,
  to: seqSchema,
  cursor: z.string(),
  events: z.array(framedEventSchema),
  upToDate: z.boolean(),
});
export type ThreadEvents = z.infer<typeof threadEventsSchema>;

/** `thread/resume`: where the client stands. Without it the answer is a `reset`. */
export const replayParamsSchema = z.object({ cursor: z.string().nullish() });
export type ReplayParams = z.infer<typeof replayParamsSchema>;

/**
 * Why a client must drop what it holds: it gave no cursor, a cursor that cannot be read, one of another database or epoch,
 * one ahead of the log, or one so far behind that the newest page is faster.
 */
export const resetReasonSchema = z.enum([
  "noCursor",
  "invalidCursor",
  "otherIncarnation",
  "otherEpoch",
  "aheadOfLog",
  "tooFarBehind",
]);
export type ResetReason = z.infer<typeof resetReasonSchema>;

/**
 * `continue`: frames from the client's cursor on follow. `reset`: load the newest page, then go on from `cursor`. Either
 * way the first frame begins at `from` or before it: it is the seq for which `cursor` stands.
 */
export const replayResultSchema = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.literal("continue"), cursor: z.string(), from: seqSchema }),
  z.object({ verdict: z.literal("reset"), reason: resetReasonSchema, cursor: z.string(), from: seqSchema }),
]);
export type ReplayResult = z.infer<typeof replayResultSchema>;

/**
 * Outside frames: no more frames of this thread come over this connection until the client resumes it with its cursor;
 * the verdict of that answer says how it goes on.
 */
export const threadResetSchema = z.object({ threadId: z.string(), reason: resetReasonSchema });
export type ThreadReset = z.infer<typeof threadResetSchema>;

/**
 * To the client alone that answered an approval, when its answer changes nothing. `alreadyResolved`: somebody was first, or
 * it was withdrawn. `unknown`: no approval has the id. `unavailable`: answer again in a moment.
 */
const approvalNotAcceptedSchema = z.object({
  requestId: requestIdSchema.nullable(),
  reason: z.enum(["alreadyResolved", "unknown", "notAllowed", "unavailable"]),
});

export const replayNotifications = {
  "skein/thread/events": threadEventsSchema,
  "skein/thread/reset": threadResetSchema,
  "skein/approval/requested": approvalRequestedSchema,
  "skein/approval/resolved": approvalResolvedSchema,
  "skein/approval/notAccepted": approvalNotAcceptedSchema,
  "skein/warning/reported": warningReportedSchema,
  "skein/thread/handedOver": threadHandedOverSchema,
  ...commentNotifications,
} as const;
