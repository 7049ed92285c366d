/**
 * The log as a viewer sees it: the same seqs, and of each event what the list here allows, or nothing. What a viewer sees
 * of an open item's text is a function of that text alone, so a viewer who comes later sees the same.
 */
import type { ThreadEvent, TurnError } from "../event.ts";
import type { Item } from "../item.ts";
import { redactItem, withoutText } from "./redact-item.ts";
import { nothingYet, type OpenText, redactPiece, redactText } from "./redact-text.ts";
import type { RedactionRules } from "./redaction-rules.ts";

/** Texts of open items that have not been shown to their end, by item, channel and part. */
export type OpenTexts = ReadonlyMap<string, OpenText>;

export interface ViewedEvent {
  /** null: a viewer learns nothing of it but that its seq has passed. */
  readonly event: ThreadEvent | null;
  readonly texts: OpenTexts;
}

export const noOpenTexts: OpenTexts = new Map();

export function redactEvent(texts: OpenTexts, event: ThreadEvent, rules: RedactionRules): ViewedEvent {
  switch (event.type) {
    case "item.started":
      return { event: { ...event, item: redactItem(withoutText(event.item), rules) }, texts };
    case "item.chunk":
      return redactChunk(texts, event, rules);
    case "item.completed":
      return {
        event: { ...event, item: redactItem(event.item, rules) },
        texts: without(texts, event.item.id),
      };
    default:
      return { event: redactWhole(event, rules), texts };
  }
}

type Chunk = Extract<ThreadEvent, { type: "item.chunk" }>;

function redactChunk(texts: OpenTexts, event: Chunk, rules: RedactionRules): ViewedEvent {
  // Raw reasoning is not for viewers; its summary is.
  if (event.channel === "reasoning") return { event: null, texts };
  const key = `${event.itemId} ${event.channel} ${event.index}`;
  const { shown, open } = redactPiece(texts.get(key) ?? nothingYet, event.text, rules);
  const after = new Map(texts).set(key, open);
  return { event: shown === "" ? null : { ...event, text: shown }, texts: after };
}

/** Events that say all they have to say at once. What is not named here is not shown. */
function redactWhole(event: ThreadEvent, rules: RedactionRules): ThreadEvent | null {
  const redact = (text: string) => redactText(text, rules);
  const { seq, at } = event;
  switch (event.type) {
    case "turn.started":
      return { type: "turn.started", seq, at, turnId: event.turnId, actor: null };
    case "turn.completed": {
      const { type, turnId, status, startedAt, durationMs, finalMessage } = event;
      const message = finalMessage === null ? null : redactItem(finalMessage, rules);
      return {
        ...{ type, seq, at, turnId, status, startedAt, durationMs, error: redactError(event.error) },
        finalMessage: message?.type === "agentMessage" ? message : null,
      };
    }
    case "item.summaryPart":
      return event;
    case "plan.updated":
      return {
        ...{ type: "plan.updated", seq, at, turnId: event.turnId },
        explanation: event.explanation === null ? null : redact(event.explanation),
        plan: event.plan.map(({ step, status }) => ({ step: redact(step), status })),
      };
    case "diff.updated":
      return { type: "diff.updated", seq, at, turnId: event.turnId, diff: redact(event.diff) };
    case "thread.named":
      return { type: "thread.named", seq, at, name: event.name === null ? null : redact(event.name) };
    // Signed words to whoever reads the thread: the name is shown, which account it is is not.
    case "comment.added": {
      const { type, commentId, turnId, text, name, isViewer } = event;
      return { type, seq, at, commentId, turnId, text: redact(text), name: redact(name), isViewer, actor: null };
    }
    case "comment.deleted": {
      const { type, commentId, turnId } = event;
      return { type, seq, at, commentId, turnId, actor: null };
    }
    case "thread.archived":
    case "thread.unarchived":
      return event;
    // What members are asked, and what they answer, concerns them: it may be what a share of the thread is not to tell.
    case "approval.requested":
    case "approval.resolved":
      return null;
    default:
      return null;
  }
}

/** Messages of errors name models, accounts and addresses. */
export const failedForViewers = "The turn failed.";

function redactError(error: TurnError | null): TurnError | null {
  return error === null ? null : { message: failedForViewers, kind: error.kind, httpStatusCode: null, details: null };
}

function without(texts: OpenTexts, itemId: Item["id"]): OpenTexts {
  const left = [...texts].filter(([key]) => !key.startsWith(`${itemId} `));
  return left.length === texts.size ? texts : new Map(left);
}
