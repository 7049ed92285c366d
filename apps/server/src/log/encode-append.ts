import type { CommandReceipt } from "@skein/core/ports";
import type { NewThreadEvent } from "@skein/timeline/event";
import type { ItemRow, TurnRow } from "@skein/timeline/project/derive-projection";
import { versions } from "@skein/timeline/upcast";
import type { Append } from "./append.ts";
import { deriveListPatch, deriveSettings } from "./list-patch.ts";
import { checkToken, encodeFields, encodeLines, numbered } from "./rows.ts";
import { deriveSearchText } from "./search-text.ts";

/** The rows of one append, each a line without the number of its entry. */
export interface EncodedAppend {
  readonly entry: string;
  readonly events: readonly string[];
  readonly turns: readonly string[];
  readonly items: readonly string[];
  readonly commands: readonly string[];
  /** Length of all lines in UTF-16 units: near enough to bytes to bound a batch by. */
  readonly size: number;
}

/** The arguments of the SQL function `append_events`. */
export interface BatchArguments {
  readonly entries: string;
  readonly events: string;
  readonly turns: string;
  readonly items: string;
  readonly commands: string;
}

/** Throws a `TypeError` for what cannot be stored, e.g. an id with a control character. */
export function encodeAppend(append: Append): EncodedAppend {
  const { threadId, fence, expectedSeq, projection, receipts = [] } = append;
  const settings = deriveSettings(append.events);
  const patch = deriveListPatch(append);
  const counts = [fence, expectedSeq, append.events.length];
  const entry = encodeFields([checkToken("thread id", threadId), ...counts, json(patch), json(settings)]);
  const events = append.events.map((event, index) => encodeEvent(event, expectedSeq + index + 1));
  const turns = projection.turns.map(encodeTurn);
  const items = projection.items.map(encodeItem);
  const commands = receipts.map(encodeReceipt);
  const size = [entry, ...events, ...turns, ...items, ...commands].reduce((sum, line) => sum + line.length, 0);
  return { entry, events, turns, items, commands, size };
}

export function encodeBatch(batch: readonly EncodedAppend[]): BatchArguments {
  const linesOf = (rows: (append: EncodedAppend) => readonly string[]) =>
    encodeLines(batch.flatMap((append, index) => rows(append).map((line) => numbered(index, line))));
  return {
    entries: linesOf(({ entry }) => [entry]),
    events: linesOf(({ events }) => events),
    turns: linesOf(({ turns }) => turns),
    items: linesOf(({ items }) => items),
    commands: linesOf(({ commands }) => commands),
  };
}

function encodeEvent(event: NewThreadEvent, seq: number): string {
  const { type, at, ...payload } = event;
  const itemId = "itemId" in event ? event.itemId : "item" in event ? event.item.id : null;
  const checked = itemId === null ? null : checkToken("item id", itemId);
  return encodeFields([seq, type, versions[type], checked, at, JSON.stringify(payload)]);
}

function encodeTurn({
  turnId,
  startedSeq,
  status,
  error,
  startedAt,
  completedAt,
  durationMs,
  asOf,
  ...extras
}: TurnRow) {
  const times = [startedAt, completedAt, durationMs];
  return encodeFields([checkToken("turn id", turnId), startedSeq, status, json(error), ...times, json(extras), asOf]);
}

function encodeItem({ itemId, turnId, startedSeq, item, startedAtMs, completedAtMs, asOf }: ItemRow): string {
  const ids = [checkToken("item id", itemId), checkToken("turn id", turnId)];
  return encodeFields([
    ...ids,
    startedSeq,
    startedAtMs,
    completedAtMs,
    asOf,
    item.type,
    deriveSearchText(item),
    json(item),
  ]);
}

function encodeReceipt({ scope, principal, key, method, inputHash, result }: CommandReceipt): string {
  const names = [checkToken("scope", scope), checkToken("principal", principal), checkToken("key", key)];
  return encodeFields([...names, method, inputHash, JSON.stringify(result ?? null)]);
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
