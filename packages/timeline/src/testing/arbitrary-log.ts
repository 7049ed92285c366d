/** Random logs that a turn loop could have written: streams, parallel and background commands, approvals, retries, interrupts. */
import fc from "fast-check";
import type { ThreadEvent, ThreadSettings } from "../event.ts";
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
  })
  .map(({ turns, running }) => {
    const log = new LogBuilder();
    let afterwards: (() => void)[] = [];
    for (const [index, [script, change]] of turns.entries()) {
      const isLast = index === turns.length - 1;
      afterwards = writeTurn(log, script, running && isLast, afterwards);
      writeBetween(log, change);
    }
    for (const write of afterwards) write();
    return log.events;
  });

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
