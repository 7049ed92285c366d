/** Random logs that a turn loop could have written: streams, parallel and background commands, approvals, retries, interrupts. */
import fc from "fast-check";
import type { ThreadEvent, ThreadSettings } from "../event.ts";
import { LogBuilder } from "./log-builder.ts";
import { writeTurn } from "./write-turn.ts";

const texts = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const end = fc.constantFrom("closed", "left open", "closed after the turn");

const step = fc.oneof(
  fc.record({ kind: fc.constant("message" as const), texts, end: fc.constantFrom("closed", "left open") }),
  fc.record({ kind: fc.constant("reasoning" as const), parts: fc.array(texts, { maxLength: 3 }), raw: texts }),
  fc.record({ kind: fc.constant("commands" as const), outputs: fc.array(texts, { minLength: 1, maxLength: 3 }), end }),
  fc.record({
    kind: fc.constant("approval" as const),
    about: fc.constantFrom("command" as const, "patch" as const),
    decision: fc.constantFrom("accept" as const, "decline" as const, "cancel" as const),
  }),
  fc.record({
    kind: fc.constant("questions" as const),
    texts,
    outcome: fc.constantFrom("answered" as const, "withdrawn" as const, "failed" as const),
  }),
  fc.record({ kind: fc.constant("retry" as const), texts }),
  fc.record({ kind: fc.constant("steer" as const), text: fc.string() }),
  fc.record({ kind: fc.constant("plan" as const), step: fc.string() }),
  fc.record({ kind: fc.constant("diff" as const), diff: fc.string() }),
  fc.record({ kind: fc.constant("usage" as const), tokens: fc.nat(1000) }),
  fc.record({ kind: fc.constant("warning" as const), state: fc.constantFrom("away" as const, "back" as const, null) }),
  fc.constant({ kind: "modelItems" as const }),
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const turn = fc.record({
  steps: fc.array(step, { maxLength: 6 }),
  status: fc.constantFrom("completed" as const, "interrupted" as const, "failed" as const),
});
export type TurnScript = typeof turn extends fc.Arbitrary<infer T> ? T : never;

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
    turns: fc.array(fc.tuple(turn, between), { minLength: 1, maxLength: 6 }),
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
