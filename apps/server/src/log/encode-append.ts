import type { CallRecord, CommandReceipt } from "@skein/core/ports";
import type { NewThreadEvent } from "@skein/timeline/event";
import type { ApprovalRow } from "@skein/timeline/project/derive-approvals";
import type { ItemRow, TurnRow } from "@skein/timeline/project/derive-projection";
import { versions } from "@skein/timeline/upcast";
import type { ThreadAuditLine } from "../audit/derive-thread-lines.ts";
import { columnsOf, cut } from "../audit/record.ts";
import type { Append } from "./append.ts";
import { deriveListPatch, deriveSettings } from "./list-patch.ts";
import { checkToken, cleanText, encodeFields, encodeLines, fieldEnd, numbered } from "./rows.ts";
import { deriveSearchText } from "./search-text.ts";
import { type Body, bodiesApart, type SplitJson, splitBodies } from "./split-bodies.ts";

/** The rows of one append, each a line without the number of its entry. */
export interface EncodedAppend {
  readonly entry: string;
  readonly events: readonly string[];
  readonly turns: readonly string[];
  readonly items: readonly string[];
  readonly commands: readonly string[];
  readonly blobs: readonly string[];
  readonly approvals: readonly string[];
  readonly audit: readonly string[];
  readonly calls: readonly string[];
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
  readonly blobs: string;
  readonly approvals: string;
  readonly audit: string;
  readonly calls: string;
}

/**
 * `split` takes what is too long for a row out of its JSON. Throws a `TypeError` for what cannot be stored, e.g. an id with a
 * control character.
 */
export function encodeAppend(append: Append, split: Split = splitBodies): EncodedAppend {
  const {
    threadId,
    fence,
    expectedSeq,
    projection,
    receipts = [],
    approvals: decisions = [],
    calls: ended = [],
  } = append;
  const settings = deriveSettings(append.events);
  const patch = deriveListPatch(append);
  const counts = [fence, expectedSeq, append.events.length];
  const entry = encodeFields([checkToken("thread id", threadId), ...counts, json(patch), json(settings)]);
  const bodies = new Map<string, Body>();
  const keep: Split = (value) => {
    const parts = split(value);
    for (const body of parts.bodies) bodies.set(body.sha256, body);
    return parts;
  };
  const events = append.events.map((event, index) => encodeEvent(event, expectedSeq + index + 1, keep));
  const turns = projection.turns.map((row) => encodeTurn(row, keep));
  const items = projection.items.map((row) => encodeItem(row, keep));
  const commands = receipts.map(encodeReceipt);
  const blobs = [...bodies.values()].map((body) => encodeBlob(threadId, body));
  const approvals = decisions.map((row) => encodeApproval(threadId, row));
  const audit = (append.audit ?? []).map((line) => encodeAuditLine(threadId, line));
  const calls = ended.map((call) => encodeCall(threadId, call));
  const lines = [entry, ...events, ...turns, ...items, ...commands, ...blobs, ...approvals, ...audit, ...calls];
  const size = lines.reduce((sum, line) => sum + line.length, 0);
  return { entry, events, turns, items, commands, blobs, approvals, audit, calls, size };
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
    blobs: linesOf(({ blobs }) => blobs),
    approvals: linesOf(({ approvals }) => approvals),
    audit: linesOf(({ audit }) => audit),
    calls: linesOf(({ calls }) => calls),
  };
}

type Split = (json: string) => SplitJson;

/** The rows of a thread that is being made are written whole: they are small, and the functions that make it take no blobs. */
export const splitNothing: Split = (json) => ({ rest: json, places: null, bodies: [] });

/** The last field is there only where it is needed: most rows have nothing apart. */
function withPlaces(line: string, { places }: SplitJson): string {
  return places === null ? line : `${line}${fieldEnd}${places}`;
}

export function encodeBlob(threadId: string, { sha256, text }: Body): string {
  return encodeFields([threadId, sha256, text]);
}

function encodeEvent(event: NewThreadEvent, seq: number, split: Split): string {
  const { type, at, ...payload } = event;
  const itemId = "itemId" in event ? event.itemId : "item" in event ? event.item.id : null;
  const checked = itemId === null ? null : checkToken("item id", itemId);
  const parts = split(JSON.stringify(payload));
  const version = parts.places === null ? versions[type] : versions[type] | bodiesApart;
  return withPlaces(encodeFields([seq, type, version, checked, at, parts.rest]), parts);
}

function encodeTurn(row: TurnRow, split: Split): string {
  const { turnId, startedSeq, status, error, startedAt, completedAt, durationMs, asOf, ...extras } = row;
  const times = [startedAt, completedAt, durationMs];
  const parts = split(JSON.stringify(extras));
  const fields = [checkToken("turn id", turnId), startedSeq, status, json(error), ...times, parts.rest, asOf];
  return withPlaces(encodeFields(fields), parts);
}

function encodeItem(row: ItemRow, split: Split): string {
  const { itemId, turnId, startedSeq, item, startedAtMs, completedAtMs, asOf } = row;
  const ids = [checkToken("item id", itemId), checkToken("turn id", turnId)];
  const parts = split(JSON.stringify(item));
  const times = [startedAtMs, completedAtMs];
  const fields = [...ids, startedSeq, ...times, asOf, item.type, deriveSearchText(item), parts.rest];
  return withPlaces(encodeFields(fields), parts);
}

function encodeReceipt({ scope, principal, key, method, inputHash, result }: CommandReceipt): string {
  const names = [checkToken("scope", scope), checkToken("principal", principal), checkToken("key", key)];
  return encodeFields([...names, method, inputHash, JSON.stringify(result ?? null)]);
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function encodeAuditLine(threadId: string, { by, action, subject, details }: ThreadAuditLine): string {
  const { type, id, credentialId } = columnsOf(by.actor);
  const { address, userAgent } = cut(by.origin);
  const who = id === null ? null : checkToken("member id", id);
  const from = [clean(address), clean(userAgent)];
  return encodeFields([threadId, who, action, clean(subject), details, type, credentialId, ...from]);
}

function clean(text: string | null): string | null {
  return text === null ? null : cleanText(text);
}

function encodeCall(threadId: string, call: CallRecord): string {
  const { id, turnId, memberId, model, credential, source, outcome, tokens } = call;
  const { inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens, totalTokens } = tokens;
  const about = [checkToken("turn id", turnId), memberId, cleanText(model), credential, source, outcome];
  return encodeFields([
    threadId,
    id,
    ...about,
    inputTokens,
    cachedInputTokens,
    outputTokens,
    reasoningOutputTokens,
    totalTokens,
  ]);
}

function encodeApproval(threadId: string, row: ApprovalRow): string {
  const id = checkToken("approval id", row.approvalId);
  if (row.type === "resolved") {
    return encodeFields([threadId, id, null, null, json(row.outcome), json(row.answeredBy), row.at]);
  }
  const place = [checkToken("turn id", row.turnId), checkToken("item id", row.itemId)];
  return encodeFields([threadId, id, ...place, json(row.request), json(row.askedBy), row.at]);
}
