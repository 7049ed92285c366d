/**
 * Pages as a viewer sees them. Rows hold what the log's fold gave, so redacting them gives what the fold of the redacted log gives: of an
 * item that is still open only that part of its text which nothing that follows can change.
 */
import type { ThreadItem } from "@skein/protocol/item";
import type { TurnError as WireTurnError } from "@skein/protocol/turn-error";
import type { Item } from "../item.ts";
import { presentItem } from "../present/items.ts";
import type { ItemRow, TurnRow } from "../project/derive-projection.ts";
import { failedForViewers } from "./redact-event.ts";
import { redactItem } from "./redact-item.ts";
import { nothingYet, redactPiece, redactText } from "./redact-text.ts";
import type { RedactionRules } from "./redaction-rules.ts";
import { restoreItem } from "./restore-item.ts";

/** An item as it is at the head, an open one with its text so far. null: viewers are shown nothing of it. */
export function redactItemRow(row: ItemRow, rules: RedactionRules): ItemRow | null {
  const item = redactShownItem(row, rules);
  return item === null ? null : { ...row, item };
}

export function redactTurnRow(row: TurnRow, rules: RedactionRules): TurnRow {
  const redact = (text: string) => redactText(text, rules);
  const { turnId, startedSeq, status, error, startedAt, completedAt, durationMs, plan, diff, asOf } = row;
  return {
    ...{ turnId, startedSeq, status, startedAt, completedAt, durationMs, asOf },
    error: error === null ? null : redactWireError(error),
    plan:
      plan === null
        ? null
        : {
            explanation: plan.explanation === null ? null : redact(plan.explanation),
            steps: plan.steps.map(({ step, status }) => ({ step: redact(step), status })),
          },
    diff: diff === null ? null : redact(diff),
    ...{ errors: [], questions: [], warnings: [], decisions: [] },
  };
}

function redactShownItem({ item, startedAtMs, completedAtMs }: ItemRow, rules: RedactionRules): ThreadItem | null {
  const restored = restoreItem(item);
  if (restored === null) return null;
  const shown = completedAtMs === null ? redactOpenItem(restored, rules) : redactItem(restored, rules);
  return presentItem(shown, { startedAtMs, completedAtMs });
}

function redactOpenItem(item: Item, rules: RedactionRules): Item {
  const soFar = (text: string) => redactPiece(nothingYet, text, rules).shown;
  switch (item.type) {
    case "agentMessage":
      return { ...item, text: soFar(item.text) };
    case "reasoning":
      return { ...item, summary: item.summary.map(soFar), content: [] };
    case "command": {
      const output = item.output === null ? "" : soFar(item.output);
      const { output: _, ...rest } = item;
      const redacted = redactItem({ ...rest, output: null }, rules);
      return redacted.type === "command" ? { ...redacted, output: output === "" ? null : output } : redacted;
    }
    default:
      return redactItem(item, rules);
  }
}

function redactWireError({ codexErrorInfo }: WireTurnError): WireTurnError {
  const shown =
    codexErrorInfo !== null && typeof codexErrorInfo === "object" ? withoutStatus(codexErrorInfo) : codexErrorInfo;
  return { message: failedForViewers, codexErrorInfo: shown, additionalDetails: null, misalignment: null };
}

function withoutStatus(info: Extract<WireTurnError["codexErrorInfo"], object>): WireTurnError["codexErrorInfo"] {
  const [kind] = Object.keys(info);
  return "activeTurnNotSteerable" in info
    ? info
    : ({ [kind ?? ""]: { httpStatusCode: null } } as WireTurnError["codexErrorInfo"]);
}
