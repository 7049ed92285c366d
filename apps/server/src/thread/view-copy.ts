/**
 * A log of one's own, made of what a viewer was shown: nothing else goes in. The model is told what was said, in the words of the viewer;
 * its own record of it, with all that was hidden, stays behind. Of a long thread it is the newest turns.
 */
import type { NewThreadEvent, ThreadEvent } from "@skein/timeline/event";
import type { Item } from "@skein/timeline/item";
import type { RedactionRules } from "@skein/timeline/redact/redaction-rules";
import { nothingOpen, viewEvents } from "@skein/timeline/redact/view";
import type { EventSource } from "../subscription/event-source.ts";
import type { ViewRange } from "./view-pages.ts";

/** Of events as JSON. */
export const maxCopyBytes = 8 * 1024 * 1024;

interface CopiedTurn {
  readonly events: NewThreadEvent[];
  bytes: number;
}

/** `log`: of the source, as members see it. The events of the turns, each turn's together, without the event that makes the thread. */
export async function readCopyOfView(
  log: Pick<EventSource, "readAfter">,
  { fromSeq, frozenAtSeq }: ViewRange,
  rules: RedactionRules,
  maxBytes = maxCopyBytes,
): Promise<readonly NewThreadEvent[]> {
  const end = frozenAtSeq ?? Number.POSITIVE_INFINITY;
  const turns = new Map<string, CopiedTurn>();
  for (let [seq, view, bytes] = [fromSeq, nothingOpen, 0]; ; ) {
    const page = await log.readAfter(seq);
    if (page === null) break;
    const due = page.events.filter((event) => event.seq <= end);
    const seen = viewEvents(view, due, rules);
    bytes += seen.events.reduce((sum, event) => sum + addTo(turns, event), 0);
    bytes -= dropOldest(turns, bytes - maxBytes);
    [seq, view] = [page.through, seen.view];
    if (seq >= Math.min(page.head, end)) break;
  }
  return [...turns.values()].flatMap(({ events }) => withoutSpentChunks(events));
}

/** Gives the bytes that it takes. */
function addTo(turns: Map<string, CopiedTurn>, event: ThreadEvent): number {
  if (!("turnId" in event) || event.turnId === null) return 0;
  if (event.type === "turn.started") turns.set(event.turnId, { events: [], bytes: 0 });
  const turn = turns.get(event.turnId);
  if (turn === undefined) return 0;
  const copied = copyOf(event);
  const bytes = copied.reduce((sum, copy) => sum + JSON.stringify(copy).length, 0);
  turn.events.push(...copied);
  turn.bytes += bytes;
  return bytes;
}

/** The newest stays, however large it is. */
function dropOldest(turns: Map<string, CopiedTurn>, excess: number): number {
  let dropped = 0;
  for (const [turnId, { bytes }] of turns) {
    if (dropped >= excess || turns.size === 1) break;
    turns.delete(turnId);
    dropped += bytes;
  }
  return dropped;
}

/** The text of an item that has ended is in its end. */
function withoutSpentChunks(events: readonly NewThreadEvent[]): readonly NewThreadEvent[] {
  const ended = new Set(events.flatMap((event) => (event.type === "item.completed" ? [event.item.id] : [])));
  return events.filter(
    (event) => !((event.type === "item.chunk" || event.type === "item.summaryPart") && ended.has(event.itemId)),
  );
}

function copyOf({ seq: _, ...event }: ThreadEvent): readonly NewThreadEvent[] {
  const copy = event as NewThreadEvent;
  if (copy.type !== "item.completed") return [copy];
  const said = saidIn(copy.item);
  const { turnId, at } = copy;
  if (said === null) return [copy];
  const tells = copy.item.type === "userMessage" ? [copy.item.id] : [];
  return [copy, { type: "model.items", turnId, at, items: [said], context: null, tells }];
}

/** As the model's history has it; null: nobody said anything. */
function saidIn(item: Item): object | null {
  if (item.type === "userMessage") {
    const text = item.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
    return { type: "message", role: "user", content: [{ type: "input_text", text }] };
  }
  if (item.type !== "agentMessage" || item.text === "") return null;
  return { type: "message", role: "assistant", content: [{ type: "output_text", text: item.text }] };
}
