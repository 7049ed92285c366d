/**
 * The rows of one turn. While it runs, everything shows in order. Once it has completed, its work folds into one line
 * and the answer stands; a turn that failed or was interrupted stays unfolded, because its work is what explains it.
 */
import type { Comment } from "@skein/protocol/comment";
import type { TurnView } from "@skein/timeline/reduce/timeline";
import { awayRunner } from "./away-runner.ts";
import { deriveItemRow } from "./derive-item-row.ts";
import type { Row } from "./row.ts";
import { summariseWork } from "./summarise-work.ts";
import { isItem, isWarning, isWork, partsOf, type TurnPart } from "./turn-parts.ts";

/** `folds` holds what the person chose per fold key; absent keys follow the rule above. */
export function deriveTurnRows(turn: TurnView, folds: ReadonlyMap<string, boolean>): Row[] {
  const rows = turn.status === "inProgress" ? openRows(turn, partsOf(turn)) : foldedRows(turn, folds);
  return [...rows, ...endRows(turn), ...turn.comments.map(commentRow)];
}

function commentRow(comment: Comment): Row {
  return { kind: "comment", key: `comment:${comment.id}`, comment };
}

function openRows(turn: TurnView, parts: readonly TurnPart[]): Row[] {
  return parts.map((part) => partRow(turn, part)).filter((row) => row !== null);
}

function partRow(turn: TurnView, part: TurnPart): Row | null {
  if (isItem(part)) return deriveItemRow(part, turn);
  if (isWarning(part)) {
    return { kind: "warning", key: `warning:${turn.id}:${turn.warnings.indexOf(part)}`, warning: part };
  }
  return { kind: "questions", key: `questions:${part.itemId}`, settled: part };
}

function foldedRows(turn: TurnView, folds: ReadonlyMap<string, boolean>): Row[] {
  const runs = splitWork(turn);
  const workRuns = runs.filter(({ work, parts }) => work && parts.some(isItem)).length;
  return runs.flatMap(({ work, parts }) => {
    const rows = openRows(turn, parts);
    const items = parts.filter(isItem);
    if (!work || rows.length === 0 || items.length === 0) return rows;
    const key = `fold:${items[0]!.item.id}`;
    const open = folds.get(key) ?? turn.status !== "completed";
    const summary = summariseWork(items, workRuns === 1 ? turn.durationMs : null);
    return [{ kind: "fold", key, open, summary }, ...(open ? rows : [])];
  });
}

interface Run {
  readonly work: boolean;
  readonly parts: TurnPart[];
}

/** Neighbouring parts, cut where work begins or ends. */
function splitWork(turn: TurnView): Run[] {
  const answer = turn.items.findLast((view) => view.item.type === "agentMessage");
  const runs: Run[] = [];
  for (const part of partsOf(turn)) {
    const work = isWork(part, answer);
    const run = runs.at(-1);
    if (run?.work === work) run.parts.push(part);
    else runs.push({ work, parts: [part] });
  }
  return runs;
}

/** What stands below a turn's items: its plan, how it ended, or that it still runs. */
function endRows(turn: TurnView): Row[] {
  const rows: Row[] = [];
  const startedAtMs = turn.startedAt === null ? null : turn.startedAt * 1000;
  if (turn.plan !== null && turn.plan.steps.length > 0)
    rows.push({ kind: "plan", key: `plan:${turn.id}`, plan: turn.plan });
  switch (turn.status) {
    case "inProgress":
      rows.push({
        ...{ kind: "working", key: `working:${turn.id}`, turnId: turn.id, startedAtMs },
        ...{ notice: retryNotice(turn), waitsFor: null, awayRunner: awayRunner(turn) },
      });
      return rows;
    case "interrupted":
      rows.push({ kind: "divider", key: `interrupted:${turn.id}`, label: "Stopped" });
      break;
    case "failed":
      if (turn.error !== null)
        rows.push({ kind: "error", key: `error:${turn.id}`, turnId: turn.id, error: turn.error });
      break;
    case "completed":
      break;
  }
  rows.push({ kind: "footer", key: `footer:${turn.id}`, turnId: turn.id, footer: deriveFooter(turn) });
  return rows;
}

/** The trouble reported last, as long as nothing has arrived since. */
function retryNotice(turn: TurnView): string | null {
  const notice = turn.errors.at(-1);
  const streaming = turn.items.at(-1)?.completedAtMs === null;
  return notice?.willRetry && !streaming ? notice.error.message : null;
}

function deriveFooter(turn: TurnView) {
  const last = turn.items.findLast((view) => view.item.type === "agentMessage")?.item;
  return {
    durationMs: turn.durationMs,
    completedAtMs: turn.completedAt === null ? null : turn.completedAt * 1000,
    answer: last?.type === "agentMessage" ? last.text : null,
    diff: turn.diff === "" ? null : turn.diff,
  };
}
