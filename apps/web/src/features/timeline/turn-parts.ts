/** What a turn holds, in order. Questions and warnings are no items; they stand where they came. */
import type { SettledQuestions } from "@skein/protocol/user-question";
import type { ReportedWarning } from "@skein/protocol/warning";
import type { ItemView, TurnView } from "@skein/timeline/reduce/timeline";

export type TurnPart = ItemView | SettledQuestions | ReportedWarning;

export function partsOf({ items, questions, warnings }: TurnView): readonly TurnPart[] {
  const parts: TurnPart[] = [...items];
  for (const part of [...questions, ...warnings]) {
    const before = parts.findLastIndex((other) => beginOf(other) <= beginOf(part));
    parts.splice(before + 1, 0, part);
  }
  return parts;
}

function beginOf(part: TurnPart): number {
  if (isItem(part)) return part.startedAtMs ?? Number.NEGATIVE_INFINITY;
  return isWarning(part) ? part.reportedAtMs : part.askedAtMs;
}

export function isItem(part: TurnPart): part is ItemView {
  return "item" in part;
}

export function isWarning(part: TurnPart): part is ReportedWarning {
  return "reportedAtMs" in part;
}

/** What folds away with the work: not what people and the agent said to each other, nor what stays worth knowing. */
export function isWork(part: TurnPart, answer: ItemView | undefined): boolean {
  if (isItem(part)) return part !== answer && part.item.type !== "userMessage";
  return isWarning(part) && part.runner !== null;
}
