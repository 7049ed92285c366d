/**
 * The timeline's rows from the thread's turns. A turn that has not changed keeps its very row objects, so a delta costs
 * one turn's rows and re-renders one row, however long the thread is.
 */
import type { HandOver } from "@skein/protocol/hand-over";
import type { ReportedWarning } from "@skein/protocol/warning";
import type { TurnView } from "@skein/timeline/reduce/timeline";
import { deriveTurnRows } from "./derive-turn-rows.ts";
import type { PersonsWord, Row, UnsentMessage } from "./row.ts";

export interface RowCache {
  readonly folds: ReadonlyMap<string, boolean>;
  readonly turns: ReadonlyMap<string, { readonly turn: TurnView; readonly rows: readonly Row[] }>;
}

export const emptyRowCache: RowCache = { folds: new Map(), turns: new Map() };

export interface RowInput {
  readonly turns: readonly TurnView[];
  readonly folds: ReadonlyMap<string, boolean>;
  readonly unsent: readonly UnsentMessage[];
  /** What was said since the last turn, each text once. */
  readonly warnings: readonly ReportedWarning[];
  readonly handOvers: readonly HandOver[];
  /** Items and calls that wait for a person, with what they wait for. */
  readonly asking: ReadonlyMap<string, PersonsWord>;
}

export function deriveRows(input: RowInput, cache: RowCache): { readonly rows: Row[]; readonly cache: RowCache } {
  const turns = new Map<string, { turn: TurnView; rows: readonly Row[] }>();
  const rows: Row[] = [];
  let day = "";
  const handOvers = [...input.handOvers];
  for (const turn of input.turns) {
    // One during a turn stands behind it.
    while (turn.startedAt !== null && isBefore(handOvers[0], turn.startedAt)) {
      const [handOver] = handOvers.splice(0, 1);
      // What happened before the first loaded turn belongs to what is not loaded.
      if (handOver !== undefined && rows.length > 0) rows.push(handOverRow(handOver));
    }
    const known = cache.folds === input.folds ? cache.turns.get(turn.id) : undefined;
    const entry =
      known?.turn === turn ? known : reuseRows(known?.rows ?? [], { turn, rows: deriveTurnRows(turn, input.folds) });
    turns.set(turn.id, entry);
    const startedOn = dayOf(turn);
    if (startedOn !== null && startedOn !== day) {
      if (day !== "") rows.push({ kind: "day", key: `day:${turn.id}`, atMs: turn.startedAt! * 1000 });
      day = startedOn;
    }
    rows.push(...(input.asking.size > 0 ? entry.rows.map((row) => markAsking(row, input.asking)) : entry.rows));
  }
  rows.push(...handOvers.map(handOverRow));
  for (const warning of input.warnings) rows.push({ kind: "warning", key: `warning:${warning.message}`, warning });
  for (const message of deriveUnsent(input)) rows.push({ kind: "unsent", key: `unsent:${message.clientId}`, message });
  return { rows, cache: { folds: input.folds, turns } };
}

function isBefore(handOver: HandOver | undefined, startedAt: number): boolean {
  return handOver !== undefined && Math.floor(handOver.at / 1000) < startedAt;
}

function handOverRow({ seq, from, to, by }: HandOver): Row {
  const whose = from === null || from.userId === by.userId ? "this thread" : `${from.name}’s thread`;
  return { kind: "divider", key: `handOver:${seq}`, label: `${by.name} handed ${whose} over to ${to.name}` };
}

/** What waits for a person is not running, whatever its status says. */
function markAsking(row: Row, asking: RowInput["asking"]): Row {
  if (row.kind === "working") return { ...row, waitsFor: asking.values().next().value ?? null };
  return row.kind === "command" && asking.has(row.view.item.id) ? { ...row, asking: true } : row;
}

/** Keeps the row objects of items that did not change inside a turn that did. */
function reuseRows(known: readonly Row[], entry: { turn: TurnView; rows: readonly Row[] }) {
  if (known.length === 0) return entry;
  const before = new Map(known.map((row) => [row.key, row]));
  const rows = entry.rows.map((row) => {
    const old = before.get(row.key);
    return old !== undefined && sameRow(old, row) ? old : row;
  });
  return { turn: entry.turn, rows };
}

function sameRow(a: Row, b: Row): boolean {
  if ("view" in a && "view" in b) {
    if ("decision" in a && "decision" in b && a.decision !== b.decision) return false;
    const streaming = "streaming" in a && "streaming" in b ? a.streaming === b.streaming : true;
    return a.view.item === b.view.item && a.view.completedAtMs === b.view.completedAtMs && streaming;
  }
  if (a.kind === "working" && b.kind === "working") {
    return a.startedAtMs === b.startedAtMs && a.notice === b.notice && a.awayRunner === b.awayRunner;
  }
  if (a.kind === "plan" && b.kind === "plan") return a.plan === b.plan;
  if (a.kind === "questions" && b.kind === "questions") return a.settled === b.settled;
  if (a.kind === "comment" && b.kind === "comment") return a.comment === b.comment;
  if (a.kind === "warning" && b.kind === "warning") return a.warning === b.warning;
  return false;
}

/** A message leaves this list once the log shows it under the same id: the bubble stays, only its key changes hands. */
function deriveUnsent({ turns, unsent }: RowInput): readonly UnsentMessage[] {
  if (unsent.length === 0) return unsent;
  const sent = new Set<string | null>();
  for (const turn of turns) {
    for (const { item } of turn.items) if (item.type === "userMessage") sent.add(item.clientId);
  }
  return unsent.filter((message) => !sent.has(message.clientId));
}

function dayOf(turn: TurnView): string | null {
  return turn.startedAt === null ? null : new Date(turn.startedAt * 1000).toDateString();
}
