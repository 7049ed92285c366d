/** Random logs that a turn loop could have written: streams, parallel and background commands, approvals, retries, interrupts. */
import fc from "fast-check";
import type { NewThreadEvent, ThreadEvent, ThreadSettings } from "../event.ts";
import { LogBuilder } from "./log-builder.ts";
import { turnScript } from "./turn-script.ts";
import { writeTurn } from "./write-turn.ts";

const settings: ThreadSettings = {
  ...{ model: "m", modelProvider: "p", effort: "low", summary: null, cwd: "/desk", approvalPolicy: "never" },
  ...{ sandbox: { type: "dangerFullAccess" }, tools: true, baseInstructions: null, developerInstructions: null },
};

const between = fc.constantFrom(
  "nothing",
  "named",
  "archived",
  "unarchived",
  "warned",
  "settings",
  "queued",
  "handedOver",
);

/** Up to six turns; the last one may still be going on. */
export const arbitraryLog: fc.Arbitrary<readonly ThreadEvent[]> = fc
  .record({
    turns: fc.array(fc.tuple(turnScript, between), { minLength: 1, maxLength: 6 }),
    running: fc.boolean(),
    comments: fc.array(fc.record({ at: fc.nat(1000), deletedAfter: fc.option(fc.nat(20)) }), { maxLength: 4 }),
  })
  .map(({ turns, running, comments }) => {
    const log = new LogBuilder();
    let afterwards: (() => void)[] = [];
    for (const [index, [script, change]] of turns.entries()) {
      const isLast = index === turns.length - 1;
      afterwards = writeTurn(log, script, running && isLast, afterwards);
      writeBetween(log, change);
    }
    for (const write of afterwards) write();
    return comments.reduce(withComment, log.events);
  });

/** People comment whenever they like, on any turn that has begun. */
function withComment(
  log: readonly ThreadEvent[],
  { at, deletedAfter }: { readonly at: number; readonly deletedAfter: number | null },
  index: number,
): readonly ThreadEvent[] {
  const begun = log.flatMap((event) => (event.type === "turn.started" ? [event] : []));
  const place = Math.max(begun[0]?.seq ?? 1, 1 + (at % log.length));
  const turnId = begun.filter(({ seq }) => seq <= place).at(at % 2 === 0 ? -1 : 0)?.turnId ?? "";
  const commentId = `comment-${index}`;
  const actor = { memberId: "01a1c000-0000-7000-8000-00000000000b", clientName: "web", name: "Bo" };
  const [moment] = log;
  const text = `look at name 1, ${commentId}`;
  const added = { type: "comment.added", commentId, turnId, text, name: "Bo", isViewer: false, actor } as const;
  const deleted = { type: "comment.deleted", commentId, turnId, actor } as const;
  const end = deletedAfter === null ? null : Math.min(log.length, place + deletedAfter);
  const events = log.flatMap((event): readonly NewThreadEvent[] => [
    event,
    ...(event.seq === place ? [{ ...added, at: moment?.at ?? 0 }] : []),
    ...(event.seq === end ? [{ ...deleted, at: moment?.at ?? 0 }] : []),
  ]);
  return events.map((event, index) => ({ ...event, seq: index + 1 }));
}

function writeBetween(log: LogBuilder, change: string): void {
  if (change === "named") log.add({ type: "thread.named", name: `name ${log.events.length}` });
  if (change === "archived") log.add({ type: "thread.archived" });
  if (change === "unarchived") log.add({ type: "thread.unarchived" });
  if (change === "settings") log.add({ type: "settings.changed", settings });
  if (change === "queued") writeQueue(log);
  if (change === "handedOver") writeHandOver(log);
  if (change === "warned") writeWarnings(log);
}

function writeHandOver(log: LogBuilder): void {
  const [ada, bo] = ["01a1c000-0000-7000-8000-00000000000a", "01a1c000-0000-7000-8000-00000000000b"];
  const actor = { memberId: ada, clientName: "web", name: "Ada" };
  const [from, to] = [
    { memberId: ada, name: "Ada" },
    { memberId: bo, name: "Bo" },
  ];
  log.add({ type: "thread.handedOver", from, to, keep: "prompt", actor });
}

/** One of them is said twice. */
function writeWarnings(log: LogBuilder): void {
  for (const message of ["careful", `careful of ${log.events.length}`, "careful"]) {
    log.add({ type: "warning.reported", turnId: null, message, runner: null });
  }
}

/** Every kind of change; what is left waits for the next turn. */
function writeQueue(log: LogBuilder): void {
  const [dropped, kept] = [log.id("queued"), log.id("queued")];
  for (const id of [dropped, kept]) {
    const content = [{ type: "text", text: `do ${id}`, textElements: [] }] as const;
    log.add({
      type: "queue.added",
      message: { id, clientId: `client of ${id}`, content, metadata: null, actor: null },
    });
  }
  log.add({ type: "queue.updated", messageId: kept, content: [], metadata: { a: "b" } });
  log.waiting = [kept, dropped, ...log.waiting];
  log.add({ type: "queue.reordered", messageIds: log.waiting });
  log.add({ type: "queue.removed", messageId: dropped });
  log.waiting = log.waiting.filter((id) => id !== dropped);
}
